#include "src/model/problems.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace autogen::model {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void Sources::Add(const SourceFile& file, const TextNode& node, const Message& message) {
  if (!tracking_) return;
  places_[&message] = {&file, &node};
  const Reflection* r = message.GetReflection();
  std::map<absl::string_view, int> seen;
  for (const TextNode& child : node.children) {
    const FieldDescriptor* f = message.GetDescriptor()->FindFieldByName(std::string(child.name));
    if (f == nullptr || f->message_type() == nullptr) continue;
    auto add = [&](const TextNode& value) {
      if (!f->is_repeated()) {
        if (r->HasField(message, f)) Add(file, value, r->GetMessage(message, f));
        return;
      }
      int index = seen[child.name]++;
      if (index < r->FieldSize(message, f)) {
        Add(file, value, r->GetRepeatedMessage(message, f, index));
      }
    };
    if (child.shape == TextNode::Shape::kList) {
      for (const TextNode& element : child.children) add(element);
    } else {
      add(child);
    }
  }
}

void Sources::Alias(const Message& made, const Message& origin) {
  if (!tracking_) return;
  auto it = places_.find(&origin);
  if (it == places_.end()) return;
  Source place = it->second;
  places_[&made] = place;
}

Source Sources::Find(const Message& message) const {
  auto it = places_.find(&message);
  return it == places_.end() ? Source{} : it->second;
}

const TextNode* FindField(const TextNode& node, absl::string_view name, int index) {
  for (const TextNode& child : node.children) {
    if (child.name != name) continue;
    if (child.shape != TextNode::Shape::kList) {
      if (index-- == 0) return &child;
      continue;
    }
    int size = static_cast<int>(child.children.size());
    if (index < size) return &child.children[static_cast<size_t>(index)];
    index -= size;
  }
  return nullptr;
}

void Problems::AddAt(const SourceFile& file, size_t offset, absl::string_view what) {
  problems_.push_back({file.path, PositionAt(file.text, offset), std::string(what)});
}

void Problems::AddFile(absl::string_view path, absl::string_view what) {
  problems_.push_back({std::string(path), {0, 0}, std::string(what)});
}

void Problems::Add(const Message& message, absl::string_view field, int index,
                   absl::string_view what) {
  Source source = sources_.Find(message);
  if (source.node == nullptr) {
    problems_.push_back({"", {0, 0}, std::string(what)});
    return;
  }
  const TextNode* value = field.empty() ? nullptr : FindField(*source.node, field, index);
  if (value == nullptr && muted_.contains(source.node)) return;
  AddAt(*source.file, (value == nullptr ? source.node : value)->begin, what);
}

void Problems::Mute(const Message& message) {
  Source source = sources_.Find(message);
  if (source.node != nullptr) Mute(*source.node);
}

std::string Problems::PlaceOf(const Message& message) const {
  Source source = sources_.Find(message);
  if (source.node == nullptr) return "";
  TextPosition position = PositionAt(source.file->text, source.node->begin);
  return absl::StrCat(source.file->path, ":", position.line, ":", position.column);
}

absl::Status Problems::ToStatus() const {
  if (problems_.empty()) return absl::OkStatus();
  std::map<std::string, size_t> file_order;
  for (const Problem& p : problems_) file_order.emplace(p.path, file_order.size());
  auto key = [&](const Problem& p) {
    return std::make_tuple(file_order.at(p.path), p.position.line, p.position.column);
  };
  std::vector<const Problem*> sorted;
  for (const Problem& p : problems_) sorted.push_back(&p);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Problem* a, const Problem* b) { return key(*a) < key(*b); });
  std::string text;
  for (const Problem* p : sorted) {
    std::string line = p->path;
    if (p->position.line > 0) {
      absl::StrAppend(&line, ":", p->position.line, ":", p->position.column);
    }
    absl::StrAppend(&line, line.empty() ? "" : ": ", p->what);
    // The same mistake may be met on two ways.
    if (!text.empty() && (text == line || absl::string_view(text).substr(text.rfind('\n') + 1) ==
                                              absl::string_view(line))) {
      continue;
    }
    absl::StrAppend(&text, text.empty() ? "" : "\n", line);
  }
  return absl::InvalidArgumentError(text);
}

}  // namespace autogen::model
