#include "src/model/same.h"

#include <doctest/doctest.h>
#include <google/protobuf/text_format.h>

#include <string>

namespace autogen::model {
namespace {

Schema Of(const std::string& text) {
  Schema schema;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(text, &schema));
  return schema;
}

const char kTables[] =
    "table { name: 'a' column { name: 'x' type: 'int' } column { name: 'y' type: 'int' } }"
    "table { name: 'b' comment: 'c' } enum { name: 'e' label: 'p' }";

TEST_CASE("schemas that say the same, whatever the order of their objects") {
  CHECK(SayTheSame(Of(""), Of("")));
  CHECK(SayTheSame(Of(kTables), Of(kTables)));
  CHECK(SayTheSame(
      Of(kTables),
      Of("enum { name: 'e' label: 'p' } table { name: 'b' comment: 'c' }"
         "table { name: 'a' column { name: 'x' type: 'int' } column { name: 'y' type: 'int' } }")));
}

TEST_CASE("one value, one object, one order within an object, and it is for the diff to tell") {
  for (const char* other : {
           "",
           // another value
           "table { name: 'a' column { name: 'x' type: 'int' } column { name: 'y' type: 'text' } }"
           "table { name: 'b' comment: 'c' } enum { name: 'e' label: 'p' }",
           // an empty text that is set
           "table { name: 'a' column { name: 'x' type: 'int' } column { name: 'y' type: 'int' } }"
           "table { name: 'b' comment: '' } enum { name: 'e' label: 'p' }",
           // columns the other way round
           "table { name: 'a' column { name: 'y' type: 'int' } column { name: 'x' type: 'int' } }"
           "table { name: 'b' comment: 'c' } enum { name: 'e' label: 'p' }",
           // one table instead of another
           "table { name: 'a' column { name: 'x' type: 'int' } column { name: 'y' type: 'int' } }"
           "table { name: 'z' comment: 'c' } enum { name: 'e' label: 'p' }",
           // one more
           "table { name: 'a' column { name: 'x' type: 'int' } column { name: 'y' type: 'int' } }"
           "table { name: 'b' comment: 'c' } enum { name: 'e' label: 'p' } enum { name: 'f' }",
       }) {
    CAPTURE(other);
    CHECK_FALSE(SayTheSame(Of(kTables), Of(other)));
    CHECK_FALSE(SayTheSame(Of(other), Of(kTables)));
  }
}

}  // namespace
}  // namespace autogen::model
