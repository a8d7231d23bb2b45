#include <algorithm>
#include <deque>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/model/expand.h"
#include "src/model/type_name.h"
#include "src/model/utf8.h"
#include "src/sql/fragment.h"
#include "src/sql/quote.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class TextNormaliser {
 public:
  TextNormaliser(const Lookup& lookup, Problems* problems) : lookup_(lookup), problems_(problems) {}

  // `m` and everything in it; `own` is the schema of the object around it. Only fields that are set
  // are visited: of a column's twenty, three or four are.
  void Normalise(Message* m, const TypeInfo& type, const std::string& own, size_t depth = 0) {
    if (type.descriptor == Grant::descriptor()) NormaliseGrant(static_cast<Grant*>(m));
    if (depth == set_fields_.size()) set_fields_.emplace_back();
    std::vector<const FieldDescriptor*>& set_fields = set_fields_[depth];
    type.reflection->ListFields(*m, &set_fields);
    for (const FieldDescriptor* field : set_fields) {
      const FieldInfo& f = type.fields[static_cast<size_t>(field->index())];
      if (f.type != nullptr) {
        ForEachMutableValue(m, f, [&](Message* value, const TypeInfo& value_type) {
          Normalise(value, value_type, own, depth + 1);
        });
        continue;
      }
      int n = field->is_repeated() ? type.reflection->FieldSize(*m, field) : 1;
      for (int i = 0; i < n; ++i) {
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
          Text(m, f, i, own);
        } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
          Enum(*m, f, i);
        }
      }
    }
  }

 private:
  static void NormaliseGrant(Grant* grant) {
    if (absl::EqualsIgnoreCase(grant->role(), "public")) grant->set_role("PUBLIC");
    for (std::string& privilege : *grant->mutable_privilege()) absl::AsciiStrToUpper(&privilege);
  }

  void Text(Message* m, const FieldInfo& f, int index, const std::string& own) {
    const std::string& text =
        f.field->is_repeated()
            ? f.reflection->GetRepeatedStringReference(*m, f.field, index, &scratch_)
            : f.reflection->GetStringReference(*m, f.field, &scratch_);
    size_t bad = FirstBadByte(text);
    if (bad != std::string::npos) {
      problems_->Add(*m, f.field->name(), index,
                     absl::StrCat(f.field->name(), " holds ",
                                  text[bad] == '\0' ? "a NUL byte" : "bytes that are not UTF-8",
                                  ", which PostgreSQL cannot store; remove it"),
                     {"wrong-value", ""});
      return;
    }
    Fragment fragment = f.rule->sql();
    if (fragment == NOT_SQL || text.empty()) return;
    std::string normal = fragment == TYPE ? Type(text, own) : Bare(text, fragment);
    absl::Status status = sql::CheckFragment(fragment, normal);
    if (!status.ok()) {
      problems_->Add(*m, f.field->name(), index,
                     absl::StrCat(f.field->name(), ": ", status.message()), {"bad-sql", ""});
    }
    if (normal == text) return;
    if (f.field->is_repeated()) {
      f.reflection->SetRepeatedString(m, f.field, index, std::move(normal));
    } else {
      f.reflection->SetString(m, f.field, std::move(normal));
    }
  }

  void Enum(const Message& m, const FieldInfo& f, int index) {
    int number = f.field->is_repeated() ? f.reflection->GetRepeatedEnumValue(m, f.field, index)
                                        : f.reflection->GetEnumValue(m, f.field);
    if (f.field->enum_type()->FindValueByNumber(number) != nullptr) return;
    problems_->Add(m, f.field->name(), index,
                   absl::StrCat(f.field->name(), " cannot be ", number, "; write one of its names"),
                   {"wrong-value", ""});
  }

  static std::string Bare(absl::string_view text, Fragment fragment) {
    text = absl::StripAsciiWhitespace(text);
    if (fragment == QUERY || fragment == RULE_DEFINITION) {
      while (absl::ConsumeSuffix(&text, ";")) text = absl::StripTrailingAsciiWhitespace(text);
    }
    return std::string(text);
  }

  std::string Type(const std::string& type, const std::string& own) const {
    bool builtin = false;
    std::string normal = NormalizeType(type, &builtin);
    if (builtin) return normal;
    absl::string_view name = absl::StripAsciiWhitespace(normal);
    bool array = absl::ConsumeSuffix(&name, "[]");
    for (absl::string_view schema : {absl::string_view(own), absl::string_view("public")}) {
      for (Kind kind : {ENUM, DOMAIN, COMPOSITE_TYPE, RANGE_TYPE, BASE_TYPE, TABLE}) {
        if (lookup_.Has(kind, schema, name)) {
          return absl::StrCat(sql::Qualified(schema, name), array ? "[]" : "");
        }
      }
    }
    return std::string(absl::StripAsciiWhitespace(normal));
  }

  const Lookup& lookup_;
  Problems* problems_;
  std::string scratch_;
  std::deque<std::vector<const FieldDescriptor*>> set_fields_;  // by depth
};

}  // namespace

void NormaliseTexts(Schema* schema, Problems* problems) {
  Lookup lookup(*schema);
  TextNormaliser normaliser(lookup, problems);
  for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
    ForEachMutableValue(schema, f, [&](Message* m, const TypeInfo& type) {
      normaliser.Normalise(m, type, OwnSchema(*m, type));
    });
  }
}

}  // namespace autogen::model
