#include "src/diff/likely_rename.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autogen/schema.pb.h"
#include "src/base/printable.h"
#include "src/model/compare.h"

namespace autogen::diff {
namespace {

using google::protobuf::Message;
using model::Object;
using model::ObjectId;

constexpr double kEnough = 0.6;

size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

// 1 for equal names, 0 for names with nothing in common.
double NameLikeness(absl::string_view a, absl::string_view b) {
  if (a.empty() || b.empty()) return 0;
  double longest = static_cast<double>(std::max(a.size(), b.size()));
  double likeness = 1 - static_cast<double>(EditDistance(a, b)) / longest;
  bool contained = absl::StrContains(a, b) || absl::StrContains(b, a);
  return contained ? std::max(likeness, 0.7) : likeness;
}

using Names = std::set<std::string>;

// The share of the larger set that both have.
double Overlap(const Names& a, const Names& b, size_t* common) {
  std::vector<std::string> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  *common = both.size();
  size_t all = std::max(a.size(), b.size());
  return all == 0 ? 0 : static_cast<double>(both.size()) / static_cast<double>(all);
}

struct Likeness {
  double score = 0;
  std::string why;
};

// By what is inside: the columns of a table, the objects of a schema, the labels of an enum.
Likeness ByContents(const Names& a, const Names& b, double name, absl::string_view what) {
  size_t common = 0;
  double overlap = Overlap(a, b, &common);
  // One column that both have ("id integer") says little.
  if (common < 2 && name < 0.5) return {};
  std::string why = overlap == 1 ? absl::StrCat("the same ", what)
                                 : absl::StrCat(common, " ", what, " of ", a.size(), " the same");
  return {overlap + 0.25 * name, why};
}

Names ColumnsOf(const Message& table) {
  Names names;
  for (const Column& c : static_cast<const Table&>(table).column()) {
    names.insert(absl::StrCat(c.name(), " ", c.type()));
  }
  return names;
}

Names LabelsOf(const Message& type) {
  const auto& e = static_cast<const Enum&>(type);
  return Names(e.label().begin(), e.label().end());
}

Names ContentsOf(const model::Catalog& catalog, const std::string& schema) {
  Names names;
  for (const Object& o : catalog.objects()) {
    if (o.id.schema == schema && o.id.parent.empty() && o.id.kind != SCHEMA) {
      names.insert(absl::StrCat(Kind_Name(o.id.kind), " ", o.id.name));
    }
  }
  return names;
}

class Finder {
 public:
  Finder(const model::Catalog& before, const model::Catalog& after, const Rules& rules)
      : before_(before), after_(after), rules_(rules) {}

  std::vector<LikelyRename> Run() {
    for (const Object& o : before_.objects()) {
      if (after_.Find(o.id) < 0 && !FollowsParent(o)) gone_.push_back(&o);
    }
    for (const Object& o : after_.objects()) {
      if (before_.Find(o.id) < 0 && !FollowsParent(o)) fresh_.push_back(&o);
    }
    Pair();
    Labels();
    std::sort(found_.begin(), found_.end(), [](const LikelyRename& a, const LikelyRename& b) {
      return std::tie(a.from, a.from_part) < std::tie(b.from, b.from_part);
    });
    return std::move(found_);
  }

 private:
  bool FollowsParent(const Object& o) const { return rules_.follows_parent(o.id.kind, *o.message); }

  // Both belong to the same object, or to schemas that exist on both sides.
  bool SamePlace(const ObjectId& a, const ObjectId& b) const {
    if (a.kind != b.kind) return false;
    if (!a.parent.empty() || !b.parent.empty()) {
      return a.schema == b.schema && a.parent == b.parent && ParentStays(a);
    }
    if (a.kind == SCHEMA || a.schema == b.schema) return true;
    return before_.Find({SCHEMA, "", "", b.schema}) >= 0 &&
           after_.Find({SCHEMA, "", "", a.schema}) >= 0 && a.name == b.name;
  }

  bool ParentStays(const ObjectId& id) const {
    int a = id.kind == DOMAIN_CHECK ? after_.Find({DOMAIN, id.schema, "", id.parent})
                                    : after_.FindRelation(id.schema, id.parent);
    int b = id.kind == DOMAIN_CHECK ? before_.Find({DOMAIN, id.schema, "", id.parent})
                                    : before_.FindRelation(id.schema, id.parent);
    return a >= 0 && b >= 0;
  }

  void Pair() {
    struct Candidate {
      const Object* from;
      const Object* to;
      Likeness likeness;
    };
    std::vector<Candidate> candidates;
    for (const Object* b : gone_) {
      for (const Object* a : fresh_) {
        if (!SamePlace(b->id, a->id)) continue;
        Likeness likeness = Compare(*b, *a);
        if (likeness.score >= kEnough) candidates.push_back({b, a, std::move(likeness)});
      }
    }
    std::stable_sort(
        candidates.begin(), candidates.end(),
        [](const Candidate& x, const Candidate& y) { return x.likeness.score > y.likeness.score; });
    std::set<const Object*> taken;
    for (Candidate& c : candidates) {
      if (taken.count(c.from) > 0 || taken.count(c.to) > 0) continue;
      taken.insert(c.from);
      taken.insert(c.to);
      found_.push_back({c.from->id, c.to->id, "", "", std::move(c.likeness.why)});
    }
  }

