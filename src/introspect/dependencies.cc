// pg_depend between managed objects.
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

class Resolver {
 public:
  explicit Resolver(const Builder& builder) : builder_(builder) {}

  // `part` has no entry of its own and belongs to `whole`: an array type to its element's, a view's
  // rule to the view, an index to its constraint.
  void AddPart(const Address& part, const Address& whole) { wholes_.emplace(part, whole); }

  const Builder::Entry* Find(Address address) const {
    // A chain is short: an array of a multirange, of a range. The bound is against a damaged
    // catalog.
    for (int i = 0; i < 8; ++i) {
      if (const Builder::Entry* entry = builder_.Find(address)) return entry;
      if (auto it = wholes_.find(address); it != wholes_.end()) {
        address = it->second;
      } else if (address.sub_id != 0) {
        address.sub_id = 0;  // a column that is not an object of its own
      } else {
        break;
      }
    }
    return nullptr;
  }

 private:
  const Builder& builder_;
  absl::flat_hash_map<Address, Address> wholes_;
};

model::ObjectId IdOf(const Builder::Entry& entry) {
  return model::IdOf(*entry.object, *entry.parent_schema, *entry.parent);
}

// The columns of `table`'s parents, and of theirs, that are its column of that name.
void ParentColumns(const Schema& schema, const Table& table, const std::string& name,
                   std::vector<model::ObjectId>* found) {
  for (const Name& parent : table.inherits()) {
    for (const Table& t : schema.table()) {
      if (t.name() != parent.name() || t.schema() != parent.schema()) continue;
      for (const Column& c : t.column()) {
        if (c.name() == name) found->push_back({COLUMN, t.schema(), t.name(), name});
      }
      ParentColumns(schema, t, name, found);
    }
  }
}

}  // namespace

void ReadDependencies(const postgres::Result& result, Builder& builder) {
  Resolver resolver(builder);
  auto dependent = [](Row& row) {
    return Address{row.Oid("class"), row.Oid("object"), static_cast<int32_t>(row.Int("sub"))};
  };
  auto referenced = [](Row& row) {
    return Address{row.Oid("ref_class"), row.Oid("ref_object"),
                   static_cast<int32_t>(row.Int("ref_sub"))};
  };
  for (Row row(result); row.Next();) {
    if (row.Text("type") != "i") continue;
    resolver.AddPart(dependent(row), referenced(row));
  }
  std::vector<model::Dependency>& dependencies = builder.dependencies();
  for (Row row(result); row.Next();) {
    const Builder::Entry* from = resolver.Find(dependent(row));
    const Builder::Entry* to = resolver.Find(referenced(row));
    if (from == nullptr || to == nullptr || from->object == to->object) continue;
    model::Dependency edge;
    edge.dependent = IdOf(*from);
    edge.referenced = IdOf(*to);
    // A part that is no object (a NOT NULL constraint), or what the schema says already: a child
    // needs the table around it.
    if (edge.dependent.kind == KIND_UNSPECIFIED || edge.referenced.kind == KIND_UNSPECIFIED)
      continue;
    if (edge.dependent.schema == edge.referenced.schema && !edge.dependent.parent.empty() &&
        edge.dependent.parent == edge.referenced.name && edge.referenced.parent.empty()) {
      continue;
    }
    edge.field = *from->field;
    if (const auto* table = google::protobuf::DynamicCastToGenerated<Table>(from->object);
        table != nullptr && edge.referenced.kind == TABLE &&
        table->partition_of().table() == edge.referenced.name &&
        table->partition_of().schema() == edge.referenced.schema) {
      edge.field = "partition_of";
    }
    // The only 'a' dependency of a sequence is its owner.
    if (edge.dependent.kind == SEQUENCE && edge.referenced.kind == COLUMN) edge.field = "owned_by";
    // A column that comes from a parent table changes with the parent's.
    const Address at = referenced(row);
    const auto* child = builder.FindAs<Table>({at.class_oid, at.object_oid});
    if (child != nullptr && child->inherits_size() > 0 && at.sub_id != 0) {
      const Builder::ColumnFacts* facts = builder.FindColumn(at.object_oid, at.sub_id);
      std::vector<model::ObjectId> columns;
      if (facts != nullptr) ParentColumns(*builder.schema(), *child, facts->name, &columns);
      for (model::ObjectId& column : columns) {
        dependencies.push_back({edge.dependent, std::move(column), edge.field, false});
      }
    }
    dependencies.push_back(std::move(edge));
  }
  std::sort(dependencies.begin(), dependencies.end());
  dependencies.erase(std::unique(dependencies.begin(), dependencies.end()), dependencies.end());
}

}  // namespace autogen::introspect
