// The configuration of the person who runs the program, which no repository can change.
#ifndef AUTOGEN_PROJECT_USER_CONFIG_H_
#define AUTOGEN_PROJECT_USER_CONFIG_H_

#include <string>

#include "absl/status/statusor.h"
#include "autogen/config.pb.h"

namespace autogen::project {

// $AUTOGEN_USER_CONFIG, else $XDG_CONFIG_HOME/autogen/user.txtpb, else
// ~/.config/autogen/user.txtpb; "" where none of the variables gives an absolute path.
std::string UserConfigPath();

// The file's content; the defaults where there is no such file. FailedPrecondition where somebody
// else could have written it (another owner than us and root, or writable by group or others);
// NotFound where $AUTOGEN_USER_CONFIG names a file that is not there; else as ReadTextProto().
absl::StatusOr<UserConfig> ReadUserConfig();

}  // namespace autogen::project

#endif  // AUTOGEN_PROJECT_USER_CONFIG_H_
