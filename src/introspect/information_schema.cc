#include "src/introspect/information_schema.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "src/base/status.h"
#include "src/introspect/reader.h"
#include "src/introspect/session.h"

namespace autogen::introspect {
namespace {

// "timestamp without time zone" and 3 -> "timestamp(3) without time zone". 6 is what an unmarked
// type has: the views do not tell the two apart.
std::string WithFraction(const std::string& type, int64_t fraction) {
  if (fraction == 6) return type;
  const size_t blank = type.find(' ');
  const std::string head = type.substr(0, blank);
  return absl::StrCat(head, "(", fraction, ")",
                      blank == std::string::npos ? "" : type.substr(blank));
}

std::string TypeOf(Row& row) {
  std::string type = row.String("type");
  if (!row.Bool("plain")) return type;
  if (type == "character" && row.IsNull("length")) return "bpchar";
  if (type == "character" || type == "character varying" || type == "bit" ||
      type == "bit varying") {
    return row.IsNull("length") ? type : absl::StrCat(type, "(", row.Text("length"), ")");
  }
  if (type == "numeric" && !row.IsNull("precision")) {
    return absl::StrCat(type, "(", row.Text("precision"), ",", row.Text("scale"), ")");
  }
  if (type == "interval") {
    if (!row.IsNull("fields")) {
      absl::StrAppend(&type, " ", absl::AsciiStrToLower(row.Text("fields")));
    }
    if (row.Int("fraction") == 6 || absl::StrContains(type, "(")) return type;
    return row.IsNull("fields") || absl::EndsWith(type, "second")
               ? absl::StrCat(type, "(", row.Text("fraction"), ")")
               : type;
  }
  if (absl::StartsWith(type, "time") && !row.IsNull("fraction")) {
    return WithFraction(type, row.Int("fraction"));
  }
  return type;
}

void ReadColumn(Row& row, Column* column) {
  column->set_name(row.String("name"));
  column->set_type(TypeOf(row));
  column->set_not_null(row.Bool("not_null"));
  if (row.Bool("generated")) {
    column->mutable_generated()->set_expression(StripParentheses(row.Text("generation")));
  } else if (row.Bool("identity")) {
    column->mutable_identity()->set_kind(
        row.Bool("identity_always") ? Column::Identity::ALWAYS : Column::Identity::BY_DEFAULT);
  } else {
    column->set_default_(row.String("default"));
  }
  if (!row.IsNull("collation_name")) {
    column->mutable_collation()->set_schema(row.String("collation_schema"));
    column->mutable_collation()->set_name(row.String("collation_name"));
  }
}

ForeignKey::Action ActionOf(absl::string_view rule) {
  if (rule == "RESTRICT") return ForeignKey::RESTRICT;
  if (rule == "CASCADE") return ForeignKey::CASCADE;
  if (rule == "SET NULL") return ForeignKey::SET_NULL;
  if (rule == "SET DEFAULT") return ForeignKey::SET_DEFAULT;
  return ForeignKey::NO_ACTION;
}

// The condition of "((a > 0)) NOT VALID" and of "(a > 0)".
std::string ConditionOf(absl::string_view clause) {
  for (bool again = true; again;) {
    again = absl::ConsumeSuffix(&clause, " NOT VALID") ||
            absl::ConsumeSuffix(&clause, " NO INHERIT") ||
            absl::ConsumeSuffix(&clause, " NOT ENFORCED");
  }
  return StripParentheses(StripParentheses(clause));
}

// (schema, table, constraint) or (schema, constraint), as one text: names hold no zero byte.
std::string Key(absl::string_view a, absl::string_view b, absl::string_view c = "") {
  return absl::StrCat(a, absl::string_view("\0", 1), b, absl::string_view("\0", 1), c);
}

class Witness {
 public:
  explicit Witness(const Options& options) : options_(options) {}

  void ReadColumns(const postgres::Result& result) {
    for (Row row(result); row.Next();) {
      if (IsOwnTable(row.Text("schema"), row.Text("table"), options_)) continue;
      Table*& table = tables_[Key(row.Text("schema"), row.Text("table"))];
      if (table == nullptr) {
        table = schema_->add_table();
        table->set_schema(row.String("schema"));
        table->set_name(row.String("table"));
        if (row.Bool("foreign")) table->mutable_foreign();
      }
      if (!row.IsNull("name")) ReadColumn(row, table->add_column());
    }
  }

