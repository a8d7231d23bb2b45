// Field-by-field comparison of two objects of one kind, through the proto's options.
#ifndef AUTOGEN_MODEL_COMPARE_H_
#define AUTOGEN_MODEL_COMPARE_H_

#include <google/protobuf/message.h>

#include <vector>

namespace autogen::model {

struct CompareOptions {
  bool privileges = false;  // compare grant and revoke
  bool owners = false;      // compare owner, where `after` names one
};

// The fields that differ, in the order of the message. Left out: hint, derived and sugar
// fields, nested objects (messages with a kind of their own), and what the options switch off.
// `set` fields are compared without order. An Extension's version counts only where `after` names
// one. A column's default NULL is none. Options of foreign data that may hold a secret (see
// secret.h) count for nothing.
std::vector<const google::protobuf::FieldDescriptor*> ChangedFields(
    const google::protobuf::Message& before, const google::protobuf::Message& after,
    const CompareOptions& options);

// True where the messages are equal in every compared field, nested messages included (kinds too).
bool SameField(const google::protobuf::Message& before, const google::protobuf::Message& after,
               const google::protobuf::FieldDescriptor* field);

}  // namespace autogen::model

#endif  // AUTOGEN_MODEL_COMPARE_H_
