// What each kind's render file provides, and the pieces that they share.
#ifndef AUTOGEN_RENDER_KIND_H_
#define AUTOGEN_RENDER_KIND_H_

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "autogen/table.pb.h"
#include "src/diff/plan.h"
#include "src/model/catalog.h"
#include "src/render/grant_levels.h"
#include "src/render/online.h"
#include "src/render/render.h"

namespace autogen::render {

// Where statements are added, and what a render function may read.
class Context {
 public:
  Context(const diff::Plan& plan, const Options& options);

  // A statement that needs no word.
  void Add(std::string sql);
  // One with its purpose: "add column" (see Statement::Purpose). What it does is found later, by
  // Annotate().
  void Add(const diff::Operation& op, std::string sql, absl::string_view what,
           absl::string_view kept = "");
  void Add(const model::ObjectId& id, std::string sql, absl::string_view what);

  // The object around a nested one, on the side that exists when the operation runs (after for
  // create and alter, before for drop). nullptr where the plan's catalogs do not have it.
  const google::protobuf::Message* Parent(const diff::Operation& op) const;
  // Alter: `field` is among the changed ones. False for every other action.
  bool Changed(const diff::Operation& op, absl::string_view field) const;
  // This plan creates the relation (`schema`, `name`): nobody waits for its locks, and it has no
  // rows.
  bool IsNew(absl::string_view schema, absl::string_view name) const;
  // IsNew() of the operation's relation: of the object itself, or of the one around it.
  bool IsNew(const diff::Operation& op) const;
  // The table becomes a partition in a later statement of this plan, which attaches its indexes.
  bool IsAttached(absl::string_view schema, absl::string_view table) const;
  // That statement is written: what comes from now on attaches itself.
  void Attached(const std::string& schema, const std::string& table) {
    attached_.erase({schema, table});
  }
  // A later operation of this plan creates the index or key.
  bool IsYetToBeMade(const std::string& schema, const std::string& table,
                     const std::string& key) const {
    return keys_to_make_.contains({schema, table, key});
  }
  void Made(const diff::Operation& op) {  // or about to be
    keys_to_make_.erase({op.id.schema, op.id.parent, op.id.name});
  }
  // The message of a table in the after-catalog (then the before-catalog), or nullptr.
  const google::protobuf::Message* FindRelation(absl::string_view schema,
                                                absl::string_view name) const;
  // A NOT NULL constraint elsewhere in that schema has that name (PostgreSQL 18): the server would
  // choose another one.
  bool NotNullNameTaken(const std::string& schema, const std::string& name) const {
    return not_null_names_.contains(std::pair<std::string, std::string>(schema, name));
  }
  // The statements from `first` on stand in another place, the first of them in a step of its own.
  void Move(size_t first, Place place, absl::string_view step = "") {
    for (size_t i = first; i < statements.size(); ++i) statements[i].place = place;
    if (first < statements.size()) statements[first].step = std::string(step);
  }
  // Those of the middle.
  void MoveMain(size_t first, Place place) {
    for (size_t i = first; i < statements.size(); ++i) {
      if (statements[i].place == Place::kMain) statements[i].place = place;
    }
  }
  bool AtLeast(int major) const { return options.server_version >= major * 10000; }

  const diff::Plan& plan;
  const Options& options;
  const Online online;
  std::vector<Statement> statements;
  // The operation at hand has a statement in the middle of the script that runs outside a
  // transaction.
  bool runs_alone = false;
  // The rows of tables that are recreated (keep_rows.cc).
  struct Rows {
    std::set<model::ObjectId> saved;
    // Partitioned tables by the operation that makes the last partition.
    std::map<size_t, std::vector<model::ObjectId>> waiting;
    // Triggers of those and of their partitions, which must not fire for what is restored.
    std::map<model::ObjectId, std::vector<const diff::Operation*>> held;
  };
  Rows rows;
  PrivilegeState privileges;

