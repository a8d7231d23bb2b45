// The seam between the generate stage and an engine: how a database is read, how both sides are
// canonicalised, how a plan becomes statements, and how these are tried. The pipeline
// gets one with its settings and asks no further which it is.
#ifndef AUTOGEN_GENERATE_ENGINE_H_
#define AUTOGEN_GENERATE_ENGINE_H_

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "autogen/schema.pb.h"
#include "src/diff/diff.h"
#include "src/impact/dialect.h"
#include "src/introspect/introspect.h"
#include "src/model/snapshot.h"
#include "src/render/render.h"
#include "src/revision/write.h"
#include "src/rows/migration.h"
#include "src/scratch/canonical.h"
#include "src/scratch/prove.h"
#include "src/scratch/replay.h"
#include "src/scratch/server.h"

namespace autogen::generate {

struct Comparison;
struct FirstSteps;
struct Pair;
struct Settings;
struct Source;

// What an engine needs for one pipeline: its functions share what they build, which lives as long
// as one of them.
struct Workbench {
  // A database, read by a caller that has yet to find out which schemas to read: the server works
  // meanwhile. Of `options`, include and exclude count for `finish` alone.
  struct Reading {
    int server_version = 0;
    std::function<absl::StatusOr<model::Snapshot>(const introspect::Options&)> finish;
    // Once it is finished. An error with a finding at each value of the model, of those files, that
    // this database cannot hold.
    std::function<absl::Status(const Schema& model, const std::vector<std::string>& paths)>
        check_model;
  };
  std::function<absl::StatusOr<Reading>(const std::string& url, const introspect::Options&)> begin;
  // The names of a database's schemas; those of the server itself left out.
  std::function<absl::StatusOr<std::vector<std::string>>(const std::string& url)> schemas;
  // Any source but a model and "empty".
  std::function<absl::StatusOr<model::Snapshot>(const Source&, const introspect::Options&)> read;

  // The sides of a pair that are models, and the paths of their files; else null.
  using Models = std::array<std::shared_ptr<const Schema>, 2>;
  using Paths = std::array<const std::vector<std::string>*, 2>;
  // The canonical form of a model, where it is cached.
  std::function<std::optional<model::Snapshot>(const Schema& model, int server_version)> cached;
  struct Canonicalisation {
    Models models;
    Paths paths;
    std::array<std::set<std::string>, 2> schemas;  // those of each model that are compared
    scratch::CanonicalOptions options;             // but for `current`: the other side
  };
  // Canonicalises the models among the sides.
  std::function<absl::Status(const Canonicalisation&, Pair*)> canonicalise;
  // Of two sides that were both read: texts of two forms with one meaning become the same.
  std::function<void(Pair*, const scratch::CanonicalOptions&)> align;
  // Compare() of what `before` is after steps that come before all else, with these in front of it.
  std::function<absl::StatusOr<Comparison>(FirstSteps, const model::Snapshot& before,
                                           model::Snapshot after, const Settings&,
                                           const introspect::Options&)>
      compare_after;
  // Called for each source once both were read: notes what the one needs and the other lacks.
  std::function<absl::Status(const Source&)> note_missing;

  std::function<absl::StatusOr<scratch::Proof>(const scratch::ProofRequest&)> prove;
  std::function<absl::StatusOr<scratch::Verification>(const scratch::VerifyRequest&)> verify;
  // Where it was tried, and what the user should know about that.
  std::function<std::string()> place;
  std::function<std::vector<std::string>()> notes;
  std::function<void(const std::string&)> add_note;
};

struct Engine {
  EngineName name = ENGINE_UNSPECIFIED;
  // A text that names one of its databases, and what such a text begins with.
  bool (*takes)(absl::string_view url) = nullptr;
  absl::string_view scheme;

  const impact::Dialect& (*dialect)() = nullptr;
  const diff::Rules& (*rules)() = nullptr;
  // Adds to a model what a database of that version says without being asked.
  void (*expand)(Schema* model, int server_version) = nullptr;
  // FailedPrecondition: what was built with major version `built` cannot tell how `target` differs.
  absl::Status (*check_versions)(const diff::Plan& plan, int target, int built) = nullptr;
  absl::StatusOr<std::vector<render::Statement>> (*render)(
      const diff::Plan& plan, const render::Options& options) = nullptr;
  // Finds what the statements do, and then what they do to rows.
  void (*annotate)(const diff::Plan& plan, std::vector<render::Statement>* statements) = nullptr;
  // Statements as they stand in a script, and printed for the engine's own shell.
  revision::SectionSpec (*section)(const std::vector<render::Statement>& statements) = nullptr;
  absl::StatusOr<std::string> (*print)(const std::vector<render::Statement>& statements) = nullptr;
  void (*describe_rows)(rows::Migration* migration) = nullptr;
  // Of a version as people write it, as in Snapshot::server_version; 0 where it is none: "15",
  // "3.53.1".
  int (*parse_version)(absl::string_view text) = nullptr;
  // "PostgreSQL 15.20"
  std::string (*version)(int server_version) = nullptr;
  // Says above statements where values should be filled in beforehand, in batches; may be null.
  void (*place_backfills)(rows::Migration* migration) = nullptr;
  // `untested_version`: reads databases of versions that nobody has tried, too.
  Workbench (*open)(scratch::Options options, bool untested_version) = nullptr;
};

// engines.cc, where a further engine is added.

// nullptr: `text` names no database of any engine.
const Engine* FindEngine(absl::string_view text);
// Of a project that names no database.
const Engine& DefaultEngine();

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_ENGINE_H_
