#include "src/revision/write.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <cerrno>
#include <kainjow/mustache.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "src/base/file.h"
#include "src/base/printable.h"
#include "src/base/project_root.h"
#include "src/base/sha256.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/revision/graph.h"
#include "src/revision/script.h"
#include "src/revision/template.h"
#include "src/sql/comment.h"

namespace autogen::revision {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

constexpr char kFileTemplate[] = "%(year)%(month)%(day)_%(hour)%(minute)_%(rev)_%(slug)";

// Absent values are false, so that {{#labels}} … {{/labels}} leaves the line out.
data TextOrFalse(const std::string& text) {
  return text.empty() ? data(data::type::bool_false) : data(text);
}

std::string Utc(const char* format, absl::Time time) {
  return absl::FormatTime(format, time, absl::UTCTimeZone());
}

bool IsOneWord(const std::string& name, const char* reserved) {
  return !name.empty() && name.find_first_of(reserved) == std::string::npos &&
         Printable(name, Lines::kOne) == name;
}

// An id or label also becomes part of a file's name and of a comment.
absl::Status CheckNames(const ScriptSpec& spec) {
  std::vector<std::string> own = spec.labels;
  own.push_back(spec.id);
  for (const std::string& name : own) {
    if (!IsReservedName(name)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", name, "\" cannot be an id or label: it is a word of revision arguments"));
  }
  if (spec.id.size() > kMaxIdBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("the id \"", ClipUtf8(spec.id, 40), "…\" of ", spec.id.size(),
                     " bytes is longer than the version table can hold (", kMaxIdBytes, " bytes)"));
  }
  if (!IsOneWord(spec.id, "/\\@-+:, \t\r\n")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", spec.id, "\" cannot be a revision's id: letters, digits, \"_\" and \".\" can"));
  }
  for (const auto* list : {&spec.revises, &spec.depends_on, &spec.labels}) {
    for (const std::string& name : *list) {
      if (!IsOneWord(name, "@-+:, \t\r\n")) {
        return absl::InvalidArgumentError(absl::StrCat(
            "\"", name, "\" cannot be an id or label: \"@-+:,\" and blanks are reserved"));
      }
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> MessageLines(const ScriptSpec& spec) {
  return absl::StrSplit(absl::StrReplaceAll(spec.message, {{"\r\n", "\n"}}), '\n');
}

absl::Status CheckMessage(const ScriptSpec& spec) {
  const std::vector<std::string> lines = MessageLines(spec);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!IsHeaderField(lines[i], i == 0)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the message's line \"", Printable(lines[i], Lines::kOne),
                     "\" would be read as a line of the script's header; rephrase it"));
  }
  return absl::OkStatus();
}

// The statements and directives of the file are those of the spec, section by section.
absl::Status CheckBody(const ScriptSpec& spec, const Script& script, const std::string& text,
                       const impact::Dialect& dialect) {
  std::vector<std::string> found, statements, directives;
  auto add = [&](const Section& section, const SectionSpec& wanted, const char* name) {
    statements.insert(statements.end(), wanted.statements.begin(), wanted.statements.end());
    directives.push_back(sql::Directive(name, {}));
    directives.insert(directives.end(), wanted.directives.begin(), wanted.directives.end());
    for (const Step& step : section.steps) found.push_back(step.statement.text);
    return section.steps.size() == wanted.statements.size();
  };
  // A template may put the downgrade first.
  const bool down_first = script.downgrade.line < script.upgrade.line;
  bool same = true;
  if (down_first) same = add(script.downgrade, spec.downgrade, "downgrade");
  same &= add(script.upgrade, spec.upgrade, "upgrade");
  if (!down_first) same &= add(script.downgrade, spec.downgrade, "downgrade");
  RETURN_IF_ERROR(sql::CheckSame("statement", found, statements));
  ASSIGN_OR_RETURN(const std::vector<sql::Token> tokens, dialect.scan(text));
  RETURN_IF_ERROR(sql::CheckSame("directive", sql::DirectivesAmong(tokens), directives));
  if (same) return absl::OkStatus();
  return absl::InvalidArgumentError("statements stand in the other section");
}

