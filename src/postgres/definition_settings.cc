#include "src/postgres/definition_settings.h"

namespace autogen::postgres {

const std::vector<std::pair<std::string, std::string>>& DefinitionSettings() {
  static const auto* settings = new std::vector<std::pair<std::string, std::string>>{
      {"default_tablespace", ""}, {"default_table_access_method", "heap"},
      {"array_nulls", "on"},      {"transform_null_equals", "off"},
      {"xmloption", "content"},   {"lc_monetary", "C"},
  };
  return *settings;
}

}  // namespace autogen::postgres
