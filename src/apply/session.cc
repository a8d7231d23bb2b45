#include "src/apply/session.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/postgres/definition_settings.h"
#include "src/sql/quote.h"
#include "src/sql/scan.h"

namespace autogen::apply {
namespace {

using Kind = sql::SessionEffect::Kind;

std::string SearchPath(const Options& options) {
  return absl::StrJoin(options.search_path, ", ", [](std::string* out, const std::string& schema) {
    out->append(sql::Ident(schema));
  });
}

std::string SetConfig(absl::string_view name, absl::string_view value, bool local) {
  return absl::StrCat("pg_catalog.set_config('", name, "', ", value,
                      local ? ", true)" : ", false)");
}

bool IsTimeout(absl::string_view setting) { return absl::EndsWith(setting, "_timeout"); }

// Those of `settings` that `wanted` takes.
std::string SetConfigs(const Settings& settings, bool local, bool (*wanted)(absl::string_view)) {
  std::string out;
  for (const auto& [name, value] : settings) {
    if (!wanted(name)) continue;
    absl::StrAppend(&out, out.empty() ? "" : ", ", SetConfig(name, sql::Literal(value), local));
  }
  return out;
}

// What a statement over rows reads of its transaction: "now()"; "" for all others. In a definition
// it is only kept.
std::string ReadsTransaction(const sql::Statement& statement, const impact::Impact& impact) {
  static const auto* const nodes = new std::set<std::string>{
      "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt", "CreateTableAsStmt"};
  static const auto* const functions = new std::set<std::string>{
      "now", "transaction_timestamp", "txid_current", "pg_current_xact_id"};
  static const auto* const words = new std::set<std::string>{
      "current_timestamp", "current_date", "current_time", "localtime", "localtimestamp"};
  if (nodes->count(impact.node) == 0) return "";
  const absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(statement.text);
  if (!tokens.ok()) return "";
  for (size_t i = 0; i < tokens->size(); ++i) {
    const std::string& word = (*tokens)[i].word;
    const bool call = i + 1 < tokens->size() && (*tokens)[i + 1].IsChar('(');
    if (call && functions->count(word) > 0) return absl::StrCat(word, "()");
    if (words->count(word) > 0) return word;
  }
  return "";
}

}  // namespace

SessionUse UseOf(absl::Span<const Step> steps, const OwnCode& code) {
  SessionUse use;
  for (const Step& step : steps) {
    for (const impact::Impact& of : step.impacts) {
      const sql::SessionEffect& effect = of.session;
      const bool says = effect.kind != Kind::kNothing && effect.kind != Kind::kTriggers;
      const bool runs = code.event_triggers || (effect.kind == Kind::kTriggers && code.functions);
      use.changes = use.changes || says || runs || effect.local;
      use.leaves = use.leaves || says || runs;
      use.authorization = use.authorization || effect.setting == "session_authorization";
    }
  }
  return use;
}

void NoteOwnCode(absl::Span<const Step> steps, OwnCode& code) {
  for (const Step& step : steps) {
    for (const impact::Impact& of : step.impacts) {
      // What runs code may have created some.
      code.functions = code.functions || of.session.kind == Kind::kCode ||
                       of.session.kind == Kind::kObjects || of.node == "CreateFunctionStmt";
      code.event_triggers = code.event_triggers || of.node == "CreateEventTrigStmt" ||
                            of.node == "AlterEventTrigStmt" || of.node == "CreateExtensionStmt";
    }
  }
}

Settings SessionSettings(const Options& options, int server_version) {
  Settings settings = {{"lock_timeout", absl::StrCat(options.lock_timeout_ms)},
                       {"statement_timeout", absl::StrCat(options.statement_timeout_ms)},
                       {"idle_in_transaction_session_timeout", "0"},
                       {"standard_conforming_strings", "on"},
                       {"client_min_messages", "warning"}};
  // A run may wait for another one, and a script takes as long as it takes.
  if (server_version >= 140000) settings.emplace_back("idle_session_timeout", "0");
  if (server_version >= 170000) settings.emplace_back("transaction_timeout", "0");
  for (const auto& setting : postgres::DefinitionSettings()) settings.push_back(setting);
  if (!options.search_path.empty()) {
    settings.emplace_back("search_path", SearchPath(options));
  }
  return settings;
}

std::vector<std::string> ResetSession() {
  // RESET ALL spares the role; resetting the authorization resets the role.
  return {"CLOSE ALL",      "RESET SESSION AUTHORIZATION",
          "RESET ROLE",     "RESET ALL",
          "DEALLOCATE ALL", "UNLISTEN *",
          "DISCARD TEMP",   "DISCARD SEQUENCES"};
}

std::vector<std::string> NewSession(const Settings& settings, int64_t run_lock) {
  // Ours is held by the transaction while the session lets go of all. The settings follow for
  // poolers that took no start-up options. One statement: planning costs more than either.
  std::string ours = absl::StrCat("SELECT pg_advisory_xact_lock(", run_lock,
                                  "), pg_advisory_unlock_all(), pg_advisory_lock(", run_lock, ")");
  for (const auto& [name, value] : settings) {
    absl::StrAppend(&ours, ", ", SetConfig(name, sql::Literal(value), false));
  }
  std::vector<std::string> statements = ResetSession();
  statements.push_back(std::move(ours));
  return statements;
}

std::vector<std::string> SettingsBefore(const ScriptRun& script, absl::Span<const Step> steps,
                                        size_t step) {
  std::vector<std::string> statements;
  for (const Step& before : steps.subspan(0, step)) {
    for (size_t i = 0; i < before.impacts.size(); ++i) {
      const sql::SessionEffect& effect = before.impacts[i].session;
      // The timeouts are ours again after every step.
      if (effect.kind != Kind::kSettings || IsTimeout(effect.setting)) continue;
      statements.push_back(script.statements[before.begin + i].text);
    }
  }
  return statements;
}

std::string OwnSettingsLocally(const Settings& settings, bool authorization) {
  std::string out = "SELECT ";
  // Only where it was changed: to set it would forget the role that the script has set.
  if (authorization) {
    absl::StrAppend(&out, SetConfig("session_authorization", "NULL", true), ", ");
  }
  return absl::StrCat(out, SetConfig("role", "NULL", true), ", ",
                      SetConfig("search_path", "NULL", true), ", ",
                      SetConfig("row_security", "'off'", true), ", ",
                      SetConfigs(settings, true, [](absl::string_view name) {
                        return IsTimeout(name) || name == "standard_conforming_strings";
                      }));
}

std::string OwnTimeouts(const Settings& settings) {
  return absl::StrCat("SELECT ", SetConfigs(settings, false, IsTimeout));
}

std::string TakesFromRun(const sql::Statement& statement, const impact::Impact& impact) {
  constexpr char kUnlockAll[] = "pg_advisory_unlock_all";
  if (impact.session.discards_all) {
    return "DISCARD ALL would release the lock that keeps other runners out; say what is needed of "
           "it: RESET ALL, DEALLOCATE ALL, CLOSE ALL, UNLISTEN *, DISCARD TEMP, DISCARD SEQUENCES";
  }
  if (impact.session.read_only) {
    return "in a read-only transaction the script could not be recorded as done";
  }
  // The body of a routine runs when it is called.
  if (impact.node == "CreateFunctionStmt" ||
      !absl::StrContains(absl::AsciiStrToLower(statement.text), kUnlockAll)) {
    return "";
  }
  bool calls = impact.node == "DoStmt";
  if (const absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(statement.text);
      tokens.ok()) {
    for (const sql::Token& token : *tokens) calls = calls || token.Is(kUnlockAll);
  }
  return calls ? "pg_advisory_unlock_all() would release the lock that keeps other runners out; "
                 "release the script's own by their keys: pg_advisory_unlock(KEY)"
               : "";
}

absl::Status CheckCarried(const ScriptRun& script, absl::Span<const Step> steps) {
  for (size_t step = 0; step + 1 < steps.size(); ++step) {
    for (size_t i = 0; i < steps[step].impacts.size(); ++i) {
      const sql::SessionEffect& effect = steps[step].impacts[i].session;
      if (effect.kind != Kind::kObjects) continue;
      const size_t statement = steps[step].begin + i;
      return absl::InvalidArgumentError(absl::StrCat(
          Place(script, statement), ": ", effect.what, " in step ", step + 1, " of ", steps.size(),
          ": a run that is interrupted after this step could not restore it for the next one. Make "
          "it "
          "end with its transaction (ON COMMIT DROP, SET LOCAL), set it by a plain SET, "
          "or split the script so that it is used in a script of one step\n  ",
          Excerpt(script.statements[statement].text)));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckShared(const ScriptRun& script, absl::Span<const Step> steps) {
  for (const Step& step : steps) {
    for (size_t i = 0; i < step.impacts.size(); ++i) {
      const sql::Statement& statement = script.statements[step.begin + i];
      const std::string reads = ReadsTransaction(statement, step.impacts[i]);
      if (!step.impacts[i].session.transaction_mode && reads.empty()) continue;
      return absl::FailedPreconditionError(absl::StrCat(
          Place(script, step.begin + i),
          ": cannot run with --single-transaction together with other scripts: ",
          reads.empty() ? "it affects the whole transaction"
                        : absl::StrCat(reads,
                                       " would be the same in all of them; where that is "
                                       "meant, say statement_timestamp()"),
          "\n  ", Excerpt(statement.text)));
    }
  }
  return absl::OkStatus();
}

}  // namespace autogen::apply
