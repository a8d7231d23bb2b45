// The index over one Schema: every object by identity, with its dependencies.
#ifndef AUTOGEN_MODEL_CATALOG_H_
#define AUTOGEN_MODEL_CATALOG_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "autogen/schema.pb.h"
#include "src/model/object_id.h"

namespace autogen::model {

// `dependent` cannot exist without `referenced`.
struct Dependency {
  ObjectId dependent;
  ObjectId referenced;
  // The field of `dependent` that makes the edge ("default", "owned_by"), where it is known and
  // detachable; else "".
  std::string field;
  // From names in text, not from a catalog: may be wrong, so a cycle may drop it.
  bool weak = false;

  friend bool operator<(const Dependency& a, const Dependency& b) {
    return std::tie(a.dependent, a.referenced, a.field, a.weak) <
           std::tie(b.dependent, b.referenced, b.field, b.weak);
  }
  friend bool operator==(const Dependency& a, const Dependency& b) { return !(a < b) && !(b < a); }
};

struct Object {
  ObjectId id;
  const google::protobuf::Message* message = nullptr;
  int parent = -1;            // index of the object around it, or -1
  std::vector<int> children;  // indexes of nested objects, in the schema's order
};

// An edge between two objects of one catalog, by index.
struct Edge {
  int to = 0;
  std::string field;
  bool weak = false;
};

class Catalog {
 public:
  // Owns `schema`. AlreadyExists names an object that is there twice.
  static absl::StatusOr<std::unique_ptr<Catalog>> Build(std::shared_ptr<const Schema> schema,
                                                        std::vector<Dependency> dependencies);

  const Schema& schema() const { return *schema_; }
  std::shared_ptr<const Schema> shared_schema() const { return schema_; }
  // In the order of the schema: parents before their children.
  const std::vector<Object>& objects() const { return objects_; }
  const Object& at(int i) const { return objects_[static_cast<size_t>(i)]; }
  // -1 where there is none.
  int Find(const ObjectId& id) const;
  // A relation (table, view, materialized view, sequence, index?) or -1; by name in its schema.
  int FindRelation(absl::string_view schema, absl::string_view name) const;

  // What object i needs, and what needs it. Besides the given dependencies these hold what the
  // schema itself says (an object needs its schema, a child its parent; `reference` fields). Sorted
  // by index. Found at the first call: who only compares does without. Threads may ask at once.
  const std::vector<Edge>& Needs(int i) const {
    std::call_once(edges_found_, [this] { FindEdges(); });
    return needs_[static_cast<size_t>(i)];
  }
  const std::vector<Edge>& NeededBy(int i) const {
    std::call_once(edges_found_, [this] { FindEdges(); });
    return needed_by_[static_cast<size_t>(i)];
  }

 private:
  void FindEdges() const;

  std::shared_ptr<const Schema> schema_;
  std::vector<Object> objects_;
  absl::flat_hash_map<ObjectId, int> index_;
  std::vector<Dependency> dependencies_;
  mutable std::once_flag edges_found_;
  mutable std::vector<std::vector<Edge>> needs_;
  mutable std::vector<std::vector<Edge>> needed_by_;
};

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_CATALOG_H_
