#include "src/model/load.h"

#include <google/protobuf/arena.h>

#include <deque>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/cache_folder.h"
#include "src/base/file.h"
#include "src/base/keyed_files.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/model/check.h"
#include "src/model/expand.h"
#include "src/model/load_tracked.h"
#include "src/model/new_schema.h"
#include "src/model/no_schema.h"
#include "src/model/parse.h"
#include "src/model/readings.h"
#include "src/model/type_info.h"
#include "src/model/utf8.h"

namespace autogen::model {
namespace {

using google::protobuf::Message;

class Loader {
 public:
  explicit Loader(Sources* sources)
      : schema_(NewSchema()), sources_(sources), problems_(*sources) {}

  // Adds a file, or every model file of a folder, that the caller names: what these include stays
  // in their project. Each file's includes come directly behind it, by a list, since a chain of
  // them may be long.
  void AddPath(const std::string& path) {
    root_ = readings_.Root(path);
    named_ = path;
    pending_.push_back(path);
    while (!pending_.empty()) {
      const std::string next = std::move(pending_.back());
      pending_.pop_back();
      if (readings_.IsFolder(next)) {
        AddFolder(next);
      } else {
        AddFile(next);
      }
    }
  }

  void AddText(const std::string& name, const std::string& text) {
    from_files_ = false;
    Add({name, text});
  }

  void Finish(EngineName engine) {
    Schema* schema = schema_.get();
    CheckEngine(*schema, engine, &problems_);
    const bool as_written =
        EngineName_descriptor()->FindValueByNumber(engine)->options().GetExtension(
            autogen::as_written);
    if (!as_written) FillSchemas(schema);
    ExpandSugar(schema, as_written, sources_, &problems_);
    if (as_written) {
      PutInNoSchema(schema);
      return FillNames(schema, as_written);
    }
    FillForeignKeyTargets(schema);
    NormaliseTexts(schema, &problems_);
    LeaveOutDefaults(schema);
    FillNames(schema);
    CheckModel(*schema, &problems_);
  }

  const Problems& problems() const { return problems_; }
  const Readings& readings() const { return readings_; }
  std::shared_ptr<Schema> schema() const { return schema_; }
  std::deque<SourceFile> TakeFiles() { return std::move(files_); }

 private:
  void AddFolder(const std::string& path) {
    absl::StatusOr<std::vector<std::string>> files = readings_.List(path);
    if (!files.ok()) return problems_.AddFile(path, files.status().message());
    // The project's own files may lie beside the model's.
    std::erase_if(*files, [](const std::string& file) {
      const std::string name = std::filesystem::path(file).filename().string();
      return name == "autogen.txtpb" || name == "approvals.txtpb";
    });
    pending_.insert(pending_.end(), files->rbegin(), files->rend());
    if (files->empty()) {
      problems_.AddFile(path,
                        "this folder has no model file (*.txtpb); write one, or run "
                        "autogen import");
    }
  }

  void AddFile(const std::string& path) {
    if (!seen_.insert(readings_.Canonical(path)).second) return;
    // Standard input is for the person who names it, not for a model that includes it.
    absl::StatusOr<std::string> text =
        path == named_ ? readings_.ReadNamed(path) : readings_.ReadBelow(root_, path);
    if (!text.ok()) return problems_.AddFile(path, text.status().message());
    Add({path, *std::move(text)});
  }

  void Add(SourceFile source) {
    files_.push_back(std::move(source));
    SourceFile& file = files_.back();
    auto* part = google::protobuf::Arena::CreateMessage<Schema>(schema_->GetArena());
    if (!ParseModelFile(&file, part, sources_, &problems_)) return;
    ReadDefinitions(file, part);
    std::vector<std::string> includes(part->include().begin(), part->include().end());
    for (size_t i = 0; i < includes.size(); ++i) {
      const absl::Status allowed = CheckInclude(file, includes[i]);
      if (allowed.ok()) continue;
      problems_.Add(*part, "include", static_cast<int>(i), allowed.message());
      includes[i].clear();
    }
    const std::string folder = DirName(file.path);
    Merge(part);
    for (size_t i = includes.size(); i-- > 0;) {
      if (!includes[i].empty()) pending_.push_back(JoinPath(folder, includes[i]));
    }
  }

  absl::Status CheckInclude(const SourceFile& file, const std::string& include) const {
    if (from_files_) return CheckBelow(root_, JoinPath(DirName(file.path), include));
    return absl::InvalidArgumentError(
        "include needs a model that is a file; this one is only a text");
  }

  // Moves every object of `part` behind those that are there; no message is copied.
  void Merge(Schema* part) {
    Schema* schema = schema_.get();
    const google::protobuf::Reflection* r = schema->GetReflection();
    std::vector<Message*> moved;
    for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
      for (int n = r->FieldSize(*part, f.field); n > 0; --n) {
        moved.push_back(r->UnsafeArenaReleaseLast(part, f.field));
      }
      for (; !moved.empty(); moved.pop_back()) {
        r->UnsafeArenaAddAllocatedMessage(schema, f.field, moved.back());
      }
    }
  }

