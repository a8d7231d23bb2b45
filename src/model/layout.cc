#include "src/model/layout.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "autogen/schema.pb.h"
#include "src/model/object_id.h"

namespace autogen::model {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// A message is filled over at most so many lines before it becomes a block.
constexpr size_t kMaxFilledLines = 4;

// Names of the fields that hold nested objects: "column", "index", "trigger", …
const std::set<absl::string_view>& ObjectFields() {
  static const auto* const fields = [] {
    auto* set = new std::set<absl::string_view>();
    const Descriptor* root = Schema::descriptor();
    for (int i = 0; i < root->field_count(); ++i) {
      const Descriptor* type = root->field(i)->message_type();
      for (int j = 0; type != nullptr && j < type->field_count(); ++j) {
        const FieldDescriptor* f = type->field(j);
        if (f->message_type() != nullptr &&
            OptionsOf(f->message_type()).kind() != KIND_UNSPECIFIED) {
          set->insert(f->name());
        }
      }
    }
    return set;
  }();
  return *fields;
}

bool HoldsObjects(const TextNode& node) {
  for (const TextNode& child : node.children) {
    if (child.shape == TextNode::Shape::kMessage && ObjectFields().count(child.name) > 0) {
      return true;
    }
  }
  return false;
}

class Writer {
 public:
  std::string out;

  void Fields(const std::vector<TextNode>& fields, size_t indent) {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (i > 0 && fields[i].blank_before) out.push_back('\n');
      Field(fields[i], indent, false);
    }
  }

  // Top-level fields, with empty lines around what takes several lines.
  void TopLevel(const TextNode& root) {
    bool tall_before = false;
    for (size_t i = 0; i < root.children.size(); ++i) {
      const TextNode& field = root.children[i];
      size_t start = out.size();
      Field(field, 0, true);
      size_t first_line = out.find('\n', start);
      bool tall = first_line + 1 < out.size();
      bool kind_changes = i > 0 && field.name != root.children[i - 1].name;
      if (i > 0 && (tall || tall_before || kind_changes || field.blank_before)) {
        out.insert(start, 1, '\n');
      }
      tall_before = tall;
    }
    if (!root.closing.empty()) {
      if (!root.children.empty()) out.push_back('\n');
      Comments(root.closing, 0);
    }
    // Comments may end in an empty line, a file may not.
    while (out.size() > 1 && out[out.size() - 1] == '\n' && out[out.size() - 2] == '\n') {
      out.pop_back();
    }
    if (out == "\n") out.clear();
  }

  void Field(const TextNode& node, size_t indent, bool top) {
    Comments(node.comments, indent);
    size_t start = out.size();
    out.append(indent, ' ');
    if (node.shape == TextNode::Shape::kScalar) {
      Scalar(node, indent);
    } else if (!(top && HoldsObjects(node)) && OneLine(node, start + kLineWidth)) {
      // Written.
    } else {
      out.resize(start + indent);
      if (top || node.shape != TextNode::Shape::kMessage || !Filled(node, indent)) {
        out.resize(start + indent);
        Block(node, indent);
      }
    }
    if (!node.trailing.empty()) absl::StrAppend(&out, "  ", node.trailing);
    out.push_back('\n');
  }

 private:
  void Comments(const std::vector<absl::string_view>& comments, size_t indent) {
    for (absl::string_view comment : comments) {
      if (!comment.empty()) {
        out.append(indent, ' ');
        out.append(comment.data(), comment.size());
      }
      out.push_back('\n');
    }
  }

  void Name(const TextNode& node, absl::string_view after) {
    out.append(node.name.data(), node.name.size());
    if (!node.name.empty() || after != ": ") out.append(after.data(), after.size());
  }

