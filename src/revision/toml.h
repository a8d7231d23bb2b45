// TOML as far as Alembic's settings in pyproject.toml need it.
#ifndef AUTOGEN_REVISION_TOML_H_
#define AUTOGEN_REVISION_TOML_H_

#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "src/revision/ini.h"

namespace autogen::revision {

// Of the table `[table]`, by key: strings, numbers and true or false as their text, arrays of
// strings as their items, joined by line ends (IniValue::list). A value of another kind is
// IniValue::unread. Nothing where the file has no such table. Tables of tables ([[…]]) and
// keys with dots are passed over, and so is a file that is no TOML from there on.
std::optional<std::map<std::string, IniValue>> ReadTomlTable(absl::string_view text,
                                                             absl::string_view table);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_TOML_H_
