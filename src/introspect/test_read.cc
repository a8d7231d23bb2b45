#include "src/introspect/test_read.h"

#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"

namespace autogen::introspect {

std::string Text(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  REQUIRE_MESSAGE(text.ok(), text.status().ToString());
  return *text;
}

std::string Fixture(const std::string& name) {
  return Text(absl::StrCat(AUTOGEN_SOURCE_DIR, "/tests/fixtures/everything/", name, ".sql"));
}

model::Snapshot Read(const testing::TestDatabase& database, const Options& options) {
  postgres::ConnectOptions connect;
  connect.url = database.Url();
  absl::StatusOr<postgres::Connection> connection = postgres::Connection::Open(connect);
  REQUIRE_MESSAGE(connection.ok(), connection.status().ToString());
  absl::StatusOr<model::Snapshot> snapshot = Introspect(*connection, options);
  REQUIRE_MESSAGE(snapshot.ok(), snapshot.status().ToString());
  return *std::move(snapshot);
}

Options Only(const std::string& schema) {
  Options options;
  options.include = {schema};
  return options;
}

std::string Print(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return text;
}

}  // namespace autogen::introspect
