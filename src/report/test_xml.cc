#include "src/report/test_xml.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "src/base/printable.h"

namespace autogen::report {
namespace {

class Reader {
 public:
  explicit Reader(absl::string_view text) : rest_(text) {}

  std::optional<XmlElement> Document() {
    if (!Take("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")) return std::nullopt;
    XmlElement root;
    if (!Element(&root)) return std::nullopt;
    if (!absl::StripAsciiWhitespace(rest_).empty()) return std::nullopt;
    return root;
  }

 private:
  bool Take(absl::string_view word) {
    if (!absl::StartsWith(rest_, word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool Name(std::string* name) {
    size_t n = 0;
    while (n < rest_.size() && (absl::ascii_isalnum(rest_[n]) || rest_[n] == '-')) ++n;
    *name = std::string(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return n > 0;
  }

  // One character of text, references resolved; false where it may not stand there.
  bool Char(std::string* out) {
    static constexpr std::pair<absl::string_view, char> kReferences[] = {
        {"&amp;", '&'},  {"&lt;", '<'},   {"&gt;", '>'},
        {"&quot;", '"'}, {"&#10;", '\n'}, {"&#9;", '\t'}};
    for (const auto& [reference, c] : kReferences) {
      if (!Take(reference)) continue;
      out->push_back(c);
      return true;
    }
    const Utf8Char c = FirstChar(rest_);
    const bool allowed = c.valid && (c.code == '\t' || c.code == '\n' || c.code >= 0x20) &&
                         c.code != 0xFFFE && c.code != 0xFFFF;
    if (!allowed || c.code == '&' || c.code == '<' || absl::StartsWith(rest_, "]]>")) return false;
    out->append(rest_.substr(0, c.bytes).data(), c.bytes);
    rest_.remove_prefix(c.bytes);
    return true;
  }

  bool Attributes(XmlElement* element) {
    while (Take(" ")) {
      std::string name, value;
      if (!Name(&name) || !Take("=\"")) return false;
      while (!Take("\"")) {
        // A line end of its own would be read as a blank.
        if (rest_.empty() || rest_[0] == '\n' || rest_[0] == '\t' || !Char(&value)) return false;
      }
      if (!element->attributes.emplace(name, value).second) return false;
    }
    return true;
  }

  bool Element(XmlElement* element) {
    if (!Take("<") || !Name(&element->name) || !Attributes(element)) return false;
    if (Take("/>")) return true;
    if (!Take(">")) return false;
    while (!Take("</")) {
      if (rest_.empty()) return false;
      if (rest_[0] == '<') {
        if (!Element(&element->children.emplace_back())) return false;
      } else if (!Char(&element->text)) {
        return false;
      }
    }
    std::string end;
    return Name(&end) && end == element->name && Take(">");
  }

  absl::string_view rest_;
};

}  // namespace

std::optional<XmlElement> ParseXml(absl::string_view text) { return Reader(text).Document(); }

}  // namespace autogen::report
