// Settings of a server, a database or a role that change what a definition makes.
#ifndef AUTOGEN_POSTGRES_DEFINITION_SETTINGS_H_
#define AUTOGEN_POSTGRES_DEFINITION_SETTINGS_H_

#include <string>
#include <utility>
#include <vector>

namespace autogen::postgres {

// As they are wherever a script runs, is proved, or is printed for psql: where a table lies and how
// it is stored when its statement does not say, and what the literals of arrays, XML and money mean
// as PostgreSQL prints them. What is left out (DateStyle, TimeZone, IntervalStyle, …) changes
// nothing about a text that PostgreSQL has printed for us; search_path is what scripts that people
// write may count on.
const std::vector<std::pair<std::string, std::string>>& DefinitionSettings();

}  // namespace autogen::postgres

#endif  // AUTOGEN_POSTGRES_DEFINITION_SETTINGS_H_
