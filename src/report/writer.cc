#include "src/report/writer.h"

namespace autogen::report {
namespace {

struct Format {
  const char* name;
  Writer writer;
};
constexpr Format kTable[] = {{"text", WriteText}, {"json", WriteJson}};

}  // namespace

Writer FindWriter(absl::string_view format) {
  for (const Format& one : kTable) {
    if (one.name == format) return one.writer;
  }
  return nullptr;
}

}  // namespace autogen::report
