// The names that PostgreSQL gives to constraints, indexes and sequences that have none:
// makeObjectName, ChooseRelationName, ChooseIndexName and ChooseConstraintName of
// src/backend/commands/indexcmds.c and src/backend/catalog/pg_constraint.c.
#ifndef AUTOGEN_MODEL_NAMES_H_
#define AUTOGEN_MODEL_NAMES_H_

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "autogen/schema.pb.h"
#include "src/model/object_id.h"

namespace autogen::model {

inline constexpr size_t kMaxNameBytes = 63;  // NAMEDATALEN - 1

// "first_second_label", or "first_label" where `second` is empty, cut to 63 bytes: the longer of
// the two names first, never inside a character.
std::string ObjectName(absl::string_view first, absl::string_view second, absl::string_view label);

// Of a NOT NULL column of PostgreSQL 18: the name of its constraint.
std::string NotNullName(const Column& column, const ObjectId& id);

// The parts of a name that PostgreSQL would choose.
struct NameParts {
  std::string first;
  std::string second;
  const char* label;
  // What the name must not collide with in its schema.
  bool relation = false;
  bool constraint = false;

  std::string Plain() const { return ObjectName(first, second, label); }
};

NameParts PartsOf(const PrimaryKey& key, absl::string_view table);
NameParts PartsOf(const Unique& key, absl::string_view table);
NameParts PartsOf(const Exclusion& exclusion, absl::string_view table);
NameParts PartsOf(const ForeignKey& key, absl::string_view table);
NameParts PartsOf(const Index& index, absl::string_view table);
NameParts PartsOf(const DomainCheck& check, absl::string_view domain);
// The column stands in the name where the expression mentions exactly one of `columns`.
NameParts PartsOf(const Check& check, absl::string_view table,
                  const std::vector<std::string>& columns);
// The columns in the order in which the schema has them.
NameParts PartsOf(const Statistics& statistics);
NameParts SequenceParts(absl::string_view table, absl::string_view column);

// makeMultirangeTypeName of src/backend/catalog/pg_type.c.
std::string MultirangeName(absl::string_view range);

// The names that a schema has, so that new ones do not collide. Points into the schema: the names
// that it had at first must stay.
class TakenNames {
 public:
  // Every relation and constraint that has a name.
  explicit TakenNames(const Schema& schema);

  int Relations(absl::string_view schema, absl::string_view name) const;
  int Constraints(absl::string_view schema, absl::string_view name) const;

  // The name, with the first number behind it that makes it free; takes it.
  std::string Choose(absl::string_view schema, const NameParts& parts);

 private:
  using Key = std::pair<absl::string_view, absl::string_view>;
  void Take(absl::string_view schema, absl::string_view name, bool relation, bool constraint);
  absl::flat_hash_map<Key, int> relations_;
  absl::flat_hash_map<Key, int> constraints_;
  std::deque<std::string> chosen_;
};

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_NAMES_H_
