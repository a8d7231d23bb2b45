#include "src/generate/model_place.h"

#include <re2/re2.h>

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/generate/field_place.h"
#include "src/model/load_tracked.h"
#include "src/model/object_index.h"
#include "src/model/type_name.h"
#include "src/postgres/connection.h"
#include "src/postgres/error.h"
#include "src/report/finding.h"
#include "src/scratch/build.h"

namespace autogen::generate {
namespace {

using google::protobuf::Message;
using model::ObjectId;
using Names = std::vector<std::string>;

// What the server says is missing, in whatever language: the x of `type "x" does not exist`,
// `Typ »x« existiert nicht`, `function x(integer) …`, `column t.x …`.
std::string MissingName(const absl::Status& status) {
  static const RE2* const kQuoted =
      new RE2(R"re(^[^\n]*?(?:"|»|«|„|“)([^"»«„“”\n]+)(?:"|«|»|“|”))re");
  static const RE2* const kCall = new RE2(R"re(^[^\n]*?([\w.]+)\()re");
  static const RE2* const kColumn = new RE2(R"re(^[^\n]*?\b(\w+\.\w+)\b)re");
  const std::string state = postgres::SqlState(status);
  const bool named = state == "42704" || state == "42P01" || state == "42703" || state == "42883" ||
                     state == "3F000";
  if (!named) return "";
  absl::string_view text = status.message();
  // What we say about the object stands before the server's words.
  if (const size_t at = text.find("ERROR: "); at != absl::string_view::npos) text.remove_prefix(at);
  const re2::StringPiece words(text.data(), text.size());
  std::string name;
  if (state == "42883" && RE2::PartialMatch(words, *kCall, &name)) return name;
  if (RE2::PartialMatch(words, *kQuoted, &name)) return name;
  if (state == "42703") RE2::PartialMatch(words, *kColumn, &name);
  return name;
}

// What could stand in the place of a missing name.
Names Candidates(const std::string& sqlstate, bool qualified, const ObjectId& object,
                 const Schema& schema) {
  Names names;
  if (sqlstate == "42704" && !qualified) names = model::BuiltinTypeNames();
  model::ForEachObject(schema, [&](const ObjectId& id, const Message&) {
    const bool type = id.kind == ENUM || id.kind == DOMAIN || id.kind == COMPOSITE_TYPE ||
                      id.kind == RANGE_TYPE || id.kind == BASE_TYPE;
    const bool relation = id.kind == TABLE || id.kind == VIEW || id.kind == MATERIALIZED_VIEW;
    const bool routine = id.kind == FUNCTION || id.kind == AGGREGATE;
    const std::string& table = object.parent.empty() ? object.name : object.parent;
    if ((sqlstate == "42704" && type) || (sqlstate == "42P01" && relation) ||
        (sqlstate == "42883" && routine)) {
      const std::string bare = id.name.substr(0, id.name.find('('));
      names.push_back(qualified ? absl::StrCat(id.schema, ".", bare) : bare);
    } else if (sqlstate == "42703" && id.kind == COLUMN && id.schema == object.schema &&
               id.parent == table) {
      names.push_back(id.name);
    }
  });
  return names;
}

bool IsNameChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$';
}

// Where in `file` a value below `node` has the word `name`.
std::optional<Span> FindWord(const model::SourceFile& file, const model::TextNode& node,
                             const std::string& name) {
  for (const model::TextToken& token : node.value) {
    for (size_t at = token.text.find(name); at != absl::string_view::npos;
         at = token.text.find(name, at + 1)) {
      const size_t end = at + name.size();
      if (at > 0 && IsNameChar(token.text[at - 1])) continue;
      if (end < token.text.size() && IsNameChar(token.text[end])) continue;
      const size_t begin = static_cast<size_t>(token.text.data() - file.text.data()) + at;
      return Span{begin, begin + name.size()};
    }
  }
  for (const model::TextNode& child : node.children) {
    if (const std::optional<Span> found = FindWord(file, child, name)) return found;
  }
  return std::nullopt;
}

// The names that the server's message has, in whatever language.
Names QuotedNames(const absl::Status& status) {
  static const LazyRE2 kQuoted = {R"re((?:"|»|«|„|“)([^"»«„“”\n]+)(?:"|«|»|“|”))re"};
  absl::string_view text = status.message();
  if (const size_t at = text.find("ERROR: "); at != absl::string_view::npos) text.remove_prefix(at);
  text = text.substr(0, text.find('\n'));
  re2::StringPiece rest(text.data(), text.size());
  Names names;
  for (std::string name; RE2::FindAndConsume(&rest, *kQuoted, &name);) names.push_back(name);
  return names;
}

// What the status is about in the object's text: the missing name, what the server points at, what
// it names.
std::optional<Span> PlaceIn(const absl::Status& status, const std::string& missing,
                            const ObjectId& object, const Message& message,
                            const model::Source& source, const model::Sources& sources) {
  if (!missing.empty()) {
    if (auto found = FindWord(*source.file, *source.node, missing)) return found;
    // A model writes schema and name apart.
    const std::string bare = missing.substr(missing.rfind('.') + 1);
    if (auto found = FindWord(*source.file, *source.node, bare)) return found;
  }
  if (const std::optional<size_t> offset = postgres::ErrorOffset(status)) {
    const std::string statement = scratch::BuiltStatement(status);
    if (auto found = AtOffset(message, sources, statement, *offset)) return found;
  }
  const Names names = QuotedNames(status);
  if (auto found = AtOnlyField(message, sources, names)) return found;
  for (const std::string& name : names) {
    if (name == object.name || name == object.parent) continue;
    if (auto found = FindWord(*source.file, *source.node, name)) return found;
  }
  return std::nullopt;
}

// Without the generated statement and the line in it, for a message that shows the model's own
// line.
std::string WithoutStatement(absl::string_view details) {
  static const RE2* const kLine = new RE2(R"re(\nLINE: \d+)re");
  std::string kept(details.substr(0, details.find("\nSTATEMENT: ")));
  RE2::Replace(&kept, *kLine, "");
  return kept;
}

}  // namespace

