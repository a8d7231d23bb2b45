#include "src/diff/names.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/text.h"
#include "src/model/names.h"

namespace autogen::diff {
namespace {

bool IsRelation(Kind kind) {
  return kind == TABLE || kind == VIEW || kind == MATERIALIZED_VIEW || kind == SEQUENCE ||
         kind == INDEX || kind == COMPOSITE_TYPE || kind == PRIMARY_KEY || kind == UNIQUE ||
         kind == EXCLUSION;
}

bool IsType(Kind kind) {
  return kind == TABLE || kind == VIEW || kind == MATERIALIZED_VIEW || kind == COMPOSITE_TYPE ||
         kind == ENUM || kind == DOMAIN || kind == RANGE_TYPE || kind == BASE_TYPE;
}

bool IsConstraint(Kind kind) {
  return kind == PRIMARY_KEY || kind == UNIQUE || kind == CHECK || kind == EXCLUSION ||
         kind == FOREIGN_KEY;
}

// As pg_proc has it: an aggregate's arguments are those of a function, one after another.
std::string Signature(const model::ObjectId& id) {
  if (id.kind != AGGREGATE) return id.name;
  return absl::StrReplaceAll(id.name, {{"(*)", "()"}, {"(ORDER BY ", "("}, {" ORDER BY ", ", "}});
}

}  // namespace

std::vector<std::string> ClashNames(const model::ObjectId& id) {
  std::vector<std::string> names;
  if (IsRelation(id.kind)) names.push_back(absl::StrCat("r ", id.schema, " ", id.name));
  if (IsType(id.kind)) names.push_back(absl::StrCat("t ", id.schema, " ", id.name));
  if (IsConstraint(id.kind)) {
    names.push_back(absl::StrCat("c ", id.schema, " ", id.parent, " ", id.name));
  }
  if (id.kind == PRIMARY_KEY) names.push_back(absl::StrCat("p ", id.schema, " ", id.parent));
  if (id.kind == FUNCTION || id.kind == AGGREGATE) {
    names.push_back(absl::StrCat("f ", id.schema, " ", Signature(id)));
  }
  // An operator class that names no family makes one of its own name.
  if (id.kind == OPERATOR_CLASS || id.kind == OPERATOR_FAMILY) {
    names.push_back(absl::StrCat("o ", id.schema, " ", id.name));
  }
  return names;
}

std::string IdentitySequence(const model::Object& column) {
  const auto& c = static_cast<const Column&>(*column.message);
  if (!c.has_identity()) return "";
  const std::string& name = c.identity().sequence_name();
  return name.empty() ? model::ObjectName(column.id.parent, column.id.name, "seq") : name;
}

std::string AsideName(const std::string& name) {
  return absl::StrCat(ClipUtf8(name, 50), "__replaced");
}

}  // namespace autogen::diff
