#include "src/rows/type_values.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/model/inheritance.h"
#include "src/model/names.h"
#include "src/render/multirange.h"
#include "src/rows/values.h"
#include "src/sql/quote.h"
#include "src/sql/scan.h"

namespace autogen::rows {
namespace {

using Values = std::vector<std::string>;

constexpr int kDepth = 4;      // of types in one another
constexpr size_t kRows = 8;    // of a composite type, beside those with NULL
constexpr size_t kBounds = 4;  // of a range type

class Maker {
 public:
  Maker(const model::Catalog& catalog, int distinct) : catalog_(catalog), distinct_(distinct) {}

  Values Of(absl::string_view type, int depth) const {
    if (depth > kDepth) return {};
    if (absl::EndsWith(type, "[]")) return Arrays(type, depth);
    const sql::SplitName name = sql::SplitQualified(type);
    for (Kind kind : {ENUM, DOMAIN, COMPOSITE_TYPE, RANGE_TYPE}) {
      const int i = catalog_.Find({kind, name.schema, "", name.name});
      if (i >= 0) return OfObject(*catalog_.at(i).message, kind, type, depth);
    }
    const Table* table = model::FindTable(&catalog_, name.schema, name.name);
    if (table != nullptr && !name.schema.empty()) return Rows(TypesOf(*table), type, depth);
    const RangeType* range = RangeOf(name);
    if (range != nullptr) return Multiranges(*range, type, depth);
    return TypicalValues(type, distinct_);
  }

 private:
  Values OfObject(const google::protobuf::Message& object, Kind kind, absl::string_view type,
                  int depth) const {
    Values values;
    if (kind == ENUM) {
      for (const std::string& label : static_cast<const Enum&>(object).label()) {
        values.push_back(absl::StrCat(sql::Literal(label), "::", type));
      }
    } else if (kind == DOMAIN) {
      const auto& domain = static_cast<const Domain&>(object);
      for (const DomainCheck& check : domain.check()) {
        for (std::string& v : ConstantsIn(check.expression(), domain.type())) {
          values.push_back(std::move(v));
        }
      }
      for (std::string& v : Of(domain.type(), depth + 1)) values.push_back(std::move(v));
      for (std::string& value : values) absl::StrAppend(&value, "::", type);
    } else if (kind == RANGE_TYPE) {
      values = Ranges(static_cast<const RangeType&>(object).subtype(), type, depth);
    } else {
      std::vector<std::string> types;
      for (const auto& a : static_cast<const CompositeType&>(object).attribute()) {
        types.push_back(a.type());
      }
      values = Rows(types, type, depth);
    }
    return values;
  }

  std::vector<std::string> TypesOf(const Table& table) const {
    std::vector<std::string> types;
    for (const Column& c : model::WholeColumns(catalog_, table)) types.push_back(c.type());
    return types;
  }

  // Whose multirange is `name`.
  const RangeType* RangeOf(const sql::SplitName& name) const {
    for (const RangeType& range : catalog_.schema().range_type()) {
      if (model::SchemaOrPublic(range.schema()) == name.schema &&
          render::NameOfMultirange(range, range.name()) == name.name) {
        return &range;
      }
    }
    return nullptr;
  }

  // In row k each attribute takes another value than its neighbours of the same type.
  Values Rows(const std::vector<std::string>& types, absl::string_view type, int depth) const {
    std::vector<Values> parts;
    for (const std::string& t : types) parts.push_back(Of(t, depth + 1));
    auto row = [&](auto part) {
      Values list;
      for (size_t j = 0; j < parts.size(); ++j) list.push_back(part(j));
      return absl::StrCat("ROW(", absl::StrJoin(list, ", "), ")::", type);
    };
    auto at = [&](size_t j, size_t k) {
      return parts[j].empty() ? std::string("NULL") : parts[j][k % parts[j].size()];
    };
    Values values;
    for (size_t k = 0; k < kRows + static_cast<size_t>(distinct_); ++k) {
      values.push_back(row([&](size_t j) { return at(j, k + j); }));
      if (k >= kRows) continue;
      values.push_back(row([&](size_t j) { return at(j, k); }));
    }
    for (size_t null = 0; null < parts.size() && parts.size() > 1; ++null) {
      values.push_back(row([&](size_t j) { return j == null ? "NULL" : at(j, j); }));
    }
    values.push_back(row([](size_t) { return std::string("NULL"); }));
    return values;
  }

  Values Ranges(const std::string& subtype, absl::string_view type, int depth) const {
    Values bounds = Of(subtype, depth + 1), values;
    bounds.resize(std::min(bounds.size(), kBounds + static_cast<size_t>(distinct_)));
    for (size_t i = 0; i < bounds.size(); ++i) {
      for (size_t j = 0; j < std::min(bounds.size(), kBounds); ++j) {
        if (i != j) values.push_back(absl::StrCat(type, "(", bounds[i], ", ", bounds[j], ")"));
      }
      values.push_back(absl::StrCat(type, "(", bounds[i], ", ", bounds[i], ", '[]')"));
      values.push_back(absl::StrCat(type, "(", bounds[i], ", NULL)"));
      values.push_back(absl::StrCat(type, "(NULL, ", bounds[i], ", '(]')"));
    }
    values.push_back(absl::StrCat("'empty'::", type));
    return values;
  }

  Values Multiranges(const RangeType& range, absl::string_view type, int depth) const {
    const std::string name = sql::Qualified(model::SchemaOrPublic(range.schema()), range.name());
    Values values;
    for (const std::string& r : Ranges(range.subtype(), name, depth)) {
      values.push_back(absl::StrCat(type, "(", r, ")"));
    }
    values.push_back(absl::StrCat(type, "()"));
    return values;
  }

  Values Arrays(absl::string_view type, int depth) const {
    const Values elements = Of(type.substr(0, type.find('[')), depth + 1);
    Values values;
    auto add = [&](const std::string& list) {
      values.push_back(absl::StrCat("ARRAY[", list, "]::", type));
    };
    if (elements.size() > 1) add(absl::StrCat(elements[0], ", ", elements[1]));
    for (size_t i = 0; i < elements.size() && i < 6; ++i) {
      add(absl::StrCat(elements[i], ", NULL"));
      add(elements[i]);
    }
    values.push_back(absl::StrCat("'{}'::", type));
    if (elements.size() > 1) add(absl::StrCat("[", elements[0], "], [", elements[1], "]"));
    for (size_t i = 6; i < elements.size(); ++i) add(elements[i]);
    return values;
  }

  const model::Catalog& catalog_;
  const int distinct_;
};

}  // namespace

std::vector<std::string> ValuesOfType(const model::Catalog& catalog, absl::string_view type,
                                      int distinct) {
  return Maker(catalog, distinct).Of(type, 0);
}

std::vector<std::string> ConstantsIn(absl::string_view expression, absl::string_view type) {
  std::vector<std::string> values;
  absl::StatusOr<std::vector<sql::Token>> tokens = sql::Scan(expression);
  if (!tokens.ok()) return values;
  for (const sql::Token& token : *tokens) {
    if (token.kind == sql::Token::Kind::kString) {
      values.push_back(absl::StrCat("(", token.text, ")::", type));
    } else if (token.kind == sql::Token::Kind::kNumber) {
      for (absl::string_view near : {"", " + 1", " - 1"}) {
        values.push_back(absl::StrCat("(", token.text, near, ")::", type));
      }
    }
  }
  return values;
}

}  // namespace autogen::rows