absl::Status AtModel(const absl::Status& status, const std::vector<std::string>& paths) {
  const std::string built = scratch::BuiltObject(status);
  if (built.empty()) return status;
  absl::StatusOr<model::TrackedModel> model = model::LoadModelTracked(paths);
  if (!model.ok()) return status;
  std::optional<ObjectId> object;
  const Message* message = nullptr;
  model::Source source;
  model::ForEachObject(*model->schema, [&](const ObjectId& id, const Message& found) {
    if (object.has_value() || model::Describe(id) != built) return;
    object = id;
    message = &found;
    source = model->sources->Find(found);
  });
  if (source.node == nullptr) return status;

  const absl::string_view text = status.message();
  const size_t line_end = std::min(text.find('\n'), text.size());
  report::Finding finding{.path = source.file->path, .rule = "not-built"};
  finding.message = std::string(text.substr(0, line_end));
  std::string details(text.substr(line_end));
  const std::string name = MissingName(status);
  if (!name.empty()) {
    finding.rule = "unknown-name";
    const Names candidates = Candidates(postgres::SqlState(status), absl::StrContains(name, '.'),
                                        *object, *model->schema);
    finding.fix = Nearest(name, candidates);
    if (!finding.fix.empty()) {
      absl::StrAppend(&finding.message, "; did you mean \"", finding.fix, "\"?");
    }
  }
  std::optional<Span> place = PlaceIn(status, name, *object, *message, source, *model->sources);
  if (place.has_value()) {
    details = WithoutStatement(details);
  } else {
    place = Span{source.node->begin, source.node->begin + source.node->name.size()};
  }
  absl::StrAppend(&finding.message, details);
  report::SetPlace(source.file->text, place->begin, place->end, &finding);
  absl::Status placed = report::ToStatus(status.code(), {std::move(finding)});
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { placed.SetPayload(url, payload); });
  return placed;
}

absl::Status AtObjects(const absl::Status& status, const std::vector<Misfit>& misfits,
                       const std::vector<std::string>& paths, EngineName engine) {
  absl::StatusOr<model::TrackedModel> model = model::LoadModelTracked(paths, engine);
  if (!model.ok()) return status;
  std::vector<report::Finding> findings;
  for (const Misfit& misfit : misfits) {
    report::Finding finding{.rule = "not-built", .message = misfit.message};
    model::ForEachObject(*model->schema, [&](const ObjectId& id, const Message& found) {
      const model::Source source = model->sources->Find(found);
      if (id != misfit.object || source.node == nullptr || !finding.path.empty()) return;
      finding.path = source.file->path;
      report::SetPlace(source.file->text, source.node->begin,
                       source.node->begin + source.node->name.size(), &finding);
    });
    findings.push_back(std::move(finding));
  }
  return report::ToStatus(status.code(), std::move(findings));
}

}  // namespace autogen::generate
