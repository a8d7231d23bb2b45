// Every reader: one for each query, defined in the file of its kind.
#ifndef AUTOGEN_INTROSPECT_READERS_H_
#define AUTOGEN_INTROSPECT_READERS_H_

#include "src/introspect/reader.h"

namespace autogen::introspect {

// namespaces.cc
void ReadNamespaces(const postgres::Result& result, Builder& builder);
void ReadExtensions(const postgres::Result& result, Builder& builder);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_READERS_H_
