#include "src/revision/python.h"

#include <algorithm>
#include <map>

#include "absl/algorithm/container.h"
#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/base/status.h"
#include "src/revision/python_text.h"

namespace autogen::revision {
namespace {

// Deeper than any list of revisions; ReadValue() calls itself for each level.
constexpr int kMaxDepth = 64;

class Reader : public PythonText {
 public:
  Reader(absl::string_view text, const std::vector<std::string>& names)
      : PythonText(text), names_(names) {}

  absl::StatusOr<PythonModule> Read() {
    bool first = true;
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '\n' || c == '\r' || c == ' ' || c == '\t' || c == '#') {
        // An indented line is inside of something: in a routine, names are its own.
        RETURN_IF_ERROR(SkipStatement(/*top=*/false));
        continue;
      }
      in_routine_ = StartsRoutine();
      if (first && StringPrefix() >= 0) {
        ASSIGN_OR_RETURN(module_.docstring, ReadString());
      } else if (IsPythonNameStart(c) && !in_routine_) {
        RETURN_IF_ERROR(ReadAssignment());
      }
      first = false;
      RETURN_IF_ERROR(SkipStatement(/*top=*/!in_routine_));
    }
    if (unsure_.empty()) return std::move(module_);
    at_ = unsure_.begin()->second;
    return NoLiteral(unsure_.begin()->first);
  }