absl::Status CheckRoundTrip(const ScriptSpec& spec, const std::string& text,
                            const std::string& template_name, const impact::Dialect& dialect) {
  absl::StatusOr<Script> script = ParseScript(text, "the new script", dialect);
  if (!script.ok()) {
    return Annotate(script.status(),
                    absl::StrCat(template_name, " and the message do not make a script"));
  }
  const Revision& header = script->header;
  const char* lost = header.id != spec.id                   ? "revision"
                     : header.revises != spec.revises       ? "revises"
                     : header.depends_on != spec.depends_on ? "depends on"
                     : header.labels != spec.labels         ? "labels"
                     : !script->downgrade.present           ? "-- autogen: downgrade"
                                                            : nullptr;
  if (lost == nullptr) {
    return Annotate(CheckBody(spec, *script, text, dialect),
                    absl::StrCat("the new script does not contain what was proved, so it is not "
                                 "written; ",
                                 template_name, " may add comments only"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the new script cannot be read back: \"", lost, "\" is lost. Look at ",
                   template_name, ", and at a message that starts like a header's line"));
}

}  // namespace

std::string RandomId() {
  unsigned char bytes[6];
  size_t got = 0;
  while (got < sizeof bytes) {
    ssize_t n = getrandom(bytes + got, sizeof bytes - got, 0);
    if (n > 0) got += static_cast<size_t>(n);
  }
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes), sizeof bytes));
}

