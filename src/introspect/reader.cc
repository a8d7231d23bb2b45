#include "src/introspect/reader.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace autogen::introspect {

const std::string Builder::kNone;

const std::string* Builder::Kept(absl::string_view text) {
  if (text.empty()) return &kNone;
  const auto found = texts_.find(text);
  return found != texts_.end() ? &*found : &*texts_.emplace(text).first;
}

void Builder::Register(const Address& address, google::protobuf::Message* object,
                       absl::string_view parent_schema, absl::string_view parent,
                       absl::string_view field) {
  Entry entry;
  entry.object = object;
  entry.parent_schema = Kept(parent_schema);
  entry.parent = Kept(parent);
  entry.field = Kept(field);
  entry.own = registered_.insert(object).second;
  entries_[address] = std::move(entry);
}

const Builder::Entry* Builder::Find(const Address& address) const {
  auto it = entries_.find(address);
  return it == entries_.end() ? nullptr : &it->second;
}

void Builder::SetColumn(uint32_t relation, int number, ColumnFacts facts) {
  columns_[{relation, number}] = std::move(facts);
}

const Builder::ColumnFacts* Builder::FindColumn(uint32_t relation, int number) const {
  auto it = columns_.find({relation, number});
  return it == columns_.end() ? nullptr : &it->second;
}

std::string Builder::ColumnName(uint32_t relation, int number) const {
  if (const ColumnFacts* facts = FindColumn(relation, number)) return facts->name;
  const Entry* entry = Find({kPgClass, relation, number});
  return entry == nullptr ? "" : model::IdOf(*entry->object).name;
}

void Builder::AddOpclass(uint32_t oid, OpclassFacts facts) {
  if (facts.is_default) default_opclasses_.emplace(facts.method, facts.type);
  opclasses_[oid] = std::move(facts);
}

const Builder::OpclassFacts* Builder::FindOpclass(uint32_t oid) const {
  auto it = opclasses_.find(oid);
  return it == opclasses_.end() ? nullptr : &it->second;
}

bool Builder::HasDefaultOpclass(uint32_t method, uint32_t type) const {
  return default_opclasses_.contains({method, type});
}

void Builder::Redirect(const absl::flat_hash_map<const google::protobuf::Message*,
                                                 google::protobuf::Message*>& replacements) {
  std::vector<Address> forgotten;
  for (auto& [address, entry] : entries_) {
    auto it = replacements.find(entry.object);
    if (it == replacements.end()) continue;
    entry = Entry();
    entry.object = it->second;
    entry.own = false;
    if (it->second == nullptr) forgotten.push_back(address);
  }
  for (const Address& address : forgotten) entries_.erase(address);
}

void Builder::AddUnmanaged(std::string what, std::string name) {
  // Several privileges on one object are one thing.
  if (!unmanaged_.empty() && unmanaged_.back().what == what && unmanaged_.back().name == name)
    return;
  unmanaged_.push_back({std::move(what), std::move(name)});
}

bool IsOwnTable(absl::string_view schema, absl::string_view name, const Options& options) {
  for (const auto& [own_schema, own_name] : options.own_tables) {
    if (own_name == name && (own_schema.empty() || own_schema == schema)) return true;
  }
  return false;
}

int Row::Column(const char* column) {
  // Readers pass literals: the pointer tells them apart without comparing text.
  for (const auto& [name, index] : columns_) {
    if (name == column) return index;
  }
  int index = result_.Column(column);
  if (index < 0) {
    std::fprintf(stderr, "autogen: a catalog query does not return the column %s\n", column);
    std::abort();
  }
  columns_.emplace_back(column, index);
  return index;
}

bool Row::IsNull(const char* column) { return result_.IsNull(row_, Column(column)); }
absl::string_view Row::Text(const char* column) { return result_.Text(row_, Column(column)); }
bool Row::Bool(const char* column) { return result_.Bool(row_, Column(column)); }
int64_t Row::Int(const char* column) { return result_.Int(row_, Column(column)); }
std::vector<std::string> Row::Array(const char* column) {
  return result_.Array(row_, Column(column));
}

