#include "src/generate/section.h"

namespace autogen::generate {

revision::SectionSpec SectionFor(const std::vector<render::Statement>& statements) {
  return {.sql = render::ToSql(statements),
          .statements = render::StatementTexts(statements),
          .directives = render::Directives(statements)};
}

}  // namespace autogen::generate
