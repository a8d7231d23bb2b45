#include "src/render/render.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/render/kind.h"
#include "src/render/renderers.h"
#include "src/sql/comment.h"
#include "src/sql/psql.h"
#include "src/sql/secret_variable.h"

namespace autogen::render {
namespace {

using diff::Action;
using diff::Operation;

// Columns and constraints stand inside the statement that makes their table or domain.
bool IsInline(const Operation& op) {
  if (op.action != Action::kCreate) return false;
  switch (op.id.kind) {
    case COLUMN:
    case PRIMARY_KEY:
    case UNIQUE:
    case CHECK:
    case EXCLUSION:
    case FOREIGN_KEY:
    case DOMAIN_CHECK:
      return true;
    default:  // every other nested kind has a statement of its own
      return false;
  }
}

// Fields that RenderCommon handles.
bool IsCommon(absl::string_view field) {
  return field == "comment" || field == "owner" || field == "grant" || field == "revoke" ||
         field == "security_label";
}

absl::Status CannotWrite(const Operation& op, absl::string_view verb) {
  return absl::UnimplementedError(absl::StrCat("cannot ", verb, " ", model::Describe(op.id)));
}

absl::Status RenderAlter(const Operation& op, const KindRenderer& renderer, Context& context) {
  if (renderer.alter != nullptr) return renderer.alter(op, context);
  for (const google::protobuf::FieldDescriptor* field : op.changed) {
    if (IsCommon(field->name())) continue;
    return CannotWrite(op, absl::StrCat("change the field ", field->name(), " of"));
  }
  return absl::OkStatus();
}

bool IsAttachedIndex(const Operation& op) {
  const google::protobuf::FieldDescriptor* f =
      op.after->GetDescriptor()->FindFieldByName("attached_to");
  return f != nullptr && !op.after->GetReflection()->GetString(*op.after, f).empty();
}

// ATTACH PARTITION takes any index that fits the parent's for its own: a twin that is to stand
// alone is created after it.
bool FollowsAttach(const Operation& op, const Operation& child) {
  if (op.id.kind != TABLE || child.id.kind != INDEX || child.action != Action::kCreate ||
      IsAttachedIndex(child)) {
    return false;
  }
  return std::any_of(op.folded.begin(), op.folded.end(), [](const Operation& other) {
    return other.action == Action::kCreate && IsAttachedIndex(other);
  });
}

absl::Status RenderAction(const Operation& op, Context& context) {
  KindRenderer renderer = RendererFor(op.id.kind);
  if (renderer.create == nullptr) return CannotWrite(op, "write a statement for");
  switch (op.action) {
    case Action::kDrop:
      return renderer.drop(op, context);
    case Action::kRename:
      return (renderer.rename != nullptr ? renderer.rename : RenameObject)(op, context);
    case Action::kAlter:
      RETURN_IF_ERROR(RenderAlter(op, renderer, context));
      if (op.stand_in) return absl::OkStatus();
      RenderCommon(op, context);
      return renderer.finish_alter != nullptr ? renderer.finish_alter(op, context)
                                              : absl::OkStatus();
    case Action::kCreate:
      RETURN_IF_ERROR(renderer.create(op, context));
      if (op.stand_in) return absl::OkStatus();
      RenderCommon(op, context);
      for (const Operation& child : op.folded) {
        if (IsInline(child)) {
          RenderCommon(child, context);
        } else if (!FollowsAttach(op, child) && !WaitForRows(op, child, context)) {
          RETURN_IF_ERROR(RenderOperation(child, context));
        }
      }
      if (renderer.finish != nullptr) RETURN_IF_ERROR(renderer.finish(op, context));
      for (const Operation& child : op.folded) {
        if (FollowsAttach(op, child)) RETURN_IF_ERROR(RenderOperation(child, context));
      }
      return absl::OkStatus();
  }
  return absl::InternalError("unknown action");
}

}  // namespace

bool ChangesOwnFields(const Operation& op) {
  for (const google::protobuf::FieldDescriptor* field : op.changed) {
    if (!IsCommon(field->name())) return true;
  }
  return false;
}

absl::Status RenderOperation(const Operation& op, Context& context) {
  size_t first = context.statements.size();
  RETURN_IF_ERROR(RenderAction(op, context));
  if (op.because.empty() || context.statements.size() == first) return absl::OkStatus();
  Statement::Purpose& purpose = context.statements[first].purpose;
  if (purpose.object.empty()) purpose.object = NoteName(op.id);
  purpose.because = op.because;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Statement>> Render(const diff::Plan& plan, const Options& options) {
  Context context(plan, options);
  // For the session, not with SET LOCAL: a script may run outside a transaction. Undone at the end;
  // a script that fails in a transaction undoes it anyway.
  const bool unchecked = NeedsUncheckedBodies(plan);
  if (unchecked) {
    context.Add("SET check_function_bodies = off");
    context.statements.back().remarks = {
        "function bodies may refer to objects that this script creates later"};
  }
  for (size_t i = 0; i < plan.operations.size(); ++i) {
    size_t first = context.statements.size();
    context.Made(plan.operations[i]);
    context.runs_alone = false;
    RETURN_IF_ERROR(RenderOperation(plan.operations[i], context));
    // With all that belongs to the new index: nothing waits for it.
    if (context.runs_alone && context.online.CanBuildLast(plan.operations[i].id)) {
      context.MoveMain(first, Place::kLast);
    }
    RETURN_IF_ERROR(RestoreWaitingRows(i, context));
    for (size_t k = first; k < context.statements.size(); ++k) {
      context.statements[k].operation = static_cast<int>(i);
    }
  }
  if (unchecked) context.Add("RESET check_function_bodies");
  for (Statement& s : context.statements) s.sql = sql::WithoutPsqlVariables(std::move(s.sql));
  const bool together = options.online == nullptr || !context.rows.saved.empty();
  return InSteps(plan, context.online, together, std::move(context.statements));
}

namespace {

constexpr absl::string_view kStandardStrings = "SET standard_conforming_strings = on";

std::string PreflightLine(const std::pair<std::string, std::string>& check) {
  return sql::Directive("preflight", {check.first, check.second});
}

// `sql` is ToSql(statements), perhaps with more in front.
std::string WithPsqlSecrets(std::string sql, const std::vector<Statement>& statements) {
  size_t from = 0;
  for (const Statement& s : statements) {
    const std::string text = absl::StrCat(s.sql, ";\n");
    const size_t at = sql.find(text, from);
    if (at == std::string::npos) continue;
    const std::string printed = absl::StrCat(sql::WithPsqlSecrets(s.sql), ";\n");
    sql.replace(at, text.size(), printed);
    from = at + printed.size();
  }
  return sql;
}

}  // namespace

std::string ToSql(const std::vector<Statement>& statements) {
  std::string sql;
  bool apart = false;  // the last statement is set apart
  for (const Statement& s : statements) {
    const std::vector<std::string> notes = Notes(s);
    bool block = !notes.empty() || !s.preflight.empty() || s.sql.find('\n') != std::string::npos;
    if (!sql.empty() && (block || apart)) sql.push_back('\n');
    for (const std::string& note : notes) sql.append(sql::Comment(note));
    for (const auto& check : s.preflight) {
      absl::StrAppend(&sql, PreflightLine(check), "\n");
    }
    absl::StrAppend(&sql, s.sql, ";\n");
    apart = block;
  }
  return sql;
}

std::vector<std::string> StatementTexts(const std::vector<Statement>& statements) {
  std::vector<std::string> texts;
  for (const Statement& s : statements) texts.push_back(s.sql);
  return texts;
}

std::vector<std::string> Directives(const std::vector<Statement>& statements) {
  std::vector<std::string> lines;
  for (const Statement& s : statements) {
    for (const auto& check : s.preflight) lines.push_back(PreflightLine(check));
  }
  return lines;
}

absl::StatusOr<std::string> ToPsql(const std::vector<Statement>& statements) {
  std::string sql = ToSql(statements);
  std::vector<std::string> texts;
  if (absl::c_any_of(statements,
                     [](const Statement& s) { return sql::NeedsStandardStrings(s.sql); })) {
    texts.emplace_back(kStandardStrings);
    sql = absl::StrCat(kStandardStrings, ";\n\n", sql);
  }
  for (const Statement& s : statements) texts.push_back(s.sql);
  absl::Status holds = sql::CheckHolds(sql, texts, Directives(statements));
  if (holds.ok()) return WithPsqlSecrets(std::move(sql), statements);
  return absl::InternalError(
      absl::StrCat("the generated SQL does not parse back into its statements: ", holds.message()));
}

// A line for each kind, and no default: the compiler names the kind that has none.
KindRenderer RendererFor(Kind kind) {
  switch (kind) {
    case STATISTICS:
      return StatisticsRenderer();
    case INDEX:
      return IndexRenderer();
    case FOREIGN_KEY:
      return ForeignKeyRenderer();
    case EXCLUSION:
      return ExclusionRenderer();
    case CHECK:
      return CheckRenderer();
    case UNIQUE:
      return UniqueRenderer();
    case PRIMARY_KEY:
      return PrimaryKeyRenderer();
    case COLUMN:
      return ColumnRenderer();
    case TABLE:
      return TableRenderer();
    case ENUM:
      return EnumRenderer();
    case SEQUENCE:
      return SequenceRenderer();
    case EXTENSION:
      return ExtensionRenderer();
    case SCHEMA:
      return SchemaRenderer();
    case LANGUAGE:
      return LanguageRenderer();
    case ACCESS_METHOD:
      return AccessMethodRenderer();
    case CONVERSION:
      return ConversionRenderer();
    case FUNCTION:
      return FunctionRenderer();
    case AGGREGATE:
      return AggregateRenderer();
    case OPERATOR:
      return OperatorRenderer();
    case OPERATOR_FAMILY:
      return OperatorFamilyRenderer();
    case OPERATOR_CLASS:
      return OperatorClassRenderer();
    case CAST:
      return CastRenderer();
    case TRANSFORM:
      return TransformRenderer();
    case VIEW:
      return ViewRenderer();
    case VIEW_COLUMN:
      return ViewColumnRenderer();
    case MATERIALIZED_VIEW:
      return MaterializedViewRenderer();
    case RULE:
      return RuleRenderer();
    case TRIGGER:
      return TriggerRenderer();
    case POLICY:
      return PolicyRenderer();
    case EVENT_TRIGGER:
      return EventTriggerRenderer();
    case COLLATION:
      return CollationRenderer();
    case TEXT_SEARCH_PARSER:
      return TextSearchParserRenderer();
    case TEXT_SEARCH_TEMPLATE:
      return TextSearchTemplateRenderer();
    case TEXT_SEARCH_DICTIONARY:
      return TextSearchDictionaryRenderer();
    case TEXT_SEARCH_CONFIGURATION:
      return TextSearchConfigurationRenderer();
    case BASE_TYPE:
      return BaseTypeRenderer();
    case RANGE_TYPE:
      return RangeTypeRenderer();
    case COMPOSITE_TYPE:
      return CompositeTypeRenderer();
    case DOMAIN:
      return DomainRenderer();
    case DOMAIN_CHECK:
      return DomainCheckRenderer();
    case FOREIGN_DATA_WRAPPER:
      return ForeignDataWrapperRenderer();
    case SERVER:
      return ServerRenderer();
    case USER_MAPPING:
      return UserMappingRenderer();
    case PUBLICATION:
      return PublicationRenderer();
    case SUBSCRIPTION:
      return SubscriptionRenderer();
    case DEFAULT_PRIVILEGES:
      return DefaultPrivilegesRenderer();
    case KIND_UNSPECIFIED:
    case Kind_INT_MIN_SENTINEL_DO_NOT_USE_:
    case Kind_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return {};
}

}  // namespace autogen::render
