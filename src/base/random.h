// Names and secrets that nobody can guess.
#ifndef AUTOGEN_BASE_RANDOM_H_
#define AUTOGEN_BASE_RANDOM_H_

#include <string>

namespace autogen {

// 2 × `bytes` hex digits from the system's random source.
std::string RandomHex(size_t bytes);

}  // namespace autogen

#endif  // AUTOGEN_BASE_RANDOM_H_
