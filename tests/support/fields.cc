#include "tests/support/fields.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"

namespace autogen::testing {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::util::MessageDifferencer;

bool IsMessage(const FieldDescriptor* f) {
  return f->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

// An object of its own in the catalog, not a part of the one around it.
bool IsObject(const FieldDescriptor* f) {
  return IsMessage(f) && model::OptionsOf(f->message_type()).kind() != KIND_UNSPECIFIED;
}

bool Counts(const FieldDescriptor* f) {
  const FieldRule& rule = model::RuleOf(f);
  const auto& engines = rule.engine();
  const bool foreign =
      !engines.empty() && std::count(engines.begin(), engines.end(), POSTGRESQL) == 0;
  return !foreign && !rule.hint() && !rule.sugar() && !rule.derived();
}

std::string Name(const FieldDescriptor* f) {
  return absl::StrCat(f->containing_type()->name(), ".", f->name());
}

void Fields(const Descriptor* type, std::set<const Descriptor*>* seen, std::set<std::string>* all) {
  if (!seen->insert(type).second) return;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* f = type->field(i);
    if (!Counts(f)) continue;
    if (!IsObject(f) && !model::RuleOf(f).key() && type != Schema::descriptor()) {
      all->insert(Name(f));
    }
    if (IsMessage(f)) Fields(f->message_type(), seen, all);
  }
}

std::vector<std::string> Missing(const std::set<std::string>& touched) {
  std::set<const Descriptor*> seen;
  std::set<std::string> all;
  Fields(Schema::descriptor(), &seen, &all);
  std::vector<std::string> missing;
  for (const std::string& name : all) {
    if (touched.count(name) == 0) missing.push_back(name);
  }
  return missing;
}

void AddDifferent(const Message& a, const Message& b, std::set<std::string>* touched);

// Elements that the other list does not have.
void AddRepeated(const Message& a, const Message& b, const FieldDescriptor* f,
                 std::set<std::string>* touched) {
  const Reflection* r = a.GetReflection();
  const int na = r->FieldSize(a, f), nb = r->FieldSize(b, f);
  for (int i = 0; i < std::max(na, nb); ++i) {
    const std::unique_ptr<Message> none(
        r->GetMessageFactory()->GetPrototype(f->message_type())->New());
    const Message& x = i < na ? r->GetRepeatedMessage(a, f, i) : *none;
    const Message& y = i < nb ? r->GetRepeatedMessage(b, f, i) : *none;
    AddDifferent(x, y, touched);
  }
}

void AddDifferent(const Message& a, const Message& b, std::set<std::string>* touched) {
  const Descriptor* type = a.GetDescriptor();
  const Reflection* r = a.GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* f = type->field(i);
    if (!Counts(f) || IsObject(f)) continue;
    MessageDifferencer differencer;
    if (differencer.CompareWithFields(a, b, {f}, {f})) continue;
    touched->insert(Name(f));
    if (!IsMessage(f)) continue;
    if (f->is_repeated()) {
      AddRepeated(a, b, f, touched);
    } else {
      AddDifferent(r->GetMessage(a, f), r->GetMessage(b, f), touched);
    }
  }
}

}  // namespace

void FieldCoverage::AddSet(const model::Catalog& catalog) {
  for (const model::Object& o : catalog.objects()) {
    const std::unique_ptr<Message> none(o.message->New());
    AddDifferent(*none, *o.message, &set_);
  }
}

void FieldCoverage::AddDifference(const model::Catalog& before, const model::Catalog& after) {
  auto add_new = [&](const model::Object& o) {
    const std::unique_ptr<Message> none(o.message->New());
    AddDifferent(*none, *o.message, &set_);
  };
  for (const model::Object& o : before.objects()) {
    const int twin = after.Find(o.id);
    if (twin < 0) {
      add_new(o);
    } else {
      AddDifferent(*o.message, *after.at(twin).message, &different_);
    }
  }
  for (const model::Object& o : after.objects()) {
    if (before.Find(o.id) < 0) add_new(o);
  }
}

std::vector<std::string> FieldCoverage::NeverSet() const { return Missing(set_); }
std::vector<std::string> FieldCoverage::NeverDifferent() const { return Missing(different_); }

}  // namespace autogen::testing
