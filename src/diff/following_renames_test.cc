// What bears a default name follows what it was named after.
#include <doctest/doctest.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/diff/plan_text.h"

namespace autogen::diff {
namespace {

using testing::CatalogOf;

// The renames that follow, and those that undo them, as the plan has them.
std::string FollowingText(const std::string& current, const std::string& renamed,
                          const std::string& wanted,
                          const absl::flat_hash_set<Kind>& unmanaged = {}) {
  auto was = CatalogOf(current), is = CatalogOf(renamed), will = CatalogOf(wanted);
  Plan plan;
  AddRenames(FollowingRenames({*was, *is, *will}, DeclaredRenames(*was, *will), unmanaged), *is,
             &plan);
  return std::string(absl::StripTrailingAsciiWhitespace(testing::PlanText(plan)));
}

// Table t that becomes u, column a that becomes b: `inside` with $t and $a in it.
std::string Named(const std::string& inside, const char* table, const char* column) {
  return absl::StrReplaceAll(inside, {{"$t", table}, {"$a", column}});
}

struct Row {
  std::string what;
  std::string is;      // inside of the table, or beside it, once it is renamed
  std::string wanted;  // the same as the model wants it
  std::string plan;
};

const std::string kTable = R"(table { name: "$t" $from column { name: "a" type: "integer" } $in }
                              $beside)";

std::string Model(const char* table, const char* from, const std::string& in,
                  const std::string& beside) {
  return absl::StrReplaceAll(kTable,
                             {{"$t", table}, {"$from", from}, {"$in", in}, {"$beside", beside}});
}

constexpr char kFrom[] = R"(renamed_from: "t")";

TEST_CASE("the names after a table follow it, where the model wants the ones of today") {
  const Row rows[] = {
      {"a primary key", R"(primary_key { name: "t_pkey" column: "a" })",
       R"(primary_key { name: "u_pkey" column: "a" })",
       "rename primary key public.u.t_pkey to public.u.u_pkey"},
      {"a unique constraint", R"(unique { name: "t_a_key" column: "a" })",
       R"(unique { name: "u_a_key" column: "a" })",
       "rename unique public.u.t_a_key to public.u.u_a_key"},
      {"an index", R"(index { name: "t_a_idx" column: "a" })",
       R"(index { name: "u_a_idx" column: "a" })",
       "rename index public.u.t_a_idx to public.u.u_a_idx"},
      {"with the number that it got where the plain one was taken",
       R"(index { name: "t_a_idx1" column: "a" })", R"(index { name: "u_a_idx" column: "a" })",
       "rename index public.u.t_a_idx1 to public.u.u_a_idx"},
      {"a check of one column", R"(check { name: "t_a_check" expression: "a > 0" })",
       R"(check { name: "u_a_check" expression: "a > 0" })",
       "rename check public.u.t_a_check to public.u.u_a_check"},
      {"an exclusion constraint",
       R"(exclude { name: "t_a_excl" key { column: "a" operator: "=" } })",
       R"(exclude { name: "u_a_excl" key { column: "a" operator: "=" } })",
       "rename exclusion public.u.t_a_excl to public.u.u_a_excl"},
      {"whatever its comment is", R"(index { name: "t_a_idx" column: "a" comment: "x" })",
       R"(index { name: "u_a_idx" column: "a" })",
       "rename index public.u.t_a_idx to public.u.u_a_idx"},
      {"not one of another name", R"(index { name: "mine" column: "a" })",
       R"(index { name: "u_a_idx" column: "a" })", ""},
      {"not where the model keeps the old name", R"(index { name: "t_a_idx" column: "a" })",
       R"(index { name: "t_a_idx" column: "a" })", ""},
      {"not where the model wants another name", R"(index { name: "t_a_idx" column: "a" })",
       R"(index { name: "mine" column: "a" })", ""},
      {"not where it changes: it is recreated", R"(index { name: "t_a_idx" column: "a" })",
       R"(index { name: "u_a_idx" column: "a" unique: true })", ""},
      {"not where it goes", R"(index { name: "t_a_idx" column: "a" })", "", ""},
      {"two that follow have two names",
       R"(index { name: "t_a_idx" column: "a" } index { name: "t_a_idx1" column: "a" })",
       R"(index { name: "u_a_idx" column: "a" } index { name: "u_a_idx1" column: "a" })",
       R"(rename index public.u.t_a_idx to public.u.u_a_idx
rename index public.u.t_a_idx1 to public.u.u_a_idx1)"},
      {"not onto a name that something else keeps",
       R"(index { name: "t_a_idx" column: "a" } check { name: "t_a_check" expression: "a > 0" }
          check { name: "u_a_check" expression: "a < 9" })",
       R"(index { name: "u_a_idx" column: "a" } check { name: "u_a_check" expression: "a > 0" })",
       "rename index public.u.t_a_idx to public.u.u_a_idx"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(FollowingText(Model("t", "", row.is, ""), Model("u", "", row.is, ""),
                        Model("u", kFrom, row.wanted, "")) == row.plan);
  }
}

TEST_CASE("what lies beside the table follows it as well") {
  const Row rows[] = {
      {"a sequence that a column owns",
       R"(sequence { name: "t_a_seq" owned_by { table: "$t" column: "a" } })",
       R"(sequence { name: "u_a_seq" owned_by { table: "$t" column: "a" } })",
       "rename sequence public.t_a_seq to public.u_a_seq"},
      {"not one that stands alone", R"(sequence { name: "t_a_seq" })",
       R"(sequence { name: "u_a_seq" })", ""},
      {"statistics",
       R"(statistics { name: "t_a_expr_stat" table { name: "$t" } column: "a" expression: "a + 1" })",
       R"(statistics { name: "u_a_expr_stat" table { name: "$t" } column: "a" expression: "a + 1" })",
       "rename statistics public.t_a_expr_stat to public.u_a_expr_stat"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(FollowingText(Model("t", "", "", absl::StrReplaceAll(row.is, {{"$t", "t"}})),
                        Model("u", "", "", absl::StrReplaceAll(row.is, {{"$t", "u"}})),
                        Model("u", kFrom, "", absl::StrReplaceAll(row.wanted, {{"$t", "u"}}))) ==
          row.plan);
  }
}

TEST_CASE("the names after a column follow it") {
  auto model = [](const char* column, const char* from, const std::string& rest) {
    return absl::StrCat(R"(table { name: "t" column { name: ")", column, R"(" type: "integer" )",
                        from, " } ", Named(rest, "t", column), " }");
  };
  constexpr char kWasA[] = R"(renamed_from: "a")";
  auto text = [&](const std::string& is, const std::string& wanted,
                  const absl::flat_hash_set<Kind>& unmanaged = {}) {
    return FollowingText(model("a", "", is), model("b", "", is), model("b", kWasA, wanted),
                         unmanaged);
  };
  CHECK(text(R"(index { name: "t_a_idx" column: "$a" })",
             R"(index { name: "t_b_idx" column: "$a" })") ==
        "rename index public.t.t_a_idx to public.t.t_b_idx");
  CHECK(text(R"(check { name: "t_a_check" expression: "$a > 0" })",
             R"(check { name: "t_b_check" expression: "$a > 0" })") ==
        "rename check public.t.t_a_check to public.t.t_b_check");
  CHECK(text(R"(index { name: "t_a_idx" column: "$a" })",
             R"(index { name: "t_b_idx" column: "$a" })", {INDEX}) == "");
  // Its sequence is no object of the model.
  CHECK(
      FollowingText(
          R"(table { name: "t" column { name: "a" type: "integer" not_null: true identity {} } })",
          R"(table { name: "t" column { name: "b" type: "integer" not_null: true
                       identity { sequence_name: "t_a_seq" } } })",
          R"(table { name: "t" column { name: "b" type: "integer" not_null: true identity {}
                       renamed_from: "a" } })") ==
      "rename sequence public.t_a_seq to public.t_b_seq");
}

TEST_CASE("a foreign key and a check of a domain follow") {
  auto key = [](const char* column, const char* from, const char* name) {
    return absl::StrCat(R"(table { name: "p" column { name: "a" type: "integer" }
                                   primary_key { name: "p_pkey" column: "a" } }
                           table { name: "t" column { name: ")",
                        column, R"(" type: "integer" )", from, R"( } foreign_key { name: ")", name,
                        R"(" column: ")", column, R"(" references { table: "p" column: "a" } } })");
  };
  CHECK(FollowingText(key("a", "", "t_a_fkey"), key("b", "", "t_a_fkey"),
                      key("b", R"(renamed_from: "a")", "t_b_fkey")) ==
        "rename foreign key public.t.t_a_fkey to public.t.t_b_fkey");
  CHECK(
      FollowingText(
          R"(domain { name: "d" type: "text" check { name: "d_check" expression: "VALUE > ''" } })",
          R"(domain { name: "e" type: "text" check { name: "d_check" expression: "VALUE > ''" } })",
          R"(domain { name: "e" type: "text" renamed_from: "d"
                        check { name: "e_check" expression: "VALUE > ''" } })") ==
      "rename domain check public.e.d_check to public.e.e_check");
}

}  // namespace
}  // namespace autogen::diff
