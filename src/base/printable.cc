#include "src/base/printable.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace autogen {
namespace {

// The blanks outside ASCII, which a reader of a log may skip at the start of a line.
bool IsWideBlank(uint32_t code) {
  return code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F ||
         code == 0x205F || code == 0x3000;
}

std::string Escape(uint32_t code) {
  switch (code) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return absl::StrFormat("\\u%04x", code);
  }
}

// The character at the front of `text`, as it is shown.
void AppendVisible(absl::string_view text, const Utf8Char& c, bool stays, std::string* out) {
  if (!c.valid) {
    absl::StrAppendFormat(out, "\\x%02x", c.code);
  } else if (stays || IsPrintable(c.code)) {
    absl::StrAppend(out, text.substr(0, c.bytes));
  } else {
    out->append(Escape(c.code));
  }
}

bool Stays(const Utf8Char& c, Lines lines) {
  return lines == Lines::kMany && (c.code == '\n' || c.code == '\t');
}

enum class Command { kNone, kStarts, kMaybe };

// Whether a command of a CI system starts at text[0], which is ':' (at the start of a line) or '#'.
Command CommandAt(absl::string_view text, bool last) {
  const size_t marks = text[0] == ':' ? 2 : 3;
  if (text.size() < marks) {
    const bool may = !last && text.find_first_not_of(text[0]) == absl::string_view::npos;
    if (may) return Command::kMaybe;
    return Command::kNone;
  }
  if (text[0] != text[1]) return Command::kNone;
  if (text[0] == ':') return Command::kStarts;
  return text[2] == '[' || absl::ascii_isalpha(text[2]) ? Command::kStarts : Command::kNone;
}

}  // namespace

Utf8Char FirstChar(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  Utf8Char c{.code = byte(0)};
  if (c.code < 0x80) {
    c.valid = true;
    return c;
  }
  const size_t bytes = c.code >= 0xC2 && c.code <= 0xDF   ? 2
                       : c.code >= 0xE0 && c.code <= 0xEF ? 3
                       : c.code >= 0xF0 && c.code <= 0xF4 ? 4
                                                          : 0;
  if (bytes == 0) return c;
  uint32_t code = c.code & (0xFFU >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    if (i == text.size()) {
      c.cut = true;
      return c;
    }
    if ((byte(i) & 0xC0) != 0x80) return c;
    code = code << 6 | (byte(i) & 0x3F);
  }
  // Longer than need be, half of a UTF-16 pair, or past the end of Unicode.
  if ((bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000) || code > 0x10FFFF ||
      (code >= 0xD800 && code <= 0xDFFF)) {
    return c;
  }
  return {.code = code, .bytes = bytes, .valid = true};
}

bool IsPrintable(uint32_t code) {
  return !(code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C || code == 0x200E ||
           code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF);
}

std::string PrintableFilter::Convert(absl::string_view text, bool last) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const absl::string_view rest = text.substr(i);
    if (rest[0] == '#' || (rest[0] == ':' && at_line_start_)) {
      const Command command = CommandAt(rest, last);
      if (command == Command::kMaybe) {
        kept_ = std::string(rest);
        return out;
      }
      if (command == Command::kStarts) {
        out.append(Escape(static_cast<unsigned char>(rest[0])));
      } else {
        out.push_back(rest[0]);
      }
      at_line_start_ = false;
      ++i;
      continue;
    }
    const Utf8Char c = FirstChar(rest);
    if (c.cut && !last) {
      kept_ = std::string(rest);
      return out;
    }
    const bool stays = Stays(c, lines_);
    AppendVisible(rest, c, stays, &out);
    if (stays && c.code == '\n') {
      at_line_start_ = true;
    } else if (c.code != ' ' && !stays && !(c.valid && IsWideBlank(c.code))) {
      at_line_start_ = false;
    }
    i += c.bytes;
  }
  return out;
}

std::string PrintableFilter::Add(absl::string_view text) {
  if (kept_.empty()) return Convert(text, false);
  std::string all = std::move(kept_);
  kept_.clear();
  absl::StrAppend(&all, text);
  return Convert(all, false);
}

std::string PrintableFilter::Finish() {
  const std::string all = std::move(kept_);
  kept_.clear();
  return Convert(all, true);
}

std::string Printable(absl::string_view text, Lines lines) {
  PrintableFilter filter;
  filter.lines_ = lines;
  return filter.Convert(text, true);
}

std::string Visible(absl::string_view text, Lines lines) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const Utf8Char c = FirstChar(text.substr(i));
    AppendVisible(text.substr(i), c, Stays(c, lines), &out);
    i += c.bytes;
  }
  return out;
}

bool PrintableBuffer::Write(const std::string& text) {
  const auto size = static_cast<std::streamsize>(text.size());
  return to_->sputn(text.data(), size) == size;
}

void PrintableBuffer::Finish() {
  const std::lock_guard<std::mutex> lock(mutex_);
  Write(filter_.Finish());
}

PrintableBuffer::int_type PrintableBuffer::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char byte = traits_type::to_char_type(c);
  return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
}

std::streamsize PrintableBuffer::xsputn(const char* text, std::streamsize size) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return Write(filter_.Add({text, static_cast<size_t>(size)})) ? size : 0;
}

int PrintableBuffer::sync() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return to_->pubsync();
}

}  // namespace autogen
