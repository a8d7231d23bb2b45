#include "src/report/json.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "src/review/review.h"

namespace autogen::review {
namespace {

using nlohmann::ordered_json;

ordered_json ToJson(const std::vector<Statement>& statements) {
  ordered_json all = ordered_json::array();
  for (const Statement& statement : statements) {
    ordered_json one = {{"line", statement.line},    {"sql", statement.sql},
                        {"locks", statement.locks},  {"work", statement.work},
                        {"loses", statement.losses}, {"may_fail", statement.failures},
                        {"blocks", statement.blocks}};
    if (!statement.opaque.empty()) one["opaque"] = statement.opaque;
    if (!statement.outside.empty()) one["outside"] = statement.outside;
    if (statement.unsure) one["unsure"] = true;
    all.push_back(std::move(one));
  }
  return all;
}

ordered_json ToJson(const Script& script) {
  return {{"revision", script.revision},
          {"path", script.path},
          {"message", script.message},
          {"edited", script.edited},
          {"proof", script.proof},
          {"rows", script.rows},
          {"edited_since_proof", script.edited_since_proof},
          {"online", script.online()},
          {"downgrade", std::string(Words(script.downgrade))},
          {"downgrade_notes", script.downgrade_notes},
          {"upgrade_statements", ToJson(script.upgrade)},
          {"downgrade_statements", ToJson(script.downgrade_statements)}};
}

// A list, or null beside why there is none.
template <typename T, typename Convert>
void Add(const char* name, const Looked<std::vector<T>>& looked, Convert convert,
         ordered_json* out) {
  if (!looked.known) {
    (*out)[name] = nullptr;
    (*out)[absl::StrCat(name, "_not_known")] = looked.why_not;
    return;
  }
  ordered_json list = ordered_json::array();
  for (const T& one : looked.value) list.push_back(convert(one));
  (*out)[name] = std::move(list);
}

}  // namespace

std::string ToJson(const Review& review) {
  ordered_json json;
  json["scripts"] = ordered_json::array();
  for (const Script& script : review.scripts) json["scripts"].push_back(ToJson(script));
  json["heads"] = review.heads;
  Add(
      "changes", review.changes,
      [](const ObjectChange& change) -> ordered_json {
        return {{"object", change.object},
                {"action", change.action},
                {"before", change.before},
                {"after", change.after}};
      },
      &json);
  Add(
      "model_difference", review.differences,
      [](const std::string& one) -> ordered_json { return one; }, &json);
  Add(
      "checks", review.checks,
      [](const Check& check) -> ordered_json {
        return {{"what", check.what}, {"result", check.result}, {"passed", check.passed}};
      },
      &json);
  Add(
      "sizes", review.sizes,
      [](const TableSize& one) -> ordered_json {
        return {{"table", one.table}, {"rows", one.rows}, {"size", one.size}};
      },
      &json);
  json["diagram"] = review.diagram.mermaid;
  json["findings"] = report::ToJson(review.findings);
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace autogen::review
