// What can be altered in place, kind by kind.
#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;
using testing::PlanText;

// Two values of one thing; whether it is altered or dropped and created.
struct Change {
  std::string what;
  std::string before, after;
  bool rebuilt, rebuilt_back;
};

void CheckChanges(const char* object, const std::vector<Change>& changes,
                  const Options& options = Options(PostgresRules())) {
  for (const Change& change : changes) {
    CAPTURE(change.what);
    auto check = [&](const std::string& before, const std::string& after, bool rebuilt) {
      const std::string plan = PlanText(before, after, options);
      CAPTURE(plan);
      const bool drops = plan.find(absl::StrCat("drop ", object)) != std::string::npos;
      const bool alters = plan.find(absl::StrCat("alter ", object)) != std::string::npos;
      CHECK(drops == rebuilt);
      CHECK(alters == !rebuilt);
    };
    check(change.before, change.after, change.rebuilt);
    check(change.after, change.before, change.rebuilt_back);
  }
}

std::string Enum(const char* labels) { return absl::StrCat("enum { name: \"e\" ", labels, " }"); }

TEST_CASE("an enum takes labels anywhere; it loses and moves none") {
  CheckChanges(
      "enum public.e",
      {
          {"appended", Enum(R"(label: "a" label: "b")"),
           Enum(R"(label: "a" label: "b" label: "c")"), false, true},
          {"before and between", Enum(R"(label: "a" label: "b")"),
           Enum(R"(label: "z" label: "a" label: "m" label: "b")"), false, true},
          {"the first one", Enum(""), Enum(R"(label: "a")"), false, true},
          {"moved", Enum(R"(label: "a" label: "b")"), Enum(R"(label: "b" label: "a")"), true, true},
          {"replaced", Enum(R"(label: "a")"), Enum(R"(label: "b")"), true, true},
      });
}

std::string View(const char* definition, const char* columns) {
  return absl::StrCat("view { name: \"v\" definition: \"", definition, "\" }\n", columns);
}

TEST_CASE("CREATE OR REPLACE VIEW keeps the columns that there are, and appends") {
  const char* a = "# v.a is integer\n";
  CheckChanges(
      "view public.v",
      {
          {"the same columns", View("SELECT 1 AS a", a), View("SELECT 2 AS a", a), false, false},
          {"one more at the end", View("SELECT 1 AS a", a),
           View("SELECT 1 AS a, 2 AS b", "# v.a is integer\n# v.b is integer\n"), false, true},
          {"one more in front", View("SELECT 1 AS a", a),
           View("SELECT 2 AS b, 1 AS a", "# v.b is integer\n# v.a is integer\n"), true, true},
          {"another type", View("SELECT 1 AS a", a),
           View("SELECT 'x'::text AS a", "# v.a is text\n"), true, true},
          {"another name", View("SELECT 1 AS a", a), View("SELECT 1 AS b", "# v.b is integer\n"),
           true, true},
      });
}

std::string Function(const char* fields) {
  return absl::StrCat("function { name: \"f\" language: \"sql\" body: \"SELECT 1\" ", fields, " }");
}

TEST_CASE("CREATE OR REPLACE FUNCTION keeps names, results and defaults of arguments") {
  const std::string plain = Function(R"(returns: "integer" argument { type: "integer" })");
  const std::string named =
      Function(R"(returns: "integer" argument { type: "integer" name: "a" })");
  CheckChanges(
      "function public.f(integer)",
      {
          {"another body", plain,
           R"(function { name: "f" language: "sql" body: "SELECT 2" returns: "integer"
                argument { type: "integer" } })",
           false, false},
          {"volatility, cost and settings", plain,
           Function(R"(returns: "integer" argument { type: "integer" } volatility: STABLE cost: 5
                       set { name: "work_mem" value: "1MB" })"),
           false, false},
          {"a name for an argument that has none", plain, named, false, true},
          {"another name", named,
           Function(R"(returns: "integer" argument { type: "integer" name: "b" })"), true, true},
          {"a default", named,
           Function(R"(returns: "integer" argument { type: "integer" name: "a" default: "1" })"),
           false, true},
          {"the result", plain, Function(R"(returns: "bigint" argument { type: "integer" })"), true,
           true},
          {"a set of results", plain,
           Function(R"(returns: "integer" returns_set: true argument { type: "integer" })"), true,
           true},
          {"an output column", Function(R"(argument { type: "integer" }
              argument { type: "text" name: "x" mode: OUT })"),
           Function(R"(argument { type: "integer" }
              argument { type: "text" name: "x" mode: OUT }
              argument { type: "text" name: "y" mode: OUT })"),
           true, true},
          {"the name of an output column", Function(R"(argument { type: "integer" }
              argument { type: "text" mode: OUT })"),
           Function(R"(argument { type: "integer" }
              argument { type: "text" name: "x" mode: OUT })"),
           true, true},
          {"the type of an output column", Function(R"(argument { type: "integer" }
              argument { type: "text" name: "x" mode: OUT })"),
           Function(R"(argument { type: "integer" }
              argument { type: "bigint" name: "x" mode: OUT })"),
           true, true},
          {"the mode of an argument", named,
           Function(R"(returns: "integer" argument { type: "integer" name: "a" mode: INOUT })"),
           true, true},
      });
}

