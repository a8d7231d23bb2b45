#include "src/sql/mask.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/sql/parse.h"
#include "src/sql/scan.h"

namespace autogen::sql {
namespace {

using nlohmann::json;

constexpr char kMask[] = "'***'";

// In the names of options and settings that hold secrets.
constexpr absl::string_view kSecretNames[] = {
    "passw",  "passphrase", "passcode",   "pwd",         "secret",   "token",   "credential",
    "apikey", "api_key",    "access_key", "private_key", "conninfo", "connstr", "dsn"};
// In statements that may hold secrets for other reasons.
constexpr absl::string_view kOtherWords[] = {"connection", "mapping", "://", "crypt", "hmac"};

bool HasOneOf(absl::string_view lower, absl::Span<const absl::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](absl::string_view word) { return absl::StrContains(lower, word); });
}

bool IsSecretName(absl::string_view name) {
  return HasOneOf(absl::AsciiStrToLower(name), kSecretNames);
}

bool Mentions(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  return HasOneOf(lower, kSecretNames) || HasOneOf(lower, kOtherWords);
}

// "password=…" among libpq's keywords, or "scheme://user:password@".
bool HoldsConnectionPassword(absl::string_view content) {
  const std::string lower = absl::AsciiStrToLower(content);
  for (size_t i = lower.find("passw"); i != std::string::npos; i = lower.find("passw", i + 1)) {
    const size_t end = lower.find_first_not_of("abcdefghijklmnopqrstuvwxyz_ \t\n", i);
    if (end != std::string::npos && lower[end] == '=') return true;
  }
  const size_t scheme = lower.find("://");
  return scheme != std::string::npos && lower.find('@', scheme) != std::string::npos;
}

// An apostrophe of English: "server's", "doesn't".
bool IsApostrophe(absl::string_view text, size_t at) {
  if (at == 0 || !absl::ascii_isalpha(text[at - 1])) return false;
  absl::string_view rest = text.substr(at + 1);
  for (absl::string_view end : {"s", "t", "re", "ve", "ll", "d"}) {
    if (!absl::StartsWith(rest, end)) continue;
    const char next = rest.size() > end.size() ? rest[end.size()] : ' ';
    if (!absl::ascii_isalnum(next) && next != '\'') return true;
  }
  return false;
}

// The end of the literal whose quote is at `at`; the end of the text where it is not closed.
size_t EndOfQuoted(absl::string_view text, size_t at) {
  const bool escapes = at > 0 && (text[at - 1] == 'E' || text[at - 1] == 'e') &&
                       (at == 1 || !absl::ascii_isalnum(text[at - 2]));
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (escapes && text[i] == '\\') {
      ++i;
    } else if (text[i] == '\'') {
      if (i + 1 >= text.size() || text[i + 1] != '\'') return i + 1;
      ++i;
    }
  }
  return text.size();
}

// "$tag$" at `at`, or "".
absl::string_view DollarTag(absl::string_view text, size_t at) {
  if (at > 0 && (absl::ascii_isalnum(text[at - 1]) || text[at - 1] == '_')) return "";
  size_t end = at + 1;
  while (end < text.size() && (absl::ascii_isalnum(text[end]) || text[end] == '_')) ++end;
  const bool closed = end < text.size() && text[end] == '$' && !absl::ascii_isdigit(text[at + 1]);
  return closed ? text.substr(at, end + 1 - at) : "";
}

// Every literal of a text that is SQL, or quotes some, and that no parser needs to understand.
std::string WithoutLiterals(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\'' && !IsApostrophe(text, i)) {
      absl::StrAppend(&out, kMask);
      i = EndOfQuoted(text, i);
    } else if (absl::string_view tag = text[i] == '$' ? DollarTag(text, i) : ""; !tag.empty()) {
      const size_t end = text.find(tag, i + tag.size());
      const absl::string_view body =
          text.substr(i + tag.size(), end == absl::string_view::npos ? end : end - i - tag.size());
      absl::StrAppend(&out, tag, body.empty() ? "" : "***", tag);
      i = end == absl::string_view::npos ? text.size() : end + tag.size();
    } else {
      out += text[i++];
    }
  }
  return out;
}

// Finds the tokens of one statement that are secrets.
class Finder {
 public:
  explicit Finder(const std::vector<Token>& tokens) : tokens_(tokens), secret_(tokens.size()) {}

