#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "src/apply/clock.h"
#include "src/apply/report.h"
#include "src/base/printable.h"
#include "src/base/text.h"

namespace autogen::apply {
namespace {

constexpr size_t kBarCells = 24;
// Without a terminal: seconds after which a running statement is reported, doubled each time.
constexpr double kFirstReminder = 10;
constexpr size_t kLiveLine = 100;

class TextReport : public Observer {
 public:
  TextReport(std::ostream& out, bool live) : out_(out), live_(live) {}
  ~TextReport() override { ClearLive(); }

  void WaitingForRunner(absl::string_view holder, double waited_s) override {
    Line(absl::StrCat("waiting for another autogen on this database, ", FormatSeconds(waited_s),
                      " so far: ", holder));
  }
  void ScriptStarted(const ScriptRun& script, size_t index, size_t count) override {
    index_ = index;
    count_ = count;
  }
  void StatementStarted(const ScriptRun& script, size_t statement) override {
    reminder_ = kFirstReminder;
  }
  void Tick(const ScriptRun& script, size_t statement, double elapsed_s,
            const Progress& progress) override {
    const std::string bar = FormatProgress(progress);
    if (live_) {
      ShowLive(absl::StrCat("[", index_ + 1, "/", count_, "] ", script.revision, " ",
                            FormatSeconds(elapsed_s), " ", bar, bar.empty() ? "" : " ",
                            Excerpt(script.statements[statement].text, 60)));
    } else if (elapsed_s >= reminder_) {
      reminder_ *= 2;
      Line(absl::StrCat("  running for ", FormatSeconds(elapsed_s), " ", bar,
                        bar.empty() ? "" : " ", "at ", Place(script, statement), ": ",
                        Excerpt(script.statements[statement].text, 80)));
    }
  }
  void Blocked(const ScriptRun& script, size_t statement,
               absl::Span<const Blocker> blockers) override {
    Line(absl::StrCat("  ", Place(script, statement), " waits for a lock"));
    for (const Blocker& blocker : blockers) {
      Line(absl::StrCat("    blocked by ", Describe(blocker)));
    }
  }
  void Retrying(const Retry& retry) override {
    Line(absl::StrCat("  try ", retry.attempt, " of ", retry.attempts,
                      " hit a lock timeout; retrying in ", FormatSeconds(retry.pause_ms / 1000.0)));
  }
  void ScriptDone(const ScriptRun& script, double seconds) override {
    Line(absl::StrCat(DirectionName(script.direction), " ", script.revision,
                      script.title.empty() ? "" : " ", script.title, " (", FormatSeconds(seconds),
                      ")"));
  }
  void Note(absl::string_view text) override { Line(absl::StrCat("  ", text)); }

 private:
  void Line(absl::string_view text) {
    ClearLive();
    if (!live_) {
      out_ << text << "\n";
      return;
    }
    out_ << Printable(text) << "\n" << std::flush;
  }
  void ShowLive(absl::string_view text) {
    // "\033[K": erase to the end of the line.
    out_ << "\r" << ClipUtf8(Printable(text, Lines::kOne), kLiveLine) << "\033[K" << std::flush;
    shown_ = true;
  }
  void ClearLive() {
    if (shown_) out_ << "\r\033[K" << std::flush;
    shown_ = false;
  }

  std::ostream& out_;
  bool live_;
  bool shown_ = false;
  size_t index_ = 0;
  size_t count_ = 0;
  double reminder_ = kFirstReminder;
};

}  // namespace

std::string FormatSeconds(double seconds) {
  if (seconds < 1) return absl::StrFormat("%.0f ms", seconds * 1000);
  if (seconds < 60) return absl::StrFormat("%.1f s", seconds);
  const int whole = static_cast<int>(seconds);
  if (whole < 3600) return absl::StrFormat("%d min %d s", whole / 60, whole % 60);
  return absl::StrFormat("%d h %d min", whole / 3600, whole % 3600 / 60);
}

std::string FormatProgress(const Progress& progress) {
  if (progress.phase.empty()) return "";
  if (progress.total <= 0) return progress.phase;
  const double share = std::clamp(
      static_cast<double>(progress.done) / static_cast<double>(progress.total), 0.0, 1.0);
  const size_t full = static_cast<size_t>(std::lround(share * kBarCells));
  std::string bar(full, '#');
  bar.append(kBarCells - full, '.');
  return absl::StrFormat("[%s] %.0f%% %s", bar, share * 100, progress.phase);
}

std::unique_ptr<Observer> MakeTextReport(std::ostream& out, bool live) {
  return std::make_unique<TextReport>(out, live);
}

}  // namespace autogen::apply
