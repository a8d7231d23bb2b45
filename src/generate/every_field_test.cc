// What a check sees: a model of every kind of object, with one field changed at a time.
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "src/generate/compare.h"
#include "src/model/load.h"
#include "src/model/new_schema.h"
#include "src/model/same.h"
#include "src/model/type_info.h"

namespace autogen::generate {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Makes one change after another to a message and all that is in it, each undone before the next.
class Changes {
 public:
  explicit Changes(std::function<void(const std::string& what)> check) : check_(std::move(check)) {}

  void OfEach(Message* m, const model::TypeInfo& type, const std::string& path) {
    for (const model::FieldInfo& f : type.fields) {
      if (f.rule->hint() || f.rule->derived() || f.rule->sugar()) continue;
      const std::string name = absl::StrCat(path, ".", f.field->name());
      f.field->is_repeated() ? Repeated(m, f, name) : Single(m, f, name);
    }
  }

 private:
  void Try(Message* m, const std::string& what, const std::function<void()>& change) {
    const std::unique_ptr<Message> before(m->New());
    before->CopyFrom(*m);
    change();
    check_(what);
    m->CopyFrom(*before);
  }

  void Repeated(Message* m, const model::FieldInfo& f, const std::string& name) {
    const Reflection* r = f.reflection;
    const int n = r->FieldSize(*m, f.field);
    if (n > 0) Try(m, name + " one fewer", [&] { r->RemoveLast(m, f.field); });
    if (f.type != nullptr) {
      if (n == 0) Try(m, name + " one more", [&] { r->AddMessage(m, f.field); });
      for (int i = 0; i < n; ++i) {
        OfEach(r->MutableRepeatedMessage(m, f.field, i), *f.type, absl::StrCat(name, "[", i, "]"));
      }
      return;
    }
    if (f.field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) return;
    Try(m, name + " one more", [&] { r->AddString(m, f.field, "more"); });
    if (n > 0) Try(m, name + " another", [&] { r->SetRepeatedString(m, f.field, 0, "another"); });
  }

  void Single(Message* m, const model::FieldInfo& f, const std::string& name) {
    const Reflection* r = f.reflection;
    if (f.type != nullptr) {
      if (!r->HasField(*m, f.field)) {
        return Try(m, name + " set", [&] { r->MutableMessage(m, f.field); });
      }
      Try(m, name + " gone", [&] { r->ClearField(m, f.field); });
      return OfEach(r->MutableMessage(m, f.field), *f.type, name);
    }
    if (f.field->has_presence() && r->HasField(*m, f.field)) {
      Try(m, name + " gone", [&] { r->ClearField(m, f.field); });
    }
    Try(m, name + " another", [&] { Change(m, f); });
  }

  static void Change(Message* m, const model::FieldInfo& f) {
    const Reflection* r = f.reflection;
    const FieldDescriptor* field = f.field;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return r->SetString(m, field, r->GetString(*m, field) + "x");
      case FieldDescriptor::CPPTYPE_BOOL:
        return r->SetBool(m, field, !r->GetBool(*m, field));
      case FieldDescriptor::CPPTYPE_ENUM:
        return r->SetEnumValue(
            m, field, (r->GetEnumValue(*m, field) + 1) % field->enum_type()->value_count());
      case FieldDescriptor::CPPTYPE_INT32:
        return r->SetInt32(m, field, r->GetInt32(*m, field) + 1);
      case FieldDescriptor::CPPTYPE_INT64:
        return r->SetInt64(m, field, r->GetInt64(*m, field) + 1);
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return r->SetDouble(m, field, r->GetDouble(*m, field) + 1);
      default:
        FAIL("a type of field that this test does not change: ", field->full_name());
    }
  }

  std::function<void(const std::string&)> check_;
};

// Changes that are no difference.
const std::set<std::string> kFollows = {
    // Which files a model includes; nothing is left of it once it is loaded.
    ".include one more",
    // A model that names no version of an extension takes any.
    ".extension[1].version another",
    // A partition has the columns of its table, with their NOT NULL constraints.
    ".table[3].column one fewer", ".table[3].column[0].not_null_constraint set",
    // What comes from a parent is as the parent has it.
    ".table[3].column[0].inherited another", ".table[3].column[1].inherited another",
    ".table[5].column[0].inherited another", ".table[5].check one fewer",
    ".table[5].check[0].name another", ".table[5].check[0].expression another",
    ".table[5].check[0].comment another", ".table[5].check[0].no_inherit another",
    ".table[5].check[0].not_valid another", ".table[5].check[0].not_enforced another"};

std::shared_ptr<Schema> Everything() {
  auto schema = model::LoadModel({AUTOGEN_SOURCE_DIR "/src/model/testdata/everything.txtpb"});
  REQUIRE_MESSAGE(schema.ok(), schema.status().message());
  return *schema;
}

TEST_CASE("each field of each kind of object makes a difference") {
  model::Snapshot before, after;
  before.schema = Everything();
  after.schema = model::CopySchema(*before.schema);
  before.server_version = after.server_version = 180000;
  Settings settings;
  settings.owners = settings.privileges = true;
  REQUIRE(model::SayTheSame(*before.schema, *after.schema));
  int tried = 0;
  Changes([&](const std::string& what) {
    ++tried;
    CAPTURE(what);
    const auto plan = PlanFor(before, after, settings);
    const bool seen = !plan.ok() || !plan->empty();
    const bool expected = kFollows.count(what) == 0;
    CHECK(seen == expected);
    // What is compared by its bytes alone is never taken for equal where the diff sees something.
    const bool overlooked = seen && model::SayTheSame(*before.schema, *after.schema);
    CHECK_FALSE(overlooked);
  }).OfEach(after.schema.get(), model::InfoOf(Schema::descriptor()), "");
  MESSAGE(tried, " changes");
  CHECK(tried > 1000);
  CHECK(model::SayTheSame(*before.schema, *after.schema));
}

}  // namespace
}  // namespace autogen::generate
