#include "tests/random/pair.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"
#include "src/diff/plan.h"
#include "src/generate/compare.h"
#include "src/introspect/introspect.h"
#include "src/model/load.h"
#include "src/model/new_schema.h"
#include "src/model/print.h"
#include "src/postgres/connection.h"
#include "src/render/render.h"
#include "tests/support/server.h"
#include "tests/support/state.h"

namespace autogen::testing {
namespace {

// The storage parameters of a line sorted: SET adds one behind those that are there.
std::string WithSortedParameters(absl::string_view line) {
  constexpr absl::string_view kWith = "WITH (";
  const size_t with = line.find(kWith);
  const size_t end = with == line.npos ? line.npos : line.find(')', with);
  if (end == line.npos) return std::string(line);
  const size_t begin = with + kWith.size();
  std::vector<std::string> sorted = absl::StrSplit(line.substr(begin, end - begin), ", ");
  std::sort(sorted.begin(), sorted.end());
  return absl::StrCat(line.substr(0, begin), absl::StrJoin(sorted, ", "), line.substr(end));
}

// Where a column stands cannot be changed, so it is no difference; statistics list columns in the
// order of their table.
std::string WithoutColumnOrder(const std::string& dump) {
  std::string text;
  std::vector<std::string> columns;
  bool inside = false;
  for (absl::string_view line : absl::StrSplit(dump, '\n')) {
    if (inside && !absl::StartsWith(line, ")")) {
      columns.push_back(std::string(absl::StripSuffix(line, ",")));
      continue;
    }
    if (inside) {
      std::sort(columns.begin(), columns.end());
      absl::StrAppend(&text, absl::StrJoin(columns, ",\n"), "\n");
      columns.clear();
    }
    if (absl::StartsWith(line, "CREATE STATISTICS ")) {
      std::vector<std::string> words =
          absl::StrSplit(absl::StripSuffix(line, ";"), absl::ByAnyChar(" ,"), absl::SkipEmpty());
      std::sort(words.begin(), words.end());
      absl::StrAppend(&text, absl::StrJoin(words, " "), "\n");
      continue;
    }
    inside = absl::EndsWith(line, " (") && (absl::StartsWith(line, "CREATE TABLE ") ||
                                            absl::StartsWith(line, "CREATE UNLOGGED TABLE "));
    absl::StrAppend(&text, WithSortedParameters(line), "\n");
  }
  return text;
}

std::string LinesOfOne(const std::string& have, const std::string& want) {
  auto sorted = [](const std::string& text) {
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    std::sort(lines.begin(), lines.end());
    return lines;
  };
  std::vector<std::string> a = sorted(have), b = sorted(want), found;
  std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(found));
  return absl::StrJoin(found, "\n");
}

class Trial {
 public:
  Trial(const Pair& pair, bool dump, Session& work, Session& other)
      : pair_(pair), dump_(dump), work_(work), other_(other) {}

  Verdict Run() {
    absl::Status status = Try();
    if (!status.ok()) Fail("the test itself fails", status.message());
    return std::move(verdict_);
  }

 private:
  void Fail(absl::string_view failure, absl::string_view details) {
    if (!verdict_.failure.empty()) return;
    verdict_.failure = std::string(failure);
    verdict_.details = std::string(details);
  }

  generate::Settings Everything() const {
    generate::Settings settings;
    if (pair_.online) settings.online = [](absl::string_view, absl::string_view) { return true; };
    settings.owners = true;
    settings.privileges = true;
    return settings;
  }

  // The model of the second schema says what its objects were called; one that is not there says
  // nothing.
  static void Declare(const std::vector<Rename>& renames, model::Snapshot* snapshot) {
    std::shared_ptr<Schema> schema = model::CopySchema(*snapshot->schema);
    for (Table& table : *schema->mutable_table()) {
      for (const Rename& rename : renames) {
        if (table.schema() != rename.schema) continue;
        if (rename.relation.empty()) {
          if (table.name() == rename.to) table.set_renamed_from(rename.from);
          continue;
        }
        if (table.name() != rename.relation) continue;
        for (Column& column : *table.mutable_column()) {
          if (column.name() == rename.to) column.set_renamed_from(rename.from);
        }
      }
    }
    snapshot->schema = std::move(schema);
  }

