#include "absl/strings/str_cat.h"
#include "src/render/definition.h"
#include "src/render/table_parts.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Operation;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string Text(const Message& m, const char* name) {
  return m.GetReflection()->GetString(m, m.GetDescriptor()->FindFieldByName(name));
}

google::protobuf::RepeatedPtrField<Option> With(const Message& m) {
  const FieldDescriptor* f = m.GetDescriptor()->FindFieldByName("with");
  google::protobuf::RepeatedPtrField<Option> options;
  for (int i = 0; i < m.GetReflection()->FieldSize(m, f); ++i) {
    options.Add()->CopyFrom(m.GetReflection()->GetRepeatedMessage(m, f, i));
  }
  return options;
}

}  // namespace

void AlterIndexParts(const Operation& op, Context& context) {
  std::string alter = absl::StrCat("ALTER INDEX ", sql::Qualified(op.id.schema, op.id.name));
  if (context.Changed(op, "with")) {
    OptionChanges changes = DiffOptions(With(*op.before), With(*op.after));
    if (!changes.set.empty()) context.Add(absl::StrCat(alter, " SET (", changes.set, ")"));
    if (!changes.reset.empty()) context.Add(absl::StrCat(alter, " RESET (", changes.reset, ")"));
  }
  if (context.Changed(op, "tablespace")) {
    std::string tablespace = Text(*op.after, "tablespace");
    context.Add(op,
                absl::StrCat(alter, " SET TABLESPACE ",
                             tablespace.empty() ? "pg_default" : sql::Ident(tablespace)),
                "move to another tablespace");
  }
  if (context.Changed(op, "attached_to") && !context.IsAttached(op.id.schema, op.id.parent)) {
    AttachIndex(op, context);
  }
}

void AttachIndex(const Operation& op, Context& context) {
  std::string parent = Text(*op.after, "attached_to");
  const Table* table = TableOf(op.id, context);
  if (parent.empty() || table == nullptr || !table->has_partition_of()) return;
  context.Add(absl::StrCat("ALTER INDEX ", sql::Qualified(ParentSchema(*table), parent),
                           " ATTACH PARTITION ", sql::Qualified(op.id.schema, op.id.name)));
}

bool HasAttachedIndexes(const model::ObjectId& id, const Context& context) {
  if (context.plan.after == nullptr) return false;
  for (const Table& table : context.plan.after->schema().table()) {
    if (table.partition_of().table() != id.parent || ParentSchema(table) != id.schema) continue;
    if (table.primary_key().attached_to() == id.name) return true;
    for (const Index& i : table.index()) {
      if (i.attached_to() == id.name) return true;
    }
    for (const Unique& u : table.unique()) {
      if (u.attached_to() == id.name) return true;
    }
    for (const Exclusion& e : table.exclude()) {
      if (e.attached_to() == id.name) return true;
    }
  }
  return false;
}

}  // namespace autogen::render
