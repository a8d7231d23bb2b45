#include "src/diff/rename_order.h"

#include <algorithm>
#include <string>
#include <utility>

#include "src/diff/names.h"

namespace autogen::diff {
namespace {

using model::ObjectId;

bool Clash(const ObjectId& a, const ObjectId& b) {
  if (a == b) return true;
  const std::vector<std::string> left = ClashNames(a), right = ClashNames(b);
  return std::any_of(left.begin(), left.end(), [&](const std::string& name) {
    return std::find(right.begin(), right.end(), name) != right.end();
  });
}

}  // namespace

std::vector<Rename> InOrder(std::vector<Rename> renames) {
  std::vector<Rename> ordered;
  while (!renames.empty()) {
    size_t free = renames.size();
    for (size_t i = 0; i < renames.size() && free == renames.size(); ++i) {
      bool taken = false;
      for (size_t j = 0; j < renames.size() && !taken; ++j) {
        taken = j != i && Clash(renames[j].from, renames[i].to);
      }
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

ObjectId Undo(const ObjectId& from, const ObjectId& to, ObjectId id) {
  if (to == id) return from;
  if (to.kind == SCHEMA && to.name == id.schema) {
    id.schema = from.name;
  } else if (to.parent.empty() && to.kind != SCHEMA && to.schema == id.schema &&
             to.name == id.parent && (to.kind == DOMAIN) == (id.kind == DOMAIN_CHECK)) {
    id.schema = from.schema;
    id.parent = from.name;
  }
  return id;
}

ObjectId IdBefore(const std::vector<Rename>& renames, size_t count, ObjectId id) {
  for (size_t i = count; i-- > 0;) {
    if (renames[i].parts.empty()) id = Undo(renames[i].from, renames[i].to, std::move(id));
  }
  return id;
}

}  // namespace autogen::diff