  // What the server takes of `statements`: those that fail are tried again after the others, then
  // left out.
  static absl::StatusOr<Statements> Build(const Statements& statements, Session& d) {
    RETURN_IF_ERROR(Reset(&d));
    RETURN_IF_ERROR(d.connection->Exec("BEGIN").status());
    Statements taken, left = statements;
    for (int round = 0; round < 2; ++round) {
      Statements failed;
      for (Statement& s : left) {
        absl::Status run =
            d.connection->Exec(absl::StrCat("SAVEPOINT one; ", s.sql, "; RELEASE one")).status();
        if (run.ok()) {
          taken.push_back(std::move(s));
        } else {
          RETURN_IF_ERROR(d.connection->Exec("ROLLBACK TO one").status());
          failed.push_back(std::move(s));
        }
      }
      left = std::move(failed);
    }
    RETURN_IF_ERROR(d.connection->Exec("COMMIT").status());
    return taken;
  }

  absl::StatusOr<State> Look(const Session& d) const {
    ASSIGN_OR_RETURN(State state, testing::Look(d, /*dump=*/false));
    if (!dump_) return state;
    absl::StatusOr<std::string> dump = PgDump(d.database->Url());
    // pg_dump refuses a server that is newer than itself.
    if (dump.ok()) state.dump = WithoutColumnOrder(*dump);
    return state;
  }

  // The model of a snapshot, loaded, is that snapshot.
  void CheckModel(const model::Snapshot& snapshot, const std::string& model) {
    absl::StatusOr<std::shared_ptr<Schema>> loaded = model::LoadModelText("printed.txtpb", model);
    if (!loaded.ok()) {
      Fail("the printed model is not accepted", loaded.status().message());
      return;
    }
    model::Snapshot again = snapshot;
    again.schema = *loaded;
    absl::StatusOr<generate::Comparison> left = generate::Compare(snapshot, again, Everything());
    if (!left.ok()) {
      Fail("the printed model cannot be compared", left.status().message());
    } else if (!left->plan.empty()) {
      Fail("the printed model differs", diff::PrintPlan(left->plan));
    }
  }

  absl::Status Try() {
    ASSIGN_OR_RETURN(verdict_.pair.before, Build(pair_.before, work_));
    ASSIGN_OR_RETURN(verdict_.pair.after, Build(pair_.after, other_));
    absl::StatusOr<State> from = Look(work_), to = Look(other_);
    if (!from.ok()) Fail("a schema cannot be read", from.status().message());
    if (!to.ok()) Fail("a schema cannot be read", to.status().message());
    if (!verdict_.failure.empty()) return absl::OkStatus();
    verdict_.model_before = model::PrintModel(*from->snapshot.schema);
    verdict_.model_after = model::PrintModel(*to->snapshot.schema);
    CheckModel(to->snapshot, verdict_.model_after);
    verdict_.pair.renames = pair_.renames;
    verdict_.pair.online = pair_.online;
    model::Snapshot wanted = to->snapshot;
    Declare(pair_.renames, &wanted);
    absl::StatusOr<generate::Comparison> c =
        generate::Compare(from->snapshot, wanted, Everything());
    if (!c.ok()) {
      Fail("no plan is found", c.status().message());
      return absl::OkStatus();
    }
    Migrate("upgrade", c->upgrade, *to);
    if (verdict_.failure.empty()) Migrate("downgrade", c->downgrade, *from);
    if (verdict_.failure.empty()) Migrate("second upgrade", c->upgrade, *to);
    return absl::OkStatus();
  }

  // Each statement for itself: what must be (ALTER TYPE … ADD VALUE) is known to apply.
  void Migrate(absl::string_view what, const std::vector<render::Statement>& statements,
               const State& want) {
    std::string sql = render::ToSql(statements);
    for (const render::Statement& statement : statements) {
      absl::Status run = work_.connection->Exec(statement.sql).status();
      if (run.ok()) continue;
      Fail(absl::StrCat("the ", what, " fails"), absl::StrCat(run.message(), "\n\n", sql));
      return;
    }
    absl::StatusOr<State> have = Look(work_);
    if (!have.ok()) {
      Fail(absl::StrCat("after the ", what, " the schema cannot be read"), have.status().message());
      return;
    }
    absl::StatusOr<generate::Comparison> left =
        generate::Compare(have->snapshot, want.snapshot, Everything());
    if (!left.ok()) {
      Fail(absl::StrCat("no plan is found after the ", what), left.status().message());
    } else if (!left->plan.empty()) {
      Fail(absl::StrCat("something is left after the ", what),
           absl::StrCat(diff::PrintPlan(left->plan), "\n", sql));
    } else if (have->dump != want.dump && have->snapshot.unmanaged.empty() &&
               want.snapshot.unmanaged.empty()) {
      Fail(absl::StrCat("pg_dump differs after the ", what),
           absl::StrCat("wanted:\n", LinesOfOne(have->dump, want.dump), "\nfound:\n",
                        LinesOfOne(want.dump, have->dump), "\n\n", sql));
    }
  }

