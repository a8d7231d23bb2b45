#include "src/generate/field_place.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "autogen/options.pb.h"

namespace autogen::generate {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using model::TextNode;

// A text that the model says.
struct Value {
  std::string text;
  bool is_sql = false;
  const Message* part = nullptr;  // the nearest message around it that has a name
  const model::SourceFile* file = nullptr;
  const TextNode* node = nullptr;
};

std::string NameOf(const Message& message) {
  const FieldDescriptor* name = message.GetDescriptor()->FindFieldByName("name");
  if (name == nullptr || name->is_repeated() ||
      name->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return "";
  }
  return message.GetReflection()->GetString(message, name);
}

void AddValue(const Message& message, const Message& part, const FieldDescriptor* field, int index,
              std::string text, const model::Sources& sources, std::vector<Value>* values) {
  const model::Source source = sources.Find(message);
  if (source.node == nullptr || text.empty()) return;
  const TextNode* node = model::FindField(*source.node, field->name(), index);
  if (node == nullptr || node->value.empty()) return;
  const Fragment fragment = field->options().GetExtension(rule).sql();
  values->push_back(
      {std::move(text), fragment != NOT_SQL && fragment != TYPE, &message, source.file, node});
}

void Collect(const Message& message, const Message& around, const model::Sources& sources,
             std::vector<Value>* values) {
  const Message& part = NameOf(message).empty() ? around : message;
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool is_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size && (is_text || is_message); ++i) {
      if (is_message) {
        Collect(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                     : reflection.GetMessage(message, field),
                part, sources, values);
      } else {
        AddValue(message, part, field, i,
                 field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                      : reflection.GetString(message, field),
                 sources, values);
      }
    }
  }
}

size_t OffsetInFile(const model::SourceFile& file, absl::string_view text) {
  return static_cast<size_t>(text.data() - file.text.data());
}

// The word of the file that is byte `at` of the value; the whole piece of it where the text is
// written with escapes.
Span WordAt(const Value& value, size_t at) {
  auto is_word = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  };
  for (const model::TextToken& token : value.node->value) {
    const size_t begin = OffsetInFile(*value.file, token.text);
    const bool quoted = token.text.size() >= 2 && (token.text[0] == '"' || token.text[0] == '\'');
    if (!quoted || absl::StrContains(token.text, '\\')) return {begin, begin + token.text.size()};
    const absl::string_view inner = token.text.substr(1, token.text.size() - 2);
    if (at >= inner.size() && &token != &value.node->value.back()) {
      at -= inner.size();
      continue;
    }
    at = std::min(at, inner.empty() ? 0 : inner.size() - 1);
    size_t end = at;
    while (end < inner.size() && is_word(inner[end])) ++end;
    if (!inner.empty() && inner[at] == '\'')
      end = std::min(inner.find('\'', at + 1), inner.size() - 1) + 1;
    return {begin + 1 + at, begin + 1 + std::max(end, std::min(at + 1, inner.size()))};
  }
  return {value.node->begin, value.node->end};
}

// A value that stands around the offset, and where.
struct Match {
  const Value* value = nullptr;
  size_t begin = 0;  // in the statement
  size_t named = 0;  // behind the last place before it where its part is named; 0: nowhere

  bool Beats(const Match& other) const {
    if (other.value == nullptr) return true;
    if (value->text.size() != other.value->text.size()) {
      return value->text.size() > other.value->text.size();
    }
    return named > other.named;
  }
};

}  // namespace

std::optional<Span> AtOffset(const Message& object, const model::Sources& sources,
                             absl::string_view statement, size_t offset) {
  std::vector<Value> values;
  Collect(object, object, sources, &values);
  Match best;
  for (const Value& value : values) {
    for (size_t at = statement.find(value.text); at != absl::string_view::npos && at <= offset;
         at = statement.find(value.text, at + 1)) {
      // Where a text ends too early, the server points behind it.
      if (at + value.text.size() < offset) continue;
      Match match{&value, at, 0};
      const std::string name = NameOf(*value.part);
      const size_t named = name.empty() ? absl::string_view::npos : statement.rfind(name, at);
      if (named != absl::string_view::npos) match.named = named + 1;
      if (match.Beats(best)) best = match;
    }
  }
  if (best.value == nullptr) return std::nullopt;
  return WordAt(*best.value, offset - best.begin);
}

std::optional<Span> AtOnlyField(const Message& object, const model::Sources& sources,
                                const std::vector<std::string>& names) {
  std::vector<Value> values;
  Collect(object, object, sources, &values);
  // The name of the part, where there is one.
  const Value* part = nullptr;
  for (const std::string& name : names) {
    for (const Value& value : values) {
      if (part == nullptr && value.part != &object && value.text == name &&
          NameOf(*value.part) == name) {
        part = &value;
      }
    }
  }
  const Value* only = nullptr;
  size_t count = 0;
  for (const Value& value : values) {
    if (!value.is_sql || (part != nullptr && value.part != part->part)) continue;
    only = &value;
    ++count;
  }
  const Value* found = count == 1 ? only : part;
  if (found == nullptr) return std::nullopt;
  return Span{found->node->value_begin, found->node->end};
}

}  // namespace autogen::generate
