// Changing relations that are in use without blocking who uses them. What takes long stands before
// or behind the rest of a script, in steps that are committed one by one; what is in the middle
// takes short locks. Sources: PostgreSQL's manual, "Building Indexes Concurrently" and the notes of
// ALTER TABLE.
#ifndef AUTOGEN_RENDER_ONLINE_H_
#define AUTOGEN_RENDER_ONLINE_H_

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "autogen/table.pb.h"
#include "src/diff/plan.h"
#include "src/model/object_id.h"
#include "src/render/render.h"

namespace autogen::render {

// Which operations of a plan have an online way. Internal to src/render.
class Online {
 public:
  Online(const diff::Plan& plan, const Options& options);

  // The relation is there before the plan and after it, and is to be changed online.
  bool Covers(absl::string_view schema, absl::string_view relation) const;
  // The relation around the operation's object.
  bool Covers(const diff::Operation& op) const { return Covers(op.id.schema, op.id.parent); }
  // As Covers(), also where the relation gets other parents.
  bool IsInUse(absl::string_view schema, absl::string_view relation) const;

  bool Drops(const model::ObjectId& id) const { return drops_.count(id) > 0; }
  // An index that the plan drops and creates again, for its own sake alone: where the new one is
  // built before the old one goes. Nothing: it is dropped and created where the plan does it.
  std::optional<Place> PlaceOfReplacement(const model::ObjectId& index) const;
  // An index over these columns can be built before everything else: they are there, and the plan
  // leaves them alone.
  bool CanBuildFirst(const model::ObjectId& key, const std::vector<std::string>& columns) const;
  // Nothing that the plan makes needs the new index, so that it can be built last.
  bool CanBuildLast(const model::ObjectId& index) const;
  // An index that is dropped can go last (nothing that the plan does takes it along or needs its
  // name), first (nothing depends on it), or else in its place.
  Place PlaceOfDrop(const Index& before, const model::ObjectId& index) const;
  // No relation of the schema has the object's name yet.
  bool IsFree(const model::ObjectId& id) const { return before_.count({id.schema, id.name}) == 0; }
  // A name that no relation of the schema has on either side: "tasks_pkey_new".
  std::string FreeName(const model::ObjectId& id, absl::string_view suffix) const;

 private:
  // The plan drops what the index needs, or changes the values of a column that it names.
  bool IsTouched(const Index& index, const model::ObjectId& id) const;

  const diff::Plan& plan_;
  std::set<std::pair<std::string, std::string>> covered_, in_use_;
  std::set<model::ObjectId> makes_, drops_;
  std::set<model::ObjectId> rebuilt_;  // for another object's sake
  bool drops_extension_ = false;
  std::set<model::ObjectId> columns_;  // that are dropped, renamed, or get other values
  // The names of relations and indexes, by schema.
  std::set<std::pair<std::string, std::string>> before_, after_;
};

// Puts what comes first and last in its place, and says where a step begins and why. In the middle
// no step keeps a lock of another relation beside that of one which is changed online, but where
// something is dropped until another one has changed, or `together`.
std::vector<Statement> InSteps(const diff::Plan& plan, const Online& online, bool together,
                               std::vector<Statement> statements);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_ONLINE_H_
