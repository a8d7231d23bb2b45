// The metrics of runs, in a file for node-exporter's textfile collector.
#ifndef AUTOGEN_DEPLOY_METRICS_FILE_H_
#define AUTOGEN_DEPLOY_METRICS_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "src/apply/metrics.h"
#include "src/project/project.h"

namespace autogen::deploy {

// Writes the file `named` by the person, else the one of the project's configuration; nothing where
// neither names one. An error, and no file, where the configuration names one that is not the
// project's own: it comes with the repository, and must not choose a file to overwrite.
absl::Status WriteMetrics(const project::Project& project, const std::string& named,
                          absl::Span<const apply::RunMetrics> runs);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_METRICS_FILE_H_
