#include "src/model/compare.h"

#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "autogen/common.pb.h"
#include "autogen/table.pb.h"
#include "src/model/object_id.h"
#include "src/model/secret.h"
#include "src/model/type_info.h"
#include "src/model/type_name.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool SameMessage(const Message& a, const Message& b);

// Most objects are equal to the byte: much faster seen so than field by field.
bool SameBytes(const Message& a, const Message& b) {
  thread_local std::string bytes[2];
  bytes[0].clear();
  bytes[1].clear();
  return a.AppendPartialToString(&bytes[0]) && b.AppendPartialToString(&bytes[1]) &&
         bytes[0] == bytes[1];
}

// Whether a type has nested objects: compared as objects of their own, not as its fields.
bool HasNested(const TypeInfo& type) {
  for (const FieldInfo& f : type.messages) {
    if (f.type->kind != KIND_UNSPECIFIED) return true;
  }
  return false;
}

bool SameScalar(const Message& a, const Message& b, const FieldDescriptor* f) {
  const Reflection* r = a.GetReflection();
  if (f->has_presence() && r->HasField(a, f) != r->HasField(b, f)) return false;
  switch (f->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string sa, sb;
      return r->GetStringReference(a, f, &sa) == r->GetStringReference(b, f, &sb);
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return r->GetBool(a, f) == r->GetBool(b, f);
    case FieldDescriptor::CPPTYPE_ENUM:
      return r->GetEnumValue(a, f) == r->GetEnumValue(b, f);
    case FieldDescriptor::CPPTYPE_INT32:
      return r->GetInt32(a, f) == r->GetInt32(b, f);
    case FieldDescriptor::CPPTYPE_INT64:
      return r->GetInt64(a, f) == r->GetInt64(b, f);
    case FieldDescriptor::CPPTYPE_UINT32:
      return r->GetUInt32(a, f) == r->GetUInt32(b, f);
    case FieldDescriptor::CPPTYPE_UINT64:
      return r->GetUInt64(a, f) == r->GetUInt64(b, f);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return r->GetDouble(a, f) == r->GetDouble(b, f);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return r->GetFloat(a, f) == r->GetFloat(b, f);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (r->HasField(a, f) != r->HasField(b, f)) return false;
      return !r->HasField(a, f) || SameMessage(r->GetMessage(a, f), r->GetMessage(b, f));
  }
  return false;
}

bool SameElement(const Message& a, int i, const Message& b, int j, const FieldDescriptor* f) {
  const Reflection* r = a.GetReflection();
  switch (f->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string sa, sb;
      return r->GetRepeatedStringReference(a, f, i, &sa) ==
             r->GetRepeatedStringReference(b, f, j, &sb);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return SameMessage(r->GetRepeatedMessage(a, f, i), r->GetRepeatedMessage(b, f, j));
    case FieldDescriptor::CPPTYPE_ENUM:
      return r->GetRepeatedEnumValue(a, f, i) == r->GetRepeatedEnumValue(b, f, j);
    default:  // the schema repeats no other type; schema_test checks that
      return r->GetRepeatedInt32(a, f, i) == r->GetRepeatedInt32(b, f, j);
  }
}

bool SameRepeated(const Message& a, const Message& b, const FieldDescriptor* f) {
  const Reflection* r = a.GetReflection();
  int n = r->FieldSize(a, f);
  if (n != r->FieldSize(b, f)) return false;
  bool in_order = true;
  for (int i = 0; i < n && in_order; ++i) in_order = SameElement(a, i, b, i, f);
  if (in_order || !RuleOf(f).set()) return in_order;
  std::vector<bool> used(static_cast<size_t>(n));
  for (int i = 0; i < n; ++i) {
    int match = -1;
    for (int j = 0; j < n && match < 0; ++j) {
      if (!used[static_cast<size_t>(j)] && SameElement(a, i, b, j, f)) match = j;
    }
    if (match < 0) return false;
    used[static_cast<size_t>(match)] = true;
  }
  return true;
}

