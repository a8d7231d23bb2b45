// What is wrong with a model, and where each of its messages stands.
#ifndef AUTOGEN_MODEL_PROBLEMS_H_
#define AUTOGEN_MODEL_PROBLEMS_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "src/model/text_tree.h"
#include "src/report/finding.h"

namespace autogen::model {

// One model file. `root` is filled only where places are tracked; it points into `text`.
struct SourceFile {
  std::string path;
  std::string text;
  TextNode root;
  bool is_tree = false;
};

// Where a message was written.
struct Source {
  const SourceFile* file = nullptr;
  const TextNode* node = nullptr;
};

// Places of messages, by address: messages must stay where they are. Off by default, because a good
// model (nearly every run) needs none; the loader runs a second time to find them.
class Sources {
 public:
  void Track() { tracking_ = true; }
  bool tracking() const { return tracking_; }

  // Notes `message`, parsed from `node` of `file`, and every message in it.
  void Add(const SourceFile& file, const TextNode& node, const google::protobuf::Message& message);
  // `made` was made from what `origin` says: its place is origin's.
  void Alias(const google::protobuf::Message& made, const google::protobuf::Message& origin);
  // Nothing where the message is not known.
  Source Find(const google::protobuf::Message& message) const;

 private:
  bool tracking_ = false;
  absl::flat_hash_map<const google::protobuf::Message*, Source> places_;
};

// The node of the field `name` (the index-th of that name) in a message's node; nullptr where the
// text does not have it.
const TextNode* FindField(const TextNode& node, absl::string_view name, int index = 0);

// What a tool needs to know of a problem beside its words.
struct Detail {
  const char* rule = "model";  // see docs/findings.md
  std::string fix;             // the right word for the wrong one; "": not known
};

// Collects what is wrong, each with its place.
class Problems {
 public:
  explicit Problems(const Sources& sources) : sources_(sources) {}

  bool empty() const { return problems_.empty(); }
  // At the bytes [begin, end) of a file; `end` 0: the word that begins there.
  void AddAt(const SourceFile& file, size_t begin, absl::string_view what, Detail detail = {},
             size_t end = 0);
  // About a whole file.
  void AddFile(absl::string_view path, absl::string_view what);
  // At a field of a message (its index-th value), or at the message where that was not written.
  void Add(const google::protobuf::Message& message, absl::string_view field, int index,
           absl::string_view what, Detail detail = {});
  void Add(const google::protobuf::Message& message, absl::string_view field,
           absl::string_view what, Detail detail = {}) {
    Add(message, field, 0, what, std::move(detail));
  }
  // "models/a.txtpb:3:1", or "" where the message is not known.
  std::string PlaceOf(const google::protobuf::Message& message) const;

  // What is missing in a message that lost fields to another problem is not worth a word.
  void Mute(const TextNode& node) { muted_.insert(&node); }
  void Mute(const google::protobuf::Message& message);

  // InvalidArgument with its findings, a line each, by file (in the order of their first problem)
  // and place; OK where there is none.
  absl::Status ToStatus() const;

 private:
  const Sources& sources_;
  std::vector<report::Finding> problems_;  // line 0: the whole file
  absl::flat_hash_set<const TextNode*> muted_;
};

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_PROBLEMS_H_
