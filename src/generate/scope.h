// Which schemas a comparison is about.
#ifndef AUTOGEN_GENERATE_SCOPE_H_
#define AUTOGEN_GENERATE_SCOPE_H_

#include <memory>
#include <set>
#include <string>

#include "autogen/schema.pb.h"
#include "src/model/snapshot.h"

namespace autogen::generate {

// The schemas that a model declares or puts an object in; "public" where it names none at all.
std::set<std::string> SchemasOf(const Schema& model);

// Lets `schema` declare exactly `names` of the schemas: those that a model uses without declaring
// are added, others left out.
void DeclareSchemas(const std::set<std::string>& names, Schema* schema);

// While it lives, the schema public of `model` has the comment and the owner that `other` has for
// it, so far as the model does not mention them: any will do.
class WithPublicOf {
 public:
  WithPublicOf(const Schema& other, Schema* model);
  ~WithPublicOf();
  WithPublicOf(const WithPublicOf&) = delete;
  WithPublicOf& operator=(const WithPublicOf&) = delete;

 private:
  Namespace* public_;  // nullptr: the model has none
  Namespace before_;
};

// Of a side that is a model: the schemas of `schemas` alone, and of schema public what a model need
// not say. The side gets a copy.
void AddSchemas(const std::set<std::string>& schemas, const Schema& other, model::Snapshot* side);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_SCOPE_H_
