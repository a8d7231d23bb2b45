// Which rules are on for a file, and how severe they are.
#ifndef AUTOGEN_LINT_POLICY_H_
#define AUTOGEN_LINT_POLICY_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "autogen/config.pb.h"
#include "re2/re2.h"
#include "src/lint/rule.h"

namespace autogen::lint {

class Policy {
 public:
  // `sets`: instead of the configuration's, where there are any. `off`: rules that say nothing.
  // InvalidArgument for a rule, set or kind that there is not, and for a pattern that RE2 refuses.
  static absl::StatusOr<Policy> Make(const Config::Lint& lint, const std::vector<std::string>& sets,
                                     const std::vector<std::string>& off);

  // Nothing where the rule is off. `path` as the configuration's patterns see it.
  std::optional<report::Severity> SeverityOf(const Rule& rule, absl::string_view path) const;
  const Config::Lint& lint() const { return lint_; }

 private:
  struct Entry {
    const Rule* rule;
    std::unique_ptr<RE2> path;  // null: every file
    Config::Lint::Severity severity;
  };
  Config::Lint lint_;
  bool style_ = false, all_ = false, safety_ = false;
  std::set<std::string> off_;
  std::vector<Entry> entries_;
};

}  // namespace autogen::lint

#endif  // AUTOGEN_LINT_POLICY_H_
