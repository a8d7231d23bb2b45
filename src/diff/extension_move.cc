#include "src/diff/extension_move.h"

#include <set>

#include "src/model/inheritance.h"

namespace autogen::diff {
namespace {

using model::ObjectId;

ObjectId SchemaId(const std::string& name) { return {SCHEMA, "", "", name}; }

void AddMove(const model::Catalog& catalog, const std::string& extension, const std::string& to,
             Plan* plan) {
  const int found = catalog.Find({EXTENSION, "", "", extension});
  if (found < 0) return;
  Operation op;
  op.action = Action::kAlter;
  op.id = catalog.at(found).id;
  op.before = catalog.at(found).message;
  std::shared_ptr<Extension> after(static_cast<const Extension*>(op.before)->New());
  after->CopyFrom(*op.before);
  after->set_schema(to);
  op.after = after.get();
  op.changed = {Extension::descriptor()->FindFieldByName("schema")};
  plan->owned.push_back(std::move(after));
  plan->operations.push_back(std::move(op));
}

void AddSchema(const model::Catalog& catalog, const std::string& name, Action action, Plan* plan) {
  const int found = catalog.Find(SchemaId(name));
  if (found < 0) return;
  Operation op;
  op.action = action;
  op.id = catalog.at(found).id;
  (action == Action::kCreate ? op.after : op.before) = catalog.at(found).message;
  plan->operations.push_back(std::move(op));
}

}  // namespace

std::vector<ExtensionMove> ExtensionMoves(const model::Catalog& current,
                                          const model::Catalog& wanted,
                                          const std::vector<Rename>& renames) {
  std::vector<ExtensionMove> moves;
  for (const Extension& after : wanted.schema().extension()) {
    const int found = current.Find({EXTENSION, "", "", after.name()});
    if (found < 0) continue;
    ExtensionMove move;
    move.extension = after.name();
    move.from =
        model::SchemaOrPublic(static_cast<const Extension&>(*current.at(found).message).schema());
    move.to = model::SchemaOrPublic(after.schema());
    move.makes_schema = current.Find(SchemaId(move.to)) < 0 && wanted.Find(SchemaId(move.to)) >= 0;
    for (const Rename& r : renames) {
      if (r.from.kind != SCHEMA) continue;
      if (r.from.name == move.from) move.from = r.to.name;
      if (r.to.name == move.to) move.makes_schema = false;
    }
    if (move.from != move.to) moves.push_back(std::move(move));
  }
  return moves;
}

void AddMoves(const std::vector<ExtensionMove>& moves, const model::Catalog& current,
              const model::Catalog& wanted, Plan* plan) {
  std::set<std::string> made;
  for (const ExtensionMove& move : moves) {
    if (move.makes_schema && made.insert(move.to).second) {
      AddSchema(wanted, move.to, Action::kCreate, plan);
    }
    AddMove(current, move.extension, move.to, plan);
  }
}

void AddMovesBack(const std::vector<ExtensionMove>& moves, const model::Catalog& moved,
                  Plan* plan) {
  std::set<std::string> made;
  for (auto move = moves.rbegin(); move != moves.rend(); ++move) {
    AddMove(moved, move->extension, move->from, plan);
    if (move->makes_schema) made.insert(move->to);
  }
  for (const std::string& schema : made) AddSchema(moved, schema, Action::kDrop, plan);
}

}  // namespace autogen::diff
