#include "src/review/changes.h"

#include <map>
#include <memory>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/model/no_schema.h"
#include "src/model/print.h"

namespace autogen::review {
namespace {

using diff::Action;
using diff::Operation;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Longer objects are shown with their names and what changes alone.
constexpr size_t kWhole = 200;

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

// Where an engine has no schemas, nobody sees the one that its objects lie in.
void HideNoSchema(Message* message) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(*message, &set);
  for (const FieldDescriptor* field : set) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field->is_repeated()) HideNoSchema(reflection.MutableMessage(message, field));
      for (int i = 0; field->is_repeated() && i < reflection.FieldSize(*message, field); ++i) {
        HideNoSchema(reflection.MutableRepeatedMessage(message, field, i));
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field->is_repeated() &&
               reflection.GetString(*message, field) == model::kNoSchema) {
      reflection.ClearField(message, field);
    }
  }
}

std::string TextOf(const Operation& op, const Message* message) {
  if (message == nullptr) return "";
  const std::string field = absl::AsciiStrToLower(Kind_Name(op.id.kind));
  const std::unique_ptr<Message> part(message->New());
  part->CopyFrom(*message);
  HideNoSchema(part.get());
  std::string text = model::PrintObject(field, *part);
  if (op.action != Action::kAlter || op.changed.empty() || text.size() <= kWhole) return text;
  std::vector<const FieldDescriptor*> set;
  message->GetReflection()->ListFields(*message, &set);
  const std::set<const FieldDescriptor*> changed(op.changed.begin(), op.changed.end());
  for (const FieldDescriptor* one : set) {
    if (changed.count(one) > 0 || model::RuleOf(one).key()) continue;
    part->GetReflection()->ClearField(part.get(), one);
  }
  return model::PrintObject(field, *part);
}

// The table or the like that `id` is a part of and that the plan creates or drops as a whole.
bool IsPartOf(const model::ObjectId& id,
              const std::set<std::pair<std::string, std::string>>& whole) {
  return !id.parent.empty() && whole.count({id.schema, id.parent}) > 0;
}

}  // namespace

std::vector<ObjectChange> ChangesOf(const diff::Plan& plan) {
  std::set<std::pair<std::string, std::string>> created, dropped;
  for (const Operation& op : plan.operations) {
    if (!op.id.parent.empty()) continue;
    if (op.action == Action::kCreate) created.emplace(op.id.schema, op.id.name);
    if (op.action == Action::kDrop) dropped.emplace(op.id.schema, op.id.name);
  }
  std::vector<ObjectChange> changes;
  std::map<model::ObjectId, size_t> index;
  for (const Operation& op : plan.operations) {
    if (op.stand_in) continue;
    if (op.action == Action::kCreate && IsPartOf(op.id, created)) continue;
    if (op.action == Action::kDrop && IsPartOf(op.id, dropped)) continue;
    ObjectChange change{.object = model::Describe(op.id),
                        .action = Verb(op.action),
                        .before = TextOf(op, op.before),
                        .after = TextOf(op, op.after)};
    if (op.action == Action::kRename) change.object = model::Describe(op.old_id);
    const auto [at, is_new] = index.emplace(op.id, changes.size());
    if (is_new) {
      changes.push_back(std::move(change));
      continue;
    }
    ObjectChange& first = changes[at->second];
    if (first.action == "drop" && change.action == "create") first.action = "recreate";
    first.after = std::move(change.after);
  }
  return changes;
}

std::string DiffOf(const ObjectChange& change) {
  auto lines_of = [](const std::string& text) -> std::vector<absl::string_view> {
    if (text.empty()) return {};
    return absl::StrSplit(absl::StripSuffix(text, "\n"), '\n');
  };
  const std::vector<absl::string_view> before = lines_of(change.before);
  const std::vector<absl::string_view> after = lines_of(change.after);
  size_t start = 0;
  while (start < before.size() && start < after.size() && before[start] == after[start]) ++start;
  size_t end = 0;
  while (end < before.size() - start && end < after.size() - start &&
         before[before.size() - 1 - end] == after[after.size() - 1 - end]) {
    ++end;
  }
  std::string out;
  for (size_t i = 0; i < start; ++i) absl::StrAppend(&out, "  ", before[i], "\n");
  for (size_t i = start; i < before.size() - end; ++i) absl::StrAppend(&out, "- ", before[i], "\n");
  for (size_t i = start; i < after.size() - end; ++i) absl::StrAppend(&out, "+ ", after[i], "\n");
  for (size_t i = before.size() - end; i < before.size(); ++i) {
    absl::StrAppend(&out, "  ", before[i], "\n");
  }
  return out;
}

}  // namespace autogen::review