 private:
  absl::flat_hash_set<std::pair<std::string, std::string>> new_relations_;
  absl::flat_hash_set<std::pair<std::string, std::string>> attached_;
  // Apart from their tables: schema, table, name.
  absl::flat_hash_set<std::tuple<std::string, std::string, std::string>> keys_to_make_;
  absl::flat_hash_set<std::pair<std::string, std::string>> not_null_names_;  // explicit ones
};

using RenderFunction = absl::Status (*)(const diff::Operation&, Context&);
struct KindRenderer {
  RenderFunction create = nullptr;
  RenderFunction drop = nullptr;  // DropObject where DROP <keyword> <name> is all
  // Everything but comment, owner, grants, labels: those are generic. null: nothing else can be
  // altered.
  RenderFunction alter = nullptr;
  RenderFunction rename = nullptr;  // null: RenameObject
  // After a create and after its folded children: what needs them (a table's replica identity).
  RenderFunction finish = nullptr;
  // After an alter and after RenderCommon: what the owner's privileges count for.
  RenderFunction finish_alter = nullptr;
};

// One function a kind, each in its own file (see renderers.h); the switch has no default.
KindRenderer RendererFor(Kind kind);

// Calls the kind's renderer for the action, then RenderCommon, then the folded children. Names are
// taken from op.id (and the signature's types from the message), never from the message's name and
// schema fields.
absl::Status RenderOperation(const diff::Operation& op, Context& context);

// An alter changes more than what RenderCommon and RenderPrivileges handle.
bool ChangesOwnFields(const diff::Operation& op);

// common.cc: COMMENT ON, OWNER TO, SECURITY LABEL: what follows every create and belongs to every
// alter.
void RenderCommon(const diff::Operation& op, Context& context);
// The owner of `object` (before or after) where the operation manages it; else "".
std::string OwnerOf(const diff::Operation& op, const google::protobuf::Message* object,
                    const Context& context);
// privileges.cc: GRANT and REVOKE, under Options::privileges or of what is recreated. RenderCommon
// calls it last.
void RenderPrivileges(const diff::Operation& op, Context& context);

// The class of objects that ALTER DEFAULT PRIVILEGES knows, or -1.
int DefaultPrivilegesType(Kind kind);
// acldefault() in acl.c: the owner has everything, PUBLIC some privileges. The schema public is as
// initdb leaves it.
InDefault DefaultOf(const model::ObjectId& id, const std::string& owner, const Context& context);
// extension_privileges.cc: what was granted on what the extension makes, and taken away from it.
void RestoreMemberPrivileges(const diff::Operation& create, Context& context);

// keep_rows.cc: of a new table, whether `child` is made later, when the table has its rows again.
bool WaitForRows(const diff::Operation& table, const diff::Operation& child, Context& context);
// After that operation of the plan: the rows of partitioned tables that have all their partitions,
// and what waited for them.
absl::Status RestoreWaitingRows(size_t operation, Context& context);

// names.cc
// ---------------------------------------------------------------------------------------------------------

// The qualified, quoted name of an object as ALTER / DROP / COMMENT ON take it: "public.tasks",
// "public.f(integer)", "public.c USING btree" for operator classes, "public.idx" for an index.
// Other nested objects: their own quoted name.
std::string SqlName(const google::protobuf::Message& object, const model::ObjectId& id);
// The keyword(s): "TABLE", "FOREIGN TABLE", "PROCEDURE", "MATERIALIZED VIEW".
std::string SqlKeyword(const google::protobuf::Message& object);
// Keyword and name together, as COMMENT ON and SECURITY LABEL ON take them: "COLUMN public.t.c",
// "CONSTRAINT c ON public.t".
std::string SqlTarget(const google::protobuf::Message& object, const model::ObjectId& id);
// The quoted name of the relation (or domain) around a nested object: "public.tasks".
std::string SqlRelation(const model::ObjectId& id);
// "public.name", quoted. An empty schema takes the default_schema of the field it stands in, which
// the caller knows.
std::string SqlName(const Name& name, absl::string_view default_schema = "public");
// "a, b", each quoted.
std::string IdentList(const google::protobuf::RepeatedPtrField<std::string>& names);
// "tasks.score" for notes: as model::DisplayName, without "public.".
std::string NoteName(const model::ObjectId& id);

// options.cc
// -------------------------------------------------------------------------------------------------------

// Storage parameters and the like: "fillfactor=70, buffering='auto'"; "" for none.
std::string WithOptions(const google::protobuf::RepeatedPtrField<Option>& options);
// What SET (…) and RESET (…) must hold to turn one into the other; "" where there is nothing to
// do.
struct OptionChanges {
  std::string set;
  std::string reset;
};
OptionChanges DiffOptions(const google::protobuf::RepeatedPtrField<Option>& before,
                          const google::protobuf::RepeatedPtrField<Option>& after);
// OPTIONS (…) of foreign data: "host 'a', port '1'", and "ADD a 'x', SET b 'y', DROP c".
std::string ForeignOptions(const google::protobuf::RepeatedPtrField<Option>& options);
std::string DiffForeignOptions(const google::protobuf::RepeatedPtrField<Option>& before,
                               const google::protobuf::RepeatedPtrField<Option>& after);

// generic.cc
// -------------------------------------------------------------------------------------------------------

// DROP <keyword> <name>; for triggers, policies and rules with ON <relation>.
absl::Status DropObject(const diff::Operation& op, Context& context);
// ALTER <keyword> <old> SET SCHEMA … / RENAME TO …, in the shape that each kind needs.
// Unimplemented for kinds that PostgreSQL cannot rename.
absl::Status RenameObject(const diff::Operation& op, Context& context);

// trigger.cc
// -------------------------------------------------------------------------------------------------------

// "ENABLE", "DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS".
const char* EnabledSql(Enabled enabled);
// "ALTER TABLE public.t" for the relation around a trigger or rule.
std::string AlterRelation(const diff::Operation& op, const Context& context);

// function.cc
// -------------------------------------------------------------------------------------------------------

// The plan makes a function whose body PostgreSQL would check, and then something that the body may
// name.
bool NeedsUncheckedBodies(const diff::Plan& plan);

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_KIND_H_
