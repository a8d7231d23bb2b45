#include "src/diff/draft.h"

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

}  // namespace

bool FollowsParent(Kind kind, const Message& object) {
  return kind == CHECK && static_cast<const Check&>(object).inherited();
}

bool Draft::Changes(int i, const char* field) const {
  for (const FieldDescriptor* f : changed[static_cast<size_t>(i)]) {
    if (f->name() == field) return true;
  }
  return false;
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
    if (d.options.unmanaged.contains(o.id.kind) || FollowsParent(o.id.kind, *o.message)) continue;
    if (a >= 0) {
      d.changed[i] = model::ChangedFields(*o.message, d.After(a), d.options.compare);
      continue;
    }
    if (o.id.kind == VIEW_COLUMN) {
      std::shared_ptr<Message> empty = Plain(*o.message);
      bool carries = !model::ChangedFields(*o.message, *empty, d.options.compare).empty();
      if (carries) d.partial.push_back({b, -1, std::move(empty)});
      continue;
    }
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
        d.partial.push_back({-1, static_cast<int>(i), std::move(empty)});
      }
    }
  }
}

}  // namespace autogen::diff
