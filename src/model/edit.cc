#include "src/model/edit.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/model/load_tracked.h"
#include "src/model/object_index.h"
#include "src/model/text_literal.h"
#include "src/model/type_info.h"

namespace autogen::model {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

struct Replacement {
  size_t begin, end;
  std::string text;
};

class Editor {
 public:
  void Replace(const SourceFile& file, size_t begin, size_t end, std::string text) {
    edits_[&file].push_back({begin, end, std::move(text)});
  }

  // The value of a text field in place, with a literal for each of its lines.
  void ReplaceValue(const SourceFile& file, const TextNode& node, absl::string_view value) {
    std::string text;
    std::vector<std::string> literals = TextLiterals(value);
    std::string indent(LineIndent(file.text, node.begin) + 2, ' ');
    for (const std::string& literal : literals) {
      if (literals.size() > 1) absl::StrAppend(&text, "\n", indent);
      text.append(literal);
    }
    size_t begin = node.value_begin;
    // `field: "one line"` that becomes several: the first one starts a line of its own.
    while (literals.size() > 1 && begin > node.begin && file.text[begin - 1] == ' ') --begin;
    Replace(file, begin, node.end, std::move(text));
  }

  EditedFiles Finish() {
    EditedFiles files;
    for (auto& [file, edits] : edits_) {
      std::sort(edits.begin(), edits.end(),
                [](const Replacement& a, const Replacement& b) { return a.begin > b.begin; });
      std::string text = file->text;
      for (const Replacement& e : edits) text.replace(e.begin, e.end - e.begin, e.text);
      if (text != file->text) files[file->path] = std::move(text);
    }
    return files;
  }

  static size_t LineIndent(absl::string_view text, size_t offset) {
    size_t start = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
    size_t end = start;
    while (end < text.size() && text[end] == ' ') ++end;
    return end - start;
  }

 private:
  std::map<const SourceFile*, std::vector<Replacement>> edits_;
};

class FileCanonicaliser {
 public:
  FileCanonicaliser(const TrackedModel& model, Editor* editor) : model_(model), editor_(editor) {}

  // Texts of one object and of the messages in it that are not objects.
  void Object(const Message& ours, const Message& canonical, const TypeInfo& type) {
    const Reflection* r = ours.GetReflection();
    for (const FieldInfo& f : type.fields) {
      if (f.rule->sql() == NOT_SQL) continue;
      if (!f.field->is_repeated()) {
        Text(ours, f, 0, r->GetString(ours, f.field), r->GetString(canonical, f.field));
      } else if (r->FieldSize(ours, f.field) == r->FieldSize(canonical, f.field)) {
        for (int i = 0; i < r->FieldSize(ours, f.field); ++i) {
          Text(ours, f, i, r->GetRepeatedString(ours, f.field, i),
               r->GetRepeatedString(canonical, f.field, i));
        }
      }
    }
    for (const FieldInfo& f : type.messages) {
      if (f.type->kind != KIND_UNSPECIFIED) continue;
      std::vector<const Message*> theirs;
      ForEachValue(canonical, f, [&](const Message& m, const TypeInfo&) { theirs.push_back(&m); });
      size_t i = 0;
      ForEachValue(ours, f, [&](const Message& m, const TypeInfo& inner) {
        if (i < theirs.size()) Object(m, *theirs[i], inner);
        ++i;
      });
    }
  }

 private:
  void Text(const Message& m, const FieldInfo& f, int index, const std::string& ours,
            const std::string& canonical) {
    if (ours == canonical || ours.empty() || canonical.empty()) return;
    Source source = model_.sources->Find(m);
    if (source.node == nullptr) return;
    const TextNode* node = FindField(*source.node, f.field->name(), index);
    if (node != nullptr && node->shape == TextNode::Shape::kScalar) {
      editor_->ReplaceValue(*source.file, *node, canonical);
    }
  }

