#include "src/postgres/variables.h"

#include <stdlib.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/base/status.h"
#include "src/postgres/url.h"
#include "src/postgres/url_parts.h"

namespace autogen::postgres {
namespace {

constexpr char kWithheld[] = "autogen-sends-no-password-that-it-found-for-another-host";

// One ${NAME} of a text.
struct Reference {
  size_t begin = 0;
  size_t end = 0;
  std::string name;
  std::string value;
};

absl::StatusOr<std::vector<Reference>> FindReferences(absl::string_view text) {
  std::vector<Reference> found;
  for (size_t i = text.find("${"); i != absl::string_view::npos; i = text.find("${", i)) {
    size_t end = i + 2;
    while (end < text.size() && (absl::ascii_isalnum(text[end]) || text[end] == '_')) ++end;
    if (end == text.size() || text[end] != '}' || end == i + 2) {
      return absl::InvalidArgumentError(
          "a \"${\" is not followed by the name of an environment variable and \"}\"");
    }
    found.push_back({i, end + 1, std::string(text.substr(i + 2, end - i - 2)), ""});
    i = end + 1;
  }
  return found;
}

std::string List(const std::vector<std::string>& names, absl::string_view what) {
  return absl::StrCat(names.size() == 1 ? "environment variable " : "environment variables ",
                      absl::StrJoin(names, ", "), names.size() == 1 ? " is " : " are ", what);
}

absl::Status ReadValues(std::vector<Reference>* references, std::vector<std::string>* names) {
  std::vector<std::string> unset, empty;
  for (Reference& r : *references) {
    const char* value = getenv(r.name.c_str());
    if (value != nullptr) r.value = value;
    if (std::find(names->begin(), names->end(), r.name) != names->end()) continue;
    names->push_back(r.name);
    if (value == nullptr) unset.push_back(r.name);
    if (value != nullptr && *value == '\0') empty.push_back(r.name);
  }
  std::vector<std::string> problems;
  if (!unset.empty()) problems.push_back(List(unset, "not set"));
  if (!empty.empty()) problems.push_back(List(empty, "empty"));
  if (problems.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrJoin(problems, "; "));
}

// `text` with each reference replaced by what `value` makes of its number and place.
template <typename Value>
std::string Replace(absl::string_view text, const std::vector<Reference>& references,
                    const Value& value) {
  std::string out;
  size_t done = 0;
  for (size_t i = 0; i < references.size(); ++i) {
    absl::StrAppend(&out, text.substr(done, references[i].begin - done), value(i));
    done = references[i].end;
  }
  return absl::StrCat(out, text.substr(done));
}

// Stands for the value of reference `i` while we look what libpq would read where.
std::string Stand(size_t i) { return absl::StrCat("autogenvalue", i, "x"); }

// How a value is written at each place of a URL.
std::string ExpandedScheme(absl::string_view text, const std::vector<Reference>& references) {
  const Url url = Cut(text);
  const size_t host = SchemeLength(text) + url.user_info.size();
  return Replace(text, references, [&](size_t i) {
    const size_t at = references[i].begin;
    const bool in_host = at >= host && at < host + url.host.size();
    return PercentEncoded(references[i].value, in_host ? "_-.~:,[]" : "_-.~");
  });
}

std::string KeywordQuoted(absl::string_view value) {
  std::string out;
  for (char c : value) {
    if (c == '\\' || c == '\'' || absl::ascii_isspace(c)) out += '\\';
    out += c;
  }
  return out;
}

// Where a variable may stand in a keyword string, and in a URL's query.
bool OnlyInValues(absl::string_view text, const std::vector<Reference>& references) {
  if (SchemeLength(text) > 0) {
    const Url url = Cut(text);
    return std::none_of(url.query.begin(), url.query.end(),
                        [](const auto& pair) { return absl::StrContains(pair.first, "${"); });
  }
  std::vector<KeywordValue> items;
  if (!ScanKeywords(text, &items)) return false;
  return std::all_of(references.begin(), references.end(), [&](const Reference& r) {
    return std::any_of(items.begin(), items.end(), [&](const KeywordValue& item) {
      return r.begin >= item.begin && r.end <= item.end;
    });
  });
}

// The values that were put into pieces of connection strings, the longest first.
class Hidden {
 public:
  static Hidden& Get() {
    static auto* const hidden = new Hidden;
    return *hidden;
  }
  void Add(const std::string& value, const std::string& name) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::pair<std::string, std::string> item(value, name);
    if (std::find(items_.begin(), items_.end(), item) != items_.end()) return;
    items_.push_back(std::move(item));
    std::stable_sort(items_.begin(), items_.end(),
                     [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  }
  std::string Without(absl::string_view message) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::string out(message);
    for (const auto& [value, name] : items_) out = ReplaceWords(out, value, name);
    return out;
  }

