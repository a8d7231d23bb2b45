// The parts of introspection: each kind's file reads the rows of its query into a Builder.
#ifndef AUTOGEN_INTROSPECT_READER_H_
#define AUTOGEN_INTROSPECT_READER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_set.h"
#include "absl/status/status.h"
#include "autogen/schema.pb.h"
#include "src/introspect/introspect.h"
#include "src/model/new_schema.h"
#include "src/postgres/connection.h"

namespace autogen::introspect {

// An object's address in the catalogs, as in pg_depend and pg_description.
struct Address {
  uint32_t class_oid = 0;  // of the catalog: see the constants below
  uint32_t object_oid = 0;
  int32_t sub_id = 0;  // a column's number, else 0
  friend bool operator==(const Address& a, const Address& b) {
    return a.class_oid == b.class_oid && a.object_oid == b.object_oid && a.sub_id == b.sub_id;
  }
  template <typename H>
  friend H AbslHashValue(H h, const Address& a) {
    return H::combine(std::move(h), a.class_oid, a.object_oid, a.sub_id);
  }
};

// OIDs of the system catalogs: fixed numbers in every version (pg_class.dat and the CATALOG() lines
// of src/include/catalog).
enum CatalogOid : uint32_t {
  kPgType = 1247,
  kPgProc = 1255,
  kPgClass = 1259,
  kPgAttrdef = 2604,
  kPgConstraint = 2606,
  kPgOperator = 2617,
  kPgOpclass = 2616,
  kPgOpfamily = 2753,
  kPgAm = 2601,
  kPgLanguage = 2612,
  kPgRewrite = 2618,
  kPgTrigger = 2620,
  kPgNamespace = 2615,
  kPgConversion = 2607,
  kPgCast = 2605,
  kPgCollation = 3456,
  kPgTsConfig = 3602,
  kPgTsDict = 3600,
  kPgTsParser = 3601,
  kPgTsTemplate = 3764,
  kPgExtension = 3079,
  kPgForeignDataWrapper = 2328,
  kPgForeignServer = 1417,
  kPgUserMapping = 1418,
  kPgEventTrigger = 3466,
  kPgPolicy = 3256,
  kPgPublication = 6104,
  kPgPublicationRel = 6106,
  kPgPublicationNamespace = 6237,
  kPgSubscription = 6100,
  kPgStatisticExt = 3381,
  kPgTransform = 3576,
  kPgDefaultAcl = 826,
  kPgAmop = 2602,
  kPgAmproc = 2603,
};

class Builder {
 public:
  explicit Builder(const Options& options) : options_(options), schema_(model::NewSchema()) {}

  Schema* schema() { return schema_.get(); }
  const Options& options() const { return options_; }

  // Every object that a reader adds is registered under its catalog address, so that comments,
  // owners, privileges, labels and dependencies find it. `parent_*` for nested objects (see
  // model::IdOf). An object may have several addresses (a constraint and its index, a table and its
  // row type): the first one registered is its own, the others serve dependencies only. `field`
  // names the detachable field that an address stands for (pg_attrdef -> "default").
  void Register(const Address& address, google::protobuf::Message* object,
                absl::string_view parent_schema = "", absl::string_view parent = "",
                absl::string_view field = "");

  // There is one for each column of the database: texts are kept once for all that share them.
  struct Entry {
    google::protobuf::Message* object = nullptr;
    const std::string* parent_schema = &kNone;
    const std::string* parent = &kNone;
    const std::string* field = &kNone;
    bool own = true;  // the object's first address: comments, owner, privileges belong to it
  };
  const Entry* Find(const Address& address) const;

  // The object at that address as T (Table, View, …), or nullptr where nothing is registered there
  // or it is of another type.
  template <typename T>
  T* FindAs(const Address& address) const {
    const Entry* e = Find(address);
    return e == nullptr ? nullptr : google::protobuf::DynamicCastToGenerated<T>(e->object);
  }

  // An object that is left out on purpose: the census does not name it.
  void Skip(const Address& address) { skipped_.insert(address); }
  bool IsSkipped(const Address& address) const { return skipped_.contains(address); }

  // Every column of a table by its number, for readers of what names columns by number.
  struct ColumnFacts {
    std::string name;
    uint32_t type = 0;       // for a domain, the type below it
    uint32_t collation = 0;  // 0 where the type has none
  };
  void SetColumn(uint32_t relation, int number, ColumnFacts facts);
  // nullptr where the relation's columns were not read.
  const ColumnFacts* FindColumn(uint32_t relation, int number) const;
  // The name of a registered relation's column (of views too); "" where it is not known.
  std::string ColumnName(uint32_t relation, int number) const;

  // Every operator class, for readers of keys.
  struct OpclassFacts {
    Name name;
    uint32_t method = 0;
    uint32_t type = 0;
    bool is_default = false;           // of its type
    bool takes_others = false;         // its type is preferred or polymorphic
    bool stores_another_type = false;  // than it indexes
  };
  void AddOpclass(uint32_t oid, OpclassFacts facts);
  const OpclassFacts* FindOpclass(uint32_t oid) const;  // nullptr where there is none
  bool HasDefaultOpclass(uint32_t method, uint32_t type) const;

