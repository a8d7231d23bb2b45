// A rule: what is wrong with a statement, why, and what to write instead. Each has a file in
// src/lint/rules, which rules/registry.cc lists.
#ifndef AUTOGEN_LINT_RULE_H_
#define AUTOGEN_LINT_RULE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "autogen/config.pb.h"
#include "autogen/options.pb.h"
#include "src/lint/script.h"
#include "src/report/finding.h"

namespace autogen::lint {

enum class Set {
  kSafety,  // what may harm a database in use: on by default
  kStyle,   // what one may do otherwise from the start
  kStrict,  // what only some want: in the set "all" alone
};
absl::string_view SetName(Set set);

// What a rule says of a statement, or with kWholeFile of the file.
struct Said {
  size_t statement = kWholeFile;
  std::string what;  // "drops column public.tasks.title": no capital, no full stop
  std::string help;  // a sentence on what to do here; "": what the rule says in general
  bool unsure = false;
  int line = 0;  // of the file, where it is no statement's
};
using Report = absl::FunctionRef<void(Said said)>;

class Known;  // rules/known.h

// What the configuration says to rules beside their severity.
struct RuleOptions {
  const Config::Lint* lint = nullptr;  // never null while a rule runs
  // Of the script, as the configuration's patterns see it.
  std::string path;
  // The oldest server that scripts are to run on, as in the configuration: "14.2", "".
  std::string oldest_version;
  // What the scripts that run before it made; null where nobody knows.
  const Known* before = nullptr;
  // Those of them that no database in use has yet.
  std::vector<const Script*> pending;
};

struct Rule {
  const char* name;           // stable: what configurations, allowances and dashboards name
  const char* meaning;        // a line without a full stop
  const char* why;            // sentences
  const char* fix;            // sentences
  const char* documentation;  // where PostgreSQL's manual says so, or a page of docs/
  Set set = Set::kSafety;
  report::Severity severity = report::Severity::kWarning;
  // The only engine whose scripts it reads; unspecified: any.
  EngineName engine = ENGINE_UNSPECIFIED;
  // Files, and the configuration for them; the tests run them.
  std::vector<const char*> bad, good;
  const char* configuration = "";
  void (*check)(const Script& script, const RuleOptions& options, Report report) = nullptr;
};

// In the order of docs/rules.md.
absl::Span<const Rule> Rules();
// nullptr where there is none of that name.
const Rule* FindRule(absl::string_view name);
// "there is no rule …; did you mean …?"
std::string NoRule(absl::string_view name);

}  // namespace autogen::lint

#endif  // AUTOGEN_LINT_RULE_H_
