#include "src/impact/impact.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/impact/finder.h"
#include "src/impact/places.h"
#include "src/sql/depth.h"
#include "src/sql/scan.h"
#include "src/sql/session.h"

namespace autogen::impact {
namespace {

bool IsConstantRow(const std::vector<sql::Token>& tokens, size_t begin, size_t end) {
  return std::all_of(tokens.begin() + begin, tokens.begin() + end, [](const sql::Token& token) {
    return token.kind == sql::Token::Kind::kString || token.kind == sql::Token::Kind::kNumber ||
           token.IsChar(',') || token.IsChar('-') || token.IsChar('+') || token.Is("null") ||
           token.Is("true") || token.Is("false") || token.Is("default");
  });
}

// INSERT … VALUES with many rows: one row of nothing but constants does what all of them do, and
// the tree of a million would take gigabytes. "" where it is nothing of the kind.
std::string WithoutConstantRows(absl::string_view statement) {
  constexpr size_t kLong = 16 << 10;
  if (statement.size() < kLong || !absl::StartsWithIgnoreCase(statement, "insert")) return "";
  absl::StatusOr<std::vector<sql::Token>> scanned = sql::Scan(statement);
  if (!scanned.ok()) return "";
  const std::vector<sql::Token>& tokens = *scanned;
  const auto values = std::find_if(tokens.begin(), tokens.end(),
                                   [](const sql::Token& token) { return token.Is("values"); });
  if (values == tokens.end()) return "";
  std::string out(statement.substr(0, values->end));
  bool constant_seen = false, first = true;
  size_t i = static_cast<size_t>(values - tokens.begin()) + 1;
  while (i < tokens.size() && tokens[i].IsChar('(')) {
    size_t end = i;
    int depth = 0;
    do {
      depth += tokens[end].IsChar('(') ? 1 : tokens[end].IsChar(')') ? -1 : 0;
      ++end;
    } while (end < tokens.size() && depth > 0);
    const bool constant = IsConstantRow(tokens, i + 1, end - 1);
    if (!constant || !constant_seen) {
      absl::StrAppend(&out, first ? " " : ", ",
                      statement.substr(tokens[i].start, tokens[end - 1].end - tokens[i].start));
      first = false;
    }
    constant_seen = constant_seen || constant;
    i = end;
    if (i + 1 >= tokens.size() || !tokens[i].IsChar(',') || !tokens[i + 1].IsChar('(')) break;
    ++i;
  }
  if (i < tokens.size()) absl::StrAppend(&out, " ", statement.substr(tokens[i].start));
  return out;
}

}  // namespace

bool Impact::Has(Consequence::Kind kind) const {
  return std::any_of(consequences.begin(), consequences.end(),
                     [&](const Consequence& c) { return c.kind == kind && !c.is_new; });
}
bool Impact::LosesData() const { return Has(Consequence::Kind::kLoses); }
bool Impact::MayFail() const { return Has(Consequence::Kind::kMayFail); }

bool Impact::FailsOnNulls() const {
  return std::any_of(consequences.begin(), consequences.end(), [](const Consequence& c) {
    return c.kind == Consequence::Kind::kMayFail && !c.is_new && c.note == kFailsOnNulls;
  });
}

LockMode Impact::LockOn(const sql::SplitName& relation) const {
  LockMode mode = LockMode::kNone;
  for (const Lock& lock : locks) {
    if (lock.relation.name == relation.name && lock.relation.schema == relation.schema) {
      mode = std::max(mode, lock.mode);
    }
  }
  return mode;
}

Impact FindImpact(absl::string_view statement, const CatalogView* catalog) {
  Impact out;
  // What cannot be read may be anything.
  out.repeatable = false;
  out.session.kind = sql::SessionEffect::Kind::kCode;
  const std::string shorter = WithoutConstantRows(statement);
  NewerSyntax newer;
  newer.text = shorter.empty() ? std::string(statement) : shorter;
  absl::StatusOr<json> parsed = sql::Parse(newer.text);
  if (!parsed.ok() || parsed->size() != 1) {
    if (std::optional<NewerSyntax> older = InOlderSyntax(newer.text); older.has_value()) {
      newer = *std::move(older);
      parsed = sql::Parse(newer.text);
    }
  }
  if (!parsed.ok() || parsed->size() != 1) {
    const absl::Status deep = sql::CheckDepth(newer.text);
    out.opaque = absl::StrCat("is not understood", deep.ok() ? "" : ": ", deep.message());
    out.places.gives_rights = true;
    FindByWords(statement, &out);
    return out;
  }
  const json& node = Get((*parsed)[0], "stmt");
  const json& body = sql::NodeBody(node);
  out.node = sql::NodeName(node);
  FindRunMode(out.node, body, &out);
  out.session = sql::FindSessionEffect(out.node, body);
  out.places = FindPlaces(out.node, body);
  out.outside = OutsideOfDatabase(out.node, body);
  Finder(newer.text, newer, catalog, &out).Find(out.node, body);
  FindTrace(out.node, body, &out);
  return out;
}

}  // namespace autogen::impact