  void ReadKeys(const postgres::Result& result) {
    for (Row row(result); row.Next();) {
      const std::string key = Key(row.Text("schema"), row.Text("table"), row.Text("name"));
      Columns& columns = columns_[key];
      if (columns.names.empty()) {
        tables_of_[Key(row.Text("schema"), row.Text("name"))].push_back(row.String("table"));
      }
      columns.names.push_back(row.String("column"));
      columns.target_positions.push_back(row.Int("target_position"));
    }
  }

  void ReadConstraints(const postgres::Result& result) {
    for (Row row(result); row.Next();) {
      auto it = tables_.find(Key(row.Text("schema"), row.Text("table")));
      if (it == tables_.end()) continue;
      Table* table = it->second;
      const absl::string_view type = row.Text("type");
      const Columns& columns =
          columns_[Key(row.Text("schema"), row.Text("table"), row.Text("name"))];
      if (type == "PRIMARY KEY") {
        ReadUniqueness(row, columns, table->mutable_primary_key());
      } else if (type == "UNIQUE") {
        ReadUniqueness(row, columns, table->add_unique());
      } else if (type == "FOREIGN KEY") {
        ReadForeignKey(row, columns, table->add_foreign_key());
      } else if (type == "CHECK" && (row.IsNull("clause") || row.Text("clause")[0] == '(')) {
        Check* check = table->add_check();
        check->set_name(row.String("name"));
        if (!row.IsNull("clause")) check->set_expression(ConditionOf(row.Text("clause")));
      }
    }
  }

  std::shared_ptr<Schema> Release() { return std::move(schema_); }

 private:
  struct Columns {
    std::vector<std::string> names;
    std::vector<int64_t> target_positions;  // from 1, in the target's key
  };

  template <typename T>
  static void ReadUniqueness(Row& row, const Columns& columns, T* constraint) {
    constraint->set_name(row.String("name"));
    for (const std::string& name : columns.names) constraint->add_column(name);
    constraint->set_deferrable(row.Bool("deferrable"));
    constraint->set_initially_deferred(row.Bool("deferred"));
  }

  void ReadForeignKey(Row& row, const Columns& columns, ForeignKey* key) {
    key->set_name(row.String("name"));
    for (const std::string& name : columns.names) key->add_column(name);
    key->set_deferrable(row.Bool("deferrable"));
    key->set_initially_deferred(row.Bool("deferred"));
    if (row.IsNull("match")) return;
    key->set_match(row.Text("match") == "FULL" ? ForeignKey::FULL : ForeignKey::SIMPLE);
    key->set_on_update(ActionOf(row.Text("on_update")));
    key->set_on_delete(ActionOf(row.Text("on_delete")));
    // The target is a constraint's name; which table it is on, only the key's columns say.
    const auto tables = tables_of_.find(Key(row.Text("target_schema"), row.Text("target_name")));
    if (tables == tables_of_.end() || tables->second.size() != 1) return;
    const Columns& target =
        columns_[Key(row.Text("target_schema"), tables->second[0], row.Text("target_name"))];
    key->mutable_references()->set_schema(row.String("target_schema"));
    key->mutable_references()->set_table(tables->second[0]);
    for (int64_t position : columns.target_positions) {
      const size_t i = static_cast<size_t>(position) - 1;
      if (i < target.names.size()) key->mutable_references()->add_column(target.names[i]);
    }
  }

  const Options& options_;
  std::shared_ptr<Schema> schema_ = std::make_shared<Schema>();
  absl::flat_hash_map<std::string, Table*> tables_;
  absl::flat_hash_map<std::string, Columns> columns_;
  absl::flat_hash_map<std::string, std::vector<std::string>> tables_of_;  // of a constraint's name
};

}  // namespace

absl::StatusOr<std::shared_ptr<Schema>> ReadInformationSchema(postgres::Connection& connection,
                                                              const Options& options) {
  using Read = void (Witness::*)(const postgres::Result&);
  constexpr Read kReaders[] = {&Witness::ReadColumns, &Witness::ReadKeys,
                               &Witness::ReadConstraints};
  ASSIGN_OR_RETURN(
      std::unique_ptr<Session> session,
      Session::Begin(connection, {"information_schema_columns", "information_schema_keys",
                                  "information_schema_constraints"}));
  Witness witness(options);
  RETURN_IF_ERROR(session->Run(
      options, [&](size_t i, const postgres::Result& result) { (witness.*kReaders[i])(result); }));
  return witness.Release();
}

}  // namespace autogen::introspect
