#include "src/model/print.h"

#include <google/protobuf/arena.h>

#include <charconv>
#include <deque>
#include <memory>

#include "absl/strings/str_cat.h"
#include "src/model/collapse.h"
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
  void Fill(const Message& m, const TypeInfo& type, TextNode* node) {
    node->shape = TextNode::Shape::kMessage;
    const Reflection* r = m.GetReflection();
    for (const FieldInfo& f : type.reading) {
      if (f.field->is_repeated()) {
        for (int i = 0; i < r->FieldSize(m, f.field); ++i) Add(m, f, i, node);
      } else if (r->HasField(m, f.field)) {
        Add(m, f, -1, node);
      }
    }
  }

 private:
  void Add(const Message& m, const FieldInfo& f, int index, TextNode* parent) {
    const Reflection* r = m.GetReflection();
    TextNode& node = parent->children.emplace_back();
    node.name = f.field->name();
    if (f.type != nullptr) {
      Fill(index < 0 ? r->GetMessage(m, f.field) : r->GetRepeatedMessage(m, f.field, index),
           *f.type, &node);
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
    for (std::string& literal : TextLiterals(text)) {
      node->value.push_back({{}, Keep(std::move(literal)), {}});
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

  absl::string_view Keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  std::deque<std::string> texts_;
  std::string scratch_;
};

}  // namespace

std::string PrintModel(const Schema& schema) {
  google::protobuf::Arena arena;
  auto* copy = google::protobuf::Arena::CreateMessage<Schema>(&arena);
  copy->CopyFrom(schema);
  Collapse(copy);
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
