// Every kind and field that the core reads, against the files in testdata.
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/introspect/test_read.h"

namespace autogen::introspect {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::TestDatabase;
using testing::TestServer;

std::string GoldenPath(const std::string& name) {
  return absl::StrCat(AUTOGEN_SOURCE_DIR, "/src/introspect/testdata/", name, ".txtpb");
}

int Major() { return TestServer::Get().version() / 10000; }

// What this layer's core reads, without what a later version prints or names in its own way.
Schema Core(const Schema& schema) {
  Schema core;
  *core.mutable_schema() = schema.schema();
  *core.mutable_enum_() = schema.enum_();
  *core.mutable_sequence() = schema.sequence();
  *core.mutable_table() = schema.table();
  for (const MaterializedView& view : schema.materialized_view()) {
    MaterializedView* kept = core.add_materialized_view();
    kept->set_schema(view.schema());
    kept->set_name(view.name());
    *kept->mutable_index() = view.index();
  }
  for (Table& table : *core.mutable_table()) {
    for (Column& column : *table.mutable_column()) {
      // A partition's NOT NULL has the parent's name since PostgreSQL 18.
      if (table.has_partition_of()) column.clear_not_null_constraint();
    }
  }
  return core;
}

// The fixtures of this server and the versions before it.
std::vector<std::string> Fixtures() {
  std::vector<std::string> names = {"tables"};
  for (int version : {14, 15, 18}) {
    if (version <= Major()) names.push_back(absl::StrCat("tables.", version));
  }
  return names;
}

TEST_CASE("every kind of the core is read as the golden files say") {
  for (const std::string& name : Fixtures()) {
    CAPTURE(name);
    TestDatabase database;
    database.Run(Fixture(name));
    const std::string actual = Print(Core(*Read(database, Only("app\\d*")).schema));
    if (std::getenv("AUTOGEN_UPDATE_GOLDEN") != nullptr) {
      CHECK(WriteFile(GoldenPath(name), actual, Overwrite::kReplace).ok());
    }
    CHECK(actual == Text(GoldenPath(name)));
  }
}

// Calls visit(message type, field) for every field that is set somewhere below `message`.
void VisitSet(const Message& message, const std::function<void(const FieldDescriptor*)>& visit) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    visit(field);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const auto* reflection = message.GetReflection();
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      VisitSet(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                    : reflection->GetMessage(message, field),
               visit);
    }
  }
}

TEST_CASE("every field of the core stands in a golden file") {
  // Set by other tests, or by nothing that a test can do without a file system or a module.
  const std::set<std::string> elsewhere = {
      "owner",          "grant",         "revoke",  // see the privileges' test
      "tablespace",     "access_method",            // need a folder, a module
      "security_label",                             // needs a provider
      "rewrite_rule",   "trigger",       "policy",  // other readers' goldens
      "invalid",                                    // needs a failed concurrent build
  };
  std::set<std::string> seen;
  for (const char* name : {"tables", "tables.14", "tables.15", "tables.18"}) {
    Schema schema;
    REQUIRE(google::protobuf::TextFormat::ParseFromString(Text(GoldenPath(name)), &schema));
    VisitSet(schema, [&](const FieldDescriptor* field) { seen.insert(field->full_name()); });
  }
  std::function<void(const google::protobuf::Descriptor*)> check =
      [&](const google::protobuf::Descriptor* type) {
        for (int i = 0; i < type->field_count(); ++i) {
          const FieldDescriptor* field = type->field(i);
          const FieldRule& rule = model::RuleOf(field);
          if (rule.hint() || rule.sugar() || elsewhere.count(field->name()) > 0) continue;
          const auto& engines = rule.engine();
          if (!engines.empty() &&
              std::find(engines.begin(), engines.end(), POSTGRESQL) == engines.end()) {
            continue;  // what another engine alone has
          }
          CHECK_MESSAGE(seen.count(field->full_name()) > 0, field->full_name());
          if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) check(field->message_type());
        }
      };
  for (const auto* type :
       {Namespace::descriptor(), Sequence::descriptor(), Enum::descriptor(), Table::descriptor()}) {
    check(type);
  }
}

}  // namespace
}  // namespace autogen::introspect
