// Where scripts lead: before and after the new ones, and beside the model.
#ifndef AUTOGEN_REVIEW_SCHEMAS_H_
#define AUTOGEN_REVIEW_SCHEMAS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "src/diff/plan.h"
#include "src/model/catalog.h"
#include "src/report/finding.h"
#include "src/review/collect.h"

namespace autogen::review {

struct Schemas {
  // From all other scripts to all scripts; else why it is not known. Where there are no scripts to
  // review, it is empty and has no catalogs.
  std::optional<diff::Plan> plan;
  std::string why_no_plan;
  // What keeps the scripts from leading to the model; else why it is not known.
  std::optional<std::vector<report::Finding>> drift;
  std::string why_no_drift;
  // Mistakes of the model, where these are why.
  std::vector<report::Finding> model_findings;
  // As it is written; null where there is none.
  std::shared_ptr<const model::Catalog> model;
};

Schemas LookAtSchemas(const Request& request);

}  // namespace autogen::review

#endif  // AUTOGEN_REVIEW_SCHEMAS_H_
