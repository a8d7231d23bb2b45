#include "src/generate/json.h"

#include <nlohmann/json.hpp>

#include "src/diff/diff.h"
#include "src/rows/reversal.h"

namespace autogen::generate {

std::string ToJson(const Comparison& c) {
  using nlohmann::ordered_json;
  ordered_json json = ordered_json::parse(diff::PlanToJson(c.plan), nullptr, false);
  ordered_json& operations = json["operations"];
  for (size_t i = 0; i < operations.size() && i < c.reversals.size(); ++i) {
    const rows::Reversal& reversal = c.reversals[i];
    operations[i]["downgrade"] = {{"kind", rows::Name(reversal.kind)},
                                  {"losses", reversal.losses},
                                  {"tried", reversal.tried}};
  }
  for (const rows::ViolatingRows& o : c.violating) {
    operations[o.operation]["preflight"].push_back({{"what", o.what}, {"query", o.count}});
  }
  json["likely_renames"] = ordered_json::array();
  for (const diff::LikelyRename& r : c.likely_renames) {
    json["likely_renames"].push_back({{"rename", diff::Describe(r)}, {"why", r.why}});
  }
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace autogen::generate
