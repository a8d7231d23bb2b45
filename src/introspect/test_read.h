// For tests: a database read, and the files that it is compared with.
#ifndef AUTOGEN_INTROSPECT_TEST_READ_H_
#define AUTOGEN_INTROSPECT_TEST_READ_H_

#include <google/protobuf/message.h>

#include <string>

#include "src/introspect/introspect.h"
#include "tests/support/server.h"

namespace autogen::introspect {

// All four end the test case where they cannot.
std::string Text(const std::string& path);
// A file of the schema of everything.
std::string Fixture(const std::string& name);
model::Snapshot Read(const testing::TestDatabase& database, const Options& options = {});
std::string Print(const google::protobuf::Message& message);

Options Only(const std::string& schema);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_TEST_READ_H_