  void Find(const json& tree) {
    Walk(tree);
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (IsString(i) && HoldsConnectionPassword(tokens_[i].text)) secret_[i] = true;
    }
  }
  const std::vector<bool>& secret() const { return secret_; }

 private:
  bool IsString(size_t i) const {
    return i < tokens_.size() && tokens_[i].kind == Token::Kind::kString;
  }

  static size_t LocationOf(const json& body) {
    const json& location = Get(body, "location");
    return location.is_number_integer() ? location.get<size_t>() : 0;
  }

  // The first token that starts at `location` or behind it.
  size_t TokenFrom(size_t location) const {
    return static_cast<size_t>(
        std::lower_bound(tokens_.begin(), tokens_.end(), location,
                         [](const Token& token, size_t at) { return token.start < at; }) -
        tokens_.begin());
  }

  void MaskStringFrom(size_t location) {
    for (size_t i = TokenFrom(location); i < tokens_.size(); ++i) {
      if (!IsString(i)) continue;
      secret_[i] = true;
      return;
    }
  }

  // Also an unquoted value, as SET takes it.
  void MaskConstant(const json& node) {
    if (const json& cast = Get(node, "TypeCast"); !cast.is_null()) {
      return MaskConstant(Get(cast, "arg"));
    }
    const json& constant = Get(node, "A_Const");
    if (constant.is_null()) return;
    const size_t location = LocationOf(constant);
    const size_t i = TokenFrom(location);
    if (i < tokens_.size() && tokens_[i].start == location) secret_[i] = true;
  }

  void Walk(const json& node) {
    if (node.is_array()) {
      for (const json& item : node) Walk(item);
      return;
    }
    if (!node.is_object()) return;
    for (const auto& [key, value] : node.items()) {
      if (key == "DefElem") Option(value);
      if (key == "FuncCall") Call(value);
      if (key == "CreateUserMappingStmt" || key == "AlterUserMappingStmt") Mapping(value);
      if (!GetString(value, "conninfo").empty()) Connections();
      if (absl::StartsWith(GetString(value, "kind"), "VAR_SET")) Setting(value);
      Walk(value);
    }
  }

  void Option(const json& body) {
    if (!Get(body, "arg").is_null() && IsSecretName(GetString(body, "defname"))) {
      MaskStringFrom(LocationOf(body));
    }
  }

  void Mapping(const json& body) {
    for (const json& option : Get(body, "options")) {
      const json& element = Get(option, "DefElem");
      const std::string name = absl::AsciiStrToLower(GetString(element, "defname"));
      if (Get(element, "arg").is_null() || name == "user" || name == "username") continue;
      MaskStringFrom(LocationOf(element));
    }
  }

  // Its node has no location: of all subscriptions of the text, once.
  void Connections() {
    if (std::exchange(connections_, true)) return;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].Is("connection") && IsString(i + 1)) secret_[i + 1] = true;
    }
  }

  void Setting(const json& body) {
    if (!IsSecretName(GetString(body, "name"))) return;
    for (const json& argument : Get(body, "args")) MaskConstant(argument);
  }

  void Call(const json& body) {
    const json& names = Get(body, "funcname");
    const json& arguments = Get(body, "args");
    if (names.empty() || !arguments.is_array()) return;
    const std::string name = GetString(Get(names.back(), "String"), "sval");
    if (name == "set_config" && arguments.size() > 1) {
      const json& setting = Get(arguments[0], "A_Const");
      if (IsSecretName(GetString(Get(setting, "sval"), "sval"))) MaskConstant(arguments[1]);
    }
    static constexpr absl::string_view kCrypto[] = {"crypt", "hmac", "pgp_"};
    if (HasOneOf(name, kCrypto)) {
      for (const json& argument : arguments) MaskConstant(argument);
    }
  }

  const std::vector<Token>& tokens_;
  std::vector<bool> secret_;
  bool connections_ = false;
};

// A body in dollar quotes, or in quotes with doubled ones in it, that mentions secrets.
std::string MaskedBody(absl::string_view token) {
  if (!Mentions(token)) return std::string(token);
  if (token[0] == '$') {
    const size_t tag = token.find('$', 1) + 1;
    return absl::StrCat(token.substr(0, tag),
                        WithoutLiterals(token.substr(tag, token.size() - 2 * tag)),
                        token.substr(token.size() - tag));
  }
  return absl::StrContains(token.substr(2, token.size() - 3), "'") ? kMask : std::string(token);
}

