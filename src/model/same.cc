#include "src/model/same.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace autogen::model {
namespace {

using google::protobuf::io::CodedInputStream;

// Each object as its field's tag and its bytes, in their order; they point into `bytes`. No message
// has a map: equal ones have equal bytes. (By reflection it would take the descriptors of all
// types, which are costlier to build than most schemas are to read.)
std::vector<absl::string_view> Objects(const std::string& bytes) {
  std::vector<absl::string_view> objects;
  const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
  CodedInputStream in(data, static_cast<int>(bytes.size()));
  int begin = 0;
  uint32_t length = 0;
  // Every field of Schema is a message or a text: a tag, a length, so many bytes.
  while (in.ReadTag() != 0 && in.ReadVarint32(&length) && in.Skip(static_cast<int>(length))) {
    const int end = in.CurrentPosition();
    objects.push_back(absl::string_view(bytes).substr(static_cast<size_t>(begin),
                                                      static_cast<size_t>(end - begin)));
    begin = end;
  }
  objects.push_back(absl::string_view(bytes).substr(static_cast<size_t>(begin)));
  std::sort(objects.begin(), objects.end());
  return objects;
}

}  // namespace

bool SayTheSame(const Schema& a, const Schema& b) {
  const std::string bytes[] = {a.SerializePartialAsString(), b.SerializePartialAsString()};
  return bytes[0].size() == bytes[1].size() && Objects(bytes[0]) == Objects(bytes[1]);
}

}  // namespace autogen::model
