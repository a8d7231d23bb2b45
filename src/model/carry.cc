#include "src/model/carry.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/model/new_schema.h"
#include "src/model/object_id.h"
#include "src/model/object_index.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool IsCarried(const FieldDescriptor* field) {
  const std::string& name = field->name();
  if (name == "comment" || name == "owner" || name == "grant" || name == "revoke" ||
      name == "security_label" || name == "tablespace") {
    return true;
  }
  const std::string& message = field->containing_type()->name();
  return (message == "Policy" && name == "role") || (message == "Extension" && name == "version");
}

// Calls visit(submessage) for every message set in `message`.
template <typename Visit>
void ForEachMessage(const Message& message, Visit visit) {
  std::vector<const FieldDescriptor*> fields;
  const Reflection* r = message.GetReflection();
  r->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      visit(field, r->GetMessage(message, field));
      continue;
    }
    for (int i = 0; i < r->FieldSize(message, field); ++i) {
      visit(field, r->GetRepeatedMessage(message, field, i));
    }
  }
}

void Strip(Message* message) {
  std::vector<const FieldDescriptor*> fields;
  const Reflection* r = message->GetReflection();
  r->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsCarried(field)) {
      r->ClearField(message, field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field->is_repeated()) {
        Strip(r->MutableMessage(message, field));
      } else {
        for (int i = 0; i < r->FieldSize(*message, field); ++i) {
          Strip(r->MutableRepeatedMessage(message, field, i));
        }
      }
    }
  }
}

void CopyField(const Message& from, const FieldDescriptor* field, Message* to) {
  std::unique_ptr<Message> all(from.New());
  all->CopyFrom(from);
  std::vector<const FieldDescriptor*> others;
  all->GetReflection()->ListFields(*all, &others);
  for (const FieldDescriptor* other : others) {
    if (other != field) all->GetReflection()->ClearField(all.get(), other);
  }
  to->GetReflection()->ClearField(to, field);
  to->MergeFrom(*all);
}

// The elements of an object that are not objects themselves and carry something: attributes of a
// composite type, matched by name.
void CarryParts(const Message& from, Message* to);

void CarryFields(const Message& from, Message* to) {
  std::vector<const FieldDescriptor*> fields;
  from.GetReflection()->ListFields(from, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsCarried(field) || RuleOf(field).hint()) CopyField(from, field, to);
  }
  CarryParts(from, to);
}

std::string NameOf(const Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("name");
  return field != nullptr && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING &&
                 !field->is_repeated()
             ? message.GetReflection()->GetString(message, field)
             : "";
}

void CarryParts(const Message& from, Message* to) {
  const Reflection* r = to->GetReflection();
  ForEachMessage(from, [&](const FieldDescriptor* field, const Message& part) {
    if (!field->is_repeated() || KindOf(part) != KIND_UNSPECIFIED || IsCarried(field)) return;
    std::string name = NameOf(part);
    if (name.empty()) return;
    for (int i = 0; i < r->FieldSize(*to, field); ++i) {
      Message* other = r->MutableRepeatedMessage(to, field, i);
      if (NameOf(*other) == name) CarryFields(part, other);
    }
  });
}

// An inherited column is listed only for what it has of its own: one that has but a comment or
// grants is not read back.
void ListInheritedColumns(const Schema& model, Schema* canonical) {
  absl::flat_hash_map<std::pair<std::string, std::string>, Table*> tables;
  for (Table& table : *canonical->mutable_table()) tables[{table.schema(), table.name()}] = &table;
  for (const Table& table : model.table()) {
    if (table.inherits_size() == 0) continue;
    auto it = tables.find({table.schema(), table.name()});
    if (it == tables.end()) continue;
    for (const Column& column : table.column()) {
      auto* columns = it->second->mutable_column();
      if (std::any_of(columns->begin(), columns->end(),
                      [&](const Column& c) { return c.name() == column.name(); })) {
        continue;
      }
      Column* bare = columns->Add();
      bare->set_name(column.name());
      bare->set_inherited(true);
    }
  }
}

}  // namespace

std::shared_ptr<Schema> WithoutCarried(const Schema& model) {
  auto stripped = CopySchema(model);
  stripped->clear_default_privileges();
  stripped->clear_user_mapping();
  Strip(stripped.get());
  return stripped;
}

void CarryOver(const Schema& model, Schema* canonical) {
  ListInheritedColumns(model, canonical);
  ObjectIndex index(*canonical);
  ForEachObject(model, [&](const ObjectId& id, const Message& object) {
    if (Message* to = index.FindMutable(id); to != nullptr) CarryFields(object, to);
  });
  *canonical->mutable_default_privileges() = model.default_privileges();
  *canonical->mutable_user_mapping() = model.user_mapping();
  // A version counts only where the model names one.
  for (Extension& extension : *canonical->mutable_extension()) {
    bool named = std::any_of(
        model.extension().begin(), model.extension().end(),
        [&](const Extension& e) { return e.name() == extension.name() && !e.version().empty(); });
    if (!named) extension.clear_version();
  }
  bool has_public = std::any_of(model.schema().begin(), model.schema().end(),
                                [](const Namespace& n) { return n.name() == "public"; });
  if (has_public) return;
  for (int i = 0; i < canonical->schema_size(); ++i) {
    if (canonical->schema(i).name() == "public") {
      canonical->mutable_schema()->DeleteSubrange(i, 1);
      break;
    }
  }
}

}  // namespace autogen::model
