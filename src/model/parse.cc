#include "src/model/parse.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/model/diagnose.h"
#include "src/model/utf8.h"

namespace autogen::model {
namespace {

using google::protobuf::TextFormat;

// Deeper than any model; protobuf's parser calls itself for each level.
constexpr int kMaxDepth = 64;

// Keeps the first error of protobuf's parser; its lines and columns count from 0.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (!this->message.empty()) return;
    this->line = line;
    this->message = message;
  }
  int line = 0;
  std::string message;
};

bool Parse(const std::string& text, google::protobuf::Message* message, FirstError* error) {
  TextFormat::Parser parser;
  parser.SetRecursionLimit(kMaxDepth);
  parser.RecordErrorsTo(error);
  return parser.ParseFromString(text, message);
}

size_t LineStart(absl::string_view text, int line) {
  size_t start = 0;
  for (; line > 0; --line) {
    size_t end = text.find('\n', start);
    if (end == absl::string_view::npos) break;
    start = end + 1;
  }
  return start;
}

}  // namespace

bool ParseModelFile(SourceFile* file, google::protobuf::Message* message, Sources* sources,
                    Problems* problems) {
  if (absl::StartsWith(file->text, kByteOrderMark)) file->text.erase(0, kByteOrderMark.size());
  if (IsUtf16(file->text)) {
    problems->AddAt(*file, 0, "the file is UTF-16; save it as UTF-8", {"encoding", ""});
    return false;
  }
  size_t bad_byte = FirstBadByte(file->text);
  if (bad_byte != std::string::npos) {
    bool nul = file->text[bad_byte] == '\0';
    problems->AddAt(*file, bad_byte,
                    nul ? "this file is binary, not a model; a model is text"
                        : "this byte is not UTF-8; save the file as UTF-8",
                    {"encoding", ""});
    return false;
  }
  if (sources->tracking()) {
    TextError error;
    file->is_tree = ParseTextTree(file->text, &file->root, &error);
    if (!file->is_tree) {
      problems->AddAt(*file, error.offset, error.what, {"syntax", ""});
      return false;
    }
  }
  FirstError error;
  if (!Parse(file->text, message, &error)) {
    if (!sources->tracking()) {
      problems->AddFile(file->path, error.message);
      return false;
    }
    std::string rest = file->text;
    for (const auto& [begin, end] : Diagnose(*file, message->GetDescriptor(), problems)) {
      for (size_t i = begin; i < end; ++i) {
        if (rest[i] != '\n') rest[i] = ' ';
      }
    }
    FirstError second;
    message->Clear();
    if (!Parse(rest, message, &second)) {
      // Something that only protobuf's parser knows, such as a bad escape in a string.
      problems->AddAt(*file, LineStart(file->text, second.line), second.message, {"syntax", ""});
      return false;
    }
  }
  sources->Add(*file, file->root, *message);
  return true;
}

}  // namespace autogen::model
