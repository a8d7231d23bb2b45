#include <algorithm>
#include <set>

#include "absl/algorithm/container.h"
#include "absl/container/node_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"
#include "src/model/check.h"
#include "src/model/diagnose.h"
#include "src/model/names.h"
#include "src/model/type_info.h"
#include "src/sql/quote.h"

namespace autogen::model {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Fields without which an object cannot be made.
struct Required {
  const char* type;
  const char* field;
};
constexpr Required kRequired[] = {
    {"Domain", "type"},
    {"Attribute", "type"},
    {"RangeType", "subtype"},
    {"DomainCheck", "expression"},
    {"View", "definition"},
    {"MaterializedView", "definition"},
    {"Argument", "type"},
    {"Aggregate", "sfunc"},
    {"Aggregate", "stype"},
    {"Operator", "function"},
    {"OperatorFamily", "method"},
    {"OperatorClass", "method"},
    {"OperatorClass", "type"},
    {"Cast", "source"},
    {"Cast", "target"},
    {"Transform", "type"},
    {"Transform", "language"},
    {"Trigger", "function"},
    {"Trigger", "event"},
    {"Rule", "definition"},
    {"EventTrigger", "event"},
    {"EventTrigger", "function"},
    {"Server", "foreign_data_wrapper"},
    {"Foreign", "server"},
    {"UserMapping", "server"},
    {"UserMapping", "user"},
    {"Subscription", "publication"},
    {"Statistics", "table"},
    {"Conversion", "from"},
    {"Conversion", "to"},
    {"Conversion", "function"},
    {"AccessMethod", "handler"},
    {"DefaultPrivileges", "role"},
    {"TextSearchConfiguration", "parser"},
    {"TextSearchDictionary", "template"},
    {"OwnedBy", "table"},
    {"OwnedBy", "column"},
    {"Grant", "role"},
    {"Grant", "privilege"},
};

// Fields that stand in a statement as they are: keywords, and operators, which may have a schema.
struct Bare {
  const char* type;
  const char* field;
  bool is_operator = false;
};
constexpr Bare kBare[] = {
    {"Aggregate", "finalfunc_modify"}, {"Aggregate", "mfinalfunc_modify"},
    {"Aggregate", "sortop", true},     {"Collation", "provider"},
    {"EventTrigger", "event"},         {"IndexKey", "operator", true},
    {"Operator", "name", true},        {"Statistics", "kind"},
    {"ViewColumn", "compression"},     {"ViewColumn", "storage"},
};

bool IsKeyword(absl::string_view text) {
  return absl::c_all_of(text, [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

// "=", "public.<->", "\"Odd schema\".=": what an operator is made of, and no start of a comment.
bool IsOperator(absl::string_view text) {
  const size_t dot = text.rfind('.');
  if (dot != absl::string_view::npos) {
    const sql::SplitName schema = sql::SplitQualified(text.substr(0, dot));
    if (schema.name.empty() || !schema.schema.empty()) return false;
    text = text.substr(dot + 1);
  }
  return !text.empty() && text.find_first_not_of("+-*/<>=~!@#%^&|`?") == absl::string_view::npos &&
         !absl::StrContains(text, "--") && !absl::StrContains(text, "/*");
}

const std::vector<std::string>& Privileges() {
  static const auto* const words = new std::vector<std::string>{
      "SELECT",   "INSERT", "UPDATE", "DELETE",  "TRUNCATE",  "REFERENCES", "TRIGGER",
      "MAINTAIN", "USAGE",  "CREATE", "CONNECT", "TEMPORARY", "EXECUTE",    "ALL"};
  return *words;
}

class ObjectChecker {
 public:
  explicit ObjectChecker(Problems* problems)
      : problems_(problems), paths_([](const TypeInfo& type) {
          const std::string& name = type.descriptor->name();
          return absl::c_any_of(kRequired, [&](const Required& r) { return r.type == name; }) ||
                 absl::c_any_of(kBare, [&](const Bare& b) { return b.type == name; });
        }) {}

  void Walk(const Message& m, const TypeInfo& type) {
    const Fields& fields = FieldsOf(type.descriptor);
    for (const FieldDescriptor* f : fields.required) Require(m, f);
    for (const auto& [f, is_operator] : fields.bare) CheckBare(m, f, is_operator);
    if (type.descriptor == Grant::descriptor()) {
      const auto& grant = static_cast<const Grant&>(m);
      for (int i = 0; i < grant.privilege_size(); ++i) Privilege(grant, i);
    }
    for (const FieldInfo& f : paths_.From(type)) {
      ForEachValue(
          m, f, [&](const Message& value, const TypeInfo& value_type) { Walk(value, value_type); });
    }
  }

 private:
  // What both tables say of one type.
  struct Fields {
    std::vector<const FieldDescriptor*> required;
    std::vector<std::pair<const FieldDescriptor*, bool>> bare;  // whether it is an operator
  };

  const Fields& FieldsOf(const Descriptor* type) {
    const auto [it, is_new] = fields_.try_emplace(type);
    if (!is_new) return it->second;
    for (const Required& r : kRequired) {
      if (r.type == type->name()) it->second.required.push_back(type->FindFieldByName(r.field));
    }
    for (const Bare& b : kBare) {
      if (b.type == type->name())
        it->second.bare.emplace_back(type->FindFieldByName(b.field), b.is_operator);
    }
    return it->second;
  }

  void Require(const Message& m, const FieldDescriptor* f) {
    const Reflection* r = m.GetReflection();
    if (f->is_repeated() ? r->FieldSize(m, f) > 0 : r->HasField(m, f)) return;
    problems_->Add(
        m, "",
        absl::StrCat(TypeWords(m.GetDescriptor()), NameOf(m), " needs its ", f->name(),
                     f->message_type() == nullptr ? absl::StrCat("; write ", f->name(), ": …")
                                                  : absl::StrCat("; write ", f->name(), " { … }")));
  }

  void CheckBare(const Message& m, const FieldDescriptor* f, bool is_operator) {
    const Reflection* r = m.GetReflection();
    auto fits = [&](const std::string& text) {
      return text.empty() || (is_operator ? IsOperator(text) : IsKeyword(text));
    };
    auto problem = [&](const std::string& text) {
      return absl::StrCat(f->name(), " \"", text, "\" is not ",
                          is_operator ? "an operator" : "a keyword");
    };
    if (!f->is_repeated()) {
      const std::string text = r->GetString(m, f);
      if (!fits(text)) problems_->Add(m, f->name(), problem(text));
      return;
    }
    for (int i = 0; i < r->FieldSize(m, f); ++i) {
      const std::string text = r->GetRepeatedString(m, f, i);
      if (!fits(text)) problems_->Add(m, f->name(), i, problem(text));
    }
  }

  static std::string NameOf(const Message& m) {
    const FieldDescriptor* f = m.GetDescriptor()->FindFieldByName("name");
    if (f == nullptr) return "";
    std::string name = m.GetReflection()->GetString(m, f);
    return name.empty() ? "" : absl::StrCat(" ", name);
  }

  void Privilege(const Grant& grant, int i) {
    const std::vector<std::string>& all = Privileges();
    if (std::find(all.begin(), all.end(), grant.privilege(i)) != all.end()) return;
    std::string nearest = Nearest(grant.privilege(i), all);
    problems_->Add(
        grant, "privilege", i,
        absl::StrCat("unknown privilege ", grant.privilege(i),
                     nearest.empty() ? absl::StrCat("; name each of ", absl::StrJoin(all, ", "))
                                     : absl::StrCat("; did you mean ", nearest, "?")),
        {"wrong-value", nearest});
  }

  Problems* problems_;
  const Paths paths_;
  absl::node_hash_map<const Descriptor*, Fields> fields_;
};

void CheckEnum(const Enum& e, Problems* problems) {
  std::set<absl::string_view> seen;
  for (int i = 0; i < e.label_size(); ++i) {
    const std::string& label = e.label(i);
    if (label.size() > kMaxNameBytes) {
      problems->Add(
          e, "label", i,
          absl::StrCat("label \"", label, "\" has ", label.size(), " bytes; PostgreSQL allows 63"));
    }
    if (!seen.insert(label).second) {
      problems->Add(
          e, "label", i,
          absl::StrCat("enum ", e.name(), " has label \"", label, "\" twice; remove one"));
    }
  }
  for (const Enum::LabelRename& rename : e.renamed_label()) {
    if (seen.count(rename.to()) == 0) {
      problems->Add(rename, "to",
                    absl::StrCat("enum ", e.name(), " has no label \"", rename.to(),
                                 "\" to which one could be renamed; add it"));
    }
  }
}

void CheckSequence(const Sequence& s, const Lookup& lookup, Problems* problems) {
  auto say = [&](const char* field, absl::string_view what) {
    problems->Add(s, field, absl::StrCat("sequence ", s.name(), ": ", what));
  };
  if (!s.type().empty() && s.type() != "integer" && s.type() != "smallint") {
    say("type", absl::StrCat("its type cannot be ", s.type(), "; use smallint, integer or bigint"));
  }
  if (s.has_increment() && s.increment() == 0) say("increment", "its increment cannot be 0");
  if (s.has_cache() && s.cache() < 1) say("cache", "its cache must be at least 1");
  if (s.has_min() && s.has_max() && s.min() >= s.max()) say("min", "min must be less than max");
  if (s.has_start() &&
      ((s.has_min() && s.start() < s.min()) || (s.has_max() && s.start() > s.max()))) {
    say("start", "it must start between min and max");
  }
  if (!s.has_owned_by()) return;
  const Sequence::OwnedBy& owner = s.owned_by();
  const Table* table = lookup.FindTable(owner.schema(), owner.table());
  std::vector<std::string> columns;
  if (table == nullptr) {
    if (lookup.Manages(owner.schema()) && !owner.table().empty()) {
      problems->Add(
          owner, "table",
          absl::StrCat("sequence ", s.name(), " is owned by table ", owner.schema(), ".",
                       owner.table(), ", which the model does not have; correct the name"));
    }
  } else if (lookup.Columns(*table, &columns) &&
             std::find(columns.begin(), columns.end(), owner.column()) == columns.end()) {
    std::string nearest = Nearest(owner.column(), columns);
    problems->Add(owner, "column",
                  absl::StrCat("sequence ", s.name(), " is owned by column \"", owner.column(),
                               "\", which table ", table->name(), " does not have",
                               nearest.empty() ? "; correct the name"
                                               : absl::StrCat("; did you mean \"", nearest, "\"?")),
                  {"unknown-reference", nearest});
  }
}

void CheckFunction(const Function& f, Problems* problems) {
  std::string what = absl::StrCat(f.procedure() ? "procedure " : "function ", f.name());
  if (f.language().empty() && f.sql_body().empty()) {
    problems->Add(f, "",
                  absl::StrCat(what,
                               " needs its language; write language: \"plpgsql\" or "
                               "the like"));
  }
  if (!f.body().empty() && !f.sql_body().empty()) {
    problems->Add(f, "sql_body", absl::StrCat(what, " has both body and sql_body; keep one"));
  }
  // An empty body is one that SQL functions may have.
  if (f.body().empty() && f.sql_body().empty() && !f.language().empty() && f.language() != "sql") {
    problems->Add(f, "",
                  absl::StrCat(what,
                               " needs its body; write body: \"…\", sql_body or "
                               "definition_file"));
  }
  bool result = std::any_of(f.argument().begin(), f.argument().end(), [](const Argument& a) {
    return a.mode() == Argument::OUT || a.mode() == Argument::INOUT || a.mode() == Argument::TABLE;
  });
  if (!f.procedure() && f.returns().empty() && !result) {
    problems->Add(f, "",
                  absl::StrCat(what,
                               " needs its result; write returns: \"void\" where there "
                               "is none"));
  }
  if (f.has_rows() && !f.returns_set() &&
      std::none_of(f.argument().begin(), f.argument().end(),
                   [](const Argument& a) { return a.mode() == Argument::TABLE; })) {
    problems->Add(f, "rows", absl::StrCat(what, " does not return a set; remove rows"));
  }
}

void CheckIndexes(const MaterializedView& v, Problems* problems) {
  for (const Index& i : v.index()) {
    if (i.key_size() == 0) {
      problems->Add(i, "",
                    absl::StrCat("index ", i.name(),
                                 " has no key; write column: \"…\" or "
                                 "key { expression: \"…\" }"));
    }
    for (const IndexKey& k : i.key()) {
      if (k.column().empty() == k.expression().empty()) {
        problems->Add(k, "",
                      absl::StrCat("a key of index ", i.name(),
                                   " is either a column or an expression; keep one"));
      }
    }
  }
}

void CheckStatistics(const Statistics& s, const Lookup& lookup, Problems* problems) {
  if (s.column_size() == 0 && s.expression_size() == 0) {
    problems->Add(s, "",
                  absl::StrCat("statistics ", s.name(),
                               " needs columns or expressions; write "
                               "column: \"…\" column: \"…\""));
  }
  const Table* table = lookup.FindTable(s.table().schema(), s.table().name());
  std::vector<std::string> columns;
  if (table == nullptr || !lookup.Columns(*table, &columns)) return;
  for (int i = 0; i < s.column_size(); ++i) {
    if (std::find(columns.begin(), columns.end(), s.column(i)) != columns.end()) continue;
    problems->Add(s, "column", i,
                  absl::StrCat("statistics ", s.name(), " names column \"", s.column(i),
                               "\", which table ", table->name(), " does not have"),
                  {"unknown-reference", ""});
  }
}

}  // namespace

void CheckObjects(const Schema& schema, const Lookup& lookup, Problems* problems) {
  ObjectChecker(problems).Walk(schema, InfoOf(Schema::descriptor()));
  for (const Enum& e : schema.enum_()) CheckEnum(e, problems);
  for (const Sequence& s : schema.sequence()) CheckSequence(s, lookup, problems);
  for (const Function& f : schema.function()) CheckFunction(f, problems);
  for (const MaterializedView& v : schema.materialized_view()) CheckIndexes(v, problems);
  for (const Statistics& s : schema.statistics()) CheckStatistics(s, lookup, problems);
}

}  // namespace autogen::model
