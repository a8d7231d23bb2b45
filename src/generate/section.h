// Statements -> a section of a script.
#ifndef AUTOGEN_GENERATE_SECTION_H_
#define AUTOGEN_GENERATE_SECTION_H_

#include <vector>

#include "src/render/render.h"
#include "src/revision/write.h"

namespace autogen::generate {

// Their text, and what it must be found to hold once it stands in a file. In several steps where
// one transaction would need more locks than a server's lock table has room for.
revision::SectionSpec SectionFor(const std::vector<render::Statement>& statements);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_SECTION_H_
