// The touched tables with their neighbours, as Mermaid.
#ifndef AUTOGEN_REVIEW_DIAGRAM_H_
#define AUTOGEN_REVIEW_DIAGRAM_H_

#include <set>
#include <string>
#include <utility>

#include "src/model/catalog.h"
#include "src/review/review.h"

namespace autogen::review {

using RelationNames = std::set<std::pair<std::string, std::string>>;  // schema, name

struct Touched {
  RelationNames created, changed, dropped;
};

// A flowchart of the relations of `catalog` that are touched, those that reference them or that
// they reference (foreign keys, and what views read where the catalog knows it), and those
// references. Names without a schema are looked up in "public", then in any schema. The same
// catalog and names give the same text; what they hold cannot become markup.
Diagram Draw(const model::Catalog& catalog, const Touched& touched);

}  // namespace autogen::review

#endif  // AUTOGEN_REVIEW_DIAGRAM_H_
