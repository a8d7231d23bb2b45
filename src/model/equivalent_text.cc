#include "src/model/equivalent_text.h"

#include <string>
#include <vector>

#include "src/model/object_id.h"
#include "src/model/object_index.h"
#include "src/sql/uncast.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool IsSql(const FieldDescriptor* field) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && RuleOf(field).sql() != NOT_SQL;
}

// An element of an object that is not an object of its own: an index key, an argument.
bool IsPart(const FieldDescriptor* field) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         OptionsOf(field->message_type()).kind() == KIND_UNSPECIFIED;
}

void Adopt(const Message& left, const Message& right, const Message& from, Message* target) {
  std::vector<const FieldDescriptor*> fields;
  const auto* r = target->GetReflection();
  r->ListFields(*target, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!IsSql(field) && !IsPart(field)) continue;
    if (!field->is_repeated()) {
      if (!r->HasField(left, field) || !r->HasField(right, field) || !r->HasField(from, field)) {
        continue;
      }
      if (IsPart(field)) {
        Adopt(r->GetMessage(left, field), r->GetMessage(right, field), r->GetMessage(from, field),
              r->MutableMessage(target, field));
      } else if (r->GetString(left, field) == r->GetString(right, field)) {
        r->SetString(target, field, r->GetString(from, field));
      }
      continue;
    }
    int n = r->FieldSize(*target, field);
    if (r->FieldSize(left, field) != n || r->FieldSize(right, field) != n ||
        r->FieldSize(from, field) != n) {
      continue;
    }
    for (int i = 0; i < n; ++i) {
      if (IsPart(field)) {
        Adopt(r->GetRepeatedMessage(left, field, i), r->GetRepeatedMessage(right, field, i),
              r->GetRepeatedMessage(from, field, i), r->MutableRepeatedMessage(target, field, i));
      } else if (r->GetRepeatedString(left, field, i) == r->GetRepeatedString(right, field, i)) {
        r->SetRepeatedString(target, field, i, r->GetRepeatedString(from, field, i));
      }
    }
  }
}

using TextsDiffer = bool (*)(const std::string& a, const std::string& b);

// True where `differ` says so of one of the SQL texts that both have.
bool Differ(const Message& a, const Message& b, TextsDiffer differ) {
  std::vector<const FieldDescriptor*> fields;
  const auto* r = a.GetReflection();
  r->ListFields(a, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!IsSql(field) && !IsPart(field)) continue;
    if (!field->is_repeated()) {
      if (!r->HasField(b, field)) continue;
      if (IsPart(field) ? Differ(r->GetMessage(a, field), r->GetMessage(b, field), differ)
                        : differ(r->GetString(a, field), r->GetString(b, field))) {
        return true;
      }
      continue;
    }
    if (r->FieldSize(a, field) != r->FieldSize(b, field)) continue;
    for (int i = 0; i < r->FieldSize(a, field); ++i) {
      if (IsPart(field)
              ? Differ(r->GetRepeatedMessage(a, field, i), r->GetRepeatedMessage(b, field, i),
                       differ)
              : differ(r->GetRepeatedString(a, field, i), r->GetRepeatedString(b, field, i))) {
        return true;
      }
    }
  }
  return false;
}

bool AnyDiffers(const Schema& a, const Schema& b, TextsDiffer differ) {
  ObjectIndex index(b);
  bool found = false;
  ForEachObject(a, [&](const ObjectId& id, const Message& object) {
    if (found) return;
    const Message* other = index.Find(id);
    found = other != nullptr && Differ(object, *other, differ);
  });
  return found;
}

}  // namespace

void AdoptTexts(const Schema& left, const Schema& right, const Schema& from, Schema* target) {
  ObjectIndex lefts(left), rights(right), froms(from), targets(*target);
  ForEachObject(*target, [&](const ObjectId& id, const Message&) {
    const Message* l = lefts.Find(id);
    const Message* r = rights.Find(id);
    const Message* f = froms.Find(id);
    if (l != nullptr && r != nullptr && f != nullptr) Adopt(*l, *r, *f, targets.FindMutable(id));
  });
}

bool TextsDiffer(const Schema& a, const Schema& b) {
  return AnyDiffers(a, b, [](const std::string& x, const std::string& y) { return x != y; });
}

bool MayBeEquivalent(const Schema& a, const Schema& b) {
  return AnyDiffers(a, b, [](const std::string& x, const std::string& y) {
    return x != y && sql::WithoutCasts(x) == sql::WithoutCasts(y);
  });
}

}  // namespace autogen::model
