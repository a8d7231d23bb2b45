// How large tables of a database in use are, by the planner's figures and their files.
#ifndef AUTOGEN_DEPLOY_TABLE_SIZES_H_
#define AUTOGEN_DEPLOY_TABLE_SIZES_H_

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace autogen::deploy {

struct TableSize {
  std::string table;  // "public.t"
  int64_t rows = 0;   // as of the last ANALYZE; 0: not known
  int64_t bytes = 0;  // with its indexes, and, of a partitioned table, all partitions
};

// Of those of the relations (schema, which may be empty, and name) that are there, the largest
// first. Takes no lock that anybody waits for, and reads catalogs alone.
absl::StatusOr<std::vector<TableSize>> TableSizes(
    const std::string& url, const std::set<std::pair<std::string, std::string>>& relations);

// "12 GB", "340 MB", "8 kB".
std::string FormatSize(int64_t bytes);

}  // namespace autogen::deploy

#endif  // AUTOGEN_DEPLOY_TABLE_SIZES_H_
