#include "src/introspect/queries.h"

#include <cstdio>
#include <cstdlib>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/introspect/readers.h"
#include "src/model/secret.h"

namespace autogen::introspect {

// Generated from queries/*.sql.
absl::Span<const std::pair<absl::string_view, absl::string_view>> QueryFiles();

namespace {

constexpr Query kQueries[] = {
    {"namespaces", ReadNamespaces},
    {"extensions", ReadExtensions},
    {"languages", ReadLanguages},
    {"access_methods", ReadAccessMethods},
    {"conversions", ReadConversions},
    {"collations", ReadCollations},
    {"domains", ReadDomains},
    {"domain_checks", ReadDomainChecks},
    {"composite_types", ReadCompositeTypes},
    {"range_types", ReadRangeTypes},
    {"base_types", ReadBaseTypes},
    {"text_search_parsers", ReadTextSearchParsers},
    {"text_search_templates", ReadTextSearchTemplates},
    {"text_search_dictionaries", ReadTextSearchDictionaries},
    {"text_search_configurations", ReadTextSearchConfigurations},
    {"foreign_data_wrappers", ReadForeignDataWrappers},
    {"servers", ReadServers},
    {"user_mappings", ReadUserMappings},
    {"enums", ReadEnums},
    {"functions", ReadFunctions},
    {"aggregates", ReadAggregates},
    {"operators", ReadOperators},
    {"operator_families", ReadOperatorFamilies},
    {"operator_classes", ReadOperatorClasses},
    {"operator_members", ReadOperatorMembers},
    {"casts", ReadCasts},
    {"transforms", ReadTransforms},
    {"tables", ReadTables},
    {"inherits", ReadInherits},
    {"views", ReadViews},
    {"columns", ReadColumns},
    {"sequences", ReadSequences},
    {"opclasses", ReadOpclasses},
    {"partition_keys", ReadPartitionKeys},
    {"indexes", ReadIndexes},
    {"index_columns", ReadIndexColumns},
    {"constraints", ReadConstraints},
    {"triggers", ReadTriggers},
    {"rules", ReadRules},
    {"policies", ReadPolicies},
    {"event_triggers", ReadEventTriggers},
    {"statistics", ReadStatistics},
    {"publications", ReadPublications},
    {"publication_tables", ReadPublicationTables},
    {"publication_schemas", ReadPublicationSchemas, 15},
    {"subscriptions", ReadSubscriptions},
    {"default_privileges", ReadDefaultPrivileges, 13, Wanted::kPrivileges},
    // Over everything that was registered.
    {"comments", ReadComments},
    {"owners", ReadOwners, 13, Wanted::kOwners},
    {"privileges", ReadPrivileges, 13, Wanted::kPrivileges},
    {"security_labels", ReadSecurityLabels},
    {"census", ReadCensus},
    {"census_of_19", ReadCensus, 19},
    {"other_schemas", ReadOtherSchemas, 13, Wanted::kOthers},
    {"dependencies", ReadDependencies, 13, Wanted::kDependencies},
    {"extension_members", ReadExtensionMembers, 13, Wanted::kDependencies},
};

// left(), not LIKE: there is nothing for the planner to estimate.
constexpr const char* kNotPostgresOwn =
    "left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema'";

uint32_t CatalogByName(absl::string_view name) {
  static constexpr std::pair<absl::string_view, CatalogOid> kCatalogs[] = {
      {"pg_type", kPgType},
      {"pg_proc", kPgProc},
      {"pg_class", kPgClass},
      {"pg_operator", kPgOperator},
      {"pg_opclass", kPgOpclass},
      {"pg_opfamily", kPgOpfamily},
      {"pg_am", kPgAm},
      {"pg_language", kPgLanguage},
      {"pg_trigger", kPgTrigger},
      {"pg_rewrite", kPgRewrite},
      {"pg_policy", kPgPolicy},
      {"pg_constraint", kPgConstraint},
      {"pg_namespace", kPgNamespace},
      {"pg_conversion", kPgConversion},
      {"pg_cast", kPgCast},
      {"pg_collation", kPgCollation},
      {"pg_ts_config", kPgTsConfig},
      {"pg_ts_dict", kPgTsDict},
      {"pg_ts_parser", kPgTsParser},
      {"pg_ts_template", kPgTsTemplate},
      {"pg_foreign_data_wrapper", kPgForeignDataWrapper},
      {"pg_foreign_server", kPgForeignServer},
      {"pg_user_mapping", kPgUserMapping},
      {"pg_event_trigger", kPgEventTrigger},
      {"pg_publication", kPgPublication},
      {"pg_statistic_ext", kPgStatisticExt},
      {"pg_transform", kPgTransform},
  };
  for (const auto& [catalog, oid] : kCatalogs) {
    if (catalog == name) return oid;
  }
  std::fprintf(stderr, "autogen: unknown catalog %s in a placeholder\n", std::string(name).c_str());
  std::abort();
}

std::string Literal(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

// The name that `pattern` stands for where it can match nothing else.
bool PlainName(absl::string_view pattern, std::string* name) {
  name->clear();
  for (size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '\\') {
      // RE2::QuoteMeta escapes punctuation; a backslash before a letter or digit is a class.
      if (++i == pattern.size() || absl::ascii_isalnum(static_cast<unsigned char>(pattern[i]))) {
        return false;
      }
      c = pattern[i];
    } else if (absl::StrContains(".+*?()|[]{}^$", absl::string_view(&c, 1))) {
      return false;
    }
    name->push_back(c);
  }
  return !name->empty();
}

// Comments are for who reads the file: a server of another encoding may not have their characters.
// No query of ours holds two dashes in a literal.
std::string WithoutComments(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripTrailingAsciiWhitespace(line.substr(0, line.find("--")));
    if (!line.empty()) absl::StrAppend(&out, out.empty() ? "" : "\n", line);
  }
  return out;
}

// The file for that server: the one with the least suffix that covers it, else the plain one.
absl::string_view FileFor(absl::string_view name, int major) {
  absl::string_view best;
  int best_version = 0;
  for (const auto& [path, content] : QueryFiles()) {
    absl::string_view file = path;
    if (!absl::ConsumePrefix(&file, "queries/") || !absl::ConsumePrefix(&file, name) ||
        !absl::ConsumeSuffix(&file, "sql") || !absl::ConsumePrefix(&file, ".")) {
      continue;
    }
    int version = 1000;
    if (!file.empty() && !absl::SimpleAtoi(file.substr(0, file.size() - 1), &version)) continue;
    if (version < major || (!best.empty() && version >= best_version)) continue;
    best = content;
    best_version = version;
  }
  if (best.empty()) {
    std::fprintf(stderr, "autogen: no catalog query %s\n", std::string(name).c_str());
    std::abort();
  }
  return best;
}

}  // namespace