std::string Composite(const char* attributes, bool used = false) {
  return absl::StrCat("composite_type { name: \"p\" ", attributes, " }",
                      used ? R"( table { name: "t" column { name: "c" type: "public.p" } })" : "");
}

TEST_CASE("a composite type loses attributes anywhere and gets them at its end") {
  const char* ab = R"(attribute { name: "a" type: "text" } attribute { name: "b" type: "text" })";
  const char* ba = R"(attribute { name: "b" type: "text" } attribute { name: "a" type: "text" })";
  const char* abc = R"(attribute { name: "a" type: "text" } attribute { name: "b" type: "text" }
                       attribute { name: "c" type: "text" })";
  const char* acb = R"(attribute { name: "a" type: "text" } attribute { name: "c" type: "text" }
                       attribute { name: "b" type: "text" })";
  const char* a = R"(attribute { name: "a" type: "text" })";
  const char* number = R"(attribute { name: "a" type: "integer" })";
  const char* collated = R"(attribute { name: "a" type: "text" collation { name: "C" } })";
  CheckChanges(
      "composite type public.p",
      {
          {"at the end", Composite(ab), Composite(abc), false, false},
          {"in the middle", Composite(ab), Composite(acb), true, false},
          {"in another order", Composite(ab), Composite(ba), true, true},
          {"another type, used by no column", Composite(a), Composite(number), false, false},
          {"used by a column, at the end", Composite(a, true), Composite(ab, true), false, false},
      });
  CheckRows({
      {"another type where a column uses it", Composite(a, true), Composite(number, true),
       R"(rename composite type public.p to public.p__replaced
          create composite type public.p
          alter column public.t.c (move to the new type)
          drop composite type public.p__replaced)"},
      {"another collation where a column uses it", Composite(a, true), Composite(collated, true),
       R"(rename composite type public.p to public.p__replaced
          create composite type public.p
          alter column public.t.c (move to the new type)
          drop composite type public.p__replaced)"},
  });
}

std::string Generated(const char* column) {
  return absl::StrCat(R"(table { name: "t" column { name: "a" type: "integer" } column { name: "g"
      type: "integer" )",
                      column, " } }");
}

TEST_CASE("a generated column becomes an ordinary one, and nothing else in place") {
  const std::string plain = Generated("");
  const std::string stored = Generated(R"(generated { expression: "a * 2" })");
  const std::string other = Generated(R"(generated { expression: "a * 3" })");
  const std::string computed = Generated(R"(generated { expression: "a * 2" virtual: true })");
  const char* g = "column public.t.g";
  CheckChanges(g,
               {{"stored", stored, plain, false, true}, {"expression", stored, other, true, true}});
  Options newer(PostgresRules());
  newer.server_version = 180000;
  CheckChanges(g,
               {
                   {"SET EXPRESSION of PostgreSQL 17", stored, other, false, false},
                   {"virtual", computed, plain, true, true},
                   {"stored to virtual", stored, computed, true, true},
               },
               newer);
}

TEST_CASE("an extension is updated to newer versions only") {
  auto extension = [](const char* version) {
    return absl::StrCat("extension { name: \"x\" version: \"", version, "\" }");
  };
  CheckChanges("extension x", {
                                  {"", extension("1.3"), extension("1.4"), false, true},
                                  {"by numbers", extension("1.3"), extension("1.10"), false, true},
                                  {"longer", extension("1.3"), extension("1.3.1"), false, true},
                                  {"by text", extension("1.a"), extension("1.b"), false, true},
                              });
}

std::string Constraint(const char* constraint) {
  return absl::StrCat(R"(table { name: "k" column { name: "a" type: "integer" primary_key: true } }
      table { name: "t" column { name: "a" type: "integer" } )",
                      constraint, " }");
}

