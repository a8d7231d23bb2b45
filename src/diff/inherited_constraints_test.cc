// Checks, foreign keys and triggers of a table beside those that come down from its parents.
#include <doctest/doctest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CheckRows;

constexpr char kReferenced[] = R"(table { name: "q" column { name: "k" type: "integer" }
    primary_key { name: "q_pkey" column: "k" } } )";

std::string Partition(const std::string& parent, const std::string& child) {
  return absl::StrCat(kReferenced, R"(table { name: "p" partition_by { strategy: LIST column: "k" }
              column { name: "k" type: "integer" } )",
                      parent, R"( } table { name: "c" partition_of { table: "p" bound: "DEFAULT" }
          column { name: "k" type: "integer" } )",
                      child, " } ");
}
std::string Child(const std::string& parent, const std::string& child) {
  return absl::StrCat(kReferenced, R"(table { name: "p" column { name: "k" type: "integer" } )",
                      parent, R"( } table { name: "c" inherits { name: "p" } )", child, " } ");
}

std::string Check(const char* more = "") {
  return absl::StrCat(R"(check { name: "x" expression: "k > 0" )", more, " } ");
}
std::string Key(const char* name, const char* more = "") {
  return absl::StrCat(R"(foreign_key { name: ")", name,
                      R"(" column: "k" references { table: "q" column: "k" } )", more, " } ");
}
std::string Trigger(const char* more) {
  return absl::StrCat(R"(trigger { name: "x" timing: AFTER event: INSERT for_each_row: true
                                   function { name: "f" } )",
                      more, " } ");
}
constexpr char kInherited[] = "inherited: true";

TEST_CASE("a check that a table has becomes that of its parent") {
  CheckRows({
      {"a partition's merges with it, and is added again when the parent's goes",
       Partition("", Check()), Partition(Check(), Check(kInherited)), "create check public.p.x",
       R"(drop check public.p.x
          create check public.c.x)"},
      {"not one that was not valid", Partition("", Check("not_valid: true")),
       Partition(Check(), Check(kInherited)), R"(drop check public.c.x
          create check public.p.x)",
       R"(drop check public.p.x
          create check public.c.x)"},
      {"a child's stays its own, so it makes room", Child("", Check()),
       Child(Check(), Check(kInherited)), R"(drop check public.c.x
          create check public.p.x)",
       R"(drop check public.p.x
          create check public.c.x)"},
      {"where the parent has it already", Child(Check(), Check()),
       Child(Check(), Check(kInherited)),
       R"(drop check public.p.x (recreated after check public.c.x)
          drop check public.c.x
          create check public.p.x (recreated after check public.c.x))",
       "create check public.c.x"},
      {"another one of that name makes room",
       Partition("", R"(check { name: "x" expression: "k < 9" })"),
       Partition(Check(), Check(kInherited)), R"(drop check public.c.x
          create check public.p.x)",
       R"(drop check public.p.x
          create check public.c.x)"},
      {"both declare it", Child("", ""), Child(Check(), Check()), R"(create check public.p.x
          create check public.c.x)",
       R"(drop check public.p.x
          drop check public.c.x)"},
  });
}

TEST_CASE("a foreign key of a partition becomes the copy of its parent's") {
  CheckRows({
      {"whatever its name", Partition("", Key("own")), Partition(Key("f"), ""),
       "create foreign key public.p.f", R"(drop foreign key public.p.f
          create foreign key public.c.own)"},
      {"not one that is to stay beside it", Partition("", Key("own")),
       Partition(Key("f"), Key("own")),
       R"(drop foreign key public.c.own (recreated after table public.p)
          create foreign key public.p.f
          create foreign key public.c.own (recreated after table public.p))",
       "drop foreign key public.p.f"},
      {"nor one that does something else", Partition("", Key("own", "on_delete: CASCADE")),
       Partition(Key("f"), ""), R"(drop foreign key public.c.own
          create foreign key public.p.f)",
       R"(drop foreign key public.p.f
          create foreign key public.c.own)"},
      {"nor one that was not valid", Partition("", Key("own", "not_valid: true")),
       Partition(Key("f"), ""), R"(drop foreign key public.c.own
          create foreign key public.p.f)",
       R"(drop foreign key public.p.f
          create foreign key public.c.own)"},
      {"a child's is its own", Child("", Key("f")), Child(Key("f"), ""),
       R"(drop foreign key public.c.f
          create foreign key public.p.f)",
       R"(drop foreign key public.p.f
          create foreign key public.c.f)"},
      {"the parent's is recreated beside it", Partition(Key("f"), Key("own")),
       Partition(Key("f", "on_delete: CASCADE"), Key("own")), R"(drop foreign key public.p.f
          create foreign key public.p.f)",
       R"(drop foreign key public.c.own (recreated after table public.p)
          drop foreign key public.p.f
          create foreign key public.p.f
          create foreign key public.c.own (recreated after table public.p))"},
  });
}

TEST_CASE("a foreign key of a partition bears the name of its parent's") {
  const std::string other = Key("f", "on_delete: CASCADE");
  CheckRows({
      {"the copy comes after it, under another name", Partition("", ""), Partition(Key("f"), other),
       R"(create foreign key public.c.f
          create foreign key public.p.f)",
       R"(drop foreign key public.c.f
          drop foreign key public.p.f)"},
      {"the copy that is there makes room", Partition(Key("f"), ""), Partition(Key("f"), other),
       R"(drop foreign key public.p.f (recreated after table public.c)
          create foreign key public.c.f
          create foreign key public.p.f (recreated after table public.c))",
       "drop foreign key public.c.f"},
  });
}

TEST_CASE("a trigger of a partition makes room for its parent's of that name") {
  CheckRows({
      {"and comes back behind it", Partition("", Trigger("")), Partition(Trigger(""), ""),
       R"(drop trigger public.c.x
          create trigger public.p.x)",
       R"(drop trigger public.p.x
          create trigger public.c.x)"},
  });
}

}  // namespace
}  // namespace autogen::diff
