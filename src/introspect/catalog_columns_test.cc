// Nothing in the catalogs is passed over without a reason, on any version of the server.
#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/introspect/introspect.h"
#include "src/sql/statement.h"
#include "tests/support/server.h"

namespace autogen::introspect {
namespace {

using testing::TestServer;

// The catalogs that say what a database's objects are.
constexpr const char* kCatalogs =
    "'pg_aggregate', 'pg_am', 'pg_amop', 'pg_amproc', 'pg_attrdef', 'pg_attribute', 'pg_cast', "
    "'pg_class', 'pg_collation', 'pg_constraint', 'pg_conversion', 'pg_default_acl', 'pg_depend', "
    "'pg_description', 'pg_enum', 'pg_event_trigger', 'pg_extension', 'pg_foreign_data_wrapper', "
    "'pg_foreign_server', 'pg_foreign_table', 'pg_index', 'pg_inherits', 'pg_language', "
    "'pg_namespace', 'pg_opclass', 'pg_operator', 'pg_opfamily', 'pg_partitioned_table', "
    "'pg_policy', 'pg_proc', 'pg_publication', 'pg_publication_namespace', 'pg_publication_rel', "
    "'pg_range', 'pg_rewrite', 'pg_seclabel', 'pg_sequence', 'pg_statistic_ext', 'pg_transform', "
    "'pg_trigger', 'pg_ts_config', 'pg_ts_config_map', 'pg_ts_dict', 'pg_ts_parser', "
    "'pg_ts_template', 'pg_type', 'pg_user_mapping'";

std::set<std::string> Words(const std::string& text) {
  const std::regex word("[a-z_0-9]+");
  return {std::sregex_token_iterator(text.begin(), text.end(), word), std::sregex_token_iterator()};
}

TEST_CASE("what is sent is ASCII, and without the comments of its file") {
  Options options;
  options.privileges = options.owners = options.name_others = true;
  for (int major = 13; major <= 19; ++major) {
    for (const auto& [name, sql] : QueriesFor(major * 10000, options)) {
      CAPTURE(name);
      CHECK(std::all_of(sql.begin(), sql.end(), [](unsigned char c) { return c < 0x80; }));
      CHECK(sql.find("--") == std::string::npos);
      CHECK(absl::StartsWith(sql, "SELECT") + absl::StartsWith(sql, "WITH") == 1);
      CHECK(sql::SplitStatements(sql).status() == absl::OkStatus());
    }
  }
}

TEST_CASE("every catalog column is read by a query or ignored for a reason") {
  Options options;
  options.privileges = options.owners = true;
  std::string queries;
  for (const auto& [name, sql] : QueriesFor(TestServer::Get().version(), options)) {
    absl::StrAppend(&queries, sql, "\n");
  }
  const std::set<std::string> words = Words(queries);

  auto file =
      ReadFile(absl::StrCat(AUTOGEN_SOURCE_DIR, "/src/introspect/testdata/ignored_columns.txt"));
  REQUIRE(file.ok());
  std::map<std::string, std::string> ignored;
  for (absl::string_view line : absl::StrSplit(*file, '\n', absl::SkipWhitespace())) {
    if (line[0] == '#') continue;
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    CHECK_MESSAGE(!absl::StripAsciiWhitespace(parts.second).empty(), parts.first);
    CHECK_MESSAGE(ignored.insert(parts).second, parts.first, " is listed twice");
  }

  const std::string columns = testing::QueryText(
      TestServer::Get().Url(),
      absl::StrCat("SELECT string_agg(c.relname || '.' || a.attname, ' ' ORDER BY 1) "
                   "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
                   "WHERE c.relnamespace = 'pg_catalog'::regnamespace AND a.attnum > 0 "
                   "AND NOT a.attisdropped AND c.relname IN (",
                   kCatalogs, ")"));
  for (const std::string& column : std::vector<std::string>(absl::StrSplit(columns, ' '))) {
    const bool read = words.count(column.substr(column.find('.') + 1)) > 0;
    const bool listed = ignored.count(column) > 0;
    CHECK_MESSAGE(read != listed, column,
                  read ? " is read: take it off the list of ignored columns"
                       : " is neither read by a query nor listed as ignored");
  }
}

}  // namespace
}  // namespace autogen::introspect