  Likeness Compare(const Object& b, const Object& a) const {
    const google::protobuf::Descriptor* type = a.message->GetDescriptor();
    if (type->FindFieldByName("renamed_from") == nullptr) return {};
    double name = NameLikeness(b.id.name, a.id.name);
    if (b.id.kind == SCHEMA) {
      return ByContents(ContentsOf(before_, b.id.name), ContentsOf(after_, a.id.name), name,
                        "objects");
    }
    if (b.id.kind == COLUMN) return CompareColumns(b, a, name);
    if (b.id.kind == TABLE) {
      const auto& before = static_cast<const Table&>(*b.message);
      const auto& after = static_cast<const Table&>(*a.message);
      if (before.has_foreign() != after.has_foreign() ||
          before.has_partition_of() != after.has_partition_of()) {
        return {};
      }
      return ByContents(ColumnsOf(before), ColumnsOf(after), name, "columns");
    }
    if (b.id.kind == ENUM) {
      return ByContents(LabelsOf(*b.message), LabelsOf(*a.message), name, "labels");
    }
    bool same = Same(*b.message, *a.message);
    return same ? Likeness{1 + name, "the same definition"} : Likeness{};
  }

  // Alike in everything but the name. What says nothing but its name is like nothing.
  static bool Same(const Message& before, const Message& after) {
    for (const google::protobuf::FieldDescriptor* f : model::ChangedFields(before, after, {})) {
      if (!model::RuleOf(f).key() && f->name() != "comment") return false;
    }
    if (model::KindOf(before) == FUNCTION || model::KindOf(before) == AGGREGATE) {
      const google::protobuf::FieldDescriptor* arguments =
          before.GetDescriptor()->FindFieldByName("argument");
      return model::SameField(before, after, arguments);
    }
    return true;
  }

  Likeness CompareColumns(const Object& b, const Object& a, double name) const {
    const auto& before = static_cast<const Column&>(*b.message);
    const auto& after = static_cast<const Column&>(*a.message);
    if (before.type() != after.type() || before.type().empty() || before.inherited() ||
        before.has_generated() != after.has_generated() ||
        before.has_identity() != after.has_identity()) {
      return {};
    }
    std::vector<std::string> why = {"the same type"};
    double score = 0.35 + 0.2 * name;
    if (before.not_null() == after.not_null() && before.default_() == after.default_()) {
      score += 0.15;
    }
    auto [b_left, b_right] = Neighbours(before_, b);
    auto [a_left, a_right] = Neighbours(after_, a);
    bool left = b_left == a_left, right = b_right == a_right;
    score += (left ? 0.15 : 0) + (right ? 0.15 : 0);
    if (left && right) {
      why.push_back("the same place");
    } else if (left || right) {
      why.push_back("the same neighbour");
    }
    if (name >= 0.6) why.push_back("a similar name");
    return {score, absl::StrJoin(why, ", ")};
  }

  // The names of the nearest columns on both sides that are no candidates themselves.
  std::pair<std::string, std::string> Neighbours(const model::Catalog& catalog,
                                                 const Object& column) const {
    const model::Catalog& other = &catalog == &before_ ? after_ : before_;
    std::pair<std::string, std::string> names;
    bool passed = false;
    for (int child : catalog.at(column.parent).children) {
      const Object& o = catalog.at(child);
      if (o.id.kind != COLUMN) continue;
      if (&o == &column) {
        passed = true;
        continue;
      }
      if (other.Find(o.id) < 0) continue;
      if (passed) {
        names.second = o.id.name;
        break;
      }
      names.first = o.id.name;
    }
    return names;
  }

  // Labels that were dropped and added in the same place of an enum that stays.
  void Labels() {
    for (const Object& o : before_.objects()) {
      int at = o.id.kind == ENUM ? after_.Find(o.id) : -1;
      if (at < 0) continue;
      const auto& before = static_cast<const Enum&>(*o.message);
      const auto& after = static_cast<const Enum&>(*after_.at(at).message);
      if (before.label_size() != after.label_size()) continue;
      Names old_labels = LabelsOf(before), new_labels = LabelsOf(after);
      for (int i = 0; i < before.label_size(); ++i) {
        if (new_labels.count(before.label(i)) > 0 || old_labels.count(after.label(i)) > 0) continue;
        found_.push_back({o.id, o.id, before.label(i), after.label(i), "the same place"});
      }
    }
  }

  const model::Catalog& before_;
  const model::Catalog& after_;
  const Rules& rules_;
  std::vector<const Object*> gone_;
  std::vector<const Object*> fresh_;
  std::vector<LikelyRename> found_;
};

}  // namespace

std::vector<LikelyRename> LikelyRenames(const model::Catalog& before, const model::Catalog& after,
                                        const Rules& rules) {
  return Finder(before, after, rules).Run();
}

std::string Describe(const LikelyRename& rename) {
  std::string line;
  if (!rename.from_part.empty()) {
    line = absl::StrCat("label '", rename.from_part, "' of ", model::Describe(rename.from), " to '",
                        rename.to_part, "'");
  } else {
    bool nested = !rename.to.parent.empty();
    line = absl::StrCat(model::Describe(rename.from), " to ",
                        nested ? rename.to.name : model::DisplayName(rename.to));
  }
  return Printable(line, Lines::kOne);
}

}  // namespace autogen::diff
