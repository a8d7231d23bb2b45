#include "src/diff/plan_text.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "doctest/doctest.h"
#include "src/model/load.h"
#include "src/model/references.h"

namespace autogen::diff::testing {
namespace {

// A mistake in a test, not a failure of what it tests.
[[noreturn]] void Stop(absl::string_view why) {
  std::cerr << why << "\n";
  std::abort();
}

model::ObjectId IdIn(const model::Catalog& catalog, absl::string_view described) {
  for (const model::Object& o : catalog.objects()) {
    if (model::Describe(o.id) == described) return o.id;
  }
  Stop(absl::StrCat("the model has no ", described));
}

// What the comment lines of a model say: "# LEFT word RIGHT".
std::vector<std::pair<std::string, std::string>> Remarks(absl::string_view model,
                                                         absl::string_view word) {
  std::vector<std::pair<std::string, std::string>> found;
  for (absl::string_view line : absl::StrSplit(model, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, "# ")) continue;
    std::vector<std::string> sides = absl::StrSplit(line, absl::StrCat(" ", word, " "));
    if (sides.size() == 2) found.emplace_back(sides[0], sides[1]);
  }
  return found;
}

std::vector<model::Dependency> Declared(const model::Catalog& catalog, absl::string_view model) {
  std::vector<model::Dependency> found;
  for (const auto& [dependent, on] : Remarks(model, "needs")) {
    std::vector<std::string> to = absl::StrSplit(on, " by ");
    found.push_back({IdIn(catalog, dependent), IdIn(catalog, to[0]), to.size() > 1 ? to[1] : ""});
  }
  return found;
}

// The columns of views with their types: a model lists just those that carry something, and says
// no types; introspection lists all.
void ListColumns(absl::string_view model, Schema* schema) {
  for (const auto& [column, type] : Remarks(model, "is")) {
    const std::pair<std::string, std::string> names = absl::StrSplit(column, '.');
    for (View& view : *schema->mutable_view()) {
      if (view.name() != names.first) continue;
      ViewColumn listed;
      listed.set_name(names.second);
      auto& columns = *view.mutable_column();
      for (int i = 0; i < columns.size(); ++i) {
        if (columns[i].name() != names.second) continue;
        listed = columns[i];
        columns.DeleteSubrange(i, 1);
        break;
      }
      listed.set_type(type);
      *columns.Add() = std::move(listed);
    }
  }
}

void Append(const Operation& op, const std::string& indent, std::string* out) {
  Plan one;
  one.operations.push_back(op);
  one.operations.back().folded.clear();
  std::string line = PrintPlan(one);
  if (op.only) absl::StrAppend(&(line.pop_back(), line), " only\n");
  if (op.clear_default) absl::StrAppend(&(line.pop_back(), line), " clears its default\n");
  absl::StrAppend(out, indent, line);
  for (const Operation& child : op.folded) Append(child, absl::StrCat(indent, "+ "), out);
}

// Without blank lines and the blanks around lines.
std::string Trimmed(absl::string_view text) {
  std::string out;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!line.empty()) absl::StrAppend(&out, line, "\n");
  }
  return out;
}

}  // namespace

std::shared_ptr<const model::Catalog> CatalogOf(absl::string_view model, bool weak) {
  auto schema = model::LoadModelText("model", std::string(model));
  if (!schema.ok()) Stop(absl::StrCat(schema.status().message(), "\nin: ", model));
  std::vector<model::Dependency> dependencies = model::TextDependencies(**schema);
  for (model::Dependency& d : dependencies) d.weak = weak;
  ListColumns(model, schema->get());
  auto objects = model::Catalog::Build(*schema, {});
  if (!objects.ok()) Stop(objects.status().message());
  for (model::Dependency& d : Declared(**objects, model)) dependencies.push_back(std::move(d));
  return *model::Catalog::Build(*schema, std::move(dependencies));
}

std::string PlanText(const Plan& plan) {
  std::string out;
  for (const Operation& op : plan.operations) Append(op, "", &out);
  return out;
}

std::string PlanText(absl::string_view before, absl::string_view after, const Options& options,
                     bool weak) {
  absl::StatusOr<Plan> plan = Diff(CatalogOf(before, weak), CatalogOf(after, weak), options);
  return plan.ok() ? PlanText(*plan) : absl::StrCat(plan.status().message(), "\n");
}

void CheckTexts(const std::vector<Row>& rows, Text text, Text back_text) {
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(text(row.before, row.after) == Trimmed(row.plan));
    if (row.back) CHECK(back_text(row.before, row.after) == Trimmed(*row.back));
  }
}

void CheckRows(const std::vector<Row>& rows, const Options& options) {
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(PlanText(row.before, row.after, options) == Trimmed(row.plan));
    if (row.back) {
      CHECK(PlanText(row.after, row.before, options) == Trimmed(*row.back));
    }
    CHECK(PlanText(row.before, row.before, options) == "");
    CHECK(PlanText(row.after, row.after, options) == "");
  }
}

}  // namespace autogen::diff::testing
