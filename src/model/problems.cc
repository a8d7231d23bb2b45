#include "src/model/problems.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/base/printable.h"

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

namespace {

// A name may hold a line end, and what stands behind it would look like another problem.
std::string OneLine(absl::string_view what) { return Printable(what, Lines::kOne); }

// The end of the word, literal or character at `begin`.
size_t EndOfWord(absl::string_view text, size_t begin) {
  if (begin >= text.size()) return begin;
  const char quote = text[begin];
  size_t end = begin + 1;
  if (quote == '"' || quote == '\'') {
    while (end < text.size() && text[end] != quote && text[end] != '\n') ++end;
    return end < text.size() && text[end] == quote ? end + 1 : end;
  }
  auto word = [&](size_t i) { return absl::ascii_isalnum(text[i]) || text[i] == '_'; };
  if (!word(begin)) return end;
  while (end < text.size() && word(end)) ++end;
  return end;
}

}  // namespace

void Problems::AddAt(const SourceFile& file, size_t begin, absl::string_view what, Detail detail,
                     size_t end) {
  report::Finding finding{.path = file.path, .rule = detail.rule, .message = OneLine(what)};
  finding.fix = std::move(detail.fix);
  report::SetPlace(file.text, begin, end > 0 ? end : EndOfWord(file.text, begin), &finding);
  problems_.push_back(std::move(finding));
}

void Problems::AddFile(absl::string_view path, absl::string_view what) {
  problems_.push_back({.path = std::string(path), .rule = "file", .message = OneLine(what)});
}

void Problems::Add(const Message& message, absl::string_view field, int index,
                   absl::string_view what, Detail detail) {
  Source source = sources_.Find(message);
  if (source.node == nullptr) {
    problems_.push_back({.rule = detail.rule, .message = OneLine(what)});
    return;
  }
  const TextNode* value = field.empty() ? nullptr : FindField(*source.node, field, index);
  if (value == nullptr && muted_.contains(source.node)) return;
  // A field as a whole; of what has fields of its own, the name.
  const TextNode& node = value == nullptr ? *source.node : *value;
  const bool scalar = node.shape == TextNode::Shape::kScalar;
  AddAt(*source.file, node.begin, what, std::move(detail), scalar ? node.end : 0);
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
  std::map<std::string, size_t> file_order;
  for (const report::Finding& p : problems_) file_order.emplace(p.path, file_order.size());
  std::vector<report::Finding> sorted = problems_;
  auto key = [&](const report::Finding& p) {
    return std::make_tuple(file_order.at(p.path), p.line, p.column);
  };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const auto& a, const auto& b) { return key(a) < key(b); });
  // The same mistake may be met on two ways.
  sorted.erase(std::unique(sorted.begin(), sorted.end(),
                           [](const auto& a, const auto& b) { return Line(a) == Line(b); }),
               sorted.end());
  return report::ToStatus(absl::StatusCode::kInvalidArgument, std::move(sorted));
}

}  // namespace autogen::model
