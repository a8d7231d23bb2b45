// A Schema on an arena of its own: its messages never move, and are freed at once.
#ifndef AUTOGEN_MODEL_NEW_SCHEMA_H_
#define AUTOGEN_MODEL_NEW_SCHEMA_H_

#include <google/protobuf/arena.h>

#include <memory>

#include "autogen/schema.pb.h"

namespace autogen::model {

// Empty. Its GetArena() serves for messages that are to live as long.
inline std::shared_ptr<Schema> NewSchema() {
  auto arena = std::make_shared<google::protobuf::Arena>();
  auto* schema = google::protobuf::Arena::CreateMessage<Schema>(arena.get());
  return {std::move(arena), schema};
}

inline std::shared_ptr<Schema> CopySchema(const Schema& schema) {
  std::shared_ptr<Schema> copy = NewSchema();
  *copy = schema;
  return copy;
}

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_NEW_SCHEMA_H_