  // Moves the addresses of objects that are no longer in the schema to what is named in their
  // place.
  void Redirect(const absl::flat_hash_map<const google::protobuf::Message*,
                                          google::protobuf::Message*>& replacements);

  void AddUnmanaged(std::string what, std::string name);
  std::vector<model::Unmanaged>& unmanaged() { return unmanaged_; }
  std::vector<model::Dependency>& dependencies() { return dependencies_; }
  model::UncomparedPrivileges& uncompared() { return uncompared_; }
  std::shared_ptr<Schema> Release() { return std::move(schema_); }

 private:
  static const std::string kNone;  // ""
  const std::string* Kept(absl::string_view text);

  const Options& options_;
  std::shared_ptr<Schema> schema_;
  absl::node_hash_set<std::string> texts_;  // of entries
  absl::flat_hash_map<Address, Entry> entries_;
  absl::flat_hash_set<const google::protobuf::Message*> registered_;
  absl::flat_hash_set<Address> skipped_;
  absl::flat_hash_map<std::pair<uint32_t, int>, ColumnFacts> columns_;
  absl::flat_hash_map<uint32_t, OpclassFacts> opclasses_;
  absl::flat_hash_set<std::pair<uint32_t, uint32_t>> default_opclasses_;  // (method, type)
  std::vector<model::Unmanaged> unmanaged_;
  std::vector<model::Dependency> dependencies_;
  model::UncomparedPrivileges uncompared_;
};

// Rows of one query by column name, each looked up once: a cursor for the readers. A column that
// the query does not return is a bug: it ends the program.
//   for (Row row(result); row.Next();) { row.Text("name") … }
class Row {
 public:
  explicit Row(const postgres::Result& result) : result_(result) {}
  bool Next() { return ++row_ < result_.rows(); }
  bool IsNull(const char* column);
  absl::string_view Text(const char* column);
  std::string String(const char* column) { return std::string(Text(column)); }
  bool Bool(const char* column);
  int64_t Int(const char* column);
  uint32_t Oid(const char* column) { return static_cast<uint32_t>(Int(column)); }
  std::vector<std::string> Array(const char* column);

 private:
  int Column(const char* column);
  const postgres::Result& result_;
  int row_ = -1;
  std::vector<std::pair<const char*, int>> columns_;
};

// A name as regproc, regcollation and regclass print it while search_path is empty ("Object
// Identifier Types" in the manual): quoted where it must be, without a schema in pg_catalog.
Name ParseName(absl::string_view text);

// The name in a column of such a type into what `mutable_name` gives: `[d] { return
// d->mutable_collation(); }`. Where the column is NULL or names nothing ("-") it is not called.
template <typename Mutable>
void ReadName(Row& row, const char* column, const Mutable& mutable_name) {
  if (!row.IsNull(column) && row.Text(column) != "-") *mutable_name() = ParseName(row.Text(column));
}

// The same for a name in two columns (schema, name); NULL where there is none.
template <typename Mutable>
void ReadName(Row& row, const char* schema, const char* name, const Mutable& mutable_name) {
  if (row.IsNull(name)) return;
  Name* n = mutable_name();
  n->set_schema(row.String(schema));
  n->set_name(row.String(name));
}

// The text[] "name=value" of reloptions, proconfig, attoptions, fdw options -> Option messages.
void ReadOptions(const std::vector<std::string>& values,
                 google::protobuf::RepeatedPtrField<Option>* options);

// The same for pg_attribute.attoptions, without "pg_attver": a stamp that newer minor releases keep
// there for themselves. SQL can neither set nor reset it, and pg_dump leaves it out as well.
void ReadAttributeOptions(const std::vector<std::string>& values,
                          google::protobuf::RepeatedPtrField<Option>* options);

// `expression` without the parentheses around the whole of it (one pair; pg_get_expr adds them):
// "(a > 0)" -> "a > 0", "(a) || (b)" and "( SELECT f())" unchanged. For every EXPRESSION field that
// SQL itself puts into parentheses; a column's default stays as it is.
std::string StripParentheses(absl::string_view expression);

// Whether that table is one of options.own_tables.
bool IsOwnTable(absl::string_view schema, absl::string_view name, const Options& options);

// The numbers of an int2vector or oidvector ("1 2 3"); an array ("{1,2,3}") does as well.
std::vector<int64_t> Numbers(absl::string_view vector);

// A comma-separated list of deparsed expressions (pg_get_expr of a list) apart.
std::vector<std::string> SplitExpressions(absl::string_view list);

// One query and its reader. Readers run in the order of the table in queries.cc: relations before
// their dependents. A reader skips rows whose relation is not registered.
using Reader = void (*)(const postgres::Result&, Builder&);

// tables.cc, columns.cc, constraints.cc, …: each file defines its readers; queries.cc lists them,
// readers.h declares them. queries/NAME.sql is the query; queries/NAME.N.sql, where it exists, is
// what servers up to PostgreSQL N get instead. Placeholders in a query (see queries.h):
//   {{namespaces}}                          a condition on pg_namespace `n`: the schemas to read
//   {{not_extension_member pg_class c.oid}} leaves out what belongs to an extension
//   {{secret o}}                            the name of the option `o` ("name=value") suggests a
//   secret

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_READER_H_
