// Which fields of the model tests touch.
#ifndef AUTOGEN_TESTS_SUPPORT_FIELDS_H_
#define AUTOGEN_TESTS_SUPPORT_FIELDS_H_

#include <set>
#include <string>
#include <vector>

#include "src/model/catalog.h"

namespace autogen::testing {

class FieldCoverage {
 public:
  // Every field that is set, of every object.
  void AddSet(const model::Catalog& catalog);
  // Every field that differs between the two: of objects that only one of them has, and of those
  // that both have.
  void AddDifference(const model::Catalog& before, const model::Catalog& after);

  // Of all that a Schema can hold, as "Table.unlogged", sorted: what was never set, or never
  // different in an object that both had. Without keys, hints and sugar.
  std::vector<std::string> NeverSet() const;
  std::vector<std::string> NeverDifferent() const;

 private:
  std::set<std::string> set_;
  std::set<std::string> different_;
};

}  // namespace autogen::testing

#endif  // AUTOGEN_TESTS_SUPPORT_FIELDS_H_
