#include "src/revision/write.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <cerrno>
#include <kainjow/mustache.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/revision/script.h"
#include "src/revision/template.h"

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

// An id or label also becomes part of a file's name and of a comment.
absl::Status CheckNames(const ScriptSpec& spec) {
  if (spec.id.empty() || spec.id.find_first_of("/\\@-+:, \t\r\n") != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", spec.id, "\" cannot be a revision's id: letters, digits, \"_\" and \".\" can"));
  }
  for (const auto* list : {&spec.revises, &spec.depends_on, &spec.labels}) {
    for (const std::string& name : *list) {
      if (name.empty() || name.find_first_of("@-+:, \t\r\n") != std::string::npos) {
        return absl::InvalidArgumentError(absl::StrCat(
            "\"", name, "\" cannot be an id or label: \"@-+:,\" and blanks have a meaning"));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRoundTrip(const ScriptSpec& spec, const std::string& text) {
  absl::StatusOr<Script> script = ParseScript(text, "the new script");
  if (!script.ok()) return Annotate(script.status(), "the template and message give no script");
  const Revision& header = script->header;
  const char* lost = header.id != spec.id                   ? "revision"
                     : header.revises != spec.revises       ? "revises"
                     : header.depends_on != spec.depends_on ? "depends on"
                     : header.labels != spec.labels         ? "labels"
                     : !script->downgrade.present           ? "-- autogen: downgrade"
                                                            : nullptr;
  if (lost == nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the new script does not read back: \"", lost,
      "\" is lost. Look at the template, and at a message that starts like a header's line"));
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

absl::StatusOr<std::string> FillIn(absl::string_view template_text, const ScriptSpec& spec,
                                   const std::vector<std::string>& header_notes) {
  mustache layout{std::string(template_text)};
  if (!layout.is_valid()) {
    return absl::InvalidArgumentError(absl::StrCat("the template: ", layout.error_message()));
  }
  layout.set_custom_escape([](const std::string& text) { return text; });  // this is not HTML
  data values{data::type::object};
  values.set("message", absl::StrReplaceAll(spec.message, {{"\r\n", "\n-- "}, {"\n", "\n-- "}}));
  values.set("revision", spec.id);
  values.set("revises", spec.revises.empty() ? "base" : absl::StrJoin(spec.revises, ", "));
  values.set("created", Utc("%Y-%m-%d %H:%M:%S UTC", spec.created));
  values.set("depends_on", TextOrFalse(absl::StrJoin(spec.depends_on, ", ")));
  values.set("labels", TextOrFalse(absl::StrJoin(spec.labels, ", ")));
  data notes{data::type::list};
  for (const std::string& note : header_notes) notes.push_back(data(note));
  values.set("notes", notes);
  values.set("upgrade", spec.upgrade_sql);
  values.set("downgrade", spec.downgrade_sql);
  std::string text = layout.render(values);
  if (!layout.is_valid()) {
    return absl::InvalidArgumentError(absl::StrCat("the template: ", layout.error_message()));
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  text.push_back('\n');
  return text;
}

}  // namespace

absl::StatusOr<std::string> RenderScript(const ScriptSpec& spec, absl::string_view template_text) {
  RETURN_IF_ERROR(CheckNames(spec));
  std::vector<std::string> notes = spec.notes;
  ASSIGN_OR_RETURN(std::string text, FillIn(template_text, spec, notes));
  if (!spec.proof.empty()) {
    notes.insert(notes.begin(), ProofLine(spec.proof, Checksum(text)));
    ASSIGN_OR_RETURN(text, FillIn(template_text, spec, notes));
  }
  RETURN_IF_ERROR(CheckRoundTrip(spec, text));
  return text;
}

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
      name.find("..") != std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "file_template gives \"", name, "\", which is no name below the versions folder"));
  }
  return absl::StrCat(name, ".sql");
}

absl::StatusOr<std::string> WriteScript(const ScriptSpec& spec, const ScriptLayout& layout) {
  ASSIGN_OR_RETURN(
      std::string text,
      RenderScript(spec, layout.template_text.empty() ? DefaultTemplate()
                                                      : absl::string_view(layout.template_text)));
  ASSIGN_OR_RETURN(std::string name, ScriptFileName(spec, layout));
  for (size_t slash = name.find('/'); slash != std::string::npos;
       slash = name.find('/', slash + 1)) {
    std::string folder = JoinPath(layout.folder, name.substr(0, slash));
    if (mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
      return absl::ErrnoToStatus(errno, absl::StrCat("making the folder ", folder));
    }
  }
  std::string path = JoinPath(layout.folder, name);
  RETURN_IF_ERROR(WriteFile(path, text, Overwrite::kNever));
  return path;
}

}  // namespace autogen::revision
