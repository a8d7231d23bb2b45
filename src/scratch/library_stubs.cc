#include "src/scratch/library_stubs.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/random.h"
#include "src/base/status.h"

namespace autogen::scratch {
namespace {

constexpr char kSetting[] = "autogen.stands_for";
constexpr char kFails[] = "shell_in";  // cannot accept a value of a shell type
constexpr char kNothing[] = "void_in";

const std::string& Secret() {
  static const auto& secret = *new std::string(RandomHex(16));
  return secret;
}

// What stands for a routine becomes it again. False where `function` is none of ours.
bool Restore(Function* function) {
  if (function->language() != "internal") return false;
  for (int i = 0; i < function->set_size(); ++i) {
    if (function->set(i).name() != kSetting) continue;
    const std::vector<std::string> parts = absl::StrSplit(function->set(i).value(), ':');
    if (parts.size() != 3 || parts[0] != Secret()) return false;
    function->mutable_set()->DeleteSubrange(i, 1);
    function->set_language("c");
    function->set_library(absl::HexStringToBytes(parts[1]));
    function->set_body(absl::HexStringToBytes(parts[2]));
    return true;
  }
  return false;
}

}  // namespace

std::string WithoutLibrary(absl::string_view statement, const sql::LibraryRoutine& routine) {
  const std::string as =
      absl::StrCat("'", routine.returns == "void" ? kNothing : kFails, "' SET ", kSetting, " TO '",
                   Secret(), ":", absl::BytesToHexString(routine.library), ":",
                   absl::BytesToHexString(routine.symbol), "'");
  std::string stub(statement);
  auto replace = [&](size_t begin, size_t end, absl::string_view text) {
    stub.replace(begin, end - begin, text.data(), text.size());
  };
  // From behind, so that the places stay.
  if (routine.as_begin > routine.language_begin) {
    replace(routine.as_begin, routine.as_end, as);
    replace(routine.language_begin, routine.language_end, "internal");
  } else {
    replace(routine.language_begin, routine.language_end, "internal");
    replace(routine.as_begin, routine.as_end, as);
  }
  return stub;
}

absl::StatusOr<model::Snapshot> ReadBack(Database& database, const introspect::Options& options) {
  ASSIGN_OR_RETURN(model::Snapshot snapshot, introspect::Introspect(database.reader(), options));
  for (Function& function : *snapshot.schema->mutable_function()) Restore(&function);
  return snapshot;
}

}  // namespace autogen::scratch
