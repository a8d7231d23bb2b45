// INI files as Python's configparser reads them, as far as Alembic's need it.
#ifndef AUTOGEN_REVISION_INI_H_
#define AUTOGEN_REVISION_INI_H_

#include <map>
#include <string>

#include "absl/strings/string_view.h"

namespace autogen::revision {

struct IniValue {
  std::string text;  // as it stands, the lines of one that goes on joined by line ends
  int line = 0;
  // Of pyproject.toml (see toml.h).
  std::string path;     // "": of the INI file
  bool list = false;    // the lines of `text` are its items
  bool unread = false;  // neither a text nor a list of texts
};

// Of one section, by key in lower case; the last one wins. Lines that are none are passed over.
std::map<std::string, IniValue> ReadIniSection(absl::string_view text, absl::string_view section);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_INI_H_
