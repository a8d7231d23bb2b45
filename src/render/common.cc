// What every kind may carry: a comment, an owner, security labels.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/model/defaults.h"
#include "src/render/kind.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

using diff::Action;
using diff::Operation;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string Text(const Message* m, const char* name) {
  if (m == nullptr) return "";
  const FieldDescriptor* field = m->GetDescriptor()->FindFieldByName(name);
  return field == nullptr ? "" : m->GetReflection()->GetString(*m, field);
}

bool IsPublic(const Operation& op) { return op.id.kind == SCHEMA && op.id.name == "public"; }

// Create: what the object has. Alter: what is not as it was.
bool Differs(const Operation& op, Context& context, const char* field) {
  if (op.action == Action::kCreate) return !Text(op.after, field).empty();
  return context.Changed(op, field);
}

void RenderComment(const Operation& op, Context& context) {
  bool usual = IsPublic(op) && !static_cast<const Namespace&>(*op.after).has_comment();
  if (!Differs(op, context, "comment") && !(usual && op.action == Action::kCreate)) return;
  std::string comment = usual ? std::string(model::kPublicComment) : Text(op.after, "comment");
  context.Add(absl::StrCat("COMMENT ON ", SqlTarget(*op.after, op.id), " IS ",
                           comment.empty() ? "NULL" : sql::Literal(comment)));
}

void RenderOwner(const Operation& op, Context& context) {
  // The owner of a serial column's sequence changes with the table's only.
  if (op.id.kind == SEQUENCE && op.action == Action::kAlter &&
      static_cast<const Sequence&>(*op.before).has_owned_by() &&
      static_cast<const Sequence&>(*op.after).has_owned_by()) {
    return;
  }
  bool differs = Differs(op, context, "owner") || (IsPublic(op) && op.action == Action::kCreate);
  if (!differs) return;
  std::string owner = OwnerOf(op, op.after, context);
  // A model that names no owner asks for none in particular.
  if (owner.empty()) return;
  // Recreated as it was: whoever runs the script will own it anyway.
  bool managed = context.options.owners || IsPublic(op);
  if (!managed && owner == context.plan.current_user) return;
  context.Add(absl::StrCat("ALTER ", SqlKeyword(*op.after), " ", SqlName(*op.after, op.id),
                           " OWNER TO ", sql::Ident(owner)));
}

std::vector<const SecurityLabel*> Labels(const Message* m) {
  std::vector<const SecurityLabel*> labels;
  if (m == nullptr) return labels;
  const FieldDescriptor* field = m->GetDescriptor()->FindFieldByName("security_label");
  if (field == nullptr) return labels;
  const google::protobuf::Reflection* r = m->GetReflection();
  for (int i = 0; i < r->FieldSize(*m, field); ++i) {
    labels.push_back(static_cast<const SecurityLabel*>(&r->GetRepeatedMessage(*m, field, i)));
  }
  return labels;
}

const SecurityLabel* FindLabel(const std::vector<const SecurityLabel*>& labels,
                               const std::string& provider) {
  for (const SecurityLabel* l : labels) {
    if (l->provider() == provider) return l;
  }
  return nullptr;
}

void RenderLabels(const Operation& op, Context& context) {
  if (op.action != Action::kCreate && !context.Changed(op, "security_label")) return;
  std::vector<const SecurityLabel*> before =
      Labels(op.action == Action::kCreate ? nullptr : op.before);
  std::vector<const SecurityLabel*> after = Labels(op.after);
  auto add = [&](const std::string& provider, const std::string& value) {
    context.Add(absl::StrCat("SECURITY LABEL FOR ", sql::Ident(provider), " ON ",
                             SqlTarget(*op.after, op.id), " IS ", value));
  };
  for (const SecurityLabel* l : after) {
    const SecurityLabel* old = FindLabel(before, l->provider());
    if (old == nullptr || old->label() != l->label()) add(l->provider(), sql::Literal(l->label()));
  }
  for (const SecurityLabel* l : before) {
    if (FindLabel(after, l->provider()) == nullptr) add(l->provider(), "NULL");
  }
}

}  // namespace

std::string OwnerOf(const Operation& op, const Message* object, const Context& context) {
  bool is_public = IsPublic(op) && context.options.privileges;
  if (!context.options.owners && !is_public && !op.restore) return "";
  std::string owner = Text(object, "owner");
  return owner.empty() && IsPublic(op) && context.AtLeast(15) ? "pg_database_owner" : owner;
}

void RenderCommon(const Operation& op, Context& context) {
  RenderComment(op, context);
  RenderOwner(op, context);
  RenderLabels(op, context);
  RenderPrivileges(op, context);
}

}  // namespace autogen::render
