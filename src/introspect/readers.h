// Every reader: one for each query, defined in the file of its kind.
#ifndef AUTOGEN_INTROSPECT_READERS_H_
#define AUTOGEN_INTROSPECT_READERS_H_

#include "src/introspect/reader.h"

namespace autogen::introspect {

// namespaces.cc
void ReadNamespaces(const postgres::Result& result, Builder& builder);
void ReadExtensions(const postgres::Result& result, Builder& builder);
void ReadOtherSchemas(const postgres::Result& result, Builder& builder);

// functions.cc
void ReadFunctions(const postgres::Result& result, Builder& builder);
void ReadAggregates(const postgres::Result& result, Builder& builder);

// operators.cc. Members come after families and classes.
void ReadOperators(const postgres::Result& result, Builder& builder);
void ReadOperatorFamilies(const postgres::Result& result, Builder& builder);
void ReadOperatorClasses(const postgres::Result& result, Builder& builder);
void ReadOperatorMembers(const postgres::Result& result, Builder& builder);

// languages.cc
void ReadLanguages(const postgres::Result& result, Builder& builder);
void ReadTransforms(const postgres::Result& result, Builder& builder);
void ReadCasts(const postgres::Result& result, Builder& builder);
void ReadAccessMethods(const postgres::Result& result, Builder& builder);
void ReadConversions(const postgres::Result& result, Builder& builder);

// views.cc. Columns come after both.
void ReadViews(const postgres::Result& result, Builder& builder);

// triggers.cc. After tables and views.
void ReadTriggers(const postgres::Result& result, Builder& builder);
void ReadRules(const postgres::Result& result, Builder& builder);
void ReadPolicies(const postgres::Result& result, Builder& builder);
void ReadEventTriggers(const postgres::Result& result, Builder& builder);

// tables.cc
void ReadTables(const postgres::Result& result, Builder& builder);
void ReadInherits(const postgres::Result& result, Builder& builder);

// columns.cc
void ReadColumns(const postgres::Result& result, Builder& builder);

// indexes.cc
void ReadOpclasses(const postgres::Result& result, Builder& builder);
void ReadPartitionKeys(const postgres::Result& result, Builder& builder);
void ReadIndexes(const postgres::Result& result, Builder& builder);
void ReadIndexColumns(const postgres::Result& result, Builder& builder);

// constraints.cc
void ReadConstraints(const postgres::Result& result, Builder& builder);

// sequences.cc
void ReadSequences(const postgres::Result& result, Builder& builder);

// enums.cc
void ReadEnums(const postgres::Result& result, Builder& builder);

// properties.cc
void ReadComments(const postgres::Result& result, Builder& builder);
void ReadOwners(const postgres::Result& result, Builder& builder);
void ReadPrivileges(const postgres::Result& result, Builder& builder);
void ReadSecurityLabels(const postgres::Result& result, Builder& builder);

// census.cc
void ReadCensus(const postgres::Result& result, Builder& builder);

// dependencies.cc
void ReadDependencies(const postgres::Result& result, Builder& builder);
// types.cc. Checks come after domains.
void ReadCollations(const postgres::Result& result, Builder& builder);
void ReadDomains(const postgres::Result& result, Builder& builder);
void ReadDomainChecks(const postgres::Result& result, Builder& builder);
void ReadCompositeTypes(const postgres::Result& result, Builder& builder);
void ReadRangeTypes(const postgres::Result& result, Builder& builder);
void ReadBaseTypes(const postgres::Result& result, Builder& builder);

// text_search.cc
void ReadTextSearchParsers(const postgres::Result& result, Builder& builder);
void ReadTextSearchTemplates(const postgres::Result& result, Builder& builder);
void ReadTextSearchDictionaries(const postgres::Result& result, Builder& builder);
void ReadTextSearchConfigurations(const postgres::Result& result, Builder& builder);

// extension_members.cc
void ReadExtensionMembers(const postgres::Result& result, Builder& builder);

// foreign.cc
void ReadForeignDataWrappers(const postgres::Result& result, Builder& builder);
void ReadServers(const postgres::Result& result, Builder& builder);
void ReadUserMappings(const postgres::Result& result, Builder& builder);

// statistics.cc
void ReadStatistics(const postgres::Result& result, Builder& builder);

// publications.cc. After tables; what is published comes after the publications.
void ReadPublications(const postgres::Result& result, Builder& builder);
void ReadPublicationTables(const postgres::Result& result, Builder& builder);
void ReadPublicationSchemas(const postgres::Result& result, Builder& builder);

// subscriptions.cc
void ReadSubscriptions(const postgres::Result& result, Builder& builder);

// default_privileges.cc
void ReadDefaultPrivileges(const postgres::Result& result, Builder& builder);

}  // namespace autogen::introspect

#endif  // AUTOGEN_INTROSPECT_READERS_H_
