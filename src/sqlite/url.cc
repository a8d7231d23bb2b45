#include "src/sqlite/url.h"

#include <array>
#include <cmath>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"

namespace autogen::sqlite {
namespace {

// Of Python's sqlite3.connect(); they say nothing of the database.
constexpr std::array<absl::string_view, 4> kOfDrivers = {"check_same_thread", "detect_types",
                                                         "isolation_level", "cached_statements"};

absl::Status TakeParameter(absl::string_view parameter, Location* location) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(parameter, absl::MaxSplits('=', 1));
  const auto& [name, value] = parts;
  for (absl::string_view known : kOfDrivers) {
    if (name == known) return absl::OkStatus();
  }
  if (name == "mode" && (value == "ro" || value == "rw" || value == "rwc")) {
    location->read_only = value == "ro";
    return absl::OkStatus();
  }
  double seconds = 0;
  if (name == "timeout" && absl::SimpleAtod(value, &seconds) && seconds >= 0 && seconds < 1e6) {
    location->busy_timeout_ms = static_cast<int>(std::lround(seconds * 1000));
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the URL of an SQLite database cannot say ", parameter,
                   "; it takes mode=ro, mode=rw, mode=rwc and timeout=SECONDS"));
}

}  // namespace

bool LooksLikeUrl(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "sqlite")) return false;
  absl::ConsumePrefix(&text, "3");
  return absl::StartsWith(text, ":") ||
         (absl::StartsWith(text, "+") && absl::StrContains(text, ":"));
}

absl::StatusOr<Location> ParseUrl(absl::string_view url) {
  if (!LooksLikeUrl(url)) {
    return absl::InvalidArgumentError(
        "the URL of an SQLite database is sqlite:///relative/path.db or "
        "sqlite:////absolute/path.db");
  }
  absl::string_view rest = url.substr(url.find(':') + 1);
  const std::vector<absl::string_view> parts = absl::StrSplit(rest, absl::MaxSplits('?', 1));
  rest = parts[0];
  if (rest == "//" || rest == "///" || rest == "///:memory:" || rest == "" || rest == ":memory:") {
    return absl::InvalidArgumentError(
        absl::StrCat(url,
                     " is a database in memory, which is empty and ends with the command; name a "
                     "file: sqlite:///path.db"));
  }
  if (!absl::ConsumePrefix(&rest, "///")) {
    absl::ConsumePrefix(&rest, "//");
    absl::ConsumePrefix(&rest, "/");
    return absl::InvalidArgumentError(absl::StrCat(
        url, " has too few slashes: sqlite:///", rest,
        " is a path below the working directory, sqlite:////", rest, " an absolute one"));
  }
  Location location;
  location.path = std::string(rest);
  if (parts.size() > 1) {
    for (absl::string_view parameter : absl::StrSplit(parts[1], '&', absl::SkipEmpty())) {
      RETURN_IF_ERROR(TakeParameter(parameter, &location));
    }
  }
  return location;
}

namespace {

std::string UrlOf(const Location& location) {
  std::vector<std::string> parameters;
  if (location.read_only) parameters.push_back("mode=ro");
  if (location.busy_timeout_ms) {
    parameters.push_back(absl::StrCat("timeout=", *location.busy_timeout_ms / 1000.0));
  }
  std::string normal = absl::StrCat("sqlite:///", location.path);
  for (size_t i = 0; i < parameters.size(); ++i) {
    absl::StrAppend(&normal, i == 0 ? "?" : "&", parameters[i]);
  }
  return normal;
}

}  // namespace

absl::StatusOr<std::string> NormalizeUrl(absl::string_view url) {
  ASSIGN_OR_RETURN(const Location location, ParseUrl(url));
  return UrlOf(location);
}

absl::StatusOr<std::string> PathOf(absl::string_view url) {
  ASSIGN_OR_RETURN(Location location, ParseUrl(url));
  return std::move(location.path);
}

std::string WithPath(absl::string_view url, const std::string& path) {
  absl::StatusOr<Location> location = ParseUrl(url);
  if (!location.ok()) return std::string(url);
  location->path = path;
  return UrlOf(*location);
}

std::string ShownTarget(absl::string_view url) {
  absl::StatusOr<Location> location = ParseUrl(url);
  return location.ok() ? location->path : "sqlite:…";
}

}  // namespace autogen::sqlite