// Of a statement that does not parse: PASSWORD may stand before a word that lacks its quotes.
std::string MaskedUnparsed(absl::string_view statement) {
  std::string text = WithoutLiterals(statement);
  const std::string lower = absl::AsciiStrToLower(text);
  std::string out;
  size_t done = 0;
  const std::string kWord = "password";
  for (size_t i = lower.find(kWord); i != std::string::npos; i = lower.find(kWord, i + 1)) {
    const size_t start = lower.find_first_not_of(" \t\r\n=", i + kWord.size());
    if (start == std::string::npos || start == i + kWord.size() || start < done) continue;
    if (lower[start] == '\'' || lower.compare(start, 4, "null") == 0) continue;
    const size_t end = std::min(lower.find_first_of(" \t\r\n;", start), lower.size());
    absl::StrAppend(&out, text.substr(done, start - done), "***");
    done = end;
  }
  return absl::StrCat(out, text.substr(done));
}

// One secret may be a part of another.
struct LongestFirst {
  bool operator()(const std::string& a, const std::string& b) const {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  }
};

struct Masking {
  std::string text;
  std::set<std::string, LongestFirst> secrets;  // the contents that were masked, as written
  bool parsed = true;
};

std::string Content(absl::string_view token) {
  const size_t open = token.find('\'');
  if (open == absl::string_view::npos || token.size() < open + 2) return std::string(token);
  return absl::StrReplaceAll(token.substr(open + 1, token.size() - open - 2), {{"''", "'"}});
}

Masking Mask(absl::string_view statement) {
  Masking out;
  if (!Mentions(statement)) {
    out.text = std::string(statement);
    return out;
  }
  absl::StatusOr<json> tree = Parse(statement);
  absl::StatusOr<std::vector<Token>> tokens = Scan(statement);
  if (!tree.ok() || !tokens.ok()) {
    out.parsed = false;
    out.text = MaskedUnparsed(statement);
    return out;
  }
  tokens->erase(std::remove_if(tokens->begin(), tokens->end(),
                               [](const Token& t) { return t.kind == Token::Kind::kComment; }),
                tokens->end());
  Finder finder(*tokens);
  finder.Find(*tree);
  size_t done = 0;
  for (size_t i = 0; i < tokens->size(); ++i) {
    const Token& token = (*tokens)[i];
    std::string text(token.text);
    if (finder.secret()[i]) {
      out.secrets.insert(Content(token.text));
      text = kMask;
    } else if (token.kind == Token::Kind::kString && token.text.size() > 2) {
      text = MaskedBody(token.text);
    }
    absl::StrAppend(&out.text, statement.substr(done, token.start - done), text);
    done = token.end;
  }
  absl::StrAppend(&out.text, statement.substr(done));
  return out;
}

// `syntax error at or near "s3cret"`
std::string WithoutNearToken(absl::string_view message) {
  constexpr absl::string_view kNear = "at or near \"";
  const size_t at = message.find(kNear);
  if (at == absl::string_view::npos) return std::string(message);
  const size_t start = at + kNear.size();
  const size_t line = std::min(message.find('\n', start), message.size());
  const size_t end = message.substr(0, line).rfind('"');
  if (end < start) return std::string(message);
  return absl::StrCat(message.substr(0, start), "***", message.substr(end));
}

}  // namespace

std::string Masked(absl::string_view statement) { return Mask(statement).text; }

std::string MaskedMessage(absl::string_view message, absl::string_view statement) {
  const Masking masking = Mask(statement);
  std::string text = masking.parsed ? std::string(message) : WithoutNearToken(message);
  for (const std::string& secret : masking.secrets) {
    // A short one is hidden only where it is quoted: it may be a part of any word.
    if (secret.size() >= 4) {
      text = absl::StrReplaceAll(text, {{secret, "***"}});
    } else if (!secret.empty()) {
      text = absl::StrReplaceAll(text, {{absl::StrCat("\"", secret, "\""), "\"***\""},
                                        {absl::StrCat("'", secret, "'"), kMask}});
    }
  }
  return Mentions(text) ? WithoutLiterals(text) : text;
}

}  // namespace autogen::sql
