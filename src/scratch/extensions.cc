#include "src/scratch/extensions.h"

namespace autogen::scratch {

absl::Span<const absl::string_view> HarmlessExtensions() {
  static constexpr absl::string_view kNames[] = {
      "amcheck",
      "autoinc",
      "bloom",
      "btree_gin",
      "btree_gist",
      "citext",
      "cube",
      "dict_int",
      "dict_xsyn",
      "earthdistance",
      "fuzzystrmatch",
      "hstore",
      "insert_username",
      "intagg",
      "intarray",
      "isn",
      "lo",
      "ltree",
      "moddatetime",
      "pageinspect",
      "pg_buffercache",
      "pg_freespacemap",
      "pg_stat_statements",
      "pg_surgery",
      "pg_trgm",
      "pg_visibility",
      "pg_walinspect",
      "pgcrypto",
      "pgrowlocks",
      "pgstattuple",
      "plperl",
      "plpgsql",
      "pltcl",
      "postgis",
      "refint",
      "seg",
      "sslinfo",
      "tablefunc",
      "tcn",
      "tsm_system_rows",
      "tsm_system_time",
      "unaccent",
      "uuid-ossp",
      "vector",
      "xml2",
  };
  return kNames;
}

}  // namespace autogen::scratch
