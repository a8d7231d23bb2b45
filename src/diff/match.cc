#include <algorithm>
#include <optional>

#include "src/diff/draft.h"
#include "src/diff/inherited.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A view's column as it is where nobody lists it: its name alone.
std::shared_ptr<Message> Plain(const Message& column) {
  std::shared_ptr<Message> empty(column.New());
  const FieldDescriptor* name = column.GetDescriptor()->FindFieldByName("name");
  empty->GetReflection()->SetString(empty.get(), name,
                                    column.GetReflection()->GetString(column, name));
  return empty;
}

void AddPartial(Draft& d, Draft::Partial partial) {
  if (model::ChangedFields(*partial.was, *partial.will, d.options.compare).empty()) return;
  d.partial.push_back(std::move(partial));
}

// Whether a table has as its own what comes from a parent now.
bool BecomesOwn(const Draft& d, const model::Object& before, int a) {
  return a >= 0 && before.parent >= 0 && ParentsStay(d, before.parent) &&
         FollowsParent(before.id.kind, *before.message) &&
         !FollowsParent(before.id.kind, d.After(a));
}

}  // namespace

bool Draft::Changes(int i, const char* field) const {
  for (const FieldDescriptor* f : changed[static_cast<size_t>(i)]) {
    if (f->name() == field) return true;
  }
  return false;
}

bool Draft::IsEmpty() const {
  for (size_t b = 0; b < fate.size(); ++b) {
    if (fate[b] != Fate::kKeep || !changed[b].empty()) return false;
  }
  for (size_t a = 0; a < to_before.size(); ++a) {
    if (to_before[a] < 0 && !ignored[a]) return false;
  }
  return partial.empty() && detached.empty();
}

void Match(Draft& d) {
  size_t nb = d.before.objects().size();
  size_t na = d.after.objects().size();
  d.to_after.assign(nb, -1);
  d.to_before.assign(na, -1);
  d.ignored.assign(na, false);
  d.fate.assign(nb, Fate::kKeep);
  d.changed.assign(nb, {});
  d.because.assign(nb, "");

  for (size_t i = 0; i < nb; ++i) {
    const model::Object& o = d.before.objects()[i];
    int b = static_cast<int>(i);
    int a = d.after.Find(o.id);
    d.to_after[i] = a;
    if (a >= 0) d.to_before[static_cast<size_t>(a)] = b;
    if (d.options.unmanaged.contains(o.id.kind)) continue;
    if (FollowsParent(o.id.kind, *o.message) && !BecomesOwn(d, o, a)) continue;
    if (a >= 0 && o.id.kind == COLUMN &&
        static_cast<const Column&>(*o.message).inherited() !=
            static_cast<const Column&>(d.After(a)).inherited()) {
      if (std::optional<Draft::Partial> partial = PartialColumn(d, b, a)) {
        AddPartial(d, *std::move(partial));
        continue;
      }
    }
    if (a >= 0) {
      d.changed[i] = model::ChangedFields(*o.message, d.After(a), d.options.compare);
      auto& changed = d.changed[i];
      if (o.id.kind == COLUMN && !changed.empty() && HasParentsNotNull(d, b, a)) {
        changed.erase(std::remove_if(changed.begin(), changed.end(),
                                     [](const FieldDescriptor* f) {
                                       return f->name() == "not_null_constraint";
                                     }),
                      changed.end());
      }
      continue;
    }
    if (o.id.kind == VIEW_COLUMN) {
      std::shared_ptr<Message> empty = Plain(*o.message);
      bool carries = !model::ChangedFields(*o.message, *empty, d.options.compare).empty();
      if (carries) d.partial.push_back({b, -1, nullptr, std::move(empty)});
      continue;
    }
    if (o.id.kind == COLUMN) {
      if (std::optional<Draft::Partial> partial = PartialColumn(d, b, -1)) {
        AddPartial(d, *std::move(partial));
        continue;
      }
    }
    if (o.id.kind == FOREIGN_KEY &&
        ComesFromParent(d, o.parent, d.after, d.to_after[static_cast<size_t>(o.parent)],
                        *o.message)) {
      continue;
    }
    if (o.id.kind == FOREIGN_KEY && BecomesCopy(d, b)) continue;
    d.fate[i] = Fate::kDrop;
  }
  for (size_t i = 0; i < na; ++i) {
    if (d.to_before[i] >= 0) continue;
    const model::Object& o = d.after.objects()[i];
    if (d.options.unmanaged.contains(o.id.kind) || FollowsParent(o.id.kind, *o.message))
      d.ignored[i] = true;
    bool existing_parent = o.parent >= 0 && d.to_before[static_cast<size_t>(o.parent)] >= 0;
    if (o.id.kind == VIEW_COLUMN && existing_parent) {
      d.ignored[i] = true;
      std::shared_ptr<Message> empty = Plain(*o.message);
      if (!model::ChangedFields(*empty, *o.message, d.options.compare).empty()) {
        d.partial.push_back({-1, static_cast<int>(i), std::move(empty), nullptr});
      }
    }
    if (o.id.kind == FOREIGN_KEY && existing_parent) {
      const int table = d.to_before[static_cast<size_t>(o.parent)];
      if (ComesFromParent(d, table, d.before, table, *o.message)) d.ignored[i] = true;
    }
    if (o.id.kind == COLUMN && existing_parent) {
      std::optional<Draft::Partial> partial = PartialColumn(d, -1, static_cast<int>(i));
      if (!partial) continue;
      d.ignored[i] = true;
      AddPartial(d, *std::move(partial));
    }
  }
}

}  // namespace autogen::diff