bool SameMessage(const Message& a, const Message& b) {
  for (const FieldInfo& field : InfoOf(a.GetDescriptor()).fields) {
    const FieldRule& rule = *field.rule;
    if (rule.hint() || rule.derived() || rule.sugar()) continue;
    if (!SameField(a, b, field.field)) return false;
  }
  return true;
}

// The options of foreign data that may be compared.
std::map<std::string, std::string> PublicOptions(const Message& m, const FieldDescriptor* f) {
  std::map<std::string, std::string> options;
  for (int i = 0; i < m.GetReflection()->FieldSize(m, f); ++i) {
    const auto& o = static_cast<const Option&>(m.GetReflection()->GetRepeatedMessage(m, f, i));
    if (!IsSecretOption(o.name())) options[o.name()] = o.value();
  }
  return options;
}

bool MayHoldSecrets(Kind kind) {
  return kind == FOREIGN_DATA_WRAPPER || kind == SERVER || kind == USER_MAPPING;
}

// An object that names no owner asks for none in particular; the schema public's means its usual
// one, on which its privileges hang.
bool ComparesOwner(const Message& before, const Message& after, const FieldDescriptor* owner,
                   const CompareOptions& options) {
  const auto* schema = google::protobuf::DynamicCastToGenerated<Namespace>(&before);
  if (schema != nullptr && schema->name() == "public") return options.owners || options.privileges;
  std::string scratch;
  return options.owners &&
         !after.GetReflection()->GetStringReference(after, owner, &scratch).empty();
}

// DEFAULT NULL, which PostgreSQL keeps as "NULL::character varying" where the type has a length.
// Under a parent's column or over a domain it has a meaning: not the default from there.
bool IsNoDefault(const Column& column) {
  absl::string_view text = column.default_();
  if (text.empty()) return true;
  if (column.inherited() || TypeStorage(column.type()).empty()) return false;
  if (!absl::ConsumePrefix(&text, "NULL")) return false;
  if (text.empty()) return true;
  bool builtin = false;
  return absl::ConsumePrefix(&text, "::") && !absl::StrContains(text, "::") &&
         (NormalizeType(text, &builtin), builtin);
}

}  // namespace

bool SameField(const Message& before, const Message& after, const FieldDescriptor* field) {
  return field->is_repeated() ? SameRepeated(before, after, field)
                              : SameScalar(before, after, field);
}

std::vector<const FieldDescriptor*> ChangedFields(const Message& before, const Message& after,
                                                  const CompareOptions& options) {
  std::vector<const FieldDescriptor*> changed;
  const TypeInfo& type = InfoOf(before.GetDescriptor());
  if (!HasNested(type) && SameBytes(before, after)) return changed;
  for (const FieldInfo& field : type.fields) {
    const FieldDescriptor* f = field.field;
    const FieldRule& rule = *field.rule;
    if (rule.hint() || rule.derived() || rule.sugar()) continue;
    if (field.type != nullptr && field.type->kind != KIND_UNSPECIFIED) continue;
    const std::string& name = f->name();
    if (name == "owner" && !ComparesOwner(before, after, f, options)) continue;
    if ((name == "grant" || name == "revoke") && !options.privileges &&
        KindOf(before) != DEFAULT_PRIVILEGES) {
      continue;
    }
    // A side that names no version asks for none in particular.
    if (name == "version" && KindOf(before) == EXTENSION) {
      const auto& old = static_cast<const Extension&>(before);
      if (old.version().empty() || static_cast<const Extension&>(after).version().empty()) continue;
    }
    if (name == "option" && MayHoldSecrets(KindOf(before))) {
      if (PublicOptions(before, f) != PublicOptions(after, f)) changed.push_back(f);
      continue;
    }
    if (SameField(before, after, f)) continue;
    if (name == "default" && KindOf(before) == COLUMN &&
        IsNoDefault(static_cast<const Column&>(before)) &&
        IsNoDefault(static_cast<const Column&>(after))) {
      continue;
    }
    changed.push_back(f);
  }
  return changed;
}

}  // namespace autogen::model
