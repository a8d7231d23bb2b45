#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "src/diff/diff.h"
#include "src/diff/names.h"
#include "src/diff/rename_order.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using model::ObjectId;

// nullptr where there is none; a publication's `schema` lists what it publishes.
const FieldDescriptor* NameField(const Message& m, const char* name) {
  const FieldDescriptor* f = m.GetDescriptor()->FindFieldByName(name);
  return f == nullptr || f->is_repeated() ? nullptr : f;
}

std::string StringField(const Message& m, const char* name) {
  const FieldDescriptor* f = NameField(m, name);
  return f == nullptr ? "" : m.GetReflection()->GetString(m, f);
}

void SetName(Message* m, const char* field, const std::string& value) {
  const FieldDescriptor* f = NameField(*m, field);
  if (f != nullptr) m->GetReflection()->SetString(m, f, value);
}

// The name without a routine's argument types.
std::string PlainName(const Message& m) { return StringField(m, "name"); }

// The identity that `object` had under its old name, as its hints say; `id` where there are none.
ObjectId OldId(const model::Object& object) {
  std::string name = StringField(*object.message, "renamed_from");
  std::string schema = StringField(*object.message, "renamed_from_schema");
  if (name.empty() && schema.empty()) return object.id;
  std::unique_ptr<Message> copy(object.message->New());
  copy->CopyFrom(*object.message);
  if (!name.empty()) SetName(copy.get(), "name", name);
  if (!schema.empty()) SetName(copy.get(), "schema", schema);
  return model::IdOf(*copy, object.id.schema, object.id.parent);
}

int Depth(const ObjectId& id) {
  if (id.kind == SCHEMA) return 0;
  return id.parent.empty() ? 1 : 2;
}

using Parts = std::vector<std::pair<std::string, std::string>>;

// Those that can be: the old name is there and the new one is not, or is itself renamed away.
// Chains run from their end; a swap uses a name that nobody has.
Parts OrderedParts(Parts asked, const std::set<std::string>& there) {
  for (bool removed = true; removed;) {
    removed = false;
    for (size_t i = 0; i < asked.size() && !removed; ++i) {
      bool away = std::any_of(asked.begin(), asked.end(),
                              [&](const auto& other) { return other.first == asked[i].second; });
      if (there.count(asked[i].first) > 0 && (there.count(asked[i].second) == 0 || away)) continue;
      asked.erase(asked.begin() + static_cast<std::ptrdiff_t>(i));
      removed = true;
    }
  }
  Parts ordered;
  while (!asked.empty()) {
    auto free = std::find_if(asked.begin(), asked.end(), [&](const auto& part) {
      return std::none_of(asked.begin(), asked.end(),
                          [&](const auto& other) { return other.first == part.second; });
    });
    if (free != asked.end()) {
      ordered.push_back(*free);
      asked.erase(free);
      continue;
    }
    std::string aside = AsideName(asked[0].first);
    ordered.emplace_back(asked[0].first, aside);
    asked[0].first = aside;
  }
  return ordered;
}

// Labels and attributes that the wanted type says were renamed, and that the current one has.
Parts PartsOf(const Message& current, const Message& wanted) {
  Parts asked;
  std::set<std::string> there;
  if (model::KindOf(wanted) == ENUM) {
    for (const auto& r : static_cast<const Enum&>(wanted).renamed_label()) {
      asked.emplace_back(r.from(), r.to());
    }
    const auto& labels = static_cast<const Enum&>(current).label();
    there.insert(labels.begin(), labels.end());
  } else if (model::KindOf(wanted) == COMPOSITE_TYPE) {
    for (const auto& a : static_cast<const CompositeType&>(wanted).attribute()) {
      if (!a.renamed_from().empty()) asked.emplace_back(a.renamed_from(), a.name());
    }
    for (const auto& a : static_cast<const CompositeType&>(current).attribute()) {
      there.insert(a.name());
    }
  }
  return OrderedParts(std::move(asked), there);
}

struct Candidate {
  Rename rename;
  ObjectId old_in_current;  // with the old names of what is around it
  ObjectId new_in_current;
};