namespace {

std::string TemplateName(const ScriptLayout& layout) {
  return layout.template_text.empty() ? "the built-in template"
                                      : absl::StrCat("the template ", layout.template_path);
}

absl::StatusOr<std::string> FillIn(const ScriptLayout& script_layout, const ScriptSpec& spec,
                                   const std::vector<std::string>& header_notes) {
  mustache layout{std::string(script_layout.template_text.empty()
                                  ? DefaultTemplate()
                                  : absl::string_view(script_layout.template_text))};
  if (!layout.is_valid()) {
    return absl::InvalidArgumentError(
        absl::StrCat(TemplateName(script_layout), ": ", layout.error_message()));
  }
  layout.set_custom_escape([](const std::string& text) { return text; });  // this is not HTML
  data values{data::type::object};
  std::vector<std::string> message = MessageLines(spec);
  for (std::string& line : message) line = sql::CommentText(line);
  values.set("message", absl::StrJoin(message, "\n-- "));
  values.set("revision", spec.id);
  values.set("revises", spec.revises.empty() ? "base" : absl::StrJoin(spec.revises, ", "));
  values.set("created", Utc("%Y-%m-%d %H:%M:%S UTC", spec.created));
  values.set("depends_on", TextOrFalse(absl::StrJoin(spec.depends_on, ", ")));
  values.set("labels", TextOrFalse(absl::StrJoin(spec.labels, ", ")));
  data notes{data::type::list};
  for (const std::string& note : header_notes) notes.push_back(data(sql::CommentText(note)));
  values.set("notes", notes);
  values.set("upgrade", spec.upgrade.sql);
  values.set("downgrade", spec.downgrade.sql);
  std::string text = layout.render(values);
  if (!layout.is_valid()) {
    return absl::InvalidArgumentError(
        absl::StrCat(TemplateName(script_layout), ": ", layout.error_message()));
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  text.push_back('\n');
  return text;
}

}  // namespace

absl::StatusOr<std::string> RenderScript(const ScriptSpec& spec, const ScriptLayout& layout) {
  RETURN_IF_ERROR(CheckNames(spec));
  RETURN_IF_ERROR(CheckMessage(spec));
  std::vector<std::string> notes = spec.notes;
  ASSIGN_OR_RETURN(std::string text, FillIn(layout, spec, notes));
  if (!spec.proof.empty()) {
    notes.insert(notes.begin(), ProofLine(spec.proof, Checksum(text)));
    ASSIGN_OR_RETURN(text, FillIn(layout, spec, notes));
  }
  RETURN_IF_ERROR(CheckRoundTrip(spec, text, TemplateName(layout), *layout.dialect));
  return text;
}

namespace {

// A name that file systems take; a long id may be cut, and its hash tells it from others then.
std::string Shortened(absl::string_view name, absl::string_view id) {
  constexpr size_t kLongestName = 200;  // of 255: the file is written under a longer name first
  constexpr absl::string_view kExtension = ".sql";
  const size_t slash = name.rfind('/');
  const size_t start = slash == absl::string_view::npos ? 0 : slash + 1;
  if (name.size() - start + kExtension.size() <= kLongestName) {
    return absl::StrCat(name, kExtension);
  }
  const std::string hash = absl::StrCat("_", Sha256Hex(id).substr(0, 12));
  return absl::StrCat(name.substr(0, start),
                      ClipUtf8(name.substr(start), kLongestName - kExtension.size() - hash.size()),
                      hash, kExtension);
}

}  // namespace

absl::StatusOr<std::string> ScriptFileName(const ScriptSpec& spec, const ScriptLayout& layout) {
  absl::string_view rest = layout.file_template;
  if (rest.empty()) rest = kFileTemplate;
  std::string name;
  while (!rest.empty()) {
    size_t start = rest.find("%(");
    absl::StrAppend(&name, rest.substr(0, start));
    if (start == absl::string_view::npos) break;
    size_t end = rest.find(')', start);
    absl::string_view token =
        end == absl::string_view::npos ? rest : rest.substr(start + 2, end - start - 2);
    if (token == "year") {
      absl::StrAppend(&name, Utc("%Y", spec.created));
    } else if (token == "month") {
      absl::StrAppend(&name, Utc("%m", spec.created));
    } else if (token == "day") {
      absl::StrAppend(&name, Utc("%d", spec.created));
    } else if (token == "hour") {
      absl::StrAppend(&name, Utc("%H", spec.created));
    } else if (token == "minute") {
      absl::StrAppend(&name, Utc("%M", spec.created));
    } else if (token == "second") {
      absl::StrAppend(&name, Utc("%S", spec.created));
    } else if (token == "epoch") {
      absl::StrAppend(&name, absl::ToUnixSeconds(spec.created));
    } else if (token == "rev") {
      absl::StrAppend(&name, spec.id);
    } else if (token == "slug") {
      absl::StrAppend(&name, Slug(spec.message, layout.slug_length));
    } else {
      return absl::InvalidArgumentError(absl::StrCat(
          "file_template: no token \"%(", token,
          ")\"; there are year, month, day, hour, minute, second, epoch, rev and slug"));
    }
    rest = rest.substr(end + 1);
  }
  // A message without Latin letters leaves an empty slug.
  while (!name.empty() && (name.back() == '_' || name.back() == '-')) name.pop_back();
  if (name.empty() || name.back() == '/' || name.front() == '/' ||
      name.find("..") != std::string::npos || Printable(name, Lines::kOne) != name) {
    return absl::InvalidArgumentError(
        absl::StrCat("file_template gives \"", Printable(name, Lines::kOne),
                     "\", which is not a name below the versions folder"));
  }
  return Shortened(name, spec.id);
}

absl::StatusOr<std::string> WriteScript(const ScriptSpec& spec, const ScriptLayout& layout) {
  ASSIGN_OR_RETURN(std::string text, RenderScript(spec, layout));
  ASSIGN_OR_RETURN(std::string name, ScriptFileName(spec, layout));
  RETURN_IF_ERROR(Annotate(CheckBelow(ProjectRoot(layout.folder), JoinPath(layout.folder, name)),
                           absl::StrCat("writing ", name)));
  for (size_t slash = name.find('/'); slash != std::string::npos;
       slash = name.find('/', slash + 1)) {
    std::string folder = JoinPath(layout.folder, name.substr(0, slash));
    if (mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
      return absl::ErrnoToStatus(errno, absl::StrCat("creating the folder ", folder));
    }
  }
  std::string path = JoinPath(layout.folder, name);
  RETURN_IF_ERROR(WriteFile(path, text, Overwrite::kNever));
  return path;
}

}  // namespace autogen::revision
