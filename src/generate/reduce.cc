#include "src/generate/reduce.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/base/text.h"
#include "src/model/new_schema.h"
#include "src/model/object_id.h"
#include "src/model/object_index.h"
#include "src/model/print.h"

namespace autogen::generate {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using model::ObjectId;

// Takes the objects of `gone` out of what is nested in `m`; of a schema, those at its top.
void TakeOut(const std::set<ObjectId>& gone, const ObjectId& around, Message* m) {
  const Reflection* r = m->GetReflection();
  for (int i = 0; i < m->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* f = m->GetDescriptor()->field(i);
    if (f->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE ||
        model::OptionsOf(f->message_type()).kind() == KIND_UNSPECIFIED) {
      continue;
    }
    if (!f->is_repeated()) {
      if (r->HasField(*m, f) &&
          gone.count(model::IdOf(r->GetMessage(*m, f), around.schema, around.name)) > 0) {
        r->ClearField(m, f);
      }
      continue;
    }
    for (int k = r->FieldSize(*m, f); k-- > 0;) {
      Message* child = r->MutableRepeatedMessage(m, f, k);
      const ObjectId id = model::IdOf(*child, around.schema, around.name);
      if (gone.count(id) == 0) {
        TakeOut(gone, id, child);
        continue;
      }
      for (int at = k; at + 1 < r->FieldSize(*m, f); ++at) r->SwapElements(m, f, at, at + 1);
      r->RemoveLast(m, f);
    }
  }
}

Sides Without(const Sides& sides, const std::set<ObjectId>& gone) {
  auto reduced = [&](const Schema& schema) {
    std::shared_ptr<Schema> copy = model::CopySchema(schema);
    TakeOut(gone, {}, copy.get());
    return copy;
  };
  return {reduced(*sides.before), reduced(*sides.after)};
}

// The objects of both sides; `nested` or those at the top. Of schema public nobody is without.
std::vector<ObjectId> ObjectsOf(const Sides& sides, bool nested) {
  std::set<ObjectId> ids;
  for (const std::shared_ptr<const Schema>& schema : {sides.before, sides.after}) {
    model::ForEachObject(*schema, [&](const ObjectId& id, const Message&) {
      const bool is_public = id.kind == SCHEMA && id.name == "public";
      if (!is_public && id.parent.empty() != nested) ids.insert(id);
    });
  }
  return {ids.begin(), ids.end()};
}

}  // namespace

Sides Reduce(const Sides& sides, const std::function<bool(const Sides&)>& fails, int most) {
  Sides smallest = sides;
  for (bool nested : {false, true}) {
    std::vector<ObjectId> kept = ObjectsOf(smallest, nested);
    for (size_t chunk = (kept.size() + 1) / 2; chunk > 0 && !kept.empty();
         chunk = chunk == 1 ? 0 : (chunk + 1) / 2) {
      for (size_t begin = 0; begin < kept.size();) {
        if (most-- <= 0) return smallest;
        const size_t end = std::min(begin + chunk, kept.size());
        const auto first = kept.begin() + static_cast<long>(begin);
        const auto last = kept.begin() + static_cast<long>(end);
        Sides smaller = Without(smallest, {first, last});
        if (!fails(smaller)) {
          begin = end;
          continue;
        }
        smallest = std::move(smaller);
        kept.erase(first, last);
      }
    }
  }
  return smallest;
}

std::string ReproductionOf(const Sides& sides) {
  return absl::StrCat("# from\n", model::PrintModel(*sides.before), "\n# to\n",
                      model::PrintModel(*sides.after));
}

std::string ReportOf(const Sides& sides) {
  return absl::StrCat(
      "To report it, send these two schemas, which fail in the same way, with the output of autogen "
      "--version to the issue tracker of autogen (CONTRIBUTING.md); their names are yours:\n",
      Indent(ReproductionOf(sides), "  "));
}

}  // namespace autogen::generate
