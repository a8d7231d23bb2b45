#include "src/project/text_proto.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"

namespace autogen::project {
namespace {

// Deeper than any file; protobuf's parser calls itself for each level.
constexpr int kMaxDepth = 64;

std::string Unquoted(absl::string_view message, absl::string_view before) {
  size_t start = message.find(before);
  if (start == absl::string_view::npos) return "";
  absl::string_view rest = message.substr(start + before.size());
  return std::string(rest.substr(0, rest.find('"')));
}

class Errors : public google::protobuf::io::ErrorCollector {
 public:
  explicit Errors(std::string path) : path_(std::move(path)) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    std::string hint;
    std::string type = Unquoted(message, "Message type \"");
    std::string field = Unquoted(message, "has no field named \"");
    const auto* descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
    if (descriptor != nullptr && !field.empty()) {
      std::vector<std::string> names;
      for (int i = 0; i < descriptor->field_count(); ++i) {
        names.push_back(descriptor->field(i)->name());
      }
      std::string nearest = Nearest(field, names);
      if (!nearest.empty()) hint = absl::StrCat("; did you mean \"", nearest, "\"?");
    }
    messages_.push_back(absl::StrCat(path_, ":", line + 1, ":", column + 1, ": ", message, hint));
  }

  absl::Status status() const { return absl::InvalidArgumentError(absl::StrJoin(messages_, "\n")); }

 private:
  std::string path_;
  std::vector<std::string> messages_;
};

}  // namespace

absl::Status ReadTextProto(const std::string& path, google::protobuf::Message* message) {
  ASSIGN_OR_RETURN(std::string text, ReadTextFile(path));
  Errors errors(path);
  google::protobuf::TextFormat::Parser parser;
  parser.SetRecursionLimit(kMaxDepth);
  parser.RecordErrorsTo(&errors);
  return parser.ParseFromString(text, message) ? absl::OkStatus() : errors.status();
}

}  // namespace autogen::project
