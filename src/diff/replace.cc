// Types that columns use and that cannot be altered.
#include <algorithm>

#include "autogen/types.pb.h"
#include "src/diff/graph.h"
#include "src/diff/names.h"

namespace autogen::diff {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

}  // namespace

std::shared_ptr<Message> Graph::Aside(int b) const {
  const Message& m = d_.Before(b);
  std::shared_ptr<Message> aside(m.New());
  aside->CopyFrom(m);
  const FieldDescriptor* name = m.GetDescriptor()->FindFieldByName("name");
  const google::protobuf::Reflection* r = aside->GetReflection();
  r->SetString(aside.get(), name, AsideName(r->GetString(m, name)));
  return aside;
}

// A type that columns use is renamed aside; the new one takes its name, the columns move over, the
// old one is dropped.
void Graph::AddReplacements(int b) {
  int a = d_.to_after[static_cast<size_t>(b)];
  const model::Object& o = d_.before.at(b);
  std::string new_name = AsideName(o.id.name);
  std::shared_ptr<Message> aside = Aside(b);
  if (o.id.kind == RANGE_TYPE) {
    auto& range = static_cast<RangeType&>(*aside);
    if (!range.multirange_name().empty()) {
      range.set_multirange_name(AsideName(range.multirange_name()));
    }
  }
  const Message* renamed = Own(std::move(aside));

  int rename = aside_[b] = Add(Action::kRename, b, -1);
  nodes_.back().op.old_id = o.id;
  nodes_.back().op.id.name = new_name;
  nodes_.back().op.after = renamed;
  create_[a] = Add(Action::kCreate, -1, a);
  nodes_.back().op.restore = true;
  drop_[b] = Add(Action::kDrop, b, -1);
  nodes_.back().op.id.name = new_name;
  nodes_.back().op.before = renamed;
  Edge(rename, create_[a]);
  Edge(create_[a], drop_[b]);
  for (int child : d_.after.at(a).children) {
    if (create_.count(child) == 0) create_[child] = Add(Action::kCreate, -1, child);
  }
  // The old one's children stay on it, and are dropped with it.
  for (int child : d_.before.at(b).children) {
    if (auto it = alter_.find(child); it != alter_.end()) AbsorbInto(it->second, drop_[b]);
    DropWith(child, drop_[b]);
  }
  AddFunctionsAside(b);
}

void Graph::AbsorbInto(int node, int by) {
  nodes_[static_cast<size_t>(node)].absorbed_by = by;
  nodes_[static_cast<size_t>(node)].silent = true;
}

// The new one is created while the old one still exists.
void Graph::DropWith(int b, int owner) {
  auto drop = drop_.find(b);
  if (drop == drop_.end()) return;
  AbsorbInto(drop->second, owner);
  auto made = create_.find(d_.to_after[static_cast<size_t>(b)]);
  if (made == create_.end()) return;
  edges_.erase(std::remove_if(edges_.begin(), edges_.end(),
                              [&](const Order& o) {
                                return o.first == drop->second && o.second == made->second;
                              }),
               edges_.end());
}

// The functions that a replaced type consists of need it as well: they are renamed aside before it,
// and dropped with it.
void Graph::AddFunctionsAside(int b) {
  for (const model::Edge& e : d_.before.Needs(b)) {
    const int f = e.to;
    if (d_.before.at(f).id.kind != FUNCTION || drop_.count(f) == 0 || aside_.count(f) > 0) continue;
    const std::vector<model::Edge>& needs = d_.before.Needs(f);
    if (std::none_of(needs.begin(), needs.end(), [&](const auto& n) { return n.to == b; }))
      continue;
    const int rename = aside_[f] = Add(Action::kRename, f, -1);
    nodes_.back().op.because.clear();
    nodes_.back().op.old_id = nodes_.back().op.id;
    nodes_.back().op.after = Own(Aside(f));
    nodes_.back().op.id = model::IdOf(*nodes_.back().op.after);
    Edge(rename, aside_[b]);
    DropWith(f, drop_[b]);
    auto made = create_.find(d_.to_after[static_cast<size_t>(f)]);
    if (made != create_.end()) Edge(rename, made->second);
  }
}

}  // namespace autogen::diff
