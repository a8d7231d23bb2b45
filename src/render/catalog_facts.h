// The catalogs of a plan as the facts that a statement's impact depends on.
#ifndef AUTOGEN_RENDER_CATALOG_FACTS_H_
#define AUTOGEN_RENDER_CATALOG_FACTS_H_

#include <optional>
#include <string>
#include <vector>

#include "src/impact/catalog_view.h"
#include "src/model/catalog.h"

namespace autogen::render {

// What a statement of a plan finds is in `before`, or an earlier one created it as `after` has it.
// Either may be null; both must live as long as this.
class CatalogFacts : public impact::CatalogView {
 public:
  CatalogFacts(const model::Catalog* before, const model::Catalog* after)
      : before_(before), after_(after) {}

  std::optional<Relation> FindRelation(const sql::SplitName& name) const override;
  std::optional<Column> FindColumn(const sql::SplitName& relation,
                                   absl::string_view column) const override;
  std::optional<Constraint> FindConstraint(const sql::SplitName& relation,
                                           absl::string_view name) const override;
  std::vector<std::string> RequiredColumns(const sql::SplitName& relation) const override;
  std::optional<TypeChange> ChangeOfType(const sql::SplitName& relation, absl::string_view column,
                                         absl::string_view type, bool collate,
                                         bool with_using) const override;
  std::optional<bool> IsVolatile(const sql::SplitName& function) const override;
  bool IsConstrainedDomain(const sql::SplitName& type) const override;
  std::optional<Range> FindSequence(const sql::SplitName& relation,
                                    absl::string_view column) const override;

 private:
  std::vector<std::string> Scanned(const sql::SplitName& relation, absl::string_view column) const;

  const model::Catalog* before_;
  const model::Catalog* after_;
};

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_CATALOG_FACTS_H_
