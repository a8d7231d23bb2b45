// Ten edits of a model, one after another, as a team makes them: each a proved script, the
// downgrade what was there before. Over the schema of everything, and over every real schema of
// $AUTOGEN_CORPUS_DIR.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/base/file.h"
#include "src/cli/run_main.h"
#include "src/model/load.h"
#include "src/model/print.h"
#include "tests/support/schemas.h"
#include "tests/support/server.h"

namespace autogen::cli {
namespace {

constexpr char kModel[] = "models/schema.txtpb";

// Whether anything of the schema names it: an object that the model names only once can be dropped.
bool IsAlone(const std::string& model, const std::string& word) {
  const std::string quoted = absl::StrCat("\"", word, "\"");
  size_t found = 0;
  for (size_t at = model.find(word); at != std::string::npos; at = model.find(word, at + 1)) {
    ++found;
  }
  return found == 1 && absl::StrContains(model, quoted);
}

bool IsOrdinary(const Table& table) {
  return !table.has_partition_by() && !table.has_partition_of() && !table.has_foreign() &&
         !table.has_of_type() && table.inherits_size() == 0;
}

// No other table is created like it.
bool HasHeirs(const Schema& schema, const Table& table) {
  return std::any_of(schema.table().begin(), schema.table().end(), [&](const Table& other) {
    return std::any_of(other.inherits().begin(), other.inherits().end(),
                       [&](const Name& parent) { return parent.name() == table.name(); });
  });
}

// The first column, of the widest tables first, of which this is true.
Column* FindColumn(Schema& schema, const std::function<bool(const Table&, const Column&)>& fits) {
  std::vector<Table*> tables;
  for (Table& table : *schema.mutable_table()) {
    if (IsOrdinary(table) && !HasHeirs(schema, table)) tables.push_back(&table);
  }
  std::stable_sort(tables.begin(), tables.end(),
                   [](Table* a, Table* b) { return a->column_size() > b->column_size(); });
  for (Table* table : tables) {
    for (Column& column : *table->mutable_column()) {
      if (fits(*table, column)) return &column;
    }
  }
  return nullptr;
}

// Where most of the edits are made: the widest table at first, then that one.
Table& Edited(Schema& schema) {
  Table* found = nullptr;
  for (Table& table : *schema.mutable_table()) {
    if (!IsOrdinary(table) || HasHeirs(schema, table) || !table.has_primary_key()) continue;
    if (table.primary_key().deferrable()) continue;  // nothing can refer to it
    if (std::any_of(table.column().begin(), table.column().end(),
                    [](const Column& c) { return absl::StartsWith(c.name(), "edited_"); })) {
      return table;
    }
    if (found == nullptr || table.column_size() > found->column_size()) found = &table;
  }
  REQUIRE(found != nullptr);
  return *found;
}

bool InAnyKey(const Schema& schema, const std::string& column) {
  for (const Table& table : schema.table()) {
    for (const ForeignKey& key : table.foreign_key()) {
      for (const std::string& name : key.column()) {
        if (name == column) return true;
      }
      for (const std::string& name : key.references().column()) {
        if (name == column) return true;
      }
    }
    for (const std::string& name : table.primary_key().column()) {
      if (name == column) return true;
    }
  }
  return false;
}

struct Edit {
  const char* name;
  // False where the schema has nothing of the kind.
  std::function<bool(Schema&, const std::string& model)> apply;
};

const std::vector<Edit>& Edits() {
  static const auto* edits = new std::vector<Edit>{
      {"add_column_with_comment",
       [](Schema& schema, const std::string&) {
         Column* column = Edited(schema).add_column();
         column->set_name("edited_note");
         column->set_type("text");
         column->set_comment("it's new");
         return true;
       }},
      {"add_required_column_with_check",
       [](Schema& schema, const std::string&) {
         Table& table = Edited(schema);
         Column* column = table.add_column();
         column->set_name("edited_state");
         column->set_type("varchar(20)");
         column->set_not_null(true);
         column->set_default_("'new'");
         table.add_check()->set_expression("edited_state <> ''");
         table.mutable_check()->rbegin()->set_name("edited_state_is_set");
         return true;
       }},
      {"drop_column",
       [](Schema& schema, const std::string& model) {
         Column* column = FindColumn(schema, [&](const Table&, const Column& c) {
           return IsAlone(model, c.name()) && !c.has_identity() && !c.inherited() &&
                  !absl::StartsWith(c.name(), "edited_");
         });
         if (column == nullptr) return false;
         const std::string name = column->name();
         auto* sequences = schema.mutable_sequence();
         sequences->erase(
             std::remove_if(sequences->begin(), sequences->end(),
                            [&](const Sequence& s) { return s.owned_by().column() == name; }),
             sequences->end());
         for (Table& table : *schema.mutable_table()) {
           auto* columns = table.mutable_column();
           columns->erase(std::remove_if(columns->begin(), columns->end(),
                                         [&](const Column& c) { return c.name() == name; }),
                          columns->end());
         }
         return true;
       }},
      {"widen_column",
       [](Schema& schema, const std::string&) {
         Column* column = FindColumn(schema, [&](const Table&, const Column& c) {
           return (c.type() == "integer" || absl::StartsWith(c.type(), "character varying")) &&
                  !InAnyKey(schema, c.name()) && !c.has_identity() && !c.has_generated();
         });
         if (column == nullptr) return false;
         column->set_type(column->type() == "integer" ? "bigint" : "text");
         return true;
       }},
      {"change_default",
       [](Schema& schema, const std::string&) {
         Column* column = FindColumn(schema, [](const Table&, const Column& c) {
           return c.type() == "boolean" && !c.default_().empty();
         });
         if (column == nullptr) {
           column = FindColumn(schema, [](const Table&, const Column& c) {
             return c.type() == "text" && c.default_().empty() && !c.has_generated();
           });
         }
         if (column == nullptr) return false;
         column->set_default_(column->type() == "text"       ? "'edited'"
                              : column->default_() == "true" ? "false"
                                                             : "true");
         return true;
       }},
      {"require_column",
       [](Schema& schema, const std::string&) {
         Column* column = FindColumn(schema, [](const Table&, const Column& c) {
           return !c.not_null() && !c.has_generated() && !c.inherited();
         });
         if (column == nullptr) return false;
         column->set_not_null(true);
         return true;
       }},
      {"add_indexes",
       [](Schema& schema, const std::string&) {
         Table& table = Edited(schema);
         Index* index = table.add_index();
         index->set_name("edited_state_note");
         index->add_column("edited_state");
         index->add_include("edited_note");
         index->set_where("edited_note is not null");
         index = table.add_index();
         index->set_name("edited_note_lower");
         index->add_key()->set_expression("lower(edited_note)");
         index->mutable_key(0)->set_descending(true);
         return true;
       }},
      {"drop_index",
       [](Schema& schema, const std::string& model) {
         for (Table& table : *schema.mutable_table()) {
           auto* indexes = table.mutable_index();
           for (int i = 0; i < indexes->size(); ++i) {
             if (!IsOrdinary(table) || !IsAlone(model, indexes->Get(i).name())) continue;
             if (indexes->Get(i).unique()) continue;  // a foreign key may depend on it
             indexes->DeleteSubrange(i, 1);
             return true;
           }
         }
         return false;
       }},
      {"add_table_with_foreign_key",
       [](Schema& schema, const std::string&) {
         const Table target = Edited(schema);
         Enum* kind = schema.add_enum_();
         kind->set_schema(target.schema());
         kind->set_name("edited_kind");
         kind->add_label("a");
         kind->add_label("B c");
         Table* table = schema.add_table();
         table->set_schema(target.schema());
         table->set_name("Edited table");
         Column* id = table->add_column();
         id->set_name("id");
         id->set_type("bigint");
         id->set_primary_key(true);
         id->mutable_identity();
         Column* what = table->add_column();
         what->set_name("kind");
         what->set_type(absl::StrCat(target.schema(), ".edited_kind"));
         what->set_default_("'B c'");
         ForeignKey* key = table->add_foreign_key();
         key->mutable_references()->set_schema(target.schema());
         key->mutable_references()->set_table(target.name());
         key->set_on_delete(ForeignKey::CASCADE);
         for (const std::string& name : target.primary_key().column()) {
           for (const Column& column : target.column()) {
             if (column.name() != name) continue;
             Column* copy = table->add_column();
             copy->set_name(absl::StrCat("its_", name));
             copy->set_type(column.type());
             key->add_column(copy->name());
           }
         }
         View* view = schema.add_view();
         view->set_schema(target.schema());
         view->set_name("edited_view");
         view->set_definition(absl::StrCat("select id, kind from ", target.schema(),
                                           ".\"Edited table\" where kind = 'a'"));
         return true;
       }},
      {"change_comments",
       [](Schema& schema, const std::string&) {
         Edited(schema).set_comment("it's the \"edited\" one");
         for (Column& column : *Edited(schema).mutable_column()) {
           column.set_comment(column.comment().empty() ? "said" : "");
         }
         return true;
       }},
      {"rename_column",
       [](Schema& schema, const std::string&) {
         for (Column& column : *Edited(schema).mutable_column()) {
           if (column.name() != "edited_note") continue;
           column.set_name("edited_remark");
           column.set_renamed_from("edited_note");
         }
         // What names it is renamed as well.
         for (Table& table : *schema.mutable_table()) {
           for (Index& index : *table.mutable_index()) {
             if (index.name() == "edited_state_note") {
               index.set_include(0, "edited_remark");
               index.set_where("edited_remark is not null");
             } else if (index.name() == "edited_note_lower") {
               index.mutable_key(0)->set_expression("lower(edited_remark)");
             }
           }
         }
         return true;
       }},
  };
  return *edits;
}

void Expect(int code, const std::vector<std::string>& arguments) {
  const Outcome outcome = RunMain(arguments);
  REQUIRE_MESSAGE(outcome.code == code, absl::StrCat(arguments.front(), " exited with ",
                                                     outcome.code, "\n", outcome.out, outcome.err));
}

// Without autogen's own tables. A dropped column comes back at the end of its table.
std::string Dump(const testing::TestDatabase& database) {
  database.Run("DROP TABLE IF EXISTS autogen_version, autogen_version_ledger");
  auto dump = testing::PgDump(database.Url());
  if (!dump.ok()) return "";  // pg_dump refuses servers newer than itself
  return testing::WithoutColumnOrder(*dump);
}

void CheckDump(const testing::TestDatabase& database, const std::string& want) {
  const std::string have = Dump(database);
  CHECK_MESSAGE(have == want, testing::LineDifference(have, want));
}

// Makes each edit and its script, applies it; then downgrades to the base and upgrades again.
void EditAndMigrate(const testing::TestDatabase& database) {
  ScratchFolder folder;
  setenv("DATABASE_URL", database.Url().c_str(), 1);
  setenv("AUTOGEN_CACHE_DIR", "cache", 1);
  Expect(0, {"init"});
  std::filesystem::remove(kModel);
  Expect(0, {"import", "--output", kModel});
  const std::string before = Dump(database);
  size_t scripts = 0;
  for (const Edit& edit : Edits()) {
    CAPTURE(std::string(edit.name));
    const std::string text = *ReadFile(kModel);
    auto model = model::LoadModelText(kModel, text);
    REQUIRE_MESSAGE(model.ok(), model.status().ToString());
    Schema schema = **model;
    if (!edit.apply(schema, text)) continue;
    REQUIRE(WriteFile(kModel, model::PrintModel(schema), Overwrite::kReplace).ok());
    Expect(0, {"-m", edit.name});
    auto files = ListFiles("versions", ".sql", true);
    REQUIRE(files.ok());
    REQUIRE(files->size() == ++scripts);
    for (const std::string& file : *files) {
      CHECK(absl::StrContains(*ReadFile(file), "\n-- proof: PostgreSQL"));
    }
    Expect(0, {"upgrade"});
    Expect(0, {"check"});
  }
  CHECK(scripts >= 10);
  MESSAGE(scripts, " scripts");
  Expect(0, {"downgrade", "base"});
  Expect(1, {"check"});
  CheckDump(database, before);
  Expect(0, {"upgrade"});
  Expect(0, {"check"});
  const std::string after = Dump(database);
  Expect(0, {"stamp", "head"});
  Expect(0, {"downgrade", "base"});
  CheckDump(database, before);
  Expect(0, {"upgrade"});
  CheckDump(database, after);
  unsetenv("DATABASE_URL");
}

TEST_CASE("ten edits of the schema of everything: ten proved scripts, up and down") {
  testing::TestDatabase database;
  testing::LoadEverything(database);
  EditAndMigrate(database);
}

TEST_CASE("ten edits of each real schema") {
  for (const std::string& path : testing::RealSchemas()) {
    CAPTURE(path);
    testing::TestDatabase database;
    REQUIRE(testing::LoadFile(database, path).ok());
    EditAndMigrate(database);
  }
}

}  // namespace
}  // namespace autogen::cli
