#include "src/postgres/cluster_stamp.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/base/sha256.h"
#include "src/postgres/cluster.h"
#include "tests/support/server.h"

namespace autogen::postgres {
namespace {

namespace fs = std::filesystem;

// A project's folder that the server's account can enter, and a cache folder of our own.
class Place {
 public:
  Place() {
    path_ = "/tmp/autogen-stamp-test-XXXXXX";
    REQUIRE(mkdtemp(path_.data()) != nullptr);
    chmod(path_.c_str(), 0711);
    const char* cache = getenv("AUTOGEN_CACHE_DIR");
    if (cache != nullptr) before_ = cache;
    setenv("AUTOGEN_CACHE_DIR", (path_ + "/cache").c_str(), 1);
  }
  ~Place() {
    before_.empty() ? unsetenv("AUTOGEN_CACHE_DIR")
                    : setenv("AUTOGEN_CACHE_DIR", before_.c_str(), 1);
    fs::remove_all(path_);
  }
  ClusterOptions Options(const std::string& project = "a") const {
    ClusterOptions options;
    options.folder = absl::StrCat(path_, "/", project, "/.autogen");
    options.durable = false;
    return options;
  }
  std::string Data(const std::string& project = "a") const {
    return absl::StrCat(Options(project).folder, "/data");
  }
  std::string Record(const std::string& project = "a") const {
    return absl::StrCat(path_, "/cache/clusters/", Sha256Hex(Data(project)));
  }
  // A cluster that was made and stopped, with a role in it.
  void Make(const std::string& project = "a") const {
    auto cluster = Cluster::Start(Options(project));
    REQUIRE_MESSAGE(cluster.ok(), cluster.status().ToString());
    testing::QueryText((*cluster)->Url("postgres"), "CREATE ROLE kept");
  }

 private:
  std::string path_, before_;
};

std::string Roles(const ClusterOptions& options) {
  auto cluster = Cluster::Start(options);
  if (!cluster.ok()) return cluster.status().ToString();
  return testing::QueryText((*cluster)->Url("postgres"),
                            "SELECT count(*) FROM pg_roles WHERE rolname = 'kept'");
}

void CheckRefused(const ClusterOptions& options) {
  auto cluster = Cluster::Start(options);
  REQUIRE_FALSE(cluster.ok());
  CHECK(cluster.status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK(absl::StrContains(cluster.status().message(), "is not started"));
  CHECK(absl::StrContains(cluster.status().message(), "autogen adopt cluster"));
  CHECK_FALSE(fs::exists(options.folder + "/data/postmaster.pid"));
}

TEST_CASE("a cluster that was made here starts again; its record is the user's alone") {
  Place place;
  place.Make();
  struct stat found;
  REQUIRE(stat(place.Record().c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  CHECK(Roles(place.Options()) == "1");
}

TEST_CASE("a whole cluster that somebody else made is not started, and taken over only by name") {
  Place place;
  place.Make();
  SUBCASE("without a record") { fs::remove(place.Record()); }
  SUBCASE("without a stamp") { fs::remove(place.Data() + "/autogen_stamp"); }
  SUBCASE("with another stamp") {
    const std::string other(64, 'a');
    REQUIRE(WriteFile(place.Data() + "/autogen_stamp", other, Overwrite::kReplace).ok());
  }
  SUBCASE("with an empty stamp and an empty record") {
    REQUIRE(WriteFile(place.Data() + "/autogen_stamp", "", Overwrite::kReplace).ok());
    fs::resize_file(place.Record(), 0);
  }
  SUBCASE("with a stamp that is a link to the record") {
    fs::remove(place.Data() + "/autogen_stamp");
    fs::create_symlink(place.Record(), place.Data() + "/autogen_stamp");
  }
  SUBCASE("with a file of a checkout's") {
    const std::string settings = place.Data() + "/postgresql.auto.conf";
    REQUIRE(WriteFile(settings, "work_mem = '5MB'\n", Overwrite::kReplace).ok());
    chmod(settings.c_str(), 0644);
    if (geteuid() == 0) {
      CHECK_FALSE(Cluster::TakeOver(place.Options()).ok());  // it is root's
      CheckRefused(place.Options());
      struct stat data;
      REQUIRE(stat(place.Data().c_str(), &data) == 0);
      REQUIRE(lchown(settings.c_str(), data.st_uid, data.st_gid) == 0);
    }
  }
  CheckRefused(place.Options());
  auto taken = Cluster::TakeOver(place.Options());
  REQUIRE_MESSAGE(taken.ok(), taken.status().ToString());
  CHECK(*taken == place.Data());
  CHECK(Roles(place.Options()) == "1");
}

TEST_CASE("a cluster in another place is another one") {
  Place place;
  place.Make("a");
  place.Make("b");
  fs::rename(place.Data("a"), place.Data("b") + ".moved");
  fs::rename(place.Data("b"), place.Data("a"));
  CheckRefused(place.Options("a"));
  fs::rename(place.Data("a"), place.Data("b"));
  CHECK(Roles(place.Options("b")) == "1");
}

TEST_CASE("what an interrupted initdb left, or a repository brought under its name, is not used") {
  Place place;
  const std::string outside = place.Options("outside").folder;
  fs::create_directories(outside);
  REQUIRE(WriteFile(outside + "/kept", "kept", Overwrite::kReplace).ok());
  fs::create_directories(place.Options().folder);
  SUBCASE("a link") { fs::create_symlink(outside, place.Data() + ".new"); }
  SUBCASE("a folder") {
    fs::create_directory(place.Data() + ".new");
    fs::create_symlink(outside, place.Data() + ".new/base");
    fs::create_directory(place.Data() + ".new-0123");
  }
  SUBCASE("a file") { REQUIRE(WriteFile(place.Data() + ".new", "", Overwrite::kReplace).ok()); }
  SUBCASE("an empty data folder") { fs::create_directory(place.Data()); }
  CHECK(Roles(place.Options()) == "0");
  CHECK(ReadFile(outside + "/kept").value_or("gone") == "kept");
  for (const fs::directory_entry& entry : fs::directory_iterator(place.Options().folder)) {
    CHECK_FALSE(absl::StrContains(entry.path().string(), "data.new"));
  }
}

TEST_CASE("a folder without a cluster cannot be taken over") {
  Place place;
  CHECK_FALSE(Cluster::TakeOver(place.Options()).ok());
  fs::create_directories(place.Data());
  CHECK_FALSE(Cluster::TakeOver(place.Options()).ok());
  CHECK_FALSE(fs::exists(place.Record()));
}

}  // namespace
}  // namespace autogen::postgres
