// For tests: scripts for tenants, and what must hold after runs through a pooler.
#ifndef AUTOGEN_APPLY_TEST_POOLED_H_
#define AUTOGEN_APPLY_TEST_POOLED_H_

#include <string>
#include <vector>

#include "src/apply/options.h"
#include "src/apply/test_history.h"
#include "tests/support/pooler.h"
#include "tests/support/server.h"

namespace autogen::apply {

// aaaa00000000, …: each sets what others must not see, and logs itself in the tenant's schema.
std::vector<TestScript> TenantScripts(int count);
Options ForTenant(const std::string& tenant);

// No lock, no lease and, on none of the pooler's servers, a setting of ours.
void CheckNothingLeft(const testing::TestPooler& pooler, const testing::TestDatabase& database,
                      int servers);
// Each of the scripts ran once in each of tenant_0, …, and nothing elsewhere.
void CheckTenants(const testing::TestDatabase& database, int tenants, int scripts);

}  // namespace autogen::apply

#endif  // AUTOGEN_APPLY_TEST_POOLED_H_
