// Owners and privileges that are not managed: what must be recreated gets back its own.
#ifndef AUTOGEN_GENERATE_UNMANAGED_H_
#define AUTOGEN_GENERATE_UNMANAGED_H_

#include <memory>

#include "autogen/schema.pb.h"
#include "src/generate/compare.h"

namespace autogen::generate {

// `after` with the owners and privileges that the same objects have in `before`, so far as
// `settings` leave these unmanaged; objects that are new have none.
std::shared_ptr<Schema> WithUnmanagedOf(const std::shared_ptr<const Schema>& before,
                                        const std::shared_ptr<const Schema>& after,
                                        const Settings& settings);

}  // namespace autogen::generate

#endif  // AUTOGEN_GENERATE_UNMANAGED_H_
