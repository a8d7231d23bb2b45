// What each kind's render file provides: create, drop and alter as statements.
#ifndef AUTOGEN_RENDER_KIND_H_
#define AUTOGEN_RENDER_KIND_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "src/diff/plan.h"
#include "src/model/catalog.h"
#include "src/render/render.h"

namespace autogen::render {

// Where statements go, and what a render function may look at.
class Context {
 public:
  Context(const diff::Plan& plan, const Options& options) : plan(plan), options(options) {}

  void Add(std::string sql, std::string note = "", bool loses_data = false);

  // The object around a nested one, on the side that exists when the operation runs (after for
  // create and alter, before for drop).
  const google::protobuf::Message* Parent(const diff::Operation& op) const;
  bool Changed(const diff::Operation& op, absl::string_view field) const;

  const diff::Plan& plan;
  const Options& options;
  std::vector<Statement> statements;
};

// The qualified, quoted name of an object as ALTER / DROP / COMMENT ON take it: "public.tasks",
// "public.f(integer)", "public.t USING btree"-style for operator classes. Nested objects: their own
// quoted name.
std::string SqlName(const google::protobuf::Message& object, const model::ObjectId& id);
// The keyword(s): "TABLE", "FOREIGN TABLE", "PROCEDURE", "MATERIALIZED VIEW".
std::string SqlKeyword(const google::protobuf::Message& object);

using RenderFunction = absl::Status (*)(const diff::Operation&, Context&);
struct KindRenderer {
  RenderFunction create;
  RenderFunction drop;
  RenderFunction alter;  // everything but comment, owner, grants, labels: those are generic
  RenderFunction rename = nullptr;  // null: ALTER <keyword> <old> RENAME TO <new> / SET SCHEMA
};

// One function a kind, each in its own file (table.cc, column.cc, …); render.cc switches over them
// with no default.
KindRenderer RendererFor(Kind kind);

// comment.cc, privileges.cc: what follows every create and belongs to every alter.
void RenderCommon(const diff::Operation& op, Context& context);

// Shared pieces.
std::string SqlName(const Name& name);
std::string WithOptions(
    const google::protobuf::RepeatedPtrField<Option>& options);  // "a=1, b='x'"; "" for none

}  // namespace autogen::render

#endif  // AUTOGEN_RENDER_KIND_H_
