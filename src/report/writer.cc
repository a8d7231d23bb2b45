#include "src/report/writer.h"

namespace autogen::report {
namespace {

void TextOf(const Report& report, std::ostream& out) {
  if (!report.text.empty()) {
    out << report.text;
    return;
  }
  WriteText(report.findings, out);
  if (!report.summary.empty()) out << report.summary << "\n";
}

void JsonOf(const Report& report, std::ostream& out) {
  if (report.json) {
    out << report.json();
  } else {
    WriteJson(report.findings, out);
  }
}

void MarkdownOf(const Report& report, std::ostream& out) {
  if (report.markdown) {
    out << report.markdown();
  } else {
    WriteMarkdown(report, out);
  }
}

struct Format {
  const char* name;
  Writer writer;
};
constexpr Format kTable[] = {
    {"text", TextOf},        {"json", JsonOf},      {"github", WriteGithub}, {"sarif", WriteSarif},
    {"gitlab", WriteGitlab}, {"junit", WriteJunit}, {"markdown", MarkdownOf}};

}  // namespace

Writer FindWriter(absl::string_view format) {
  for (const Format& one : kTable) {
    if (one.name == format) return one.writer;
  }
  return nullptr;
}

}  // namespace autogen::report
