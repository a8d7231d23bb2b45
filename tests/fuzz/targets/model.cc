// Model texts: load, check, expand; print and load again; layout.
#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/base/text.h"
#include "src/model/catalog.h"
#include "src/model/format.h"
#include "src/model/load.h"
#include "src/model/print.h"
#include "src/model/type_info.h"
#include "tests/fuzz/fuzz.h"

namespace autogen::fuzz {
namespace {

using google::protobuf::Message;
using model::FieldInfo;
using model::TypeInfo;

// The objects sorted: their order beside one another means nothing. Columns have an order.
std::string Normal(const Message& message) {
  std::vector<std::string> objects;
  std::unique_ptr<Message> own(message.New());
  own->CopyFrom(message);
  for (const FieldInfo& field : model::InfoOf(message.GetDescriptor()).messages) {
    if (field.type->kind == KIND_UNSPECIFIED || field.type->kind == COLUMN) continue;
    model::ForEachValue(message, field, [&](const Message& child, const TypeInfo&) {
      objects.push_back(absl::StrCat(field.field->name(), " { ", Normal(child), " }"));
    });
    message.GetReflection()->ClearField(own.get(), field.field);
  }
  std::sort(objects.begin(), objects.end());
  std::string text = own->ShortDebugString();
  for (const std::string& object : objects) absl::StrAppend(&text, "\n", object);
  return text;
}

void CheckFormat(const std::string& text, bool loads, const std::string& normal) {
  absl::StatusOr<std::string> formatted = model::FormatModel("a.txtpb", text);
  if (!formatted.ok()) {
    Expect(!loads, "what loads has no layout", {text, formatted.status().message()});
    return;
  }
  absl::StatusOr<std::string> again = model::FormatModel("a.txtpb", *formatted);
  Expect(again.ok() && *again == *formatted, "the layout has another layout",
         {text, *formatted, again.ok() ? *again : again.status().message()});
  absl::StatusOr<std::shared_ptr<Schema>> loaded = model::LoadModelText("a.txtpb", *formatted);
  Expect(loaded.ok() == loads, "the layout changes what loads",
         {text, *formatted, loaded.status().message()});
  if (loads) {
    Expect(Normal(**loaded) == normal, "the layout changes the model", {text, *formatted});
  }
}

void CheckPrint(const std::string& text, const Schema& schema, const std::string& normal) {
  const std::string printed = model::PrintModel(schema);
  absl::StatusOr<std::shared_ptr<Schema>> again = model::LoadModelText("a.txtpb", printed);
  Expect(again.ok(), "a printed model does not load", {text, printed, again.status().message()});
  const std::string after = Normal(**again);
  Expect(after == normal, "a printed model is another model", {text, printed, normal, after});
  absl::StatusOr<std::string> formatted = model::FormatModel("a.txtpb", printed);
  Expect(formatted.ok() && *formatted == printed, "a printed model has another layout",
         {text, printed, formatted.ok() ? *formatted : formatted.status().message()});
  model::PrintModelSplit(schema);
}

}  // namespace

void FuzzOne(absl::string_view input) {
  // As files are read: without a byte order mark.
  const std::string text(WithoutByteOrderMark(input));
  absl::StatusOr<std::shared_ptr<Schema>> schema = model::LoadModelText("a.txtpb", text);
  const std::string normal = schema.ok() ? Normal(**schema) : "";
  CheckFormat(text, schema.ok(), normal);
  if (!schema.ok()) {
    Expect(absl::IsInvalidArgument(schema.status()), "loading breaks",
           {text, schema.status().message()});
    for (absl::string_view line : absl::StrSplit(schema.status().message(), '\n')) {
      Expect(absl::StartsWith(line, "a.txtpb"), "a problem without its place",
             {text, schema.status().message()});
    }
    return;
  }
  CheckPrint(text, **schema, normal);
  auto catalog = model::Catalog::Build(*schema, {});
  Expect(catalog.ok(), "a model that was checked has no catalog",
         {text, catalog.status().message()});
}

}  // namespace autogen::fuzz
