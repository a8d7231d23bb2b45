#include "src/project/text_proto.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/report/finding.h"

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
  Errors(std::string path, absl::string_view text) : path_(std::move(path)), text_(text) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    report::Finding finding{.path = path_, .rule = "syntax", .message = message};
    std::string type = Unquoted(message, "Message type \"");
    std::string field = Unquoted(message, "has no field named \"");
    const auto* descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
    if (descriptor != nullptr && !field.empty()) {
      std::vector<std::string> names;
      for (int i = 0; i < descriptor->field_count(); ++i) {
        names.push_back(descriptor->field(i)->name());
      }
      finding.rule = "unknown-field";
      finding.message = absl::StrCat("unknown field \"", field, "\"");
      finding.fix = Nearest(field, names);
      if (!finding.fix.empty()) {
        absl::StrAppend(&finding.message, "; did you mean \"", finding.fix, "\"?");
      }
    }
    report::SetLine(text_, line + 1, &finding);
    finding.column = column + 1;
    // protobuf points behind a field that it does not know.
    const size_t at = finding.excerpt.find(field);
    if (!field.empty() && at != std::string::npos) {
      finding.column = static_cast<int>(at) + 1;
      finding.end_line = finding.line;
      finding.end_column = finding.column + static_cast<int>(field.size());
    }
    findings_.push_back(std::move(finding));
  }

  absl::Status status() const {
    return report::ToStatus(absl::StatusCode::kInvalidArgument, findings_);
  }

 private:
  std::string path_;
  absl::string_view text_;
  std::vector<report::Finding> findings_;
};

}  // namespace

absl::Status ReadTextProto(const std::string& path, google::protobuf::Message* message) {
  ASSIGN_OR_RETURN(std::string text, ReadTextFile(path));
  Errors errors(path, text);
  google::protobuf::TextFormat::Parser parser;
  parser.SetRecursionLimit(kMaxDepth);
  parser.RecordErrorsTo(&errors);
  return parser.ParseFromString(text, message) ? absl::OkStatus() : errors.status();
}

std::string PlaceOf(const std::string& path, const std::string& value) {
  absl::StatusOr<std::string> text = ReadFile(path);
  const size_t at = text.ok() ? text->find(absl::StrCat("\"", value, "\"")) : std::string::npos;
  if (at == std::string::npos) return path;
  const auto before = text->begin() + static_cast<ptrdiff_t>(at);
  return absl::StrCat(path, ":", 1 + std::count(text->begin(), before, '\n'));
}

}  // namespace autogen::project
