#include "src/revision/alembic_settings.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"
#include "src/base/file.h"
#include "src/base/project_root.h"
#include "src/base/status.h"
#include "src/revision/ini.h"
#include "src/revision/python.h"
#include "src/revision/toml.h"

namespace autogen::revision {
namespace {

namespace fs = std::filesystem;

std::string Clean(const fs::path& path) {
  const std::string text = path.lexically_normal().string();
  return text.size() > 1 && text.back() == '/' ? text.substr(0, text.size() - 1) : text;
}

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  absl::StatusOr<AlembicSettings> Read() {
    std::error_code error;
    if (!fs::is_directory(path_, error)) {
      return absl::NotFoundError(absl::StrCat("there is no folder ", path_));
    }
    RETURN_IF_ERROR(FindFiles());
    ReadOptions();
    RETURN_IF_ERROR(FindFolders());
    RETURN_IF_ERROR(ReadEnv());
    return std::move(settings_);
  }

 private:
  // alembic.ini and pyproject.toml of the first folder that has one of them, with settings for
  // Alembic. What both say, the INI file decides.
  absl::Status FindFiles() {
    fs::path folder = path_;
    for (int i = 0; i < 3 && ini_path_.empty(); ++i, folder /= "..") {
      for (const char* name : {"pyproject.toml", "alembic.ini"}) {
        const std::string path = Clean(folder / name);
        if (!fs::exists(path)) continue;
        ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
        std::map<std::string, IniValue> values;
        if (fs::path(name).extension() == ".toml") {
          std::optional<std::map<std::string, IniValue>> table =
              ReadTomlTable(text, "tool.alembic");
          if (!table.has_value()) continue;
          values = *std::move(table);
          for (auto& [key, value] : values) value.path = path;
        } else {
          values = ReadIniSection(text, "alembic");
        }
        for (auto& [key, value] : values) ini_[key] = std::move(value);
        ini_path_ = path;
      }
    }
    const std::string parent = fs::path(ini_path_).parent_path().string();
    if (!parent.empty()) here_ = parent;
    return absl::OkStatus();
  }

  void Unread(const std::string& file, int line, absl::string_view what) {
    settings_.version_table_unread |= absl::StrContains(what, "version_table");
    settings_.unread.push_back(absl::StrCat(file, ":", line, ": ", what));
  }

  void UnreadKey(const std::string& key, absl::string_view what) {
    const IniValue& value = ini_[key];
    Unread(value.path.empty() ? ini_path_ : value.path, value.line, absl::StrCat(key, " ", what));
  }

  // The value with %(here)s and %(key)s put in and %% as one; nothing where that cannot be.
  std::optional<std::string> Value(const std::string& key, int depth = 0) {
    const auto found = ini_.find(key);
    if (found == ini_.end()) return std::nullopt;
    if (found->second.unread) {
      UnreadKey(key, "is neither a text nor a list of texts");
      return std::nullopt;
    }
    absl::string_view rest = found->second.text;
    std::string out;
    while (!rest.empty()) {
      const size_t percent = std::min(rest.find('%'), rest.size());
      absl::StrAppend(&out, rest.substr(0, percent));
      rest.remove_prefix(percent);
      if (rest.empty()) break;
      if (absl::ConsumePrefix(&rest, "%%")) {
        out += '%';
        continue;
      }
      const size_t end = rest.find(")s");
      std::optional<std::string> inner;
      if (absl::ConsumePrefix(&rest, "%(") && end != absl::string_view::npos && depth < 8) {
        const std::string name = absl::AsciiStrToLower(rest.substr(0, end - 2));
        inner = name == "here" ? here_ : Value(name, depth + 1);
        rest.remove_prefix(end);
      }
      if (!inner.has_value()) {
        UnreadKey(key, "refers to a value that is not in the file");
        return std::nullopt;
      }
      absl::StrAppend(&out, *inner);
    }
    return out;
  }

  void ReadOptions() {
    if (const auto table = Value("version_table")) settings_.version_table = *table;
    if (const auto schema = Value("version_table_schema")) settings_.version_table_schema = *schema;
    if (const auto slug = Value("truncate_slug_length")) {
      if (!absl::SimpleAtoi(*slug, &settings_.slug_length)) {
        UnreadKey("truncate_slug_length", "is no number");
      }
    }
    if (const auto names = Value("file_template")) ReadFileTemplate(*names);
  }

  // Alembic's "%(year)d_%(rev)s" with our tokens: "%(year)_%(rev)".
  void ReadFileTemplate(std::string names) {
    static const RE2 kToken(R"(%\((\w+)\)[0-9.]*[ds])");
    static const std::set<std::string> kTokens = {"year",   "month", "day", "hour", "minute",
                                                  "second", "epoch", "rev", "slug"};
    re2::StringPiece rest(names);
    std::string token;
    while (RE2::FindAndConsume(&rest, kToken, &token)) {
      if (kTokens.count(token) > 0) continue;
      UnreadKey("file_template", absl::StrCat("has %(", token, "), which autogen has not"));
      return;
    }
    RE2::GlobalReplace(&names, kToken, R"(%(\1))");
    settings_.file_template = names;
  }

