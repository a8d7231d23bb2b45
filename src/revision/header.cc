#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/revision/script.h"

namespace autogen::revision {
namespace {

const std::vector<std::string>& Keys() {
  static const auto* const keys = new std::vector<std::string>{"revision",   "revises", "created",
                                                               "depends on", "labels",  "message"};
  return *keys;
}

struct Field {
  std::string key;  // in lower case; "" where the line is not a field
  std::string value;
};

Field SplitField(absl::string_view line) {
  size_t colon = line.find(':');
  if (colon == absl::string_view::npos) return {};
  std::string key = absl::AsciiStrToLower(absl::StripAsciiWhitespace(line.substr(0, colon)));
  return {key, std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)))};
}

std::vector<std::string> SplitList(absl::string_view value) {
  std::vector<std::string> list;
  for (absl::string_view item : absl::StrSplit(value, ',')) {
    item = absl::StripAsciiWhitespace(item);
    if (!item.empty() && item != "base") list.emplace_back(item);
  }
  return list;
}

// The key of a file without "revision:" that resembles it.
std::string NoRevision(absl::Span<const std::string> other_keys) {
  for (const std::string& key : other_keys) {
    std::string nearest = Nearest(key, Keys());
    if (nearest == "revision") {
      return absl::StrCat("no \"-- revision:\" line in the header; is \"", key,
                          "\" meant to be it?");
    }
  }
  return "no \"-- revision:\" line in the header; a file that is not a script of autogen belongs "
         "elsewhere";
}

}  // namespace

bool IsHeaderField(absl::string_view line, bool first) {
  const std::string key = SplitField(line).key;
  if (key == "proof" || key == "verified" || key == "revision" || key == "message") return true;
  return !first && absl::c_linear_search(Keys(), key);
}

namespace {

// Takes a field that is known and there for the first time.
void SetField(const Field& field, Revision* revision, std::vector<std::string>* message) {
  if (field.key == "revision") {
    revision->id = field.value;
  } else if (field.key == "revises") {
    revision->revises = SplitList(field.value);
  } else if (field.key == "depends on") {
    revision->depends_on = SplitList(field.value);
  } else if (field.key == "labels") {
    revision->labels = SplitList(field.value);
  } else if (field.key == "created") {
    revision->created = field.value;
  } else {
    message->insert(message->begin(), field.value);
  }
}

}  // namespace

absl::StatusOr<Revision> ParseHeader(absl::string_view text, const std::string& path) {
  Revision revision;
  revision.path = path;
  std::vector<std::string> seen, unknown, message;
  bool in_message = true;  // until an empty comment or a field
  int number = 0;
  auto error = [&](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat(path, ":", number, ": ", what));
  };
  if (IsUtf16(text)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":1:1: the file is UTF-16; save it as UTF-8"));
  }
  text = WithoutByteOrderMark(text);
  while (!text.empty()) {
    size_t end = text.find('\n');
    absl::string_view line = absl::StripAsciiWhitespace(text.substr(0, end));
    text = end == absl::string_view::npos ? absl::string_view() : text.substr(end + 1);
    ++number;
    if (line.empty()) {
      in_message = in_message && message.empty();
      continue;
    }
    if (!absl::ConsumePrefix(&line, "--")) break;
    line = absl::StripAsciiWhitespace(line);
    if (absl::StartsWith(line, "autogen: allow ")) continue;
    if (absl::StartsWith(line, "autogen:")) break;
    Field field = SplitField(line);
    // The first line is the message, whatever it looks like, except for these two.
    bool known =
        absl::c_linear_search(Keys(), field.key) &&
        (!message.empty() || !seen.empty() || field.key == "revision" || field.key == "message");
    if (!known) {
      if (line.empty() && message.empty()) continue;
      if (line.empty() || !seen.empty()) in_message = false;
      if (in_message) message.emplace_back(line);
      if (!field.key.empty()) unknown.push_back(field.key);
      continue;
    }
    in_message = false;
    if (absl::c_linear_search(seen, field.key)) {
      return error(absl::StrCat("a second \"", field.key, ":\""));
    }
    seen.push_back(field.key);
    SetField(field, &revision, &message);
    if (field.key == "revision" && revision.id.empty()) return error("\"revision:\" is empty");
  }
  if (revision.id.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", NoRevision(unknown)));
  }
  if (!absl::c_linear_search(seen, "revises")) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": no \"-- revises:\" line in the header (\"base\" for a first script)"));
  }
  revision.message = absl::StrJoin(message, "\n");
  return revision;
}

}  // namespace autogen::revision
