// The generate stage: two sources read, canonicalised where they must be, compared and
// proved.
#ifndef AUTOGEN_GENERATE_PIPELINE_H_
#define AUTOGEN_GENERATE_PIPELINE_H_

#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "src/generate/compare.h"
#include "src/generate/engine.h"
#include "src/generate/outside.h"
#include "src/generate/reduce.h"
#include "src/generate/source.h"
#include "src/scratch/canonical.h"
#include "src/scratch/prove.h"

namespace autogen::generate {

// Both sides of a comparison.
struct Pair {
  model::Snapshot before;
  model::Snapshot after;
  // The `after` side as it was written, where it is a model: it still has the hints.
  std::shared_ptr<const Schema> wanted;
  // Found equal as written, or in the model's cached canonical form: nothing was built.
  bool equal = false;
  // Where the two are not the same: the target's major version, and that whose programs built both
  // sides. Else 0.
  int target = 0, built_as = 0;
};

class Pipeline {
 public:
  Pipeline(Settings settings, scratch::Options scratch)
      : settings_(std::move(settings)),
        bench_(engine().open(std::move(scratch), settings_.untested_version)) {
    declared_outside_.schema = all_outside_.schema = std::make_shared<Schema>();
  }

  // Reads both. A model is canonicalised in a scratch database only where it differs from the other
  // side as written and in its cached canonical form.
  // Without `dependencies` the result is good for telling differences, not for ordering statements.
  absl::StatusOr<Pair> Read(const Source& before, const Source& after, bool dependencies);

  // Of two sides that were both read from databases: texts of two forms with one meaning
  // becomes the same. Read has done it.
  void AlignTexts(Pair* pair);

  // The plan and the statements, with the renames that the wanted model declares.
  // FailedPrecondition where the version that both sides were built with cannot tell whether they
  // differ (see other_version.h).
  absl::StatusOr<Comparison> Compare(Pair pair);

  // Tries the statements of a comparison in a scratch database.
  absl::StatusOr<scratch::Proof> Prove(const Pair& pair, const Comparison& comparison);

  // The smallest sides of `pair` whose proof fails as `difference` of its own proof says, as far as
  // half a minute of trials finds them.
  Sides SmallestFault(const Pair& pair, const std::string& difference);

  const Workbench& bench() const { return bench_; }

 private:
  // What to compare with a database: the model's cached canonical form, else the model as written.
  struct Ready {
    bool remembered = false;
    std::shared_ptr<Schema> schema;
  };

  absl::StatusOr<Comparison> CompareSides(Pair pair);
  // A fault of ours, with the smallest sides of `pair` that show it.
  absl::Status WithReport(const absl::Status& fault, const Pair& pair);
  absl::StatusOr<model::Snapshot> ReadSide(const Source& source,
                                           const introspect::Options& options);
  // Both sides at once: the server answers while the model is read and expanded, and its canonical
  // form is looked for.
  absl::StatusOr<std::future<Ready>> ReadTogether(const Source& database, const Source& model,
                                                  bool dependencies, Pair* pair);
  // One after the other: sides that are not a database and a model.
  absl::Status ReadApart(const Source& before, const Source& after, bool dependencies, Pair* pair);
  Ready Recall(std::shared_ptr<Schema> model, const std::set<std::string>& schemas,
               int server_version) const;
  void AddScope(const Schema& model);
  introspect::Options IntrospectOptions(bool dependencies) const;
  // Lets a model declare all its managed schemas, also those that it names only in passing, and say
  // in full what it says in short, as a server of that version has it. Not copied: a large model is
  // most of the memory of a check.
  absl::Status Expand(Schema* model, int server_version) const;
  // Canonicalises the models among the sides, in a scratch database or from the cache.
  absl::Status CanonicaliseModels(const Workbench::Models& models, const Workbench::Paths& paths,
                                  int version, Pair* pair);

  // Which schemas are managed; decided once the models are read.
  bool IsRestricted() const;
  // The models alone say it: a schema that they do not name may have been forgotten.
  bool NamesOthers() const { return settings_.include.empty(); }
  absl::StatusOr<Manages> ManagedSchemas() const;
  // What SchemasOf() says, as far as it is managed.
  absl::StatusOr<std::set<std::string>> ManagedSchemasOf(const Schema& model) const;
  // Takes out of a model what lies in schemas that are not managed: it is known, not compared.
  absl::Status TakeOutside(model::Snapshot* side);
  // Takes extensions that are nobody's business out of both sides.
  absl::Status LeaveExtensions(Pair* pair);
  // Reads what lies outside, once, and gives both sides what they need of it.
  absl::Status ReadOutside(const Source& before, const Source& after, Pair* pair);
  // With the schemas that are not managed; nothing of one that has none of them.
  absl::StatusOr<model::Snapshot> ReadWhole(const Source& source);
  absl::StatusOr<bool> HasUnmanagedSchemas(const std::string& url) const;
  scratch::CanonicalOptions CanonicalOptionsFor(int server_version) const;

  const Engine& engine() const { return *settings_.engine; }

  Settings settings_;
  Workbench bench_;
  model::Outside declared_outside_;  // by models
  model::Outside all_outside_;
  std::shared_ptr<const model::Outside> outside_;  // what the sides need; null: nothing
  std::vector<std::string> outside_extensions_;
  std::set<std::string> scope_;  // of the models; empty where there is none
};

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_PIPELINE_H_
