// Text search parsers, templates, dictionaries and configurations.
#include <map>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/external.pb.h"
#include "src/render/renderers.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;

constexpr const char* kSystem = "pg_catalog";

std::string Parameters(const std::vector<std::string>& parts) {
  return absl::StrCat(" (\n    ", absl::StrJoin(parts, ",\n    "), "\n)");
}

absl::Status CreateParser(const Operation& op, Context& context) {
  const auto& p = static_cast<const TextSearchParser&>(*op.after);
  std::vector<std::string> parts = {absl::StrCat("START = ", SqlName(p.start(), kSystem)),
                                    absl::StrCat("GETTOKEN = ", SqlName(p.gettoken(), kSystem)),
                                    absl::StrCat("END = ", SqlName(p.end(), kSystem)),
                                    absl::StrCat("LEXTYPES = ", SqlName(p.lextypes(), kSystem))};
  if (p.has_headline()) {
    parts.push_back(absl::StrCat("HEADLINE = ", SqlName(p.headline(), kSystem)));
  }
  context.Add(absl::StrCat("CREATE TEXT SEARCH PARSER ", SqlName(p, op.id), Parameters(parts)));
  return absl::OkStatus();
}

absl::Status CreateTemplate(const Operation& op, Context& context) {
  const auto& t = static_cast<const TextSearchTemplate&>(*op.after);
  std::vector<std::string> parts;
  if (t.has_init()) parts.push_back(absl::StrCat("INIT = ", SqlName(t.init(), kSystem)));
  parts.push_back(absl::StrCat("LEXIZE = ", SqlName(t.lexize(), kSystem)));
  context.Add(absl::StrCat("CREATE TEXT SEARCH TEMPLATE ", SqlName(t, op.id), Parameters(parts)));
  return absl::OkStatus();
}

// A number stands bare, or in quotes where the value says so (see ReadTextSearchDictionaries);
// PostgreSQL keeps the two apart.
std::string DictionaryOption(const Option& o) {
  const std::string& value = o.value();
  double number;
  bool bare = absl::SimpleAtod(value, &number);
  if (value.size() > 2 && value.front() == '\'' && value.back() == '\'') {
    bare = absl::SimpleAtod(value.substr(1, value.size() - 2), &number);
  }
  return absl::StrCat(sql::Ident(o.name()), " = ", bare ? value : sql::Literal(value));
}

absl::Status CreateDictionary(const Operation& op, Context& context) {
  const auto& d = static_cast<const TextSearchDictionary&>(*op.after);
  std::vector<std::string> parts = {absl::StrCat("TEMPLATE = ", SqlName(d.template_(), kSystem))};
  for (const Option& o : d.option()) parts.push_back(DictionaryOption(o));
  context.Add(absl::StrCat("CREATE TEXT SEARCH DICTIONARY ", SqlName(d, op.id), Parameters(parts)));
  return absl::OkStatus();
}

absl::Status AlterDictionary(const Operation& op, Context& context) {
  if (!context.Changed(op, "option")) return absl::OkStatus();
  const auto& before = static_cast<const TextSearchDictionary&>(*op.before);
  const auto& after = static_cast<const TextSearchDictionary&>(*op.after);
  std::map<std::string, std::string> old;
  for (const Option& o : before.option()) old[o.name()] = o.value();
  std::vector<std::string> parts;
  for (const Option& o : after.option()) {
    auto it = old.find(o.name());
    if (it == old.end() || it->second != o.value()) parts.push_back(DictionaryOption(o));
    if (it != old.end()) old.erase(it);
  }
  // A name alone takes the option away.
  for (const auto& [name, value] : old) parts.push_back(sql::Ident(name));
  if (parts.empty()) return absl::OkStatus();
  context.Add(absl::StrCat("ALTER TEXT SEARCH DICTIONARY ", SqlName(after, op.id), " (",
                           absl::StrJoin(parts, ", "), ")"));
  return absl::OkStatus();
}

// Token -> the dictionaries that see it, as SQL.
using Mappings = std::map<std::string, std::string>;

Mappings MappingsOf(const TextSearchConfiguration& c) {
  Mappings mappings;
  for (const TextSearchConfiguration::Mapping& m : c.mapping()) {
    mappings[m.token()] =
        absl::StrJoin(m.dictionary(), ", ", [](std::string* out, const Name& dictionary) {
          absl::StrAppend(out, SqlName(dictionary, kSystem));
        });
  }
  return mappings;
}

// One statement for all the tokens that have the same dictionaries.
void AddMappings(const Operation& op, absl::string_view verb, const Mappings& mappings,
                 Context& context) {
  std::map<std::string, std::vector<std::string>> tokens;
  for (const auto& [token, dictionaries] : mappings) {
    tokens[dictionaries].push_back(sql::Ident(token));
  }
  for (const auto& [dictionaries, names] : tokens) {
    context.Add(absl::StrCat("ALTER TEXT SEARCH CONFIGURATION ", SqlName(*op.after, op.id),
                             "\n    ", verb, " MAPPING FOR ", absl::StrJoin(names, ", "), " WITH ",
                             dictionaries));
  }
}

absl::Status CreateConfiguration(const Operation& op, Context& context) {
  const auto& c = static_cast<const TextSearchConfiguration&>(*op.after);
  context.Add(absl::StrCat("CREATE TEXT SEARCH CONFIGURATION ", SqlName(c, op.id),
                           " (PARSER = ", SqlName(c.parser(), kSystem), ")"));
  AddMappings(op, "ADD", MappingsOf(c), context);
  return absl::OkStatus();
}

absl::Status AlterConfiguration(const Operation& op, Context& context) {
  if (!context.Changed(op, "mapping")) return absl::OkStatus();
  Mappings before = MappingsOf(static_cast<const TextSearchConfiguration&>(*op.before));
  Mappings added, altered;
  for (const auto& [token, dictionaries] :
       MappingsOf(static_cast<const TextSearchConfiguration&>(*op.after))) {
    auto it = before.find(token);
    if (it == before.end()) {
      added[token] = dictionaries;
    } else if (it->second != dictionaries) {
      altered[token] = dictionaries;
    }
    if (it != before.end()) before.erase(it);
  }
  if (!before.empty()) {
    context.Add(absl::StrCat(
        "ALTER TEXT SEARCH CONFIGURATION ", SqlName(*op.after, op.id), "\n    DROP MAPPING FOR ",
        absl::StrJoin(before, ", ",
                      [](std::string* out, const auto& m) { out->append(sql::Ident(m.first)); })));
  }
  AddMappings(op, "ALTER", altered, context);
  AddMappings(op, "ADD", added, context);
  return absl::OkStatus();
}

}  // namespace

KindRenderer TextSearchParserRenderer() { return {.create = CreateParser, .drop = DropObject}; }

KindRenderer TextSearchTemplateRenderer() { return {.create = CreateTemplate, .drop = DropObject}; }

KindRenderer TextSearchDictionaryRenderer() {
  return {.create = CreateDictionary, .drop = DropObject, .alter = AlterDictionary};
}

KindRenderer TextSearchConfigurationRenderer() {
  return {.create = CreateConfiguration, .drop = DropObject, .alter = AlterConfiguration};
}

}  // namespace autogen::render
