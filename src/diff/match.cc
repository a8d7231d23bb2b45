#include <optional>

#include "src/diff/draft.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void AddPartial(Draft& d, Partial partial) {
  const Message* was = partial.was.get();
  const Message* will = partial.will.get();
  if (was == nullptr && partial.before >= 0) was = &d.Before(partial.before);
  if (will == nullptr && partial.after >= 0) will = &d.After(partial.after);
  if (was == nullptr || will == nullptr) return;
  if (model::ChangedFields(*was, *will, d.options.compare).empty()) return;
  d.partial.push_back(std::move(partial));
}

bool IsUnmanaged(const Draft& d, const model::Object& o) {
  return d.options.unmanaged.contains(o.id.kind);
}

bool FollowsParent(const Draft& d, const model::Object& o) {
  return d.rules().follows_parent(o.id.kind, *o.message);
}

void MatchBefore(Draft& d, int b) {
  const size_t i = static_cast<size_t>(b);
  const model::Object& o = d.before.at(b);
  const int a = d.after.Find(o.id);
  d.to_after[i] = a;
  if (a >= 0) d.to_before[static_cast<size_t>(a)] = b;
  if (IsUnmanaged(d, o)) return;
  if (FollowsParent(d, o) && (a < 0 || !d.rules().becomes_own(d, b, a))) return;
  if (std::optional<Partial> partial = d.rules().on_both_sides(d, b, a)) {
    AddPartial(d, *std::move(partial));
  } else if (a >= 0) {
    d.changed[i] = model::ChangedFields(*o.message, d.After(a), d.options.compare);
    d.rules().overlook(d, b, a, &d.changed[i]);
  } else {
    d.fate[i] = Fate::kDrop;
  }
}

void MatchNew(Draft& d, int a) {
  const model::Object& o = d.after.at(a);
  std::optional<Partial> partial;
  if (!IsUnmanaged(d, o) && !FollowsParent(d, o)) {
    if (o.parent < 0 || d.to_before[static_cast<size_t>(o.parent)] < 0) return;
    partial = d.rules().on_both_sides(d, -1, a);
    if (!partial) return;
  }
  d.ignored[static_cast<size_t>(a)] = true;
  if (partial) AddPartial(d, *std::move(partial));
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

  for (size_t i = 0; i < nb; ++i) MatchBefore(d, static_cast<int>(i));
  for (size_t i = 0; i < na; ++i) {
    if (d.to_before[i] < 0) MatchNew(d, static_cast<int>(i));
  }
}

}  // namespace autogen::diff
