// What alembic.ini, pyproject.toml and env.py say of a project of Alembic's, as far as they say it
// literally.
#ifndef AUTOGEN_REVISION_ALEMBIC_SETTINGS_H_
#define AUTOGEN_REVISION_ALEMBIC_SETTINGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace autogen::revision {

struct AlembicSettings {
  std::vector<std::string> version_folders;
  std::string version_table = "alembic_version";
  std::string version_table_schema;  // "": none is named
  std::string file_template;         // with our tokens; "": none is set
  int slug_length = 0;               // 0: none is set
  // "alembic/env.py:12: version_table is computed: …": what nobody can read without running Python.
  std::vector<std::string> unread;
  // One of them is about the version table.
  bool version_table_unread = false;
};

// `path` is Alembic's own folder, its versions folder or the folder of alembic.ini or of a
// pyproject.toml with [tool.alembic], which are looked for there and up to two folders above; the
// INI file comes first. Without one, the scripts are in `path`/versions or `path`.
// NotFound: no such folder. PermissionDenied: alembic.ini names a folder outside of its project.
absl::StatusOr<AlembicSettings> ReadAlembicSettings(const std::string& path);

}  // namespace autogen::revision

#endif  // AUTOGEN_REVISION_ALEMBIC_SETTINGS_H_
