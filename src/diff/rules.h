// The seam between the diff and an engine: what it answers about each kind where the options in the
// protos cannot say it. Whoever starts a diff chooses one (Options::rules) and passes it down;
// nothing else of src/diff asks which engine it works for. What a kind or a field of one engine
// alone needs (partitions, replaced types, extensions) is no part of it: the schemas of other
// engines hold none of these, so it never runs for them.
#ifndef AUTOGEN_DIFF_RULES_H_
#define AUTOGEN_DIFF_RULES_H_

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <vector>

#include "src/model/catalog.h"
#include "src/model/object_id.h"

namespace autogen::diff {

struct Draft;
struct Operation;
enum class Fate;
struct Partial;

struct Rules {
  using Fields = std::vector<const google::protobuf::FieldDescriptor*>;

  // What becomes of an object that is on both sides, `draft.changed` of it known: also of one whose
  // own fields are the same, for its children's sake.
  Fate (*fate)(const Draft& draft, int before);
  // How it is recreated for the sake of `cause`, which is recreated or replaced.
  Fate (*rebuilt_as)(const Draft& draft, int before, int cause);
  // Whether its dependents must be dropped to alter it: those that block it.
  bool (*disturbs)(const Draft& draft, int before);
  // Of the dependent of `altered` at `edge`: what blocks such a change, since the engine does not
  // move it implicitly. The dependent, or what depends on that one.
  std::vector<int> (*in_the_way)(const Draft& draft, const model::Edge& edge, int altered);
  // With the fates known so far, those of earlier answers among them: the object for whose change
  // one that is on both sides must go meanwhile, although it neither changes nor depends on it; or
  // -1. Asked of every object, again and again until nothing is new.
  int (*displaced_by)(const Draft& draft, int before);

  // What is made, changed and dropped with that of a parent table.
  bool (*follows_parent)(Kind kind, const google::protobuf::Message& object);
  // Of one that did: whether its table has it as its own now, and it changes alone.
  bool (*becomes_own)(const Draft& draft, int before, int after);
  // Of an object that one side alone lists (the other index is -1), or as its own by one: how both
  // sides have it. nullopt: it really comes, goes or changes.
  std::optional<Partial> (*on_both_sides)(const Draft& draft, int before, int after);
  // Of an object that is on both sides, with the fields that differ (maybe none): takes out those
  // that no statement can change, and adds one whose order alone differs.
  void (*overlook)(const Draft& draft, int before, int after, Fields* changed);

  // One text for each name space in which an object takes its name.
  std::vector<std::string> (*clash_names)(const model::ObjectId& id);
  // Where nothing else decides, operations of a lower phase come first.
  int (*phase)(const Operation& op);
};

// rules.cc, disturbed.cc, inherited.cc, names.cc.
const Rules& PostgresRules();

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_RULES_H_