Name ParseName(absl::string_view text) {
  std::string parts[2];
  int part = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      // Two in a row within quotes stand for one.
      if (quoted && i + 1 < text.size() && text[i + 1] == '"') {
        parts[part].push_back(text[i++]);
      } else {
        quoted = !quoted;
      }
    } else if (text[i] == '.' && !quoted && part == 0) {
      part = 1;
    } else {
      parts[part].push_back(text[i]);
    }
  }
  Name name;
  name.set_schema(part == 1 ? parts[0] : "pg_catalog");
  name.set_name(parts[part]);
  return name;
}

void ReadOptions(const std::vector<std::string>& values,
                 google::protobuf::RepeatedPtrField<Option>* options) {
  for (const std::string& value : values) {
    size_t equals = value.find('=');
    Option* option = options->Add();
    option->set_name(value.substr(0, equals));
    if (equals != std::string::npos) option->set_value(value.substr(equals + 1));
  }
}

void ReadAttributeOptions(const std::vector<std::string>& values,
                          google::protobuf::RepeatedPtrField<Option>* options) {
  std::vector<std::string> shown;
  for (const std::string& value : values) {
    if (!absl::StartsWith(value, "pg_attver=")) shown.push_back(value);
  }
  ReadOptions(shown, options);
}

std::vector<int64_t> Numbers(absl::string_view vector) {
  std::vector<int64_t> numbers;
  for (absl::string_view word :
       absl::StrSplit(vector, absl::ByAnyChar("{, }"), absl::SkipEmpty())) {
    int64_t number = 0;
    if (absl::SimpleAtoi(word, &number)) numbers.push_back(number);
  }
  return numbers;
}

namespace {

// Calls visit(i, depth) for every character of a deparsed expression outside quotes; a bracket
// counts for the depth on its outer side. Deparsed SQL quotes with '…', E'…' and "…" alone, never
// with dollars.
template <typename Visit>
void Scan(absl::string_view expression, Visit visit) {
  int depth = 0;
  for (size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (c == '\'' || c == '"') {
      const bool escapes = c == '\'' && i > 0 && expression[i - 1] == 'E';
      for (++i; i < expression.size() && expression[i] != c; ++i) {
        if (escapes && expression[i] == '\\') ++i;
      }
      continue;
    }
    if (c == ')' || c == ']') --depth;
    visit(i, depth);
    if (c == '(' || c == '[') ++depth;
  }
}

}  // namespace

std::string StripParentheses(absl::string_view expression) {
  if (expression.size() < 2 || expression.front() != '(' || expression.back() != ')') {
    return std::string(expression);
  }
  // Those of a subquery belong to it.
  absl::string_view inside = absl::StripLeadingAsciiWhitespace(expression.substr(1));
  for (absl::string_view word : {"SELECT ", "SELECT\n", "SELECT)", "WITH ", "VALUES "}) {
    if (absl::StartsWith(inside, word)) return std::string(expression);
  }
  // The pair is removed only where the first parenthesis is closed by the last one.
  bool whole = true;
  Scan(expression, [&](size_t i, int depth) {
    if (depth == 0 && i > 0 && i + 1 < expression.size()) whole = false;
  });
  return std::string(whole ? expression.substr(1, expression.size() - 2) : expression);
}

std::vector<std::string> SplitExpressions(absl::string_view list) {
  std::vector<std::string> parts;
  size_t start = 0;
  Scan(list, [&](size_t i, int depth) {
    if (depth != 0 || list[i] != ',') return;
    parts.emplace_back(absl::StripAsciiWhitespace(list.substr(start, i - start)));
    start = i + 1;
  });
  parts.emplace_back(absl::StripAsciiWhitespace(list.substr(start)));
  return parts;
}

}  // namespace autogen::introspect
