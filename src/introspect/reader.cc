#include "src/introspect/reader.h"

#include <cstdio>
#include <cstdlib>

namespace autogen::introspect {

void Builder::Register(const Address& address, google::protobuf::Message* object,
                       absl::string_view parent_schema, absl::string_view parent,
                       absl::string_view field) {
  Entry entry;
  entry.object = object;
  entry.parent_schema = std::string(parent_schema);
  entry.parent = std::string(parent);
  entry.field = std::string(field);
  entry.own = registered_.insert(object).second;
  entries_[address] = std::move(entry);
}

const Builder::Entry* Builder::Find(const Address& address) const {
  auto it = entries_.find(address);
  return it == entries_.end() ? nullptr : &it->second;
}

void Builder::SetName(const Address& address, absl::string_view schema, absl::string_view name) {
  Name& n = names_[address];
  n.set_schema(std::string(schema));
  n.set_name(std::string(name));
}

const Name* Builder::NameOf(const Address& address) const {
  auto it = names_.find(address);
  return it == names_.end() ? nullptr : &it->second;
}

void Builder::AddUnmanaged(std::string what, std::string name) {
  unmanaged_.push_back({std::move(what), std::move(name)});
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

void ReadOptions(const std::vector<std::string>& values,
                 google::protobuf::RepeatedPtrField<Option>* options) {
  for (const std::string& value : values) {
    size_t equals = value.find('=');
    Option* option = options->Add();
    option->set_name(value.substr(0, equals));
    if (equals != std::string::npos) option->set_value(value.substr(equals + 1));
  }
}

std::string StripParentheses(absl::string_view expression) {
  if (expression.size() < 2 || expression.front() != '(' || expression.back() != ')') {
    return std::string(expression);
  }
  // The pair goes only where the first parenthesis is closed by the last one. Deparsed SQL quotes
  // with '…', E'…' and "…" alone, never with dollars.
  int depth = 0;
  for (size_t i = 0; i < expression.size(); ++i) {
    char c = expression[i];
    if (c == '\'' || c == '"') {
      bool escapes = c == '\'' && i > 0 && expression[i - 1] == 'E';
      for (++i; i < expression.size() && expression[i] != c; ++i) {
        if (escapes && expression[i] == '\\') ++i;
      }
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0 && i + 1 < expression.size()) {
      return std::string(expression);
    }
  }
  return std::string(expression.substr(1, expression.size() - 2));
}

}  // namespace autogen::introspect
