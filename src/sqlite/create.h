// The CREATE statements of a Schema's objects, without semicolons.
#ifndef AUTOGEN_SQLITE_CREATE_H_
#define AUTOGEN_SQLITE_CREATE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "autogen/schema.pb.h"
#include "src/model/object_id.h"

namespace autogen::sqlite {

// With its columns in the order of the message and its constraints, without indexes and triggers.
// `name`: instead of its own, where given.
std::string CreateTable(const Table& table, absl::string_view name = "");
// "score INTEGER NOT NULL DEFAULT 0": one column with the constraints that it alone can have.
std::string ColumnDefinition(const Column& column);
// "CONSTRAINT n REFERENCES p (id) ON DELETE CASCADE", as it stands with a column.
std::string ReferencesText(const ForeignKey& key);
std::string CreateIndex(const Index& index, absl::string_view table);
std::string CreateView(const View& view);
std::string CreateTrigger(const Trigger& trigger, absl::string_view relation);

// Everything, in an order that SQLite takes: tables, indexes, views, triggers.
struct Creation {
  std::string sql;
  model::ObjectId object;
};
std::vector<Creation> CreateAll(const Schema& schema);

}  // namespace autogen::sqlite

#endif  // AUTOGEN_SQLITE_CREATE_H_
