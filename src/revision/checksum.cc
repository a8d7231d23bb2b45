#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/file.h"
#include "src/base/sha256.h"
#include "src/base/status.h"
#include "src/revision/script.h"

namespace autogen::revision {
namespace {

constexpr absl::string_view kProof = "proof: ";
constexpr absl::string_view kVerified = "verified: ";
constexpr absl::string_view kSha256 = "; sha256 ";
constexpr size_t kShown = 16;  // digits: enough to see an edit

// Where the first section starts; 0 where there is none. What the header allows changes nothing
// that runs.
size_t BodyStart(absl::string_view text) {
  for (size_t at = 0; at < text.size();) {
    absl::string_view line = text.substr(at);
    if (absl::StartsWith(line, "-- autogen:") && !absl::StartsWith(line, "-- autogen: allow ")) {
      return at;
    }
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

std::string ProofLine(absl::string_view proof, absl::string_view checksum) {
  return absl::StrCat(kProof, proof, kSha256, checksum.substr(0, kShown));
}

namespace {

// What a line of the header that starts with `field` says of the sections' checksum.
std::string ChecksumIn(absl::string_view text, absl::string_view field) {
  for (absl::string_view line : absl::StrSplit(text.substr(0, BodyStart(text)), '\n')) {
    line = absl::StripAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, "--")) continue;
    line = absl::StripLeadingAsciiWhitespace(line);
    const size_t at = line.rfind(kSha256);
    if (absl::StartsWith(line, field) && at != absl::string_view::npos) {
      return std::string(line.substr(at + kSha256.size()));
    }
  }
  return "";
}

}  // namespace

std::string ProvedChecksum(absl::string_view text) { return ChecksumIn(text, kProof); }
std::string VerifiedChecksum(absl::string_view text) { return ChecksumIn(text, kVerified); }

absl::Status WriteVerified(const std::string& path, absl::string_view how) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const std::string verified =
      absl::StrCat("-- ", kVerified, how, kSha256, Checksum(text).substr(0, kShown));
  std::string out;
  bool written = false;
  const size_t body = BodyStart(text);
  for (absl::string_view rest = absl::string_view(text).substr(0, body); !rest.empty();) {
    const size_t end = std::min(rest.size(), rest.find('\n') + 1);
    const absl::string_view line = rest.substr(0, end);
    rest.remove_prefix(end);
    if (absl::StartsWith(line, absl::StrCat("-- ", kVerified))) continue;
    absl::StrAppend(&out, line);
    if (written || !absl::StartsWith(line, absl::StrCat("-- ", kProof))) continue;
    absl::StrAppend(&out, verified, absl::EndsWith(line, "\r\n") ? "\r\n" : "\n");
    written = true;
  }
  if (!written) return absl::FailedPreconditionError("its header has no line \"-- proof: …\"");
  absl::StrAppend(&out, absl::string_view(text).substr(body));
  return WriteFile(path, out, Overwrite::kReplace);
}

}  // namespace autogen::revision