  const Pair& pair_;
  const bool dump_;
  Session& work_;
  Session& other_;
  Verdict verdict_;
};

// One way to make a pair smaller: the statements of these keys leave one side or both, or become
// what they are on the other side.
enum class Cut { kBoth, kBefore, kAfter, kSame };

using Key = decltype(KeyOf(Statement()));

std::vector<Key> Keys(const Pair& pair) {
  std::vector<Key> keys;
  for (const Statements* side : {&pair.before, &pair.after}) {
    for (const Statement& s : *side) {
      if (std::find(keys.begin(), keys.end(), KeyOf(s)) == keys.end()) keys.push_back(KeyOf(s));
    }
  }
  return keys;
}

Pair Without(const Pair& pair, Cut cut, const std::vector<Key>& keys) {
  auto named = [&](const Statement& s) {
    return std::find(keys.begin(), keys.end(), KeyOf(s)) != keys.end();
  };
  Pair smaller = pair;
  auto erase = [&](Statements* side) {
    side->erase(std::remove_if(side->begin(), side->end(), named), side->end());
  };
  if (cut == Cut::kBoth || cut == Cut::kBefore) erase(&smaller.before);
  if (cut == Cut::kBoth || cut == Cut::kAfter) erase(&smaller.after);
  if (cut == Cut::kSame) {
    for (Statement& s : smaller.after) {
      if (!named(s)) continue;
      for (const Statement& b : smaller.before) {
        if (KeyOf(b) == KeyOf(s)) s = b;
      }
    }
  }
  return smaller;
}

bool Same(const Pair& a, const Pair& b) {
  auto equal = [](const Statement& x, const Statement& y) { return x.sql == y.sql; };
  return std::equal(a.before.begin(), a.before.end(), b.before.begin(), b.before.end(), equal) &&
         std::equal(a.after.begin(), a.after.end(), b.after.begin(), b.after.end(), equal);
}

}  // namespace

struct PairTester::Databases {
  Session work, other;
};

PairTester::PairTester() : databases_(std::make_unique<Databases>()) {}

PairTester::~PairTester() = default;

Verdict PairTester::Try(const Pair& pair, bool dump) {
  return Trial(pair, dump, databases_->work, databases_->other).Run();
}

Verdict PairTester::Shrink(Verdict verdict) {
  const bool dump = absl::StartsWith(verdict.failure, "pg_dump");
  bool smaller = true;
  while (smaller) {
    smaller = false;
    for (Cut cut : {Cut::kBoth, Cut::kAfter, Cut::kBefore, Cut::kSame}) {
      for (size_t size = std::max<size_t>(Keys(verdict.pair).size() / 2, 1);; size /= 2) {
        for (size_t at = 0;;) {
          std::vector<Key> keys = Keys(verdict.pair);
          if (at >= keys.size()) break;
          std::vector<Key> some(
              keys.begin() + static_cast<int64_t>(at),
              keys.begin() + static_cast<int64_t>(std::min(keys.size(), at + size)));
          Pair less = Without(verdict.pair, cut, some);
          Verdict v;
          if (!Same(less, verdict.pair)) v = Try(less, dump);
          if (v.failure == verdict.failure) {
            verdict = std::move(v);
            smaller = true;
          } else {
            at += size;
          }
        }
        if (size == 1) break;
      }
    }
  }
  return verdict;
}

std::string ToSql(const Statements& statements) {
  std::string sql;
  for (const Statement& s : statements) absl::StrAppend(&sql, s.sql, ";\n");
  return sql;
}

}  // namespace autogen::testing