  void ReadDefinitions(const SourceFile& file, Schema* part) {
    for (View& v : *part->mutable_view()) {
      ReadDefinition(file, &v, v.mutable_definition());
    }
    for (MaterializedView& v : *part->mutable_materialized_view()) {
      ReadDefinition(file, &v, v.mutable_definition());
    }
    for (Function& f : *part->mutable_function()) {
      ReadDefinition(file, &f, f.mutable_body());
    }
  }

  template <typename T>
  void ReadDefinition(const SourceFile& file, T* object, std::string* text) {
    if (object->definition_file().empty()) return;
    absl::StatusOr<std::string> content = Definition(file, object->definition_file(), *text);
    if (content.ok()) {
      *text = *std::move(content);
    } else {
      problems_.Add(*object, "definition_file", content.status().message());
      problems_.Mute(*object);
    }
    object->clear_definition_file();
  }

  absl::StatusOr<std::string> Definition(const SourceFile& file, const std::string& name,
                                         const std::string& beside) {
    if (!from_files_) {
      return absl::InvalidArgumentError(
          "definition_file needs a model that is a file; this one is only a text");
    }
    if (!beside.empty()) {
      return absl::InvalidArgumentError(
          "the text stands both here and in the file; keep one of them");
    }
    std::string path = JoinPath(DirName(file.path), name);
    ASSIGN_OR_RETURN(std::string content, AsText(path, readings_.ReadBelow(root_, path)));
    size_t bad = FirstBadByte(content);
    if (bad == std::string::npos) return content;
    TextPosition at = PositionAt(content, bad);
    return absl::InvalidArgumentError(absl::StrCat(
        path, ":", at.line, ":", at.column, ": this byte is not UTF-8; save the file as UTF-8"));
  }

  std::shared_ptr<Schema> schema_;
  Sources* sources_;
  Problems problems_;
  Readings readings_;
  std::deque<SourceFile> files_;
  std::set<std::string> seen_;
  std::string root_;                  // of the path that the caller named
  std::string named_;                 // that path
  std::vector<std::string> pending_;  // the next one at the end
  bool from_files_ = true;
};

// What was loaded from large files is kept: to parse and check them costs more than all else that a
// check of an SQLite file does, and a good part of one of a server. It serves as long as all that
// was read is as it was.
class Kept {
 public:
  Kept(const std::vector<std::string>& paths, EngineName engine)
      : files_(absl::StrCat(DefaultCacheFolder(), "/models"), ".model", 64) {
    std::error_code ignored;
    key_ = absl::StrCat(ProgramVersion(), "\n", EngineName_Name(engine), "\n",
                        std::filesystem::current_path(ignored).string(), "\n",
                        absl::StrJoin(paths, "\n"));
  }

  std::shared_ptr<Schema> Find() const {
    const std::optional<std::string> packed = files_.Find(key_);
    if (!packed.has_value()) return nullptr;
    const std::optional<absl::string_view> made = Readings::Recall(*packed);
    if (!made.has_value()) return nullptr;
    std::shared_ptr<Schema> schema = NewSchema();
    const bool parsed = schema->ParseFromArray(made->data(), static_cast<int>(made->size()));
    return parsed ? schema : nullptr;
  }

  void Store(const Readings& readings, const Schema& schema) const {
    constexpr size_t kLarge = 16 << 10;
    if (readings.size() < kLarge) return;
    const std::optional<std::string> packed = readings.Pack(schema.SerializeAsString());
    if (packed.has_value()) files_.Store(key_, *packed);
  }

 private:
  KeyedFiles files_;
  std::string key_;
};

template <typename AddAll>
absl::StatusOr<std::shared_ptr<Schema>> Load(EngineName engine, const Kept* kept,
                                             const AddAll& add_all) {
  {
    Sources sources;
    Loader loader(&sources);
    add_all(&loader);
    loader.Finish(engine);
    if (loader.problems().empty()) {
      if (kept != nullptr) kept->Store(loader.readings(), *loader.schema());
      return loader.schema();
    }
  }
  // Once more, now with the place of every message: nearly all models are good, and they need none.
  Sources sources;
  sources.Track();
  Loader loader(&sources);
  add_all(&loader);
  loader.Finish(engine);
  RETURN_IF_ERROR(loader.problems().ToStatus());
  return loader.schema();
}

}  // namespace

absl::StatusOr<std::shared_ptr<Schema>> LoadModel(const std::vector<std::string>& paths,
                                                  EngineName engine) {
  const Kept kept(paths, engine);
  if (std::shared_ptr<Schema> schema = kept.Find()) return schema;
  return Load(engine, &kept, [&](Loader* loader) {
    for (const std::string& path : paths) loader->AddPath(path);
  });
}

absl::StatusOr<std::shared_ptr<Schema>> LoadModelText(const std::string& name,
                                                      const std::string& text, EngineName engine) {
  return Load(engine, nullptr, [&](Loader* loader) { loader->AddText(name, text); });
}

absl::StatusOr<TrackedModel> LoadModelTracked(const std::vector<std::string>& paths,
                                              EngineName engine) {
  TrackedModel model;
  model.sources = std::make_unique<Sources>();
  model.sources->Track();
  Loader loader(model.sources.get());
  for (const std::string& path : paths) loader.AddPath(path);
  loader.Finish(engine);
  RETURN_IF_ERROR(loader.problems().ToStatus());
  model.schema = loader.schema();
  model.files = loader.TakeFiles();
  return model;
}

}  // namespace autogen::model