bool IsPostgresOwn(absl::string_view schema) {
  return absl::StartsWith(schema, "pg_") || schema == "information_schema";
}

absl::Span<const Query> Queries() { return kQueries; }

std::vector<const Query*> QueriesWanted(int major, const Options& options) {
  std::vector<const Query*> wanted;
  for (const Query& query : kQueries) {
    if (query.since > major) continue;
    bool send = false;
    switch (query.wanted) {
      case Wanted::kAlways:
        send = true;
        break;
      case Wanted::kOwners:
        send = options.owners || options.privileges;  // the schema public's
        break;
      case Wanted::kPrivileges:
        send = options.privileges;
        break;
      case Wanted::kOthers:
        send = options.name_others;
        break;
      case Wanted::kDependencies:
        send = options.dependencies;
        break;
    }
    if (send) wanted.push_back(&query);
  }
  return wanted;
}

bool NamesSchemas(const char* name, int major) {
  return absl::StrContains(FileFor(name, major), "{{namespaces}}");
}

NamespaceFilter FilterFor(const Options& options) {
  NamespaceFilter filter;
  std::vector<std::string> include, exclude;
  std::string name;
  bool all_plain = true;
  for (const std::string& pattern : options.include) {
    if (PlainName(pattern, &name)) {
      if (!IsPostgresOwn(name)) include.push_back(name);
    } else {
      all_plain = false;
    }
  }
  for (const std::string& pattern : options.exclude) {
    if (PlainName(pattern, &name)) {
      exclude.push_back(Literal(name));
    } else {
      filter.has_patterns = true;
    }
  }
  if (!all_plain) filter.has_patterns = true;
  filter.condition =
      all_plain && !options.include.empty() ? NamespacesIn(include) : kNotPostgresOwn;
  if (!exclude.empty()) {
    absl::StrAppend(&filter.condition, " AND n.nspname NOT IN (", absl::StrJoin(exclude, ", "),
                    ")");
  }
  return filter;
}

std::string NamespacesIn(const std::vector<std::string>& names) {
  if (names.empty()) return "false";
  std::vector<std::string> literals;
  literals.reserve(names.size());
  for (const std::string& name : names) literals.push_back(Literal(name));
  return absl::StrCat("n.nspname IN (", absl::StrJoin(literals, ", "), ")");
}

std::string QueryText(const char* name, int major, const std::string& namespaces) {
  const std::string query = WithoutComments(FileFor(name, major));
  absl::string_view text = query;
  std::string out;
  for (size_t open; (open = text.find("{{")) != absl::string_view::npos;) {
    out.append(text.data(), open);
    size_t close = text.find("}}", open);
    std::vector<absl::string_view> words =
        absl::StrSplit(text.substr(open + 2, close - open - 2), ' ');
    if (words[0] == "namespaces") {
      out.append(namespaces);
    } else if (words[0] == "not_extension_member" && words.size() == 3) {
      // Only initdb gives lower OIDs; the schema public is one that counts. The bound lets a query
      // start from the few objects of the user's. Of relations and types they are many, and a
      // planner whose statistics are older than they are would expect none: the cast hides the
      // statistics from it.
      if (words[1] == "pg_class" || words[1] == "pg_type") {
        absl::StrAppend(&out, words[2], "::bigint >= 16384 AND ");
      } else if (words[1] != "pg_namespace") {
        absl::StrAppend(&out, words[2], " >= 16384 AND ");
      }
      // NOT IN, not NOT EXISTS: hashed once, whatever the planner expects.
      absl::StrAppend(
          &out, words[2],
          " NOT IN (SELECT x.objid FROM pg_depend x WHERE x.refclassid = ", uint32_t{kPgExtension},
          " AND x.deptype = 'e' AND x.classid = ", CatalogByName(words[1]), ")");
    } else if (words[0] == "secret" && words.size() == 2) {
      absl::StrAppend(&out, "(split_part(", words[1], ", '=', 1) ~* '", model::kSecretPattern,
                      "')");
    } else {
      std::fprintf(stderr, "autogen: unknown placeholder in the catalog query %s\n", name);
      std::abort();
    }
    text.remove_prefix(close + 2);
  }
  out.append(text.data(), text.size());
  return out;
}

}  // namespace autogen::introspect
