#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "src/base/printable.h"
#include "src/diff/plan.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using nlohmann::ordered_json;

const char* Verb(Action action) {
  switch (action) {
    case Action::kCreate:
      return "create";
    case Action::kDrop:
      return "drop";
    case Action::kAlter:
      return "alter";
    case Action::kRename:
      return "rename";
  }
  return "";
}

std::vector<std::string> FieldNames(const Operation& op) {
  std::vector<std::string> names;
  for (const FieldDescriptor* f : op.changed) names.push_back(f->name());
  return names;
}

// The same for people: columns have operations of their own, so that of a table's there only the
// order is left.
std::vector<std::string> ChangesOf(const Operation& op) {
  std::vector<std::string> names = FieldNames(op);
  if (op.id.kind != TABLE) return names;
  for (std::string& name : names) {
    if (name == "column") name = "order of columns";
  }
  return names;
}

ordered_json MessageJson(const google::protobuf::Message* m) {
  if (m == nullptr) return nullptr;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(*m, &text, options).ok()) return nullptr;
  return ordered_json::parse(text, nullptr, false);
}

}  // namespace

std::string PrintPlan(const Plan& plan) {
  std::string out;
  for (const Operation& op : plan.operations) {
    std::string line = absl::StrCat(
        Verb(op.action), " ", model::Describe(op.action == Action::kRename ? op.old_id : op.id));
    if (op.action == Action::kRename && op.parts.empty()) {
      absl::StrAppend(&line, " to ", model::DisplayName(op.id));
    }
    for (const auto& part : op.parts) {
      absl::StrAppend(&line, ", ", part.first, " to ", part.second);
    }
    if (!op.changed.empty()) absl::StrAppend(&line, ": ", absl::StrJoin(ChangesOf(op), ", "));
    if (op.stand_in) absl::StrAppend(&line, " (its columns alone)");
    if (op.retype) absl::StrAppend(&line, " (move to the new type)");
    if (!op.because.empty()) absl::StrAppend(&line, " (", op.because, ")");
    absl::StrAppend(&out, Printable(line, Lines::kOne), "\n");
  }
  return out;
}

std::string PlanToJson(const Plan& plan) {
  ordered_json operations = ordered_json::array();
  for (const Operation& op : plan.operations) {
    ordered_json j;
    j["action"] = Verb(op.action);
    j["kind"] = absl::AsciiStrToLower(Kind_Name(op.id.kind));
    j["object"] = model::DisplayName(op.id);
    if (op.action == Action::kRename) j["from"] = model::DisplayName(op.old_id);
    if (!op.changed.empty()) j["changed"] = FieldNames(op);
    if (op.stand_in) j["stand_in"] = true;
    if (!op.because.empty()) j["because"] = op.because;
    if (op.before != nullptr) j["before"] = MessageJson(op.before);
    if (op.after != nullptr) j["after"] = MessageJson(op.after);
    operations.push_back(std::move(j));
  }
  return ordered_json{{"operations", operations}}.dump(2, ' ', false,
                                                       ordered_json::error_handler_t::replace);
}

}  // namespace autogen::diff