  void Scalar(const TextNode& node, size_t indent) {
    if (node.value.size() == 1) {
      Name(node, ": ");
      out.append(node.value[0].text.data(), node.value[0].text.size());
      return;
    }
    if (!node.name.empty()) absl::StrAppend(&out, node.name, ":");
    for (size_t i = 0; i < node.value.size(); ++i) {
      out.push_back('\n');
      Comments(node.value[i].comments, indent + 2);
      out.append(indent + 2, ' ');
      out.append(node.value[i].text.data(), node.value[i].text.size());
      if (!node.value[i].trailing.empty()) absl::StrAppend(&out, "  ", node.value[i].trailing);
    }
  }

  // Appends `node` if it fits before `limit` (a size of `out`) on this line. False leaves a partial
  // text behind, for the caller to cut off.
  bool OneLine(const TextNode& node, size_t limit) {
    if (node.shape == TextNode::Shape::kScalar) {
      if (node.value.size() != 1) return false;
      Name(node, ": ");
      out.append(node.value[0].text.data(), node.value[0].text.size());
      return out.size() <= limit;
    }
    if (!node.opening.empty() || !node.closing.empty()) return false;
    bool list = node.shape == TextNode::Shape::kList;
    if (list) {
      Name(node, ": ");
    } else if (!node.name.empty()) {
      Name(node, " ");
    }
    if (node.children.empty()) {
      out.append(list ? "[]" : "{}");
      return out.size() <= limit;
    }
    out.append(list ? "[" : "{ ");
    for (size_t i = 0; i < node.children.size(); ++i) {
      const TextNode& child = node.children[i];
      if (!child.comments.empty() || !child.trailing.empty()) return false;
      if (i > 0) out.append(list ? ", " : " ");
      if (!OneLine(child, limit)) return false;
    }
    out.append(list ? "]" : " }");
    return out.size() <= limit;
  }

  bool Filled(const TextNode& node, size_t indent) {
    if (!node.opening.empty() || !node.closing.empty() || node.children.empty()) return false;
    size_t line_start = out.size() - indent;
    Name(node, " { ");
    size_t hang = out.size() - line_start;
    size_t lines = 1;
    for (size_t i = 0; i < node.children.size(); ++i) {
      const TextNode& child = node.children[i];
      if (!child.comments.empty() || !child.trailing.empty()) return false;
      // The last one is followed by " }".
      size_t reserve = i + 1 == node.children.size() ? 2 : 0;
      size_t before = out.size();
      if (i > 0) out.push_back(' ');
      if (OneLine(child, line_start + kLineWidth - reserve)) continue;
      out.resize(before);
      if (i == 0 || ++lines > kMaxFilledLines) return false;
      out.push_back('\n');
      line_start = out.size();
      out.append(hang, ' ');
      if (!OneLine(child, line_start + kLineWidth - reserve)) return false;
    }
    out.append(" }");
    return true;
  }

  void Block(const TextNode& node, size_t indent) {
    bool list = node.shape == TextNode::Shape::kList;
    if (list) {
      Name(node, ": ");
    } else if (!node.name.empty()) {
      Name(node, " ");
    }
    out.append(list ? "[" : "{");
    if (!node.opening.empty()) absl::StrAppend(&out, "  ", node.opening);
    out.push_back('\n');
    if (list) {
      Elements(node.children, indent + 2);
    } else {
      Fields(node.children, indent + 2);
    }
    Comments(node.closing, indent + 2);
    out.append(indent, ' ');
    out.append(list ? "]" : "}");
  }

  void Elements(const std::vector<TextNode>& elements, size_t indent) {
    for (size_t i = 0; i < elements.size(); ++i) {
      TextNode element = elements[i];
      element.trailing = {};
      Field(element, indent, false);
      out.pop_back();
      if (i + 1 < elements.size()) out.push_back(',');
      if (!elements[i].trailing.empty()) absl::StrAppend(&out, "  ", elements[i].trailing);
      out.push_back('\n');
    }
  }
};

}  // namespace

std::string Layout(const TextNode& root) {
  Writer writer;
  writer.TopLevel(root);
  return std::move(writer.out);
}

std::string LayoutField(const TextNode& field) {
  Writer writer;
  writer.Field(field, 0, true);
  writer.out.pop_back();
  return std::move(writer.out);
}

}  // namespace autogen::model
