#include "src/model/readings.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/unknown_field_set.h>
#include <google/protobuf/wire_format_lite.h>

#include <cstdint>
#include <filesystem>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/base/file.h"
#include "src/base/project_root.h"
#include "src/base/status.h"

namespace autogen::model {
namespace {

namespace fs = std::filesystem;
using google::protobuf::UnknownFieldSet;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// The fields of a packed text: four for each question, one for what was made.
enum Field { kWhat = 1, kRoot, kPath, kAnswer, kMade };

uint32_t Tag(Field field,
             WireFormatLite::WireType type = WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
  return WireFormatLite::MakeTag(field, type);
}

// A byte that no path has.
constexpr absl::string_view kBetween("\0", 1);

bool IsRegular(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

}  // namespace

absl::StatusOr<std::string> Readings::Answer(const Question& question) {
  const std::string& path = question.path;
  std::error_code error;
  switch (question.what) {
    case What::kRoot: {
      const fs::path real = fs::weakly_canonical(path, error);
      return ProjectRoot(fs::is_directory(real, error) ? real.string() : DirName(real.string()));
    }
    case What::kCanonical: {
      std::string canonical = fs::weakly_canonical(path, error).string();
      return error ? path : std::move(canonical);
    }
    case What::kIsFolder:
      return fs::is_directory(path, error) ? "folder" : "";
    case What::kList: {
      ASSIGN_OR_RETURN(const std::vector<std::string> files, ListFiles(path, ".txtpb", true));
      return absl::StrJoin(files, kBetween);
    }
    case What::kReadNamed:
      return ReadInput(path);
    case What::kReadBelow:
      return ReadFileBelow(question.root, path);
  }
  return absl::InternalError("no such question");
}

absl::StatusOr<std::string> Readings::Ask(Question question) {
  absl::StatusOr<std::string> answer = Answer(question);
  if (!answer.ok()) {
    complete_ = false;
    return answer;
  }
  size_ += answer->size();
  asked_.emplace_back(std::move(question), *answer);
  return answer;
}

std::string Readings::Root(const std::string& path) { return *Ask({What::kRoot, "", path}); }

std::string Readings::Canonical(const std::string& path) {
  return *Ask({What::kCanonical, "", path});
}

bool Readings::IsFolder(const std::string& path) {
  return !Ask({What::kIsFolder, "", path})->empty();
}

absl::StatusOr<std::vector<std::string>> Readings::List(const std::string& folder) {
  ASSIGN_OR_RETURN(const std::string files, Ask({What::kList, "", folder}));
  return std::vector<std::string>(absl::StrSplit(files, kBetween, absl::SkipEmpty()));
}

absl::StatusOr<std::string> Readings::ReadNamed(const std::string& path) {
  if (!IsRegular(path)) complete_ = false;
  return Ask({What::kReadNamed, "", path});
}

absl::StatusOr<std::string> Readings::ReadBelow(const std::string& root, const std::string& path) {
  return Ask({What::kReadBelow, root, path});
}

std::optional<std::string> Readings::Pack(absl::string_view made) const {
  if (!complete_) return std::nullopt;
  UnknownFieldSet fields;
  for (const auto& [question, answer] : asked_) {
    fields.AddVarint(kWhat, static_cast<uint64_t>(question.what));
    fields.AddLengthDelimited(kRoot, question.root);
    fields.AddLengthDelimited(kPath, question.path);
    fields.AddLengthDelimited(kAnswer, answer);
  }
  fields.AddLengthDelimited(kMade, std::string(made));
  std::string packed;
  fields.SerializeToString(&packed);
  return packed;
}

std::optional<absl::string_view> Readings::Recall(absl::string_view packed) {
  CodedInputStream in(reinterpret_cast<const uint8_t*>(packed.data()),
                      static_cast<int>(packed.size()));
  Question question{};
  for (uint32_t tag = in.ReadTag(); tag != 0; tag = in.ReadTag()) {
    uint32_t number = 0;  // a value, or the length of a text
    if (!in.ReadVarint32(&number)) return std::nullopt;
    if (tag == Tag(kWhat, WireFormatLite::WIRETYPE_VARINT)) {
      question.what = static_cast<What>(number);
      continue;
    }
    const auto begin = static_cast<size_t>(in.CurrentPosition());
    if (!in.Skip(static_cast<int>(number))) return std::nullopt;
    const absl::string_view text = packed.substr(begin, number);
    if (tag == Tag(kRoot)) {
      question.root = std::string(text);
    } else if (tag == Tag(kPath)) {
      question.path = std::string(text);
    } else if (tag == Tag(kAnswer)) {
      // What blocks, or can be read once only, is left to the one who loads it.
      if (question.what == What::kReadNamed && !IsRegular(question.path)) return std::nullopt;
      const absl::StatusOr<std::string> answer = Answer(question);
      if (!answer.ok() || *answer != text) return std::nullopt;
    } else {
      return tag == Tag(kMade) ? std::optional(text) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace autogen::model
