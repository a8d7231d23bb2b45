#include "src/cli/example_model.h"

#include "src/base/file.h"

namespace autogen::cli {
namespace {

constexpr char kModel[] = R"(# proto-file: autogen/schema.proto
# proto-message: autogen.Schema
#
# Declare tables here, then: autogen -m "first tables"
#
# table {
#   name: "tasks"
#   column { name: "id" type: "bigint" primary_key: true }
#   column { name: "title" type: "text" not_null: true }
#   column { name: "status" type: "text" not_null: true default: "'new'" }
#   index { name: "tasks_status_idx" column: "status" }
# }
)";

}  // namespace

absl::string_view ExampleModel() { return kModel; }

bool IsExampleModel(const std::string& path) {
  absl::StatusOr<std::string> content = ReadTextFile(path);
  return content.ok() && *content == kModel;
}

}  // namespace autogen::cli
