// The messages of one schema by identity, to change them in place.
#ifndef AUTOGEN_MODEL_OBJECT_INDEX_H_
#define AUTOGEN_MODEL_OBJECT_INDEX_H_

#include <functional>

#include "absl/container/flat_hash_map.h"
#include "autogen/schema.pb.h"
#include "src/model/object_id.h"

namespace autogen::model {

// Every object of `schema`, those around others first.
void ForEachObject(
    const Schema& schema,
    const std::function<void(const ObjectId&, const google::protobuf::Message&)>& visit);

// Valid as long as no object is added to or taken from the schema.
class ObjectIndex {
 public:
  explicit ObjectIndex(const Schema& schema);

  // By identity; a routine also by its bare name where that is not overloaded, since a model may
  // write an argument's type in its own way ("int"). nullptr where there is none.
  const google::protobuf::Message* Find(const ObjectId& id) const;
  // The same of a schema that the caller may change.
  google::protobuf::Message* FindMutable(const ObjectId& id) const {
    return const_cast<google::protobuf::Message*>(Find(id));
  }

 private:
  absl::flat_hash_map<ObjectId, const google::protobuf::Message*> exact_;
  absl::flat_hash_map<ObjectId, const google::protobuf::Message*> loose_;
};

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_OBJECT_INDEX_H_
