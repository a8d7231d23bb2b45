#include "absl/strings/str_cat.h"
#include "src/model/check.h"
#include "src/model/type_info.h"
#include "src/model/utf8.h"
#include "src/sql/fragment.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class FragmentChecker {
 public:
  explicit FragmentChecker(Problems* problems) : problems_(problems) {}

  void Check(const Message& m, const TypeInfo& type) {
    const Reflection* r = m.GetReflection();
    for (const FieldInfo& f : type.fields) {
      if (f.type != nullptr) {
        ForEachValue(m, f, [&](const Message& value, const TypeInfo& value_type) {
          Check(value, value_type);
        });
      } else if (f.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        if (f.field->is_repeated()) {
          for (int i = 0; i < r->FieldSize(m, f.field); ++i) {
            Text(m, f, i, r->GetRepeatedStringReference(m, f.field, i, &scratch_));
          }
        } else {
          Text(m, f, 0, r->GetStringReference(m, f.field, &scratch_));
        }
      } else if (f.field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
        int n = f.field->is_repeated() ? r->FieldSize(m, f.field) : 1;
        for (int i = 0; i < n; ++i) {
          int number = f.field->is_repeated() ? r->GetRepeatedEnumValue(m, f.field, i)
                                              : r->GetEnumValue(m, f.field);
          if (f.field->enum_type()->FindValueByNumber(number) == nullptr) {
            problems_->Add(
                m, f.field->name(), i,
                absl::StrCat(f.field->name(), " cannot be ", number, "; write one of its names"));
          }
        }
      }
    }
  }

 private:
  void Text(const Message& m, const FieldInfo& f, int index, const std::string& text) {
    if (text.empty()) return;
    size_t bad = FirstBadByte(text);
    if (bad != std::string::npos) {
      problems_->Add(m, f.field->name(), index,
                     absl::StrCat(f.field->name(), " holds ",
                                  text[bad] == '\0' ? "a NUL byte" : "bytes that are not UTF-8",
                                  ", which PostgreSQL cannot store; take it out"));
      return;
    }
    if (f.rule->sql() == NOT_SQL) return;
    absl::Status status = sql::CheckFragment(f.rule->sql(), text);
    if (!status.ok()) {
      problems_->Add(m, f.field->name(), index,
                     absl::StrCat(f.field->name(), ": ", status.message()));
    }
  }

  Problems* problems_;
  std::string scratch_;
};

}  // namespace

void CheckFragments(const Schema& schema, Problems* problems) {
  FragmentChecker(problems).Check(schema, InfoOf(Schema::descriptor()));
}

}  // namespace autogen::model
