// Finds the data checks of violating.h, by the kind of what changes.
#ifndef AUTOGEN_ROWS_FINDER_H_
#define AUTOGEN_ROWS_FINDER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/diff/diff.h"
#include "src/rows/projection.h"
#include "src/rows/violating.h"

namespace autogen::rows {

using diff::Operation;
using model::ObjectId;

// "tableoid, ctid": a row's place.
extern const char kRowId[];

// Alter: the field is among the changed ones.
bool Changed(const Operation& op, absl::string_view field);
// "t.a", without "public.".
std::string Short(const ObjectId& id);
// The object of the kind that a type's name means, or nullptr.
const google::protobuf::Message* FindType(const model::Catalog& catalog, Kind kind,
                                          absl::string_view type);

class Finder {
 public:
  Finder(const diff::Plan& plan, int server_version)
      : plan_(plan), server_version_(server_version) {}

  std::vector<ViolatingRows> Run();

 private:
  void Look(const Operation& op);

  // Rows of one relation that meet a condition. `from` as Projection::From gives it, with and
  // without the row's place.
  void Add(const Projection& p, const std::vector<std::string>& columns, bool only,
           const std::string& where, std::string what, bool nulls = false);
  void Push(const Projection& p, const std::string& count, const std::string& rows,
            std::string what, bool nulls = false);

  // Not recreated as it was: something in it changes.
  static bool Matters(const Operation& op, const Projection& p,
                      const std::vector<std::string>& columns);
  void NewColumn(const Operation& op);
  void ChangedColumn(const Operation& op);

  // A condition over the relation as it is now.
  void AddOld(const Projection& p, const std::string& where, std::string what, bool nulls = false);
  std::string TypeFailure(const std::string& value, std::string before, std::string after,
                          const std::string& cast);
  static absl::string_view ElementOf(absl::string_view type);

  // The labels of `wanted` as values of the present type have them.
  std::vector<std::string> OldLabels(const Enum& wanted, const Enum* present) const;

  using Names = google::protobuf::RepeatedPtrField<std::string>;
  using Keys = google::protobuf::RepeatedPtrField<IndexKey>;
  // `overlaps`: WITHOUT OVERLAPS; `nulls`: NULLS NOT DISTINCT.
  void KeyColumns(const Operation& op, const Names& columns, bool primary, bool overlaps,
                  bool nulls);

  // Surplus rows, so that each key occurs once.
  void Unique_(const Operation& op, const Keys& keys, const std::string& predicate,
               bool nulls_not_distinct);

  // The columns that the keys and the predicate use, and the keys as SQL. False where the relation
  // is new.
  static bool CollectKeys(const Projection& p, const Keys& keys, const std::string& predicate,
                          std::vector<std::string>* columns, std::vector<std::string>* texts);
  void Excluded(const Operation& op);
  // Rows of which an earlier one is equal in the sense of every key's operator.
  void Clashes(const Operation& op, const Keys& keys, const std::string& predicate,
               absl::string_view how);
  void Checked(const Operation& op);
  void Orphans(const Operation& op);

  // Every column that is of the domain now.
  void ForEachUse(const ObjectId& domain,
                  const std::function<std::string(const std::string& value)>& condition,
                  const std::string& what);
  void DomainNotNull(const Operation& op);
  void DomainChecked(const Operation& op);
  void Partition(const Operation& op);

  const diff::Plan& plan_;
  const int server_version_;
  size_t index_ = 0;
  std::vector<ViolatingRows> found_;
};

}  // namespace autogen::rows

#endif  // AUTOGEN_ROWS_FINDER_H_