 private:
  // Whole words: a value such as "5" is not looked for inside of 5432.
  static std::string ReplaceWords(absl::string_view text, absl::string_view value,
                                  absl::string_view name) {
    auto is_word = [](char c) { return absl::ascii_isalnum(c) || c == '_'; };
    std::string out;
    size_t done = 0;
    for (size_t i = text.find(value); i != absl::string_view::npos; i = text.find(value, i)) {
      const size_t end = i + value.size();
      if ((i > 0 && is_word(text[i - 1])) || (end < text.size() && is_word(text[end]))) {
        ++i;
        continue;
      }
      absl::StrAppend(&out, text.substr(done, i - done), name);
      done = i = end;
    }
    return absl::StrCat(out, text.substr(done));
  }

  std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> items_;
};

// A piece of a URL as libpq decodes it.
std::string PercentDecoded(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() &&
                        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
                        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]));
    absl::StrAppend(&out, escape ? absl::HexStringToBytes(text.substr(i + 1, 2))
                                 : std::string(text.substr(i, 1)));
    if (escape) i += 2;
  }
  return out;
}

// Hides the values of `references` from `first` on, and the words that they became parts of: of
// "a${X}${Y}" neither value is a word alone.
void Hide(absl::string_view text, const std::vector<Reference>& references, size_t first,
          bool scheme) {
  auto in_word = [&](size_t at) {
    return absl::ascii_isalnum(static_cast<unsigned char>(text[at])) || text[at] == '_' ||
           (scheme && text[at] == '%');
  };
  auto decoded = [&](size_t begin, size_t end) {
    const absl::string_view piece = text.substr(begin, end - begin);
    return scheme ? PercentDecoded(piece) : std::string(piece);
  };
  for (size_t i = first; i < references.size();) {
    const size_t before = i == 0 ? 0 : references[i - 1].end;
    size_t end = references[i].begin;
    size_t begin = end;
    while (begin > before && in_word(begin - 1)) --begin;
    std::string value = decoded(begin, end), name = value;
    // The references that follow in the same word belong to it.
    for (; i < references.size() && references[i].begin == end; ++i) {
      const Reference& r = references[i];
      const std::string shown = absl::StrCat("${", r.name, "}");
      begin = end = r.end;
      while (end < text.size() && in_word(end)) ++end;
      absl::StrAppend(&value, r.value, decoded(begin, end));
      absl::StrAppend(&name, shown, decoded(begin, end));
      Hidden::Get().Add(r.value, shown);
    }
    Hidden::Get().Add(value, name);
  }
}

// The hosts of `fields` that are not a variable's value as a whole.
std::vector<std::string> NamedHosts(const Fields& fields,
                                    const std::vector<Reference>& references) {
  std::vector<std::string> hosts;
  // A service file of the text's own can say anything.
  if (!fields.servicefile.empty()) hosts.push_back("servicefile");
  for (const std::string* list : {&fields.host, &fields.hostaddr}) {
    for (absl::string_view item : absl::StrSplit(*list, ',', absl::SkipEmpty())) {
      std::string rest(item), named(item);
      for (size_t i = 0; i < references.size(); ++i) {
        rest = absl::StrReplaceAll(rest, {{Stand(i), ""}});
        named =
            absl::StrReplaceAll(named, {{Stand(i), absl::StrCat("${", references[i].name, "}")}});
      }
      if (!rest.empty()) hosts.push_back(named);
    }
  }
  return hosts;
}