TEST_CASE("a constraint is validated in place, not the other way") {
  CheckChanges(
      "check public.t.c",
      {{"check", Constraint(R"(check { name: "c" expression: "a > 0" not_valid: true })"),
        Constraint(R"(check { name: "c" expression: "a > 0" })"), false, true},
       {"comment", Constraint(R"(check { name: "c" expression: "a > 0" })"),
        Constraint(R"(check { name: "c" expression: "a > 0" comment: "c" })"), false, false}});
  CheckChanges(
      "foreign key public.t.c",
      {{"not valid",
        Constraint(R"(foreign_key { name: "c" column: "a" references { table: "k" } not_valid: true
                      })"),
        Constraint(R"(foreign_key { name: "c" column: "a" references { table: "k" } })"), false,
        true},
       {"deferrable",
        Constraint(R"(foreign_key { name: "c" column: "a" references { table: "k" } })"),
        Constraint(
            R"(foreign_key { name: "c" column: "a" references { table: "k" } deferrable: true })"),
        false, false},
       {"on delete",
        Constraint(R"(foreign_key { name: "c" column: "a" references { table: "k" } })"),
        Constraint(
            R"(foreign_key { name: "c" column: "a"
              references { table: "k" } on_delete: CASCADE })"),
        true, true}});
  CheckChanges(
      "domain check public.d.c",
      {{"domain check",
        R"(domain { name: "d" type: "integer" check { name: "c" expression: "VALUE > 0"
                    not_valid: true } })",
        R"(domain { name: "d" type: "integer" check { name: "c" expression: "VALUE > 0" } })",
        false, true}});
}

TEST_CASE("a policy loses no expression") {
  auto policy = [](const char* fields) {
    return absl::StrCat(
        R"(table { name: "t" column { name: "a" type: "integer" } policy { name: "p" )", fields,
        " } }");
  };
  CheckChanges("policy public.t.p", {
                                        {"another expression", policy(R"(using: "a > 0")"),
                                         policy(R"(using: "a > 1")"), false, false},
                                        {"USING", policy(R"(check: "a > 0")"),
                                         policy(R"(using: "a > 0" check: "a > 0")"), false, true},
                                        {"WITH CHECK", policy(R"(using: "a > 0")"),
                                         policy(R"(using: "a > 0" check: "a > 0")"), false, true},
                                        {"the command", policy(R"(using: "a > 0")"),
                                         policy(R"(using: "a > 0" command: UPDATE)"), true, true},
                                    });
}

TEST_CASE("CREATE OR REPLACE TRIGGER does all but constraints, since PostgreSQL 14") {
  auto trigger = [](const char* fields) {
    return absl::StrCat(
        R"(function { name: "f" returns: "trigger" language: "plpgsql" body: "BEGIN END" }
           table { name: "t" column { name: "a" type: "integer" } trigger { name: "r" )",
        R"(function { name: "f" } for_each_row: true )", fields, " } }");
  };
  const std::string before = trigger("event: UPDATE");
  const std::string after = trigger("event: UPDATE event: DELETE");
  const std::string constraint = trigger("timing: AFTER event: UPDATE constraint: true");
  CheckChanges(
      "trigger public.t.r",
      {
          {"the event", before, after, false, false},
          {"the timing", before, trigger("timing: AFTER event: UPDATE"), false, false},
          {"when it fires", before, trigger("event: UPDATE enabled: DISABLED"), false, false},
          {"a constraint", before, constraint, true, true},
          {"of a constraint", constraint,
           trigger("timing: AFTER event: UPDATE constraint: true deferrable: true"), true, true},
      });
  Options old(PostgresRules());
  old.server_version = 130000;
  CheckChanges(
      "trigger public.t.r",
      {{"the event", before, after, true, true},
       {"when it fires", before, trigger("event: UPDATE enabled: DISABLED"), false, false}},
      old);
}

TEST_CASE("CREATE OR REPLACE AGGREGATE keeps the type of the result") {
  auto aggregate = [](const char* fields) {
    return absl::StrCat(R"(aggregate { name: "x" argument { type: "integer" }
        sfunc { schema: "pg_catalog" name: "int4_sum" } )",
                        fields, " }");
  };
  const std::string state = aggregate(R"(stype: "bigint")");
  const std::string final_function =
      aggregate(R"(stype: "bigint" finalfunc { schema: "pg_catalog" name: "text" })");
  CheckChanges(
      "aggregate public.x(integer)",
      {
          {"the initial state", state, aggregate(R"(stype: "bigint" initcond: "0")"), false, false},
          {"the type of the state, which is the result", state, aggregate(R"(stype: "numeric")"),
           true, true},
          {"the type of the state behind a final function", final_function,
           aggregate(R"(stype: "numeric" finalfunc { schema: "pg_catalog" name: "text" })"), false,
           false},
          {"the final function", state, final_function, true, true},
          {"the name of an argument", state,
           R"(aggregate { name: "x" argument { type: "integer" name: "a" } stype: "bigint"
                          sfunc { schema: "pg_catalog" name: "int4_sum" } })",
           true, true},
      });
}