 private:
  // To the start of the next logical line, or of the next statement of this one.
  absl::Status SkipStatement(bool top) {
    int depth = 0;
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '"' || c == '\'') {
        RETURN_IF_ERROR(ReadString().status());
      } else if (IsPythonNameStart(c)) {
        NoteAssignment(depth);
      } else if (c == '\\') {
        at_ = std::min(at_ + (absl::StartsWith(text_.substr(at_), "\\\r\n") ? 3 : 2), text_.size());
      } else {
        if (c == '(' || c == '[' || c == '{') ++depth;
        if ((c == ')' || c == ']' || c == '}') && depth > 0) --depth;
        ++at_;
        if (c == '\n' && depth == 0) return absl::OkStatus();
        if (c == ';' && depth == 0 && top) {
          SkipBlanks(false);
          return absl::OkStatus();
        }
      }
    }
    return absl::OkStatus();
  }

  // Past a name. One that is wanted and assigned where that may not happen (under `if`) has a value
  // that nobody can read.
  void NoteAssignment(int depth) {
    const size_t start = at_;
    const bool attribute = start > 0 && text_[start - 1] == '.';
    const std::string name = ReadName();
    if (in_routine_ || depth > 0 || attribute || !IsWanted(name)) return;
    const size_t behind = at_;
    SkipBlanks(false);
    const absl::string_view line = text_.substr(at_, text_.find('\n', at_) - at_);
    const bool annotated = absl::StartsWith(line, ":") && absl::StrContains(line, '=');
    if (AtAssign() || annotated) unsure_.emplace(name, start);
    at_ = behind;
  }

  bool StartsRoutine() const {
    for (absl::string_view word : {"def ", "class ", "async ", "@"}) {
      if (absl::StartsWith(text_.substr(at_), word)) return true;
    }
    return false;
  }

  bool IsWanted(const std::string& name) const { return absl::c_linear_search(names_, name); }
  void Assign(const std::string& name, std::vector<std::string> values) {
    if (!IsWanted(name)) return;
    module_.values[name] = std::move(values);
    unsure_.erase(name);
  }

  // "a, b = x, y": `targets` stand in front of the reader.
  absl::Status ReadTuple(const std::vector<std::string>& targets, const std::string& wanted) {
    if (!AtAssign()) return absl::OkStatus();
    ++at_;
    SkipBlanks(false);
    // All in brackets, or only the first?
    bool in_brackets = false;
    if (const size_t start = at_; at_ < text_.size() && (text_[at_] == '(' || text_[at_] == '[')) {
      std::vector<std::string> ignored;
      RETURN_IF_ERROR(ReadValue(wanted, false, ignored));
      SkipBlanks(false);
      in_brackets = at_ == text_.size() || text_[at_] != ',';
      at_ = in_brackets ? start + 1 : start;
    }
    for (size_t i = 0; i < targets.size(); ++i) {
      if (i > 0 && (at_ == text_.size() || text_[at_++] != ',')) return NoLiteral(wanted);
      std::vector<std::string> values;
      RETURN_IF_ERROR(ReadValue(wanted, in_brackets, values));
      SkipBlanks(in_brackets);
      Assign(targets[i], std::move(values));
    }
    if (in_brackets && at_ < text_.size() && text_[at_] == ',') ++at_;
    SkipBlanks(in_brackets);
    if (in_brackets && (at_ == text_.size() || text_[at_++] != (')'))) return NoLiteral(wanted);
    return AtEnd() ? absl::OkStatus() : NoLiteral(wanted);
  }

  bool AtEnd() {
    SkipBlanks(false);
    return at_ == text_.size() || text_[at_] == '\n' || text_[at_] == ';';
  }

  // name [: annotation] = value, name = name = value, or names = values, if a name is wanted.
  absl::Status ReadAssignment() {
    std::string name = ReadName();
    SkipBlanks(false);
    std::vector<std::string> targets = {name};
    while (at_ < text_.size() && text_[at_] == ',') {
      ++at_;
      SkipBlanks(false);
      if (at_ == text_.size() || !IsPythonNameStart(text_[at_])) break;
      targets.push_back(ReadName());
      SkipBlanks(false);
    }
    if (targets.size() > 1) {
      const auto wanted =
          absl::c_find_if(targets, [this](const std::string& target) { return IsWanted(target); });
      return wanted == targets.end() ? absl::OkStatus() : ReadTuple(targets, *wanted);
    }
    if (AtAssign()) {
      RETURN_IF_ERROR(ReadChain(targets));
      for (const std::string& target : targets) {
        if (IsWanted(target)) return ReadOne(target, targets);
      }
      return absl::OkStatus();
    }
    if (!IsWanted(name)) return absl::OkStatus();
    if (at_ + 1 < text_.size() && text_[at_ + 1] == '=' &&
        absl::StrContains("+-*/|&%^", text_.substr(at_, 1))) {
      return NoLiteral(name);
    }
    if (at_ < text_.size() && text_[at_] == ':') {
      int depth = 0;
      while (at_ < text_.size() && text_[at_] != '\n' && (text_[at_] != '=' || depth > 0)) {
        depth += text_[at_] == '[' ? 1 : text_[at_] == ']' ? -1 : 0;
        ++at_;
      }
    }
    if (!AtAssign()) return absl::OkStatus();
    ++at_;
    return ReadOne(name, targets);
  }

  // "= b = c =": behind the last one that has a value.
  absl::Status ReadChain(std::vector<std::string>& targets) {
    while (AtAssign()) {
      ++at_;
      SkipBlanks(false);
      const size_t value = at_;
      if (at_ == text_.size() || !IsPythonNameStart(text_[at_])) break;
      std::string name = ReadName();
      SkipBlanks(false);
      if (!AtAssign()) {
        at_ = value;
        break;
      }
      targets.push_back(std::move(name));
    }
    return absl::OkStatus();
  }

  // The value of all of `targets`.
  absl::Status ReadOne(const std::string& name, const std::vector<std::string>& targets) {
    std::vector<std::string> values;
    RETURN_IF_ERROR(ReadValue(name, false, values));
    SkipBlanks(false);
    // A tuple needs no brackets.
    while (at_ < text_.size() && text_[at_] == ',') {
      ++at_;
      SkipBlanks(false);
      if (at_ == text_.size() || text_[at_] == '\n') break;
      RETURN_IF_ERROR(ReadValue(name, false, values));
      SkipBlanks(false);
    }
    if (!AtEnd()) return NoLiteral(name);
    for (const std::string& target : targets) Assign(target, values);
    return absl::OkStatus();
  }

  absl::Status NoLiteral(const std::string& name) const {
    return Error(absl::StrCat(
        name, " is computed, not written as a literal; it cannot be read without running Python"));
  }

  absl::Status ReadValue(const std::string& name, bool in_brackets,
                         std::vector<std::string>& values) {
    SkipBlanks(in_brackets);
    if (at_ == text_.size()) return NoLiteral(name);
    if (StringPrefix() >= 0) {
      std::string value;
      while (at_ < text_.size() && StringPrefix() >= 0) {  // "a" "b" is "ab"
        const absl::string_view prefix = text_.substr(at_, static_cast<size_t>(StringPrefix()));
        if (absl::StrContains(absl::AsciiStrToLower(prefix), 'f')) return NoLiteral(name);
        ASSIGN_OR_RETURN(std::string part, ReadString());
        value += part;
        SkipBlanks(in_brackets);
      }
      values.push_back(std::move(value));
      return absl::OkStatus();
    }
    char open = text_[at_];
    if (++depth_ > kMaxDepth) return Error("brackets nested too deeply");
    const absl::Cleanup shallower = [this] { --depth_; };
    if (open == '(' || open == '[' || open == '{') {
      char close = open == '(' ? ')' : open == '[' ? ']' : '}';
      ++at_;
      while (true) {
        SkipBlanks(true);
        if (at_ == text_.size()) return NoLiteral(name);
        if (text_[at_] == close) {
          ++at_;
          return absl::OkStatus();
        }
        RETURN_IF_ERROR(ReadValue(name, true, values));
        SkipBlanks(true);
        if (at_ < text_.size() && text_[at_] == ',') ++at_;
      }
    }
    if (IsPythonNameStart(open)) {
      size_t start = at_;
      if (ReadName() == "None") return absl::OkStatus();
      at_ = start;
    }
    return NoLiteral(name);
  }

  const std::vector<std::string>& names_;
  int depth_ = 0;
  bool in_routine_ = false;  // def, class
  PythonModule module_;
  std::map<std::string, size_t> unsure_;  // where
};

}  // namespace

absl::StatusOr<PythonModule> ReadPython(absl::string_view text,
                                        const std::vector<std::string>& names) {
  return Reader(text, names).Read();
}

}  // namespace autogen::revision
