#include "src/scratch/carry.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "src/model/object_id.h"

namespace autogen::scratch {
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

// The parts of an object that are no objects themselves and carry something: attributes of a
// composite type, matched by name.
void CarryParts(const Message& from, Message* to);

void CarryFields(const Message& from, Message* to) {
  std::vector<const FieldDescriptor*> fields;
  from.GetReflection()->ListFields(from, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsCarried(field) || model::RuleOf(field).hint()) CopyField(from, field, to);
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
    if (!field->is_repeated() || model::KindOf(part) != KIND_UNSPECIFIED || IsCarried(field))
      return;
    std::string name = NameOf(part);
    if (name.empty()) return;
    for (int i = 0; i < r->FieldSize(*to, field); ++i) {
      Message* other = r->MutableRepeatedMessage(to, field, i);
      if (NameOf(*other) == name) CarryFields(part, other);
    }
  });
}

// Every object by its identity; routines also by their bare name, since a model may spell an
// argument's type its own way ("int").
class Index {
 public:
  explicit Index(Schema* schema) { Add(schema, "", ""); }

  Message* Find(const model::ObjectId& id) const {
    if (auto found = exact_.find(id); found != exact_.end()) return found->second;
    auto found = loose_.find(Loose(id));
    return found == loose_.end() ? nullptr : found->second;
  }

 private:
  static model::ObjectId Loose(model::ObjectId id) {
    id.name.resize(std::min(id.name.find('('), id.name.size()));
    return id;
  }

  void Add(Message* message, const std::string& schema, const std::string& parent) {
    std::vector<const FieldDescriptor*> fields;
    const Reflection* r = message->GetReflection();
    r->ListFields(*message, &fields);
    for (const FieldDescriptor* field : fields) {
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
          model::OptionsOf(field->message_type()).kind() == KIND_UNSPECIFIED) {
        continue;
      }
      if (!field->is_repeated()) {
        AddObject(r->MutableMessage(message, field), schema, parent);
        continue;
      }
      for (int i = 0; i < r->FieldSize(*message, field); ++i) {
        AddObject(r->MutableRepeatedMessage(message, field, i), schema, parent);
      }
    }
  }

  void AddObject(Message* object, const std::string& schema, const std::string& parent) {
    model::ObjectId id = model::IdOf(*object, schema, parent);
    exact_[id] = object;
    // Overloaded: the bare name says nothing.
    auto [place, fresh] = loose_.try_emplace(Loose(id), object);
    if (!fresh) place->second = nullptr;
    Add(object, id.schema, id.name);
  }

  absl::flat_hash_map<model::ObjectId, Message*> exact_;
  absl::flat_hash_map<model::ObjectId, Message*> loose_;
};

void CarryObjects(const Message& from, const std::string& schema, const std::string& parent,
                  const Index& index) {
  ForEachMessage(from, [&](const FieldDescriptor* field, const Message& object) {
    if (model::OptionsOf(field->message_type()).kind() == KIND_UNSPECIFIED) return;
    model::ObjectId id = model::IdOf(object, schema, parent);
    if (Message* to = index.Find(id); to != nullptr) CarryFields(object, to);
    CarryObjects(object, id.schema, id.name, index);
  });
}

}  // namespace

std::shared_ptr<Schema> WithoutCarried(const Schema& model) {
  auto stripped = std::make_shared<Schema>(model);
  stripped->clear_default_privileges();
  stripped->clear_user_mapping();
  Strip(stripped.get());
  return stripped;
}

void CarryOver(const Schema& model, Schema* canonical) {
  CarryObjects(model, "", "", Index(canonical));
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

}  // namespace autogen::scratch
