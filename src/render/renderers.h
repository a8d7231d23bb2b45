// The renderer of each kind; each is defined in the file of its name (table.cc, primary_key.cc, …).
#ifndef AUTOGEN_RENDER_RENDERERS_H_
#define AUTOGEN_RENDER_RENDERERS_H_

#include "src/render/kind.h"

namespace autogen::render {

KindRenderer SchemaRenderer();
KindRenderer ExtensionRenderer();
KindRenderer LanguageRenderer();
KindRenderer AccessMethodRenderer();
KindRenderer CollationRenderer();
KindRenderer ConversionRenderer();
KindRenderer TextSearchParserRenderer();
KindRenderer TextSearchTemplateRenderer();
KindRenderer TextSearchDictionaryRenderer();
KindRenderer TextSearchConfigurationRenderer();
KindRenderer EnumRenderer();
KindRenderer BaseTypeRenderer();
KindRenderer RangeTypeRenderer();
KindRenderer CompositeTypeRenderer();
KindRenderer DomainRenderer();
KindRenderer DomainCheckRenderer();
KindRenderer SequenceRenderer();
KindRenderer FunctionRenderer();
KindRenderer AggregateRenderer();
KindRenderer OperatorRenderer();
KindRenderer OperatorFamilyRenderer();
KindRenderer OperatorClassRenderer();
KindRenderer CastRenderer();
KindRenderer TransformRenderer();
KindRenderer ForeignDataWrapperRenderer();
KindRenderer ServerRenderer();
KindRenderer UserMappingRenderer();
KindRenderer TableRenderer();
KindRenderer ColumnRenderer();
KindRenderer PrimaryKeyRenderer();
KindRenderer UniqueRenderer();
KindRenderer CheckRenderer();
KindRenderer ExclusionRenderer();
KindRenderer ForeignKeyRenderer();
KindRenderer IndexRenderer();
KindRenderer StatisticsRenderer();
KindRenderer ViewRenderer();
KindRenderer ViewColumnRenderer();
KindRenderer MaterializedViewRenderer();
KindRenderer RuleRenderer();
KindRenderer TriggerRenderer();
KindRenderer PolicyRenderer();
KindRenderer EventTriggerRenderer();
KindRenderer PublicationRenderer();
KindRenderer SubscriptionRenderer();
KindRenderer DefaultPrivilegesRenderer();

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_RENDERERS_H_
