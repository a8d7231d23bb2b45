#include <algorithm>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "autogen/options.pb.h"
#include "src/model/check.h"
#include "src/model/diagnose.h"
#include "src/model/object_id.h"
#include "src/model/type_info.h"

namespace autogen::model {
namespace {

using google::protobuf::Message;
using Engines = google::protobuf::RepeatedField<int>;

bool Knows(const Engines& engines, EngineName engine) {
  return engines.empty() || std::find(engines.begin(), engines.end(), engine) != engines.end();
}

bool IsKnown(const TypeInfo& type, EngineName engine) {
  return Knows(OptionsOf(type.descriptor).engine(), engine);
}

bool IsSet(const Message& m, const FieldInfo& f) {
  return f.field->is_repeated() ? f.reflection->FieldSize(m, f.field) > 0
                                : f.reflection->HasField(m, f.field);
}

class EngineChecker {
 public:
  EngineChecker(EngineName engine, Problems* problems)
      : engine_(engine),
        problems_(problems),
        // Where every type is known in every field, no message is looked at.
        paths_([engine](const TypeInfo& type) {
          return !IsKnown(type, engine) ||
                 std::any_of(type.fields.begin(), type.fields.end(),
                             [&](const FieldInfo& f) { return !Knows(f.rule->engine(), engine); });
        }) {}

  void Fields(const Message& m, const TypeInfo& type) {
    const Looks& looks = LooksAt(type);
    for (const FieldInfo* f : looks.unknown) {
      if (!IsSet(m, *f)) continue;
      Lacks(m, f->field->name(), absl::StrCat("field ", f->field->name()), f->rule->instead());
    }
    for (const FieldInfo* f : looks.inside) {
      ForEachValue(m, *f, [&](const Message& value, const TypeInfo& inner) {
        if (IsKnown(inner, engine_)) return Fields(value, inner);
        Lacks(value, "", TypeWords(inner.descriptor), OptionsOf(inner.descriptor).instead());
      });
    }
  }

 private:
  // The fields of a type that are looked at: those that the engine does not know, and those of its
  // own in which such a field or type may stand. Found once: a model has thousands of columns.
  struct Looks {
    std::vector<const FieldInfo*> unknown, inside;
  };
  const Looks& LooksAt(const TypeInfo& type) {
    const auto [at, is_new] = looks_.try_emplace(&type);
    if (!is_new) return *at->second;
    at->second = std::make_unique<Looks>();
    for (const FieldInfo& f : type.fields) {
      if (!Knows(f.rule->engine(), engine_)) at->second->unknown.push_back(&f);
    }
    for (const FieldInfo& f : paths_.From(type)) {
      if (Knows(f.rule->engine(), engine_)) at->second->inside.push_back(&f);
    }
    return *at->second;
  }

  void Lacks(const Message& m, absl::string_view field, absl::string_view what,
             absl::string_view instead) {
    problems_->Add(m, field,
                   absl::StrCat(Words(), " has no ", what, "; ",
                                instead.empty() ? absl::string_view("remove it") : instead),
                   {"other-engine", ""});
  }

  const std::string& Words() const {
    return EngineName_descriptor()->FindValueByNumber(engine_)->options().GetExtension(words);
  }

  EngineName engine_;
  Problems* problems_;
  Paths paths_;
  absl::flat_hash_map<const TypeInfo*, std::unique_ptr<Looks>> looks_;
};

}  // namespace

void CheckEngine(const Schema& schema, EngineName engine, Problems* problems) {
  if (engine == ENGINE_UNSPECIFIED) return;
  EngineChecker(engine, problems).Fields(schema, InfoOf(Schema::descriptor()));
}

}  // namespace autogen::model
