#include "src/model/print.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <memory>

#include "absl/strings/str_cat.h"
#include "src/model/collapse.h"
#include "src/model/no_schema.h"
#include "src/model/layout.h"
#include "src/model/text_literal.h"
#include "src/model/text_tree.h"
#include "src/model/type_info.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Messages -> the tree that the layout takes. Owns the texts of the tree.
class TreeBuilder {
 public:
  void Fill(const Message& m, const TypeInfo& type, TextNode* node, size_t depth = 0) {
    node->shape = TextNode::Shape::kMessage;
    if (depth == set_fields_.size()) set_fields_.emplace_back();
    std::vector<const FieldDescriptor*>& set_fields = set_fields_[depth];
    type.reflection->ListFields(m, &set_fields);
    auto rank = [&](const FieldDescriptor* f) {
      return type.fields[static_cast<size_t>(f->index())].reading_rank;
    };
    std::sort(set_fields.begin(), set_fields.end(),
              [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
    node->children.reserve(set_fields.size());
    for (const FieldDescriptor* field : set_fields) {
      const FieldInfo& f = type.fields[static_cast<size_t>(field->index())];
      if (!field->is_repeated()) {
        Add(m, f, -1, node, depth);
        continue;
      }
      int n = type.reflection->FieldSize(m, field);
      for (int i = 0; i < n; ++i) Add(m, f, i, node, depth);
    }
  }

 private:
  void Add(const Message& m, const FieldInfo& f, int index, TextNode* parent, size_t depth) {
    const Reflection* r = f.reflection;
    TextNode& node = parent->children.emplace_back();
    node.name = f.field->name();
    if (f.type != nullptr) {
      Fill(index < 0 ? r->GetMessage(m, f.field) : r->GetRepeatedMessage(m, f.field, index),
           *f.type, &node, depth + 1);
    } else if (f.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      Text(index < 0 ? r->GetStringReference(m, f.field, &scratch_)
                     : r->GetRepeatedStringReference(m, f.field, index, &scratch_),
           &node);
    } else {
      node.value.push_back({{}, Scalar(m, f.field, index), {}});
    }
  }

  void Text(absl::string_view text, TextNode* node) {
    // Nearly every text is of one line.
    if (text.find('\n') == absl::string_view::npos) {
      node->value.push_back({{}, Keep(TextLiteral(text)), {}});
      return;
    }
    for (const std::string& literal : TextLiterals(text)) {
      node->value.push_back({{}, Keep(literal), {}});
    }
  }

  absl::string_view Scalar(const Message& m, const FieldDescriptor* f, int index) {
    const Reflection* r = m.GetReflection();
    switch (f->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return (index < 0 ? r->GetBool(m, f) : r->GetRepeatedBool(m, f, index)) ? "true" : "false";
      case FieldDescriptor::CPPTYPE_ENUM: {
        int number = index < 0 ? r->GetEnumValue(m, f) : r->GetRepeatedEnumValue(m, f, index);
        const auto* value = f->enum_type()->FindValueByNumber(number);
        return value != nullptr ? absl::string_view(value->name()) : Keep(absl::StrCat(number));
      }
      case FieldDescriptor::CPPTYPE_DOUBLE: {
        char buffer[32];
        auto end =
            std::to_chars(buffer, buffer + sizeof buffer,
                          index < 0 ? r->GetDouble(m, f) : r->GetRepeatedDouble(m, f, index));
        return Keep(std::string(buffer, end.ptr));
      }
      case FieldDescriptor::CPPTYPE_INT64:
        return Keep(absl::StrCat(index < 0 ? r->GetInt64(m, f) : r->GetRepeatedInt64(m, f, index)));
      case FieldDescriptor::CPPTYPE_UINT32:
        return Keep(
            absl::StrCat(index < 0 ? r->GetUInt32(m, f) : r->GetRepeatedUInt32(m, f, index)));
      default:  // the protos have no other type
        return Keep(absl::StrCat(index < 0 ? r->GetInt32(m, f) : r->GetRepeatedInt32(m, f, index)));
    }
  }

  // A copy that lives as long as the builder.
  absl::string_view Keep(absl::string_view text) {
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < text.size()) {
      blocks_.emplace_back().reserve(std::max<size_t>(64 * 1024, text.size()));
    }
    std::string& block = blocks_.back();
    size_t start = block.size();
    block.append(text.data(), text.size());
    return absl::string_view(block).substr(start);
  }

  std::deque<std::string> blocks_;
  std::string scratch_;
  std::deque<std::vector<const FieldDescriptor*>> set_fields_;  // by depth
};

}  // namespace

std::string PrintModel(const Schema& schema) {
  google::protobuf::Arena arena;
  auto* copy = google::protobuf::Arena::CreateMessage<Schema>(&arena);
  copy->CopyFrom(schema);
  if (!TakeOutNoSchema(copy)) Collapse(copy);
  return PrintAsIs(*copy);
}

std::string PrintAsIs(const Schema& schema) {
  TreeBuilder builder;
  TextNode root;
  builder.Fill(schema, InfoOf(Schema::descriptor()), &root);
  return Layout(root);
}

std::string PrintObject(const std::string& field, const Message& object) {
  std::unique_ptr<Message> copy(object.New());
  copy->CopyFrom(object);
  CollapseAlone(copy.get());
  TreeBuilder builder;
  TextNode node;
  node.name = field;
  builder.Fill(*copy, InfoOf(copy->GetDescriptor()), &node);
  return LayoutField(node);
}

}  // namespace autogen::model
