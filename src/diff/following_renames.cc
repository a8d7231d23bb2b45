// The names that PostgreSQL chose after a table, column or domain that has another name now.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/diff/diff.h"
#include "src/diff/inherited.h"
#include "src/diff/names.h"
#include "src/diff/rename_order.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using model::NameParts;
using model::Object;
using model::ObjectId;

NameParts CheckParts(const model::Catalog& catalog, const Object& o) {
  const Table* table = model::FindTable(&catalog, o.id.schema, o.id.parent);
  std::vector<std::string> columns;
  if (table != nullptr) {
    for (const Column& c : model::WholeColumns(catalog, *table)) columns.push_back(c.name());
  }
  return model::PartsOf(static_cast<const Check&>(*o.message), o.id.parent, columns);
}

// What PostgreSQL would make the name of; nothing where a name must be given.
std::optional<NameParts> DefaultParts(const model::Catalog& catalog, const Object& o) {
  const std::string& table = o.id.parent;
  switch (o.id.kind) {
    case PRIMARY_KEY:
      return model::PartsOf(static_cast<const PrimaryKey&>(*o.message), table);
    case UNIQUE:
      return model::PartsOf(static_cast<const Unique&>(*o.message), table);
    case EXCLUSION:
      return model::PartsOf(static_cast<const Exclusion&>(*o.message), table);
    case FOREIGN_KEY:
      return model::PartsOf(static_cast<const ForeignKey&>(*o.message), table);
    case INDEX:
      return model::PartsOf(static_cast<const Index&>(*o.message), table);
    case CHECK:
      return CheckParts(catalog, o);
    case DOMAIN_CHECK:
      return model::PartsOf(static_cast<const DomainCheck&>(*o.message), table);
    case STATISTICS:
      return model::PartsOf(static_cast<const Statistics&>(*o.message));
    case SEQUENCE: {
      const auto& s = static_cast<const Sequence&>(*o.message);
      if (!s.has_owned_by()) return std::nullopt;
      return model::SequenceParts(s.owned_by().table(), s.owned_by().column());
    }
    default:
      return std::nullopt;
  }
}

// With a number behind it where the plain name was taken.
bool IsDefault(const std::string& name, const NameParts& parts) {
  const size_t digits = name.size() - (name.find_last_not_of("0123456789") + 1);
  for (size_t n = 0; n <= digits; ++n) {
    const std::string label = absl::StrCat(parts.label, name.substr(name.size() - n));
    if (name == model::ObjectName(parts.first, parts.second, label)) return true;
  }
  return false;
}

// Alike in all but names and comments. A sequence is altered in place, whatever it is.
bool IsSame(const Message& before, const Message& after) {
  if (model::KindOf(before) == SEQUENCE) return true;
  const std::vector<const FieldDescriptor*> changed = model::ChangedFields(before, after, {});
  return std::all_of(changed.begin(), changed.end(), [](const FieldDescriptor* f) {
    return model::RuleOf(f).key() || f->name() == "comment" || f->name() == "attached_to";
  });
}

class Finder {
 public:
  Finder(const RenamedSides& sides, const std::vector<Rename>& renames)
      : s_(sides), done_(renames) {}

  std::vector<Rename> Run() {
    for (const Object& o : s_.renamed.objects()) {
      if (o.id.kind == COLUMN) AddIdentity(o);
      std::optional<ObjectId> to = NewName(o);
      if (!to.has_value()) continue;
      taken_.insert(*to);
      found_.push_back({o.id, *to, {}});
    }
    DropBlocked();
    return InOrder(std::move(found_));
  }

