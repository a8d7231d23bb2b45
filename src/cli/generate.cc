// The default command: compare the model with the database and write a migration script.
#include <iostream>

#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/base/text.h"
#include "src/cli/commands.h"
#include "src/cli/settings.h"
#include "src/generate/pipeline.h"
