#include "src/sqlite/create.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "src/model/no_schema.h"
#include "src/sqlite/canonical.h"
#include "src/sqlite/dependencies.h"
#include "src/sqlite/token.h"

namespace autogen::sqlite {
namespace {

template <typename Names>
std::string NameList(const Names& names) {
  return absl::StrCat("(",
                      absl::StrJoin(names, ", ",
                                    [](std::string* out, const std::string& n) {
                                      absl::StrAppend(out, QuoteName(n));
                                    }),
                      ")");
}

std::string Named(const std::string& name) {
  return name.empty() ? "" : absl::StrCat("CONSTRAINT ", QuoteName(name), " ");
}

std::string OnConflictText(OnConflict on_conflict) {
  return on_conflict == ABORT ? "" : absl::StrCat(" ON CONFLICT ", OnConflict_Name(on_conflict));
}

std::string KeyText(const IndexKey& key) {
  std::string text = key.column().empty() ? key.expression() : QuoteName(key.column());
  if (key.has_collation()) {
    absl::StrAppend(&text, " COLLATE ", QuoteName(key.collation().name()));
  }
  if (key.descending()) absl::StrAppend(&text, " DESC");
  return text;
}

std::string KeyList(const google::protobuf::RepeatedPtrField<IndexKey>& keys) {
  return absl::StrCat("(",
                      absl::StrJoin(keys, ", ",
                                    [](std::string* out, const IndexKey& key) {
                                      absl::StrAppend(out, KeyText(key));
                                    }),
                      ")");
}

template <typename Key>
std::string KeyOf(const Key& key) {
  return key.key_size() > 0 ? KeyList(key.key()) : NameList(key.column());
}

// The names of the values are SQL's words.
std::string ActionText(ForeignKey::Action action) {
  return absl::StrReplaceAll(ForeignKey::Action_Name(action), {{"_", " "}});
}

// "REFERENCES p (id) ON DELETE CASCADE".
std::string TargetText(const ForeignKey& key) {
  std::string text = absl::StrCat("REFERENCES ", QuoteName(key.references().table()));
  if (key.references().column_size() > 0) {
    absl::StrAppend(&text, " ", NameList(key.references().column()));
  }
  if (key.on_delete() != ForeignKey::NO_ACTION) {
    absl::StrAppend(&text, " ON DELETE ", ActionText(key.on_delete()));
  }
  if (key.on_update() != ForeignKey::NO_ACTION) {
    absl::StrAppend(&text, " ON UPDATE ", ActionText(key.on_update()));
  }
  if (key.deferrable()) absl::StrAppend(&text, " DEFERRABLE");
  if (key.initially_deferred()) absl::StrAppend(&text, " INITIALLY DEFERRED");
  return text;
}

std::string ForeignKeyText(const ForeignKey& key) {
  return absl::StrCat(Named(key.name()), "FOREIGN KEY ", NameList(key.column()), " ",
                      TargetText(key));
}

// AUTOINCREMENT stands with a column alone; so does what makes an INTEGER the rowid. A key of one
// column is written there wherever it can be.
bool StandsWithColumn(const PrimaryKey& key) {
  if (key.key_size() == 1) return key.key(0).descending() && !key.key(0).has_collation();
  return key.key_size() == 0 && key.column_size() == 1;
}

// ON CONFLICT stands with the column, where people look for it.
bool StandsWithColumn(const Unique& unique) {
  return unique.name().empty() && unique.on_conflict() != ABORT && unique.key_size() == 0 &&
         unique.column_size() == 1;
}

std::string PrimaryKeyOfColumn(const PrimaryKey& key) {
  const bool descending = key.key_size() > 0 && key.key(0).descending();
  return absl::StrCat(" ", Named(key.name()), "PRIMARY KEY", descending ? " DESC" : "",
                      OnConflictText(key.on_conflict()),
                      key.autoincrement() ? " AUTOINCREMENT" : "");
}

std::string VirtualTable(const Table& table, absl::string_view name) {
  std::string text = absl::StrCat("CREATE VIRTUAL TABLE ", QuoteName(name), " USING ",
                                  QuoteName(table.virtual_().module()));
  if (table.virtual_().argument_size() > 0) {
    absl::StrAppend(&text, "(", absl::StrJoin(table.virtual_().argument(), ", "), ")");
  }
  return text;
}

}  // namespace

std::string ColumnDefinition(const Column& column) {
  std::string text = QuoteName(column.name());
  if (!column.type().empty()) absl::StrAppend(&text, " ", column.type());
  if (column.has_collation()) {
    absl::StrAppend(&text, " COLLATE ", QuoteName(column.collation().name()));
  }
  if (column.not_null()) {
    absl::StrAppend(&text, " ", Named(column.not_null_constraint().name()), "NOT NULL",
                    OnConflictText(column.not_null_constraint().on_conflict()));
  }
  if (!column.default_().empty()) {
    absl::StrAppend(&text, " DEFAULT ",
                    IsPlainDefault(column.default_()) ? column.default_()
                                                      : absl::StrCat("(", column.default_(), ")"));
  }
  if (column.has_generated()) {
    absl::StrAppend(&text, " GENERATED ALWAYS AS (", column.generated().expression(), ") ",
                    column.generated().virtual_() ? "VIRTUAL" : "STORED");
  }
  return text;
}

std::string ReferencesText(const ForeignKey& key) {
  return absl::StrCat(Named(key.name()), TargetText(key));
}

std::string CreateTable(const Table& table, absl::string_view name) {
  if (name.empty()) name = table.name();
  if (table.has_virtual_()) return VirtualTable(table, name);
  std::vector<std::string> parts;
  const PrimaryKey& key = table.primary_key();
  const bool with_column = table.has_primary_key() && StandsWithColumn(key);
  const std::string key_column = !with_column         ? ""
                                 : key.key_size() > 0 ? key.key(0).column()
                                                      : key.column(0);
  for (const Column& column : table.column()) {
    std::string text = ColumnDefinition(column);
    if (with_column && column.name() == key_column) absl::StrAppend(&text, PrimaryKeyOfColumn(key));
    for (const Unique& unique : table.unique()) {
      if (!StandsWithColumn(unique) || unique.column(0) != column.name()) continue;
      absl::StrAppend(&text, " UNIQUE", OnConflictText(unique.on_conflict()));
    }
    parts.push_back(std::move(text));
  }
  if (table.has_primary_key() && !with_column) {
    parts.push_back(absl::StrCat(Named(key.name()), "PRIMARY KEY ", KeyOf(key),
                                 OnConflictText(key.on_conflict())));
  }
  for (const Unique& unique : table.unique()) {
    if (StandsWithColumn(unique)) continue;
    parts.push_back(absl::StrCat(Named(unique.name()), "UNIQUE ", KeyOf(unique),
                                 OnConflictText(unique.on_conflict())));
  }
  for (const Check& check : table.check()) {
    parts.push_back(absl::StrCat(Named(check.name()), "CHECK (", check.expression(), ")"));
  }
  for (const ForeignKey& foreign_key : table.foreign_key()) {
    parts.push_back(ForeignKeyText(foreign_key));
  }
  std::vector<std::string> options;
  if (table.strict()) options.push_back("STRICT");
  if (table.without_rowid()) options.push_back("WITHOUT ROWID");
  return absl::StrCat("CREATE TABLE ", QuoteName(name), " (\n  ", absl::StrJoin(parts, ",\n  "),
                      "\n)", options.empty() ? "" : " ", absl::StrJoin(options, ", "));
}

std::string CreateIndex(const Index& index, absl::string_view table) {
  return absl::StrCat("CREATE ", index.unique() ? "UNIQUE " : "", "INDEX ", QuoteName(index.name()),
                      " ON ", QuoteName(table), " ", KeyList(index.key()),
                      index.where().empty() ? "" : absl::StrCat(" WHERE ", index.where()));
}

std::string CreateView(const View& view) {
  return absl::StrCat(
      "CREATE VIEW ", QuoteName(view.name()),
      view.column_name_size() > 0 ? absl::StrCat(" ", NameList(view.column_name())) : "", " AS ",
      view.definition());
}

std::string CreateTrigger(const Trigger& trigger, absl::string_view relation) {
  std::string text = absl::StrCat("CREATE TRIGGER ", QuoteName(trigger.name()), " ");
  switch (trigger.timing()) {
    case Trigger::AFTER:
      absl::StrAppend(&text, "AFTER ");
      break;
    case Trigger::INSTEAD_OF:
      absl::StrAppend(&text, "INSTEAD OF ");
      break;
    default:
      absl::StrAppend(&text, "BEFORE ");
  }
  absl::StrAppend(&text, trigger.event_size() > 0 ? Trigger::Event_Name(trigger.event(0))
                                                  : std::string("UPDATE"));
  if (trigger.update_of_size() > 0) {
    absl::StrAppend(
        &text, " OF ",
        absl::StrJoin(trigger.update_of(), ", ", [](std::string* out, const std::string& column) {
          absl::StrAppend(out, QuoteName(column));
        }));
  }
  absl::StrAppend(&text, " ON ", QuoteName(relation));
  if (!trigger.when().empty()) absl::StrAppend(&text, " WHEN ", trigger.when());
  return absl::StrCat(text, " BEGIN ", trigger.body(), " END");
}

std::vector<Creation> CreateAll(const Schema& schema) {
  std::vector<Creation> all;
  for (const Table& t : schema.table()) all.push_back({CreateTable(t), model::IdOf(t)});
  for (const Table& t : schema.table()) {
    for (const Index& i : t.index()) {
      all.push_back({CreateIndex(i, t.name()), model::IdOf(i, model::kNoSchema, t.name())});
    }
  }
  // A view may name one that is created later, and a trigger anything.
  for (const View& v : schema.view()) all.push_back({CreateView(v), model::IdOf(v)});
  for (const Table& t : schema.table()) {
    for (const Trigger& g : t.trigger()) {
      all.push_back({CreateTrigger(g, t.name()), IdOfTrigger(g, t.name())});
    }
  }
  for (const View& v : schema.view()) {
    for (const Trigger& g : v.trigger()) {
      all.push_back({CreateTrigger(g, v.name()), IdOfTrigger(g, v.name())});
    }
  }
  return all;
}

}  // namespace autogen::sqlite