 private:
  std::optional<ObjectId> NewName(const Object& o) const {
    if (FollowsParent(o.id.kind, *o.message)) return std::nullopt;
    const std::optional<NameParts> was = PartsBefore(o);
    const std::optional<NameParts> now = DefaultParts(s_.renamed, o);
    if (!was.has_value() || was->Plain() == now->Plain() || !IsDefault(o.id.name, *was)) {
      return std::nullopt;
    }
    // The model wants this very name for it; one that it wants for another one is no obstacle.
    const int kept = s_.wanted.Find(o.id);
    if (kept >= 0 && IsNamedLike(s_.wanted.at(kept), *now)) return std::nullopt;
    for (const Object& w : s_.wanted.objects()) {
      if (w.id.kind != o.id.kind || w.id.schema != o.id.schema || w.id.parent != o.id.parent ||
          taken_.count(w.id) > 0 || !IsNamedLike(w, *now) || !IsDefault(w.id.name, *now) ||
          !IsSame(*o.message, *w.message)) {
        continue;
      }
      return w.id;
    }
    return std::nullopt;
  }

  // Belongs to the same table and columns, whatever its name is.
  bool IsNamedLike(const Object& wanted, const NameParts& parts) const {
    const std::optional<NameParts> there = DefaultParts(s_.wanted, wanted);
    return there.has_value() && there->Plain() == parts.Plain();
  }

  std::optional<NameParts> PartsBefore(const Object& o) const {
    if (o.id.kind == SEQUENCE) {
      // It has moved to another schema with the table that owns it.
      const auto& s = static_cast<const Sequence&>(*o.message);
      if (!s.has_owned_by()) return std::nullopt;
      const std::string& schema = s.owned_by().schema();
      const ObjectId owner = IdBefore(done_, done_.size(),
                                      {COLUMN, schema.empty() ? o.id.schema : schema,
                                       s.owned_by().table(), s.owned_by().column()});
      return model::SequenceParts(owner.parent, owner.name);
    }
    const int b = s_.current.Find(IdBefore(done_, done_.size(), o.id));
    return b < 0 ? std::nullopt : DefaultParts(s_.current, s_.current.at(b));
  }

  // Its sequence is no object of the schema, but has a name like one.
  void AddIdentity(const Object& column) {
    const int w = s_.wanted.Find(column.id);
    if (w < 0) return;
    const std::string from = IdentitySequence(column), to = IdentitySequence(s_.wanted.at(w));
    if (from.empty() || to.empty() || from == to) return;
    const std::string& schema = column.id.schema;
    found_.push_back({{SEQUENCE, schema, "", from}, {SEQUENCE, schema, "", to}, {}});
  }

  // Those whose name something has that keeps it.
  void DropBlocked() {
    std::set<std::string> names;
    for (const Object& o : s_.renamed.objects()) {
      for (std::string& name : ClashNames(o.id)) names.insert(std::move(name));
      const std::string sequence = o.id.kind == COLUMN ? IdentitySequence(o) : "";
      if (!sequence.empty()) {
        for (std::string& name : ClashNames({SEQUENCE, o.id.schema, "", sequence})) {
          names.insert(std::move(name));
        }
      }
    }
    for (size_t before = found_.size() + 1; found_.size() < before;) {
      before = found_.size();
      std::set<std::string> left = names;
      for (const Rename& r : found_) {
        for (const std::string& name : ClashNames(r.from)) left.erase(name);
      }
      found_.erase(std::remove_if(found_.begin(), found_.end(),
                                  [&](const Rename& r) {
                                    const std::vector<std::string> to = ClashNames(r.to);
                                    return std::any_of(to.begin(), to.end(), [&](const auto& name) {
                                      return left.count(name) > 0;
                                    });
                                  }),
                   found_.end());
    }
  }

  const RenamedSides& s_;
  const std::vector<Rename>& done_;
  std::set<ObjectId> taken_;
  std::vector<Rename> found_;
};

}  // namespace

std::vector<Rename> FollowingRenames(const RenamedSides& sides, const std::vector<Rename>& renames,
                                     const absl::flat_hash_set<Kind>& unmanaged) {
  std::vector<Rename> following = Finder(sides, renames).Run();
  following.erase(std::remove_if(following.begin(), following.end(),
                                 [&](const Rename& r) { return unmanaged.contains(r.to.kind); }),
                  following.end());
  return following;
}

}  // namespace autogen::diff