  // Where Alembic looks for scripts: relative names start in the folder where it is run, which is
  // that of alembic.ini.
  absl::Status FindFolders() {
    const std::optional<std::string> location = Value("script_location");
    script_location_ = location.has_value() ? InProject(*location) : Clean(path_);
    const std::optional<std::string> locations = Value("version_locations");
    if (fs::path(path_).lexically_normal() != fs::path(here_).lexically_normal() &&
        Clean(path_) != script_location_) {
      settings_.version_folders.push_back(path_);  // it was named
    } else if (locations.has_value()) {
      for (const std::string& folder : SplitLocations(*locations)) {
        settings_.version_folders.push_back(InProject(folder));
      }
      if (settings_.version_folders.empty()) {
        UnreadKey("version_locations", "names no folder");
      }
    } else if (ini_.count("version_locations") == 0) {
      const std::string versions = Clean(fs::path(script_location_) / "versions");
      settings_.version_folders.push_back(fs::is_directory(versions) ? versions : path_);
    }
    if (settings_.version_folders.empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat("nothing was adopted: ", settings_.unread.back(),
                       ". Give the folder of the scripts: autogen adopt alembic FOLDER"));
    }
    for (const std::string& folder : settings_.version_folders) {
      if (!ini_path_.empty()) RETURN_IF_ERROR(CheckBelow(ProjectRoot(here_), folder));
    }
    return ini_path_.empty() ? absl::OkStatus() : CheckBelow(ProjectRoot(here_), script_location_);
  }

  std::string InProject(const std::string& name) const {
    return fs::path(name).is_absolute() ? Clean(name) : Clean(fs::path(here_) / NotTwice(name));
  }

  // %(here)s has put here_ in front already.
  std::string NotTwice(const std::string& name) const {
    absl::string_view rest = name;
    if (here_ != "." && absl::ConsumePrefix(&rest, absl::StrCat(here_, "/"))) {
      return std::string(rest);
    }
    return name;
  }

  std::vector<std::string> SplitLocations(const std::string& value) {
    std::string separator = Value("path_separator").value_or("");
    if (separator.empty()) separator = Value("version_path_separator").value_or("");
    const char* by = ini_["version_locations"].list ? "\n"
                     : separator == "os"            ? ":"
                     : separator == "space"         ? " "
                     : separator == "newline"       ? "\n"
                     : separator.size() == 1        ? separator.c_str()
                                                    : ", \n";
    std::vector<std::string> folders;
    for (absl::string_view folder : absl::StrSplit(value, absl::ByAnyChar(by))) {
      folder = absl::StripAsciiWhitespace(folder);
      if (!folder.empty()) folders.emplace_back(folder);
    }
    return folders;
  }

  // version_table and version_table_schema as env.py hands them to context.configure().
  absl::Status ReadEnv() {
    const std::string path = Clean(fs::path(script_location_) / "env.py");
    if (!fs::exists(path)) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::string text, ReadTextFile(path));
    const std::vector<PythonArgument> arguments =
        FindArguments(text, {"version_table", "version_table_schema", "**"});
    std::map<std::string, std::string> seen;
    for (const PythonArgument& argument : arguments) {
      if (argument.name == "**") {
        if (argument.function == "configure") {
          Unread(path, argument.line,
                 absl::StrCat("configure() takes **", argument.value,
                              ", which may hold version_table"));
        }
        continue;
      }
      const std::optional<std::string> value = Evaluate(text, argument.value);
      if (!value.has_value()) {
        Unread(path, argument.line, absl::StrCat(argument.name, " is computed: ", argument.value));
        continue;
      }
      const auto [first, news] = seen.emplace(argument.name, *value);
      if (!news && first->second != *value) {
        Unread(path, argument.line,
               absl::StrCat(argument.name, " is another one than above: ", argument.value));
      }
      (argument.name == "version_table" ? settings_.version_table
                                        : settings_.version_table_schema) = *value;
    }
    return absl::OkStatus();
  }

  // A literal, a name that is assigned one, or an option of alembic.ini.
  std::optional<std::string> Evaluate(const std::string& module, const std::string& expression) {
    static const RE2 kOption(
        R"re(\w+\.(?:get_main_option\(|(get_alembic_option)\(|get_section_option\(\s*(?:"alembic"|'alembic'|\w+\.config_ini_section)\s*,)\s*["'](\w+)["']\s*(?:,\s*(?s)(.+?))?\s*,?\s*\))re");
    static const RE2 kName(R"([A-Za-z_]\w*)");
    if (const auto value = Literal(absl::StrCat("x = (", expression, ")"), "x")) return value;
    std::string both, option, fallback;
    if (RE2::FullMatch(expression, kOption, &both, &option, &fallback)) {
      // The others read alembic.ini alone.
      const auto found = ini_.find(option);
      if (found != ini_.end() && (found->second.path.empty() || !both.empty())) {
        return Value(option);
      }
      return fallback.empty() ? std::nullopt : Literal(absl::StrCat("x = (", fallback, ")"), "x");
    }
    return RE2::FullMatch(expression, kName) ? Literal(module, expression) : std::nullopt;
  }

  static std::optional<std::string> Literal(const std::string& module, const std::string& name) {
    absl::StatusOr<PythonModule> read = ReadPython(module, {name});
    if (!read.ok()) return std::nullopt;
    const auto found = read->values.find(name);
    if (found == read->values.end() || found->second.size() > 1) return std::nullopt;
    return found->second.empty() ? "" : found->second[0];
  }

  const std::string path_;
  std::string ini_path_, here_ = ".", script_location_;
  std::map<std::string, IniValue> ini_;
  AlembicSettings settings_;
};

}  // namespace

absl::StatusOr<AlembicSettings> ReadAlembicSettings(const std::string& path) {
  ASSIGN_OR_RETURN(AlembicSettings settings, Reader(path).Read());
  // None and "" mean the default.
  if (settings.version_table.empty()) settings.version_table = AlembicSettings().version_table;
  return settings;
}

}  // namespace autogen::revision
