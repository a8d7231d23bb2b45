#include "src/revision/alembic_settings.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "src/revision/ini.h"
#include "src/revision/python.h"

namespace autogen::revision {
namespace {

namespace fs = std::filesystem;

using Files = std::map<std::string, std::string>;

// A folder with files, each with its text.
class Tree {
 public:
  explicit Tree(const Files& files) {
    char path[] = "/tmp/autogen_alembic_XXXXXX";
    REQUIRE(mkdtemp(path) != nullptr);
    path_ = path;
    fs::create_directory(path_ + "/.git");  // the project ends here
    for (const auto& [name, text] : files) {
      fs::create_directories(fs::path(path_ + "/" + name).parent_path());
      std::ofstream(path_ + "/" + name) << text;
    }
  }
  ~Tree() { fs::remove_all(path_); }
  AlembicSettings Read(const std::string& below) const {
    absl::StatusOr<AlembicSettings> settings =
        ReadAlembicSettings(below.empty() ? path_ : absl::StrCat(path_, "/", below));
    REQUIRE_MESSAGE(settings.ok(), settings.status().ToString());
    return *settings;
  }
  // Below the tree.
  std::string Folders(const AlembicSettings& settings) const {
    return absl::StrReplaceAll(absl::StrJoin(settings.version_folders, " "),
                               {{absl::StrCat(path_, "/"), ""}});
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST_CASE("pyproject.toml says what alembic.ini does not") {
  const Tree tree({
      {"pyproject.toml",
       "[project]\nname = \"shop\"  # [tool.alembic]\ndependencies = [\n  \"a]\",\n  'b # "
       "c',\n]\n\n"
       "[tool.black]\nfile_template = \"no\"\n\n[tool.alembic]\n"
       "script_location = \"%(here)s/db/migrations\"\nprepend_sys_path = [\".\"]\n"
       "file_template = '%%(year)d_%%(rev)s'\ntruncate_slug_length = 30\n"
       "version_locations = [  # two\n  \"%(here)s/db/one\",\n  \"%(here)s/db/two words\", \n]\n"
       "history = \"from \\\"toml\\\"\"\nodd = { a = 1, b = [\"}\"] }\nlast = "
       "\"\"\"\nthree\"\"\"\n\n"
       "[[tool.alembic.post_write_hooks]]\nfile_template = \"no\"\n"},
      {"db/migrations/env.py",
       "context.configure(version_table=config.get_alembic_option('history'),\n"
       "    version_table_schema=config.get_main_option('last', 'ops'))\n"},
      {"db/one/a.py", ""},
      {"db/two words/b.py", ""},
  });
  for (const char* folder : {"", "db/migrations"}) {
    CAPTURE(folder);
    const AlembicSettings settings = tree.Read(folder);
    CHECK(settings.version_table == "from \"toml\"");
    CHECK(settings.version_table_schema == "ops");
    CHECK(settings.file_template == "%(year)_%(rev)");
    CHECK(settings.slug_length == 30);
    CHECK(tree.Folders(settings) == "db/one db/two words");
    CHECK(settings.unread.empty());
  }
}

TEST_CASE("alembic.ini comes before pyproject.toml, and what is no text is listed") {
  const Tree tree({
      {"alembic.ini", "[alembic]\nscript_location = %(here)s/ours\n"},
      {"pyproject.toml",
       "[tool.alembic]\nscript_location = \"theirs\"\nversion_table = { name = \"x\" }\n"
       "file_template = \"%%(slug)s\"\n"},
      {"ours/versions/a.py", ""},
  });
  const AlembicSettings settings = tree.Read("");
  CHECK(tree.Folders(settings) == "ours/versions");
  CHECK(settings.file_template == "%(slug)");
  CHECK(settings.version_table_unread);
  REQUIRE(settings.unread.size() == 1);
  CHECK(absl::EndsWith(settings.unread[0],
                       "pyproject.toml:3: version_table is neither a text nor a list of texts"));

  const Tree other({{"pyproject.toml", "[tool.poetry]\nname = \"x\"\n"}, {"versions/a.py", ""}});
  CHECK(other.Folders(other.Read("")) == "versions");
}

TEST_CASE("version table, folders and file names come from alembic.ini and env.py") {
  const Tree tree({
      {"alembic.ini",
       "[alembic]\n# a comment\nscript_location = %(here)s/db/migrations\n"
       "file_template = %%(year)d_%%(month).2d_%%(rev)s-%%(slug)s\ntruncate_slug_length = 25\n"
       "history_table = schema_history\nversion_locations = %(here)s/db/migrations/versions\n"
       "    %(here)s/db/extra\n[loggers]\nfile_template = no\n"},
      {"db/migrations/env.py",
       "from alembic import context\n\nconfig = context.config\nSCHEMA = 'ops'\n\n"
       "def run(connection):\n    \"\"\"context.configure(version_table='in a string')\"\"\"\n"
       "    context.configure(\n        connection=connection,  # version_table='in a comment'\n"
       "        version_table=config.get_main_option(\"history_table\"),\n"
       "        version_table_schema=SCHEMA,\n    )\n"},
      {"db/migrations/versions/a.py", ""},
      {"db/extra/b.py", ""},
  });
  for (const char* folder : {"", "db/migrations"}) {
    CAPTURE(folder);
    const AlembicSettings settings = tree.Read(folder);
    CHECK(settings.version_table == "schema_history");
    CHECK(settings.version_table_schema == "ops");
    CHECK(settings.file_template == "%(year)_%(month)_%(rev)-%(slug)");
    CHECK(settings.slug_length == 25);
    CHECK(tree.Folders(settings) == "db/migrations/versions db/extra");
    CHECK(settings.unread.empty());
  }
  CHECK(tree.Folders(tree.Read("db/extra")) == "db/extra");
}

TEST_CASE("without files that say otherwise Alembic's defaults hold") {
  const Tree tree({{"migrations/versions/a.py", ""}, {"migrations/env.py", "configure()\n"}});
  const AlembicSettings settings = tree.Read("migrations");
  CHECK(settings.version_table == "alembic_version");
  CHECK(settings.version_table_schema == "");
  CHECK(tree.Folders(settings) == "migrations/versions");
  CHECK(settings.unread.empty());
  CHECK(!ReadAlembicSettings(tree.path() + "/none").ok());
}

TEST_CASE("what is not a literal is listed with file and line") {
  struct {
    std::string env;
    const char* unread;  // "" where all is read
    const char* table;
  } rows[] = {
      {"c.configure(version_table='v')", "", "v"},
      {"c.configure(version_table=\n    'v'\n    '2')", "", "v2"},
      {"c.configure(version_table=None)", "", "alembic_version"},
      {"c.configure(version_table=o.get_main_option('x', 'v'))", "", "v"},
      {"c.configure(version_table=o.get_section_option(\"alembic\", \"t\"))", "", "from_ini"},
      {"T = 'v'\nc.configure(version_table=T)", "", "v"},
      {"c.configure(version_table=f'{X}')", ":1: version_table is computed: f'{X}'", nullptr},
      {"\nc.configure(version_table=os.environ['T'])", ":2: version_table is computed: os.environ",
       nullptr},
      {"T = f()\nc.configure(version_table=T)", ":2: version_table is computed: T", nullptr},
      {"if X:\n  T = 'v'\nc.configure(version_table=T)", ":3: version_table is computed", nullptr},
      {"c.configure(version_table=o.get_main_option('missing'))", ":1: version_table is", nullptr},
      {"c.configure(version_table_schema=get_schema())", ":1: version_table_schema is", nullptr},
      {"c.configure(a, **options)", ":1: configure() takes **options", nullptr},
      {"c.configure(version_table='v')\nc.configure(version_table='w')",
       ":2: version_table is another one", nullptr},
      {"other(**options)", "", "alembic_version"},
      {"x = 2 ** 3", "", "alembic_version"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.env);
    const Tree tree({{"alembic.ini", "[alembic]\nscript_location = m\nt = from_ini\n"},
                     {"m/env.py", row.env},
                     {"m/versions/a.py", ""}});
    const AlembicSettings settings = tree.Read("");
    CHECK(settings.version_table_unread == (row.table == nullptr));
    CHECK(settings.unread.size() == (row.table == nullptr ? 1 : 0));
    if (row.table != nullptr) {
      CHECK(settings.version_table == row.table);
    } else {
      CHECK(absl::StrContains(settings.unread[0], absl::StrCat("m/env.py", row.unread)));
    }
  }
}

TEST_CASE("alembic.ini leads to no folder outside of its project") {
  const Tree tree(Files{{"alembic.ini", "[alembic]\nscript_location = ../../etc\n"}});
  CHECK(absl::IsPermissionDenied(ReadAlembicSettings(tree.path()).status()));
  const Tree unknown(Files{{"alembic.ini", "[alembic]\nversion_locations = %(nothing)s/x\n"}});
  const absl::Status status = ReadAlembicSettings(unknown.path()).status();
  CHECK(absl::StrContains(status.message(), "alembic.ini:2: version_locations refers to"));
}

}  // namespace
}  // namespace autogen::revision
