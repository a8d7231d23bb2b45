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

TEST_CASE("what has no order, and what is never compared, is no difference") {
  const char kOne[] =
      "table { name: 'a' column { name: 'x' } column { name: 'y' }"
      " foreign_key { name: 'p' column: 'x' } foreign_key { name: 'q' column: 'y' }"
      " index { name: 'i' key { column: 'x' } } index { name: 'j' key { column: 'y' } }"
      " grant { role: 'r' privilege: ['SELECT', 'INSERT'] } grant { role: 's' } }"
      "view { name: 'v' definition: 'SELECT 1' column { name: 'n' type: 'int' } }"
      "view { name: 'w' definition: 'SELECT 1' column { name: 'n' comment: 'c' } }";
  const char kOther[] =
      "view { name: 'v' definition: 'SELECT 1' }"
      "view { name: 'w' definition: 'SELECT 1' column { name: 'n' type: 'int' comment: 'c' } }"
      "table { name: 'a' column { name: 'x' renamed_from: 'z' } column { name: 'y' }"
      " foreign_key { name: 'q' column: 'y' } foreign_key { name: 'p' column: 'x' }"
      " index { name: 'j' key { column: 'y' } } index { name: 'i' key { column: 'x' } }"
      " grant { role: 's' } grant { role: 'r' privilege: ['INSERT', 'SELECT'] } }";
  CHECK(SayTheSame(Of(kOne), Of(kOther)));
  CHECK(SayTheSame(Of(kOther), Of(kOne)));
  // The keys of an index have an order, and so have columns.
  const char kKeys[] =
      "table { name: 'a' column { name: 'x' } column { name: 'y' }"
      " index { name: 'i' key { column: 'x' } key { column: 'y' } } }";
  CHECK_FALSE(
      SayTheSame(Of(kKeys), Of("table { name: 'a' column { name: 'x' } column { name: 'y' }"
                               " index { name: 'i' key { column: 'y' } key { column: 'x' } } }")));
  CHECK_FALSE(
      SayTheSame(Of(kKeys), Of("table { name: 'a' column { name: 'y' } column { name: 'x' }"
                               " index { name: 'i' key { column: 'x' } key { column: 'y' } } }")));
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
