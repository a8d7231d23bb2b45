#include "src/deploy/targets.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/postgres/url.h"
#include "src/project/text_proto.h"
#include "src/project/urls.h"

namespace autogen::deploy {
namespace {

absl::Status AddFromQuery(project::Project& project, const std::string& path, Targets& targets) {
  if (targets.query().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(postgres::Connection connection, project.Connect("the query of a targets file"));
  absl::StatusOr<postgres::Result> result = connection.Exec(targets.query());
  if (!result.ok()) return Annotate(result.status(), absl::StrCat(path, ": query"));
  const int name = result->Column("name");
  const int url = result->Column("url");
  const int database = result->Column("database");
  const int schema = result->Column("schema");
  if (url < 0 && database < 0 && schema < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": the query must return a column called database, schema or url"));
  }
  for (int row = 0; row < result->rows(); ++row) {
    auto text = [&](int column) {
      return column < 0 ? std::string() : std::string(result->Text(row, column));
    };
    Targets::Target& target = *targets.add_target();
    target.set_name(text(name));
    target.set_url(text(url));
    target.set_database(text(database));
    target.set_schema(text(schema));
  }
  return absl::OkStatus();
}

// A target for each file that a pattern stands for.
absl::Status SplitPatterns(const project::Project& project, const std::string& path,
                           Targets& targets) {
  Targets split;
  for (Targets::Target& target : *targets.mutable_target()) {
    if (!project::NamesFile(target.url())) {
      split.add_target()->Swap(&target);
      continue;
    }
    const std::string where = absl::StrCat(project::PlaceOf(path, target.url()), ": target");
    ASSIGN_OR_RETURN(const std::vector<std::string> urls, project.ResolveAll(target.url(), where));
    for (const std::string& url : urls) {
      Targets::Target& one = *split.add_target();
      one = target;
      if (urls.size() == 1) continue;
      one.set_url(url);
      const std::string file = project::ShownTarget(url);
      one.set_name(target.name().empty() ? file : absl::StrCat(target.name(), " ", file));
    }
  }
  targets.mutable_target()->Swap(split.mutable_target());
  return absl::OkStatus();
}

std::string DefaultName(const Targets::Target& target) {
  if (target.database().empty() && target.schema().empty()) {
    return project::NamesFile(target.url()) ? project::ShownTarget(target.url())
                                            : postgres::Shown(target.url());
  }
  return absl::StrCat(target.database(),
                      target.database().empty() || target.schema().empty() ? "" : "/",
                      target.schema());
}

}  // namespace

absl::StatusOr<std::vector<RunTarget>> ReadTargets(project::Project& project,
                                                   const std::string& path,
                                                   const std::string& direct_url) {
  Targets targets;
  RETURN_IF_ERROR(project::ReadTextProto(path, &targets));
  RETURN_IF_ERROR(AddFromQuery(project, path, targets));
  RETURN_IF_ERROR(SplitPatterns(project, path, targets));
  std::vector<RunTarget> out;
  std::set<std::string> names;
  std::set<std::pair<std::string, std::string>> places;
  for (const Targets::Target& target : targets.target()) {
    if (target.url().empty() && target.database().empty() && target.schema().empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": target ", out.size() + 1,
                       " has no database, schema or url: give it one of them"));
    }
    RunTarget one;
    one.name = target.name().empty() ? DefaultName(target) : target.name();
    if (target.url().empty()) {
      ASSIGN_OR_RETURN(one.url, project.Url());
    } else {
      ASSIGN_OR_RETURN(
          one.url, project.Resolve(target.url(), absl::StrCat(project::PlaceOf(path, target.url()),
                                                              ": target ", one.name)));
      if (one.url == "embedded") {
        ASSIGN_OR_RETURN(one.url, project.Embedded());
      }
    }
    if (!target.direct_url().empty()) {
      ASSIGN_OR_RETURN(one.direct_url,
                       project.Resolve(target.direct_url(),
                                       absl::StrCat(project::PlaceOf(path, target.direct_url()),
                                                    ": target ", one.name, ": direct_url")));
    } else if (target.url().empty()) {
      one.direct_url = direct_url;
    }
    if (!target.database().empty()) {
      ASSIGN_OR_RETURN(one.url, postgres::WithDatabase(one.url, target.database()));
      if (!one.direct_url.empty()) {
        ASSIGN_OR_RETURN(one.direct_url, postgres::WithDatabase(one.direct_url, target.database()));
      }
    }
    one.schema = target.schema();
    if (!one.schema.empty()) {
      one.search_path = {one.schema};
      for (const std::string& shared : targets.shared_schema()) one.search_path.push_back(shared);
    }
    // The same database twice would run, the second one with nothing to do, but it is a mistake.
    if (!names.insert(one.name).second || !places.emplace(one.url, one.schema).second) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": ", one.name, " is listed twice"));
    }
    out.push_back(std::move(one));
  }
  if (out.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(path, " lists no database"));
  }
  project.Announce(absl::StrCat(Count(out.size(), "target"), " of ", path));
  return out;
}

}  // namespace autogen::deploy
