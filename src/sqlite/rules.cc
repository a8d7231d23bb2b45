#include "src/sqlite/rules.h"

#include <algorithm>
#include <string>
#include <vector>

#include "src/diff/draft.h"

namespace autogen::sqlite {
namespace {

bool HasColumn(const Table& table, const std::string& name) {
  return std::any_of(table.column().begin(), table.column().end(),
                     [&](const Column& c) { return c.name() == name; });
}

// Columns of `table` that `other` has, and then the rest.
std::vector<std::string> SharedFirst(const Table& table, const Table& other) {
  std::vector<std::string> names;
  for (const Column& c : table.column()) {
    if (HasColumn(other, c.name())) names.push_back(c.name());
  }
  return names;
}

bool NewColumnsAreLast(const Table& before, const Table& after) {
  bool seen_new = false;
  for (const Column& c : after.column()) {
    const bool is_new = !HasColumn(before, c.name());
    if (seen_new && !is_new) return false;
    seen_new |= is_new;
  }
  return true;
}

// A table whose columns stand in another order differs, although none of them does.
void AddOrder(const diff::Draft& draft, int before, int after, diff::Rules::Fields* changed) {
  const model::Object& object = draft.before.at(before);
  if (object.id.kind != TABLE) return;
  const auto& was = static_cast<const Table&>(*object.message);
  const auto& now = static_cast<const Table&>(draft.After(after));
  if (SharedFirst(was, now) == SharedFirst(now, was) && NewColumnsAreLast(was, now)) return;
  changed->push_back(Table::descriptor()->FindFieldByName("column"));
}

}  // namespace

const diff::Rules& SqliteRules() {
  static constexpr diff::Rules kRules = {
      .fate =
          [](const diff::Draft& draft, int before) {
            return draft.changed[static_cast<size_t>(before)].empty() ? diff::Fate::kKeep
                                                                      : diff::Fate::kAlter;
          },
      .rebuilt_as = [](const diff::Draft&, int, int) { return diff::Fate::kRebuild; },
      .disturbs = [](const diff::Draft&, int) { return false; },
      .in_the_way = [](const diff::Draft&, const model::Edge&, int) { return std::vector<int>(); },
      .displaced_by = [](const diff::Draft&, int) { return -1; },
      .follows_parent = [](Kind, const google::protobuf::Message&) { return false; },
      .becomes_own = [](const diff::Draft&, int, int) { return false; },
      .on_both_sides = [](const diff::Draft&, int, int) { return std::optional<diff::Partial>(); },
      .overlook = AddOrder,
      .clash_names = [](const model::ObjectId&) { return std::vector<std::string>(); },
      .phase = [](const diff::Operation&) { return 0; },
  };
  return kRules;
}

}  // namespace autogen::sqlite
