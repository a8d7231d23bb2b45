// New script files.
#ifndef AUTOGEN_REVISION_WRITE_H_
#define AUTOGEN_REVISION_WRITE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "src/impact/dialect.h"

namespace autogen::revision {

// One section of a new script.
struct SectionSpec {
  // Statements with their comments, directives and semicolons, as they stand in the file.
  std::string sql;
  // What was proved, and so what the file must hold when it is read back, byte for byte: these
  // statements and these directives ("-- autogen: …"), no more and no less.
  std::vector<std::string> statements;
  std::vector<std::string> directives;
};

// What a new script says.
struct ScriptSpec {
  std::string id;                    // see RandomId()
  std::vector<std::string> revises;  // ids; empty: a base
  std::vector<std::string> depends_on;
  std::vector<std::string> labels;
  std::string message;  // one line or several
  absl::Time created;   // written in UTC
  // How the sections were proved: "PostgreSQL 15.20, up, down and up again". The header says it
  // with their checksum (see Script::proved). Empty: not at all.
  std::string proof;
  std::vector<std::string> notes;  // further lines of the header: "proof: none"
  SectionSpec upgrade;
  SectionSpec downgrade;
};

// How and where it is written.
struct ScriptLayout {
  std::string folder;         // must exist
  std::string template_text;  // Mustache; empty: DefaultTemplate()
  std::string template_path;  // for messages
  // Tokens as in config.proto, without ".sql"; may hold "/": subfolders are made. Empty:
  // "%(year)%(month)%(day)_%(hour)%(minute)_%(rev)_%(slug)".
  std::string file_template;
  size_t slug_length = 40;  // bytes
  // What the sections are written in.
  const impact::Dialect* dialect = &impact::DefaultDialect();
};

// 12 hex digits from the system's random source.
std::string RandomId();

// The file's text. Message, labels and notes become comments that can be nothing else. The text is
// parsed again and compared: InvalidArgument names the template where it has an error, loses the
// header or a section, or where it adds a statement or a directive, which nobody proved.
absl::StatusOr<std::string> RenderScript(const ScriptSpec& spec, const ScriptLayout& layout);

// Relative to the layout's folder. InvalidArgument names an unknown token.
absl::StatusOr<std::string> ScriptFileName(const ScriptSpec& spec, const ScriptLayout& layout);

// Writes the script, whole or not at all, and returns its path. AlreadyExists: never overwrites.
absl::StatusOr<std::string> WriteScript(const ScriptSpec& spec, const ScriptLayout& layout);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_WRITE_H_
