// Where the program keeps what it can do without.
#ifndef AUTOGEN_BASE_CACHE_FOLDER_H_
#define AUTOGEN_BASE_CACHE_FOLDER_H_

#include <string>

namespace autogen {

// $AUTOGEN_CACHE_DIR, $XDG_CACHE_HOME/autogen, ~/.cache/autogen. It need not exist.
std::string DefaultCacheFolder();

}  // namespace autogen

#endif  // AUTOGEN_BASE_CACHE_FOLDER_H_