  const TrackedModel& model_;
  Editor* editor_;
};

// The names of the fields that hold messages of a type, anywhere in a model.
std::set<absl::string_view> FieldsThatHold(const Descriptor* type) {
  std::set<absl::string_view> names;
  for (const FieldInfo& top : InfoOf(Schema::descriptor()).messages) {
    if (top.type->descriptor == type) names.insert(top.field->name());
    for (const FieldInfo& inner : top.type->messages) {
      if (inner.type->descriptor == type) names.insert(inner.field->name());
    }
  }
  return names;
}

// Behind the name, each on a line of its own; at the end of a message on one line.
void InsertFields(const Source& source, const std::vector<std::string>& fields, Editor* editor) {
  const SourceFile& file = *source.file;
  const TextNode& node = *source.node;
  const TextNode* name = FindField(node, "name");
  if (name == nullptr) name = &node.children.back();
  absl::string_view text = file.text;
  bool one_line = text.substr(node.value_begin, name->begin - node.value_begin).find('\n') ==
                  absl::string_view::npos;
  size_t end =
      one_line ? node.children.back().end : std::min(text.find('\n', name->end), text.size());
  std::string separator =
      one_line ? " " : absl::StrCat("\n", std::string(Editor::LineIndent(text, name->begin), ' '));
  std::string added;
  for (const std::string& field : fields) absl::StrAppend(&added, separator, field);
  editor->Replace(file, end, end, std::move(added));
}

absl::Status DeclareRename(const TrackedModel& model, const Rename& rename, const Message* object,
                           Editor* editor) {
  Source source = object == nullptr ? Source{} : model.sources->Find(*object);
  // A message that stands for sugar (unique: true) has no text of its own.
  if (source.node == nullptr ||
      FieldsThatHold(object->GetDescriptor()).count(source.node->name) == 0) {
    return absl::NotFoundError(
        absl::StrCat("declaring that ", Describe(rename.object), " was ", rename.from,
                     ": it is implicit in the model; write it as a message with renamed_from: \"",
                     rename.from, "\""));
  }
  if (!rename.label.empty()) {
    InsertFields(source,
                 {absl::StrCat("renamed_label { from: ", TextLiterals(rename.from)[0],
                               " to: ", TextLiterals(rename.label)[0], " }")},
                 editor);
    return absl::OkStatus();
  }
  std::vector<std::string> fields;
  for (const auto& [field, value] :
       {std::pair<const char*, const std::string&>("renamed_from", rename.from),
        std::pair<const char*, const std::string&>("renamed_from_schema", rename.from_schema)}) {
    if (value.empty()) continue;
    if (object->GetDescriptor()->FindFieldByName(field) == nullptr) {
      return absl::UnimplementedError(
          absl::StrCat(Describe(rename.object), " cannot be renamed; it is dropped and created"));
    }
    if (const TextNode* old = FindField(*source.node, field)) {
      editor->ReplaceValue(*source.file, *old, value);
    } else {
      fields.push_back(absl::StrCat(field, ": ", TextLiterals(value)[0]));
    }
  }
  if (!fields.empty()) InsertFields(source, fields, editor);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<EditedFiles> CanonicaliseFiles(const std::vector<std::string>& paths,
                                              const Schema& canonical, EngineName engine) {
  ASSIGN_OR_RETURN(TrackedModel model, LoadModelTracked(paths, engine));
  std::map<ObjectId, const Message*> theirs;
  ForEachObject(canonical, [&](const ObjectId& id, const Message& m) { theirs[id] = &m; });
  Editor editor;
  FileCanonicaliser canonicaliser(model, &editor);
  ForEachObject(*model.schema, [&](const ObjectId& id, const Message& m) {
    auto it = theirs.find(id);
    if (it != theirs.end()) canonicaliser.Object(m, *it->second, InfoOf(m.GetDescriptor()));
  });
  return editor.Finish();
}

absl::StatusOr<EditedFiles> DeclareRenames(const std::vector<std::string>& paths,
                                           const std::vector<Rename>& renames, EngineName engine) {
  ASSIGN_OR_RETURN(TrackedModel model, LoadModelTracked(paths, engine));
  std::map<ObjectId, const Message*> objects;
  ForEachObject(*model.schema, [&](const ObjectId& id, const Message& m) { objects[id] = &m; });
  Editor editor;
  for (const Rename& rename : renames) {
    auto it = objects.find(rename.object);
    RETURN_IF_ERROR(
        DeclareRename(model, rename, it == objects.end() ? nullptr : it->second, &editor));
  }
  return editor.Finish();
}

}  // namespace autogen::model
