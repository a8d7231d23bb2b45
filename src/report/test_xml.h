// For tests: XML 1.0 without DTD, comments and processing instructions, strictly.
#ifndef AUTOGEN_REPORT_TEST_XML_H_
#define AUTOGEN_REPORT_TEST_XML_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::report {

struct XmlElement {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::vector<XmlElement> children;
  std::string text;  // of its own, in one piece
};

// Nothing where the document is not well-formed.
std::optional<XmlElement> ParseXml(absl::string_view text);

}  // namespace autogen::report

#endif  // AUTOGEN_REPORT_TEST_XML_H_