// How the text reads with Stand() in the place of each value.
std::string WithStands(absl::string_view text, const std::vector<Reference>& references) {
  std::string out = Replace(text, references, Stand);
  if (SchemeLength(text) > 0 || references.empty() || references[0].begin > 0) return out;
  // It begins with a variable that holds the beginning of a connection string, and so the host.
  return absl::StrCat(SchemeLength(references[0].value) > 0 ? "postgresql://" : "host=", out);
}

}  // namespace

absl::StatusOr<std::string> ExpandAsText(absl::string_view text) {
  ASSIGN_OR_RETURN(std::vector<Reference> references, FindReferences(text));
  std::vector<std::string> names;
  RETURN_IF_ERROR(ReadValues(&references, &names));
  return Replace(text, references, [&](size_t i) { return references[i].value; });
}

absl::StatusOr<Expansion> ExpandVariables(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  Expansion out;
  out.url = std::string(text);
  if (text.empty() || text == "embedded") return out;
  ASSIGN_OR_RETURN(std::vector<Reference> references, FindReferences(text));
  RETURN_IF_ERROR(ReadValues(&references, &out.variables));
  const bool whole =
      references.size() == 1 && references[0].end - references[0].begin == text.size();
  if (whole) {
    out.url = references[0].value;
    return out;
  }
  const bool begins = !references.empty() && references[0].begin == 0;
  const bool scheme = SchemeLength(begins ? references[0].value : text) > 0;
  if (!begins && !OnlyInValues(text, references)) {
    // What is wrong with the text itself comes first.
    RETURN_IF_ERROR(NormalizeUrl(Replace(text, references, Stand)).status());
    return absl::InvalidArgumentError(
        "a variable is allowed only in the values of a connection string");
  }
  if (!begins && scheme) {
    out.url = ExpandedScheme(text, references);
  } else {
    out.url = Replace(text, references, [&](size_t i) {
      if (begins && i == 0) return references[i].value;
      return scheme ? PercentEncoded(references[i].value, "_-.~")
                    : KeywordQuoted(references[i].value);
    });
  }
  Hide(text, references, begins ? 1 : 0, scheme);
  RETURN_IF_ERROR(NormalizeUrl(out.url).status());
  std::string stands = WithStands(text, references);
  if (SchemeLength(stands) > 0) {
    ASSIGN_OR_RETURN(stands, NormalizeScheme(stands));
  }
  const std::optional<Fields> fields = ReadFields(stands);
  if (!fields.has_value()) return NormalizeUrl(text).status();
  out.hosts = NamedHosts(*fields, references);
  out.has_password = !fields->password.empty();
  return out;
}

std::string WithoutValues(absl::string_view message) { return Hidden::Get().Without(message); }

std::vector<std::string> HostsOf(absl::string_view url) {
  if (!LooksLikeUrl(url)) return {};
  absl::StatusOr<std::string> normal = NormalizeUrl(url);
  const std::optional<Fields> fields = normal.ok() ? ReadFields(*normal) : std::nullopt;
  return fields.has_value() ? NamedHosts(*fields, {}) : std::vector<std::string>();
}

bool IsLocalHost(absl::string_view host) {
  return host.empty() || absl::StartsWith(host, "/") || absl::StartsWith(host, "@") ||
         absl::EqualsIgnoreCase(host, "localhost") || host == "::1" ||
         (absl::StartsWith(host, "127.") &&
          host.find_first_not_of("0123456789.") == absl::string_view::npos);
}

std::string WithoutFoundPassword(absl::string_view url) {
  if (SchemeLength(url) == 0) {
    return absl::StrCat(url, url.empty() ? "" : " ", "password=", kWithheld);
  }
  Url parts = Cut(url);
  parts.query.emplace_back("password", kWithheld);
  return parts.Text();
}

bool WithholdsPassword(absl::string_view password) { return password == kWithheld; }

}  // namespace autogen::postgres
