// The parts of introspection: each kind's file reads the rows of its query into a Builder.
#ifndef AUTOGEN_INTROSPECT_READER_H_
#define AUTOGEN_INTROSPECT_READER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "autogen/schema.pb.h"
#include "src/introspect/introspect.h"
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
  kPgStatisticExt = 3381,
  kPgTransform = 3576,
  kPgDefaultAcl = 826,
  kPgAmop = 2602,
  kPgAmproc = 2603,
};

class Builder {
 public:
  explicit Builder(const Options& options)
      : options_(options), schema_(std::make_shared<Schema>()) {}

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

  struct Entry {
    google::protobuf::Message* object = nullptr;
    std::string parent_schema, parent, field;
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

  // Names of things that are referred to but are not (or not yet) objects of the schema:
  // collations, operator classes, types …, by address.
  void SetName(const Address& address, absl::string_view schema, absl::string_view name);
  // nullptr where none was set.
  const Name* NameOf(const Address& address) const;

  void AddUnmanaged(std::string what, std::string name);
  std::vector<Unmanaged>& unmanaged() { return unmanaged_; }
  std::vector<model::Dependency>& dependencies() { return dependencies_; }
  std::shared_ptr<Schema> Release() { return std::move(schema_); }

 private:
  const Options& options_;
  std::shared_ptr<Schema> schema_;
  absl::flat_hash_map<Address, Entry> entries_;
  absl::flat_hash_set<const google::protobuf::Message*> registered_;
  absl::flat_hash_map<Address, Name> names_;
  std::vector<Unmanaged> unmanaged_;
  std::vector<model::Dependency> dependencies_;
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

// The text[] "name=value" of reloptions, proconfig, attoptions, fdw options -> Option messages.
void ReadOptions(const std::vector<std::string>& values,
                 google::protobuf::RepeatedPtrField<Option>* options);

// `expression` without the parentheses around the whole of it (one pair; pg_get_expr adds them):
// "(a > 0)" -> "a > 0", "(a) || (b)" unchanged. For every EXPRESSION field that SQL itself puts
// into parentheses; a column's default stays as it is.
std::string StripParentheses(absl::string_view expression);

// One query and its reader. Readers run in the order of the table in queries.cc: relations before
// what hangs on them. A reader skips rows whose relation is not registered.
using Reader = void (*)(const postgres::Result&, Builder&);

// tables.cc, columns.cc, constraints.cc, …: each file defines its readers; queries.cc lists them,
// readers.h declares them. queries/NAME.sql is the query; queries/NAME.N.sql, where it exists, is
// what servers up to PostgreSQL N get instead. Placeholders in a query (see queries.h):
//   {{namespaces}}                          a condition on pg_namespace `n`: the schemas to read
//   {{not_extension_member pg_class c.oid}} leaves out what belongs to an extension

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_READER_H_
