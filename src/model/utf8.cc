#include "src/model/utf8.h"

#include <cstdint>
#include <cstring>

namespace autogen::model {
namespace {

// The length of the valid sequence at `p` (of at most `size` bytes), or 0.
size_t SequenceLength(const unsigned char* p, size_t size) {
  unsigned char c = p[0];
  size_t length = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : 4;
  if ((c >= 0x80 && c < 0xC2) || c > 0xF4 || length > size) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((p[i] & 0xC0) != 0x80) return 0;
  }
  if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) || (c == 0xF0 && p[1] < 0x90) ||
      (c == 0xF4 && p[1] > 0x8F)) {
    return 0;
  }
  return length;
}

}  // namespace

size_t FirstBadByte(absl::string_view text) {
  if (memchr(text.data(), 0, text.size()) != nullptr) return text.find('\0');
  size_t i = 0;
  while (i < text.size()) {
    // Eight ASCII characters at a time.
    uint64_t word;
    if (i + sizeof word <= text.size()) {
      memcpy(&word, text.data() + i, sizeof word);
      if ((word & 0x8080808080808080u) == 0) {
        i += sizeof word;
        continue;
      }
    }
    size_t length =
        SequenceLength(reinterpret_cast<const unsigned char*>(text.data()) + i, text.size() - i);
    if (length == 0) return i;
    i += length;
  }
  return absl::string_view::npos;
}

}  // namespace autogen::model
