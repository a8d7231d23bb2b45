#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "src/base/sha256.h"
#include "src/revision/script.h"

namespace autogen::revision {
namespace {

// Where the first section starts; 0 where there is none.
size_t BodyStart(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    absl::string_view line = text.substr(at);
    if (absl::StartsWith(line, "-- autogen:")) return at;
    size_t end = line.find('\n');
    if (end == absl::string_view::npos) break;
    at += end + 1;
  }
  return 0;
}

}  // namespace

std::string Checksum(absl::string_view text) {
  std::string body = absl::StrReplaceAll(text.substr(BodyStart(text)), {{"\r\n", "\n"}});
  while (!body.empty() && body.back() == '\n') body.pop_back();
  return Sha256Hex(body);
}

}  // namespace autogen::revision
