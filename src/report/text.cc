#include "src/base/text.h"

#include <algorithm>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "src/base/printable.h"
#include "src/report/writer.h"

namespace autogen::report {
namespace {

constexpr size_t kWidth = 100;  // of an excerpt, in characters
constexpr size_t kBefore = 40;  // of them before the place, where the line is longer

// A line as it is shown, and where a byte of it then is.
class Shown {
 public:
  // Tabs count as one blank: nobody knows how wide they are.
  explicit Shown(absl::string_view line) {
    size_t offset = 0;
    while (offset < line.size()) {
      const Utf8Char c = FirstChar(line.substr(offset));
      std::string piece =
          line[offset] == '\t' ? " " : Printable(line.substr(offset, c.bytes), Lines::kOne);
      // An escape is all ASCII, any other character is one.
      const size_t width = c.valid && IsPrintable(c.code) ? 1 : piece.size();
      for (size_t i = 0; i < c.bytes; ++i) column_.push_back(width_);
      width_ += width;
      pieces_.push_back({std::move(piece), width});
      offset += c.bytes;
    }
    column_.push_back(width_);
  }

  size_t width() const { return width_; }
  // Of the byte at `offset`.
  size_t ColumnOf(size_t offset) const { return column_[std::min(offset, column_.size() - 1)]; }
  // The columns [from, to), "…" in the place of what is cut off.
  std::string Cut(size_t from, size_t to) const {
    std::string text = from > 0 ? "…" : "";
    size_t at = 0;
    for (const Piece& piece : pieces_) {
      if (at >= from && at + piece.width <= to) text += piece.text;
      at += piece.width;
    }
    if (to < width_) text += "…";
    return text;
  }

 private:
  struct Piece {
    std::string text;
    size_t width;
  };
  std::vector<Piece> pieces_;
  std::vector<size_t> column_;
  size_t width_ = 0;
};

void WriteExcerpt(const Finding& finding, std::ostream& out) {
  const Shown shown(finding.excerpt);
  size_t begin = finding.column > 0 ? shown.ColumnOf(static_cast<size_t>(finding.column - 1)) : 0;
  size_t from = 0;
  if (shown.width() > kWidth && begin > kBefore) from = begin - kBefore;
  const size_t to = std::min(shown.width(), from + kWidth);
  const std::string number = std::to_string(finding.line);
  out << "  " << number << " | " << shown.Cut(from, to) << "\n";
  if (finding.column == 0) return;
  size_t end = to;
  if (finding.end_line == finding.line) {
    end = std::min(to, shown.ColumnOf(static_cast<size_t>(finding.end_column - 1)));
  }
  const size_t marks = end > begin ? end - begin - 1 : 0;
  out << "  " << std::string(number.size(), ' ') << " | "
      << std::string(begin - from + (from > 0 ? 1 : 0), ' ') << "^" << std::string(marks, '~')
      << "\n";
}

}  // namespace

void WriteText(absl::Span<const Finding> findings, std::ostream& out) {
  for (const Finding& finding : findings) {
    Finding said = finding;
    if (finding.severity != Severity::kError) {
      said.message = absl::StrCat(finding.rule, ": ", finding.message);
    }
    // What has several lines keeps them together.
    const std::string line = Line(said);
    const size_t end = line.find('\n');
    out << line.substr(0, end) << "\n";
    if (!finding.excerpt.empty() && finding.line > 0) WriteExcerpt(finding, out);
    if (end != std::string::npos) out << Indent(line.substr(end + 1), "  ") << "\n";
  }
}

}  // namespace autogen::report
