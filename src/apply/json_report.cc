#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "src/apply/report.h"

namespace autogen::apply {
namespace {

using Json = nlohmann::ordered_json;

Json Base(absl::string_view event) {
  Json json;
  json["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone());
  json["event"] = std::string(event);
  return json;
}

Json ForScript(absl::string_view event, const ScriptRun& script) {
  Json json = Base(event);
  json["revision"] = script.revision;
  json["direction"] = std::string(DirectionName(script.direction));
  json["path"] = script.path;
  return json;
}

Json ForStatement(absl::string_view event, const ScriptRun& script, size_t statement) {
  Json json = ForScript(event, script);
  json["line"] = script.statements[statement].line;
  json["statement"] = Excerpt(script.statements[statement].text);
  return json;
}

Json ToJson(absl::Span<const Blocker> blockers) {
  Json list = Json::array();
  for (const Blocker& blocker : blockers) {
    list.push_back({{"pid", blocker.pid},
                    {"application", blocker.application},
                    {"user", blocker.user},
                    {"client", blocker.client},
                    {"state", blocker.state},
                    {"transaction_age_s", blocker.age_s},
                    {"query", Excerpt(blocker.query)},
                    {"relation", blocker.relation}});
  }
  return list;
}

class JsonReport : public Observer {
 public:
  JsonReport(std::ostream& out, std::string target) : out_(out), target_(std::move(target)) {}

  void WaitingForRunner(absl::string_view holder, double waited_s) override {
    Json json = Base("waiting_for_runner");
    json["holder"] = std::string(holder);
    json["waited_s"] = waited_s;
    Write(json);
  }
  void ScriptStarted(const ScriptRun& script, size_t index, size_t count) override {
    Json json = ForScript("unit_started", script);
    json["title"] = script.title;
    json["index"] = index + 1;
    json["count"] = count;
    Write(json);
  }
  void StatementStarted(const ScriptRun& script, size_t statement) override {
    Json json = ForStatement("statement_started", script, statement);
    Write(json);
  }
  void Tick(const ScriptRun& script, size_t statement, double elapsed_s,
            const Progress& progress) override {
    if (elapsed_s < next_tick_) return;
    next_tick_ = elapsed_s + 5;
    Json json = ForStatement("statement_running", script, statement);
    json["elapsed_s"] = elapsed_s;
    if (!progress.phase.empty()) {
      json["phase"] = progress.phase;
      json["done"] = progress.done;
      json["total"] = progress.total;
      json["unit"] = progress.unit;
    }
    Write(json);
  }
  void Blocked(const ScriptRun& script, size_t statement,
               absl::Span<const Blocker> blockers) override {
    Json json = ForStatement("blocked", script, statement);
    json["blockers"] = ToJson(blockers);
    Write(json);
  }
  void Retrying(const Retry& retry) override {
    Json json = ForScript("retrying", *retry.script);
    json["attempt"] = retry.attempt;
    json["attempts"] = retry.attempts;
    json["pause_ms"] = retry.pause_ms;
    json["error"] = std::string(retry.status.message());
    json["blockers"] = ToJson(retry.blockers);
    Write(json);
  }
  void StatementDone(const ScriptRun& script, size_t statement,
                     const StatementResult& result) override {
    next_tick_ = 0;
    Json json = ForStatement("statement_done", script, statement);
    json["seconds"] = result.seconds;
    json["rows"] = result.rows;
    Write(json);
  }
  void Profiled(const ScriptRun& script, size_t statement,
                const StatementProfile& profile) override {
    Json json = ForStatement("statement_profile", script, statement);
    json["seconds"] = profile.seconds;
    json["rows"] = profile.rows;
    json["locks"] = Json::array();
    for (const HeldLock& lock : profile.locks) {
      json["locks"].push_back(
          {{"relation", lock.relation}, {"mode", lock.mode}, {"seconds", lock.seconds}});
    }
    json["rewritten"] = profile.rewritten;
    Write(json);
  }
  void ScriptDone(const ScriptRun& script, double seconds) override {
    Json json = ForScript("unit_done", script);
    json["seconds"] = seconds;
    Write(json);
  }
  void Note(absl::string_view text) override {
    Json json = Base("note");
    json["text"] = std::string(text);
    Write(json);
  }

  void RunEnded(const RunSummary& summary) override {
    Json json = Base(summary.status.ok() ? "done" : "failed");
    json["ran"] = summary.ran;
    json["count"] = summary.count;
    if (!summary.status.ok()) json["error"] = std::string(summary.status.message());
    json["state"] = summary.state;
    if (!summary.next.empty()) json["next"] = summary.next;
    Write(json);
  }

 private:
  void Write(Json& json) {
    if (!target_.empty()) json["target"] = target_;
    // A statement may hold bytes that are no UTF-8.
    out_ << json.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n" << std::flush;
  }
  std::ostream& out_;
  std::string target_;
  double next_tick_ = 0;
};

}  // namespace

std::unique_ptr<Observer> MakeJsonReport(std::ostream& out, const std::string& target) {
  return std::make_unique<JsonReport>(out, target);
}

}  // namespace autogen::apply
