#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "src/diff/diff.h"
#include "src/diff/names.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using model::ObjectId;

std::string StringField(const Message& m, const char* name) {
  const FieldDescriptor* f = m.GetDescriptor()->FindFieldByName(name);
  return f == nullptr ? "" : m.GetReflection()->GetString(m, f);
}

void SetName(Message* m, const char* field, const std::string& value) {
  const FieldDescriptor* f = m->GetDescriptor()->FindFieldByName(field);
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

// Labels and attributes that the wanted type says were renamed, and that the current one has.
std::vector<std::pair<std::string, std::string>> Parts(const Message& current,
                                                       const Message& wanted) {
  std::vector<std::pair<std::string, std::string>> asked;
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
  std::vector<std::pair<std::string, std::string>> parts;
  for (const auto& part : asked) {
    if (there.count(part.first) > 0 && there.count(part.second) == 0) parts.push_back(part);
  }
  return parts;
}

// Runs chains from their end (b to c before a to b) and swaps over a name that nobody has.
std::vector<Rename> InOrder(std::vector<Rename> renames) {
  std::vector<Rename> ordered;
  while (!renames.empty()) {
    size_t free = renames.size();
    for (size_t i = 0; i < renames.size() && free == renames.size(); ++i) {
      bool taken = std::any_of(renames.begin(), renames.end(),
                               [&](const Rename& r) { return r.from == renames[i].to; });
      if (!taken || !renames[i].parts.empty()) free = i;
    }
    if (free < renames.size()) {
      ordered.push_back(renames[free]);
      renames.erase(renames.begin() + static_cast<std::ptrdiff_t>(free));
      continue;
    }
    ObjectId aside = renames[0].from;
    aside.name = AsideName(aside.name);
    ordered.push_back({renames[0].from, aside, {}});
    renames[0].from = aside;
  }
  return ordered;
}

}  // namespace

std::vector<Rename> DeclaredRenames(const model::Catalog& current, const model::Catalog& wanted) {
  struct Candidate {
    Rename rename;
    ObjectId old_in_current;  // with the old names of what is around it
    ObjectId new_in_current;
  };
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
  for (bool removed = true; removed;) {
    removed = false;
    for (size_t i = 0; i < candidates.size(); ++i) {
      const ObjectId& target = candidates[i].new_in_current;
      bool renamed_away =
          std::any_of(candidates.begin(), candidates.end(),
                      [&](const Candidate& other) { return other.old_in_current == target; });
      if (current.Find(target) < 0 || renamed_away) continue;
      candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(i));
      removed = true;
      break;
    }
  }
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
    auto parts = Parts(*current.at(i).message, *o.message);
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
  // Objects by the identity that they have after the renames so far.
  std::map<ObjectId, const Message*> now;
  auto find = [&](const ObjectId& id) -> const Message* {
    auto it = now.find(id);
    if (it != now.end()) return it->second;
    int i = current.Find(id);
    return i < 0 ? nullptr : current.at(i).message;
  };
  std::vector<Operation> operations;
  for (const Rename& r : renames) {
    Operation op;
    op.action = Action::kRename;
    op.old_id = r.from;
    op.id = r.to;
    op.parts = r.parts;
    op.before = find(r.from);
    if (op.before == nullptr) {
      // A nested object of something that was renamed before: looked up by its kind and own name.
      for (const model::Object& o : current.objects()) {
        if (o.id.kind == r.from.kind && o.id.name == r.from.name && !r.from.parent.empty() &&
            !o.id.parent.empty()) {
          op.before = o.message;
        }
      }
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
    now[r.to] = op.after;
    plan->owned.push_back(std::move(after));
    operations.push_back(std::move(op));
  }
  plan->operations.insert(plan->operations.begin(), operations.begin(), operations.end());
}

}  // namespace autogen::diff
