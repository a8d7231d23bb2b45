// What a model is loaded from: each question to the file system, with its answer.
#ifndef AUTOGEN_MODEL_READINGS_H_
#define AUTOGEN_MODEL_READINGS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace autogen::model {

// As long as every answer is what it was, the same files load as the same model. A question that
// fails makes the readings incomplete: what is missing now may be there later.
class Readings {
 public:
  // ProjectRoot() of what lies at `path`, a file or a folder.
  std::string Root(const std::string& path);
  // `path` without links; as it is where it cannot be resolved.
  std::string Canonical(const std::string& path);
  bool IsFolder(const std::string& path);
  // ListFiles() of the model files below `folder`.
  absl::StatusOr<std::vector<std::string>> List(const std::string& folder);
  // ReadInput(): a person named `path`. What is no regular file can be read once only, so it makes
  // the readings incomplete.
  absl::StatusOr<std::string> ReadNamed(const std::string& path);
  // ReadFileBelow().
  absl::StatusOr<std::string> ReadBelow(const std::string& root, const std::string& path);

  // Of the answers, in bytes.
  size_t size() const { return size_; }
  // All questions and answers beside what was made of them; nothing where they are incomplete.
  std::optional<std::string> Pack(absl::string_view made) const;
  // What Pack() was given, in `packed`, if every question has the same answer now.
  static std::optional<absl::string_view> Recall(absl::string_view packed);

 private:
  enum class What { kRoot = 1, kCanonical, kIsFolder, kList, kReadNamed, kReadBelow };
  struct Question {
    What what;
    std::string root, path;
  };
  static absl::StatusOr<std::string> Answer(const Question& question);
  absl::StatusOr<std::string> Ask(Question question);

  std::vector<std::pair<Question, std::string>> asked_;
  size_t size_ = 0;
  bool complete_ = true;
};

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_READINGS_H_
