#include <google/protobuf/arena.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "src/model/collapse.h"
#include "src/model/inheritance.h"
#include "src/model/no_schema.h"
#include "src/model/print.h"

namespace autogen::model {
namespace {

// A file's name for an object: what a file system or a shell may take amiss becomes "_".
std::string FileName(const std::string& schema, absl::string_view name, bool no_schema = false) {
  std::string file = no_schema ? std::string(name) : absl::StrCat(SchemaOrPublic(schema), ".", name);
  for (char& c : file) {
    bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' ||
                 c == '-' || static_cast<unsigned char>(c) >= 0x80;
    if (!plain) c = '_';
  }
  // A leading dot would hide the file.
  if (file[0] == '.') file[0] = '_';
  return file;
}

class Splitter {
 public:
  // The path of a new file. Names that differ only in case are one file for some systems.
  std::string NewPath(absl::string_view folder, const std::string& stem, absl::string_view suffix) {
    std::string path = absl::StrCat(folder, "/", stem, suffix);
    for (int i = 2; !taken_.emplace(absl::AsciiStrToLower(path), true).second; ++i) {
      path = absl::StrCat(folder, "/", stem, "-", i, suffix);
    }
    return path;
  }

  // Puts `text` into a .sql file; gives its name beside the model file.
  std::string Sql(absl::string_view folder, const std::string& stem, const std::string& text) {
    std::string path = NewPath(folder, stem, ".sql");
    files[path] = text;
    return path.substr(folder.size() + 1);
  }

  void Model(absl::string_view folder, const std::string& stem, const Schema& part) {
    files[NewPath(folder, stem, ".txtpb")] = PrintAsIs(part);
  }

  std::map<std::string, std::string> files;

 private:
  std::map<std::string, bool> taken_;
};

template <typename View>
void MoveDefinition(Splitter* splitter, const std::string& stem, View* view) {
  view->set_definition_file(splitter->Sql("views", stem, absl::StrCat(view->definition(), ";\n")));
  view->clear_definition();
}

// The symbol of a C function is not a text to keep in a file.
bool HasScript(const Function& f) {
  return !f.body().empty() && f.language() != "c" && f.language() != "internal";
}

}  // namespace

std::map<std::string, std::string> PrintModelSplit(const Schema& schema) {
  google::protobuf::Arena arena;
  auto* rest = google::protobuf::Arena::CreateMessage<Schema>(&arena);
  rest->CopyFrom(schema);
  const bool no_schema = TakeOutNoSchema(rest);
  if (!no_schema) Collapse(rest);
  Splitter splitter;
  for (Table& t : *rest->mutable_table()) {
    Schema part;
    part.add_table()->Swap(&t);
    splitter.Model("tables", FileName(part.table(0).schema(), part.table(0).name(), no_schema), part);
  }
  for (View& v : *rest->mutable_view()) {
    Schema part;
    std::string stem = FileName(v.schema(), v.name(), no_schema);
    part.add_view()->Swap(&v);
    MoveDefinition(&splitter, stem, part.mutable_view(0));
    splitter.Model("views", stem, part);
  }
  for (MaterializedView& v : *rest->mutable_materialized_view()) {
    Schema part;
    std::string stem = FileName(v.schema(), v.name());
    part.add_materialized_view()->Swap(&v);
    MoveDefinition(&splitter, stem, part.mutable_materialized_view(0));
    splitter.Model("views", stem, part);
  }
  // Overloads share a file.
  std::map<std::string, Schema> functions;
  for (Function& f : *rest->mutable_function()) {
    std::string stem = FileName(f.schema(), f.name());
    if (HasScript(f)) {
      f.set_definition_file(splitter.Sql("functions", stem, f.body()));
      f.clear_body();
    }
    functions[stem].add_function()->Swap(&f);
  }
  for (const auto& [stem, part] : functions) splitter.Model("functions", stem, part);
  rest->clear_table();
  rest->clear_view();
  rest->clear_materialized_view();
  rest->clear_function();
  std::string others = PrintAsIs(*rest);
  if (!others.empty() || splitter.files.empty()) splitter.files["schema.txtpb"] = others;
  return std::move(splitter.files);
}

}  // namespace autogen::model