// What the hints of the wanted objects name and the current ones have: schemas, then what lies in
// them, then what lies in tables and types.
std::vector<Candidate> Candidates(const model::Catalog& current, const model::Catalog& wanted) {
  std::map<std::string, std::string> old_schema;                         // new -> old
  std::map<std::pair<std::string, std::string>, ObjectId> old_relation;  // (schema, name) -> old
  std::vector<Candidate> candidates;
  for (int depth = 0; depth <= 2; ++depth) {
    for (const model::Object& o : wanted.objects()) {
      if (Depth(o.id) != depth) continue;
      ObjectId from = OldId(o);
      if (from == o.id) continue;
      Candidate c;
      c.rename = {from, o.id, {}};
      c.old_in_current = from;
      c.new_in_current = o.id;
      for (ObjectId* id : {&c.old_in_current, &c.new_in_current}) {
        auto relation = old_relation.find({o.id.schema, id->parent});
        if (depth == 2 && relation != old_relation.end()) {
          id->schema = relation->second.schema;
          id->parent = PlainName(*current.at(current.Find(relation->second)).message);
          continue;
        }
        auto schema = old_schema.find(id->schema);
        if (schema != old_schema.end()) id->schema = schema->second;
      }
      if (current.Find(c.old_in_current) < 0) continue;
      if (depth == 0) old_schema[o.id.name] = from.name;
      if (depth == 1) old_relation[{o.id.schema, PlainName(*o.message)}] = c.old_in_current;
      candidates.push_back(std::move(c));
    }
  }
  return candidates;
}

// A hint has done its work where the new name is taken by what is not itself renamed away.
void RemoveDone(const model::Catalog& current, std::vector<Candidate>* candidates) {
  for (bool removed = true; removed;) {
    removed = false;
    for (size_t i = 0; i < candidates->size(); ++i) {
      const ObjectId& target = (*candidates)[i].new_in_current;
      bool renamed_away =
          std::any_of(candidates->begin(), candidates->end(),
                      [&](const Candidate& other) { return other.old_in_current == target; });
      if (current.Find(target) < 0 || renamed_away) continue;
      candidates->erase(candidates->begin() + static_cast<std::ptrdiff_t>(i));
      removed = true;
      break;
    }
  }
}

}  // namespace

std::vector<Rename> DeclaredRenames(const model::Catalog& current, const model::Catalog& wanted) {
  std::vector<Candidate> candidates = Candidates(current, wanted);
  RemoveDone(current, &candidates);
  std::vector<Rename> renames;
  for (int depth = 0; depth <= 2; ++depth) {
    std::vector<Rename> level;
    for (const Candidate& c : candidates) {
      if (Depth(c.rename.to) == depth) level.push_back(c.rename);
    }
    for (Rename& r : InOrder(std::move(level))) renames.push_back(std::move(r));
  }
  for (const model::Object& o : wanted.objects()) {
    if (o.id.kind != ENUM && o.id.kind != COMPOSITE_TYPE) continue;
    int i = current.Find(OldId(o));
    if (i < 0) i = current.Find(o.id);
    if (i < 0) continue;
    Parts parts = PartsOf(*current.at(i).message, *o.message);
    if (!parts.empty()) renames.push_back({o.id, o.id, std::move(parts)});
  }
  return renames;
}

std::vector<Rename> Invert(const std::vector<Rename>& renames) {
  std::vector<Rename> inverted(renames.rbegin(), renames.rend());
  for (Rename& r : inverted) {
    std::swap(r.from, r.to);
    for (auto& part : r.parts) std::swap(part.first, part.second);
    std::reverse(r.parts.begin(), r.parts.end());
  }
  return inverted;
}

void AddRenames(const std::vector<Rename>& renames, const model::Catalog& current, Plan* plan) {
  std::vector<Operation> operations;
  for (size_t i = 0; i < renames.size(); ++i) {
    const Rename& r = renames[i];
    Operation op;
    op.action = Action::kRename;
    op.old_id = r.from;
    op.id = r.to;
    op.parts = r.parts;
    int original = current.Find(IdBefore(renames, i, r.from));
    op.before = original < 0 ? nullptr : current.at(original).message;
    // Of an identity column, or moved with its table.
    if (original < 0 && r.from.kind == SEQUENCE) {
      auto sequence = std::make_shared<Sequence>();
      sequence->set_schema(r.from.schema);
      sequence->set_name(r.from.name);
      op.before = sequence.get();
      plan->owned.push_back(std::move(sequence));
    }
    if (op.before == nullptr) continue;
    std::shared_ptr<Message> after(op.before->New());
    after->CopyFrom(*op.before);
    std::string name = r.to.name;
    size_t signature = name.find('(');
    bool routine = r.to.kind == FUNCTION || r.to.kind == AGGREGATE;
    if (routine && signature != std::string::npos) name.resize(signature);
    if (r.parts.empty()) {
      SetName(after.get(), "name", name);
      if (r.to.parent.empty() && r.to.kind != SCHEMA) SetName(after.get(), "schema", r.to.schema);
    }
    op.after = after.get();
    plan->owned.push_back(std::move(after));
    operations.push_back(std::move(op));
  }
  plan->operations.insert(plan->operations.begin(), operations.begin(), operations.end());
}

ObjectId BeforeRenames(const Plan& plan, ObjectId id) {
  for (size_t i = plan.operations.size(); i-- > 0;) {
    const Operation& op = plan.operations[i];
    if (op.action == Action::kRename && op.parts.empty()) {
      id = Undo(op.old_id, op.id, std::move(id));
    }
  }
  return id;
}

}  // namespace autogen::diff
