// Option lists: WITH (…) and OPTIONS (…).

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/render/kind.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using OptionList = google::protobuf::RepeatedPtrField<Option>;

// "toast.autovacuum_enabled" is two identifiers.
std::string ParameterName(const std::string& name) {
  return absl::StrJoin(
      absl::StrSplit(name, '.'), ".",
      [](std::string* out, absl::string_view part) { absl::StrAppend(out, sql::Ident(part)); });
}

// Numbers and the usual words stand bare; everything else as a literal, which every parameter
// accepts.
std::string ParameterValue(const std::string& value) {
  bool number = !value.empty();
  for (size_t i = 0; i < value.size(); ++i) {
    bool dot = value[i] == '.' && i > 0 && i + 1 < value.size() && value.find('.') == i;
    if (!absl::ascii_isdigit(static_cast<unsigned char>(value[i])) && !dot) number = false;
  }
  if (number || value == "true" || value == "false" || value == "on" || value == "off") {
    return value;
  }
  return sql::Literal(value);
}

const Option* Find(const OptionList& options, const std::string& name) {
  for (const Option& o : options) {
    if (o.name() == name) return &o;
  }
  return nullptr;
}

std::string ForeignOption(const Option& o) {
  return absl::StrCat(sql::Ident(o.name()), " ", sql::Literal(o.value()));
}

void Append(std::string* list, absl::string_view item) {
  absl::StrAppend(list, list->empty() ? "" : ", ", item);
}

}  // namespace

std::string WithOptions(const OptionList& options) {
  std::string list;
  for (const Option& o : options) {
    Append(&list, absl::StrCat(ParameterName(o.name()), "=", ParameterValue(o.value())));
  }
  return list;
}

OptionChanges DiffOptions(const OptionList& before, const OptionList& after) {
  OptionChanges changes;
  for (const Option& o : after) {
    const Option* old = Find(before, o.name());
    if (old != nullptr && old->value() == o.value()) continue;
    Append(&changes.set, absl::StrCat(ParameterName(o.name()), "=", ParameterValue(o.value())));
  }
  for (const Option& o : before) {
    if (Find(after, o.name()) == nullptr) Append(&changes.reset, ParameterName(o.name()));
  }
  return changes;
}

std::string ForeignOptions(const OptionList& options) {
  std::string list;
  for (const Option& o : options) Append(&list, ForeignOption(o));
  return list;
}

std::string DiffForeignOptions(const OptionList& before, const OptionList& after) {
  std::string list;
  for (const Option& o : after) {
    const Option* old = Find(before, o.name());
    if (old != nullptr && old->value() == o.value()) continue;
    Append(&list, absl::StrCat(old == nullptr ? "ADD " : "SET ", ForeignOption(o)));
  }
  for (const Option& o : before) {
    if (Find(after, o.name()) == nullptr)
      Append(&list, absl::StrCat("DROP ", sql::Ident(o.name())));
  }
  return list;
}

}  // namespace autogen::render