TEST_CASE("a table becomes foreign, or another server's, by being recreated") {
  const std::string servers =
      R"(foreign_data_wrapper { name: "w" } server { name: "s1" foreign_data_wrapper: "w" }
         server { name: "s2" foreign_data_wrapper: "w" } table { name: "t" )";
  CheckChanges(
      "table public.t",
      {{"foreign", servers + "}", servers + R"(foreign { server: "s1" } })", true, true},
       {"server", servers + R"(foreign { server: "s1" } })",
        servers + R"(foreign { server: "s2" } })", true, true},
       {"options", servers + R"(foreign { server: "s1" } })",
        servers + R"(foreign { server: "s1" option { name: "a" value: "b" } } })", false, false},
       {"partitioned", R"(table { name: "t" column { name: "a" type: "integer" } })",
        R"(table { name: "t" column { name: "a" type: "integer" }
                            partition_by { strategy: LIST column: "a" } })",
        true, true}});
}

TEST_CASE("a materialized view moves to another access method since PostgreSQL 15") {
  const std::string head = R"(access_method { name: "other" table: true
      handler { name: "heap_tableam_handler" } }
              materialized_view { name: "m" definition: "SELECT 1" )";
  const Change change = {"", head + "}", head + R"(access_method: "other" })", false, false};
  CheckChanges("materialized view public.m", {change});
  Options old(PostgresRules());
  old.server_version = 140000;
  CheckChanges("materialized view public.m", {{"", change.before, change.after, true, true}}, old);
}

// A partitioned table with a key, and a partition with its own.
std::string Keys(const std::string& parent, const std::string& partition, const char* more = "") {
  return absl::StrCat(
      R"(table { name: "p" partition_by { strategy: LIST column: "a" }
          column { name: "a" type: "integer" not_null: true } )",
      parent, R"( } table { name: "c" column { name: "a" type: "integer" not_null: true } )", more,
      partition, " }");
}

TEST_CASE("an index that stands alone joins the parent's in place, and leaves by being rebuilt") {
  const char* of = R"(partition_of { table: "p" bound: "DEFAULT" } )";
  auto rows = [&](const char* key, const char* more) {
    return Keys(absl::StrCat(key, "{ name: \"up\" ", more, " }"),
                absl::StrCat(key, "{ name: \"own\" ", more, " }"), of);
  };
  auto attached = [&](const char* key, const char* more) {
    return Keys(absl::StrCat(key, "{ name: \"up\" ", more, " }"),
                absl::StrCat(key, "{ name: \"own\" ", more, " attached_to: \"up\" }"), of);
  };
  const char* column = R"(column: "a")";
  const char* equal = R"(key { column: "a" operator: "=" })";
  CheckRows({
      {"an index", rows("index", column), attached("index", column),
       "alter index public.c.own: attached_to",
       R"(drop index public.p.up (recreated after index public.c.own)
          create index public.p.up (recreated after index public.c.own)
          create index public.c.own)"},
      {"a unique constraint", rows("unique", column), attached("unique", column),
       "alter unique public.c.own: attached_to",
       R"(drop unique public.p.up (recreated after unique public.c.own)
          create unique public.p.up (recreated after unique public.c.own)
          create unique public.c.own)"},
      {"no statement attaches an exclusion constraint", rows("exclude", equal),
       attached("exclude", equal),
       R"(drop exclusion public.c.own
          create exclusion public.c.own)",
       R"(drop exclusion public.p.up (recreated after exclusion public.c.own)
          create exclusion public.p.up (recreated after exclusion public.c.own)
          create exclusion public.c.own)"},
      {"it leaves with its table",
       Keys(R"(primary_key { name: "pk" column: "a" })",
            R"(primary_key { name: "k" column: "a" attached_to: "pk" })", of),
       Keys(R"(primary_key { name: "pk" column: "a" })",
            R"(primary_key { name: "k" column: "a" })"),
       R"(alter table public.c: partition_of
          alter primary key public.c.k: attached_to)",
       R"(alter primary key public.c.k: attached_to
          alter table public.c: partition_of)"},
  });
}

}  // namespace
}  // namespace autogen::diff
