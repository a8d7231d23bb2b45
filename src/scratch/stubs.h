// Routines without their bodies: nothing that is built of a model can run the model's code.
#ifndef AUTOGEN_SCRATCH_STUBS_H_
#define AUTOGEN_SCRATCH_STUBS_H_

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "autogen/schema.pb.h"

namespace autogen::scratch {

// PostgreSQL stores the text between the quotes of AS as it is, but runs it wherever an index, a
// check, a default, an event trigger or the planner calls the routine while a schema is built. That
// code could change the copy and so falsify a comparison. So each body is replaced by one that does
// nothing and yields NULL (true, where the answer is a boolean), marked with the body's digest: two
// routines that differ still differ. Standard-SQL bodies stay, which PostgreSQL must parse: they
// can change rows, but no schema. Bodies in LANGUAGE c and internal are names of symbols, and stay
// too.
class Stubs {
 public:
  // A copy of `schema` in which every routine is without its body.
  std::shared_ptr<Schema> Apply(const Schema& schema);
  // Puts the bodies back that Apply() took, of whatever name their routines are now.
  void Restore(Schema* schema) const;

 private:
  absl::flat_hash_map<std::string, std::string> bodies_;  // by what stands for them
};

// The same for one statement, which is otherwise returned as it is.
std::string WithoutBody(const std::string& statement);

}  // namespace autogen::scratch

#endif  // AUTOGEN_SCRATCH_STUBS_H_
