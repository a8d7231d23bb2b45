// Load(Print(s)) == s, over every kind of object and many of its subsets.
#include <google/protobuf/text_format.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "doctest/doctest.h"
#include "src/base/file.h"
#include "src/model/format.h"
#include "src/model/load.h"
#include "src/model/object_id.h"
#include "src/model/print.h"
#include "src/model/type_info.h"

namespace autogen::model {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string Everything() {
  auto text = ReadFile(AUTOGEN_SOURCE_DIR "/src/model/testdata/everything.txtpb");
  REQUIRE(text.ok());
  return *text;
}

// One line for each object, sorted: the order of objects beside one another means nothing.
std::string Normal(const Message& m) {
  std::vector<std::string> lines;
  const Reflection* r = m.GetReflection();
  std::unique_ptr<Message> own(m.New());
  own->CopyFrom(m);
  for (const FieldInfo& f : InfoOf(m.GetDescriptor()).messages) {
    // Columns have an order.
    if (f.type->kind == KIND_UNSPECIFIED || f.type->kind == COLUMN) continue;
    ForEachValue(m, f, [&](const Message& child, const TypeInfo&) {
      lines.push_back(absl::StrCat(f.field->name(), " ", Normal(child)));
    });
    r->ClearField(own.get(), f.field);
  }
  std::sort(lines.begin(), lines.end());
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  printer.SetSingleLineMode(true);
  std::string text;
  printer.PrintToString(*own, &text);
  for (const std::string& line : lines) absl::StrAppend(&text, "\n", line);
  return text;
}

void CheckRoundTrip(const Schema& schema) {
  std::string printed = PrintModel(schema);
  CAPTURE(printed);
  auto again = LoadModelText("printed", printed);
  CAPTURE(again.status().message());
  REQUIRE(again.ok());
  CHECK(Normal(**again) == Normal(schema));
  auto formatted = FormatModel("printed", printed);
  REQUIRE(formatted.ok());
  CHECK(*formatted == printed);
}

TEST_CASE("every field of every kind is in the test data") {
  std::set<std::string> seen;
  Schema schema;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(Everything(), &schema));
  std::function<void(const Message&)> walk = [&](const Message& m) {
    std::vector<const FieldDescriptor*> fields;
    m.GetReflection()->ListFields(m, &fields);
    for (const FieldDescriptor* f : fields) seen.insert(f->full_name());
    for (const FieldInfo& f : InfoOf(m.GetDescriptor()).messages) {
      ForEachValue(m, f, [&](const Message& child, const TypeInfo&) { walk(child); });
    }
  };
  walk(schema);
  std::set<const TypeInfo*> types;
  std::function<void(const TypeInfo&)> all = [&](const TypeInfo& type) {
    if (!types.insert(&type).second) return;
    for (const FieldInfo& f : type.fields) {
      const std::string& name = f.field->name();
      // What is the same in every kind stands in some of them; derived fields are not the model's.
      const auto& engines = f.rule->engine();
      if (!engines.empty() && std::count(engines.begin(), engines.end(), POSTGRESQL) == 0) continue;
      if (f.type != nullptr) all(*f.type);
      if (f.field->number() >= 90 || f.rule->derived() || name == "include" || name == "schema" ||
          name == "definition_file" || f.type == &InfoOf(Grant::descriptor())) {
        continue;
      }
      CAPTURE(f.field->full_name());
      CHECK(seen.count(f.field->full_name()) == 1);
    }
  };
  all(InfoOf(Schema::descriptor()));
}

TEST_CASE("a model with everything comes back from its print") {
  auto schema = LoadModelText("everything", Everything());
  CAPTURE(schema.status().message());
  REQUIRE(schema.ok());
  CheckRoundTrip(**schema);
}

TEST_CASE("a model with everything comes back from its split print") {
  auto schema = LoadModelText("everything", Everything());
  REQUIRE(schema.ok());
  char pattern[] = "/tmp/autogen_split_XXXXXX";
  std::string folder = mkdtemp(pattern);
  for (const auto& [path, content] : PrintModelSplit(**schema)) {
    std::string file = JoinPath(folder, path);
    std::filesystem::create_directories(DirName(file));
    REQUIRE(WriteFile(file, content, Overwrite::kNever).ok());
  }
  auto again = LoadModel({folder});
  CAPTURE(again.status().message());
  REQUIRE(again.ok());
  CHECK(Normal(**again) == Normal(**schema));
  CHECK(std::filesystem::exists(folder + "/tables/app.orders.txtpb"));
  CHECK(std::filesystem::exists(folder + "/functions/app.touch.sql"));
  CHECK(std::filesystem::exists(folder + "/views/app.totals.sql"));
  std::filesystem::remove_all(folder);
}

// Clears random fields, at any depth.
void Thin(Message* m, std::mt19937* random) {
  const Reflection* r = m->GetReflection();
  auto chance = [&](unsigned n) { return (*random)() % n == 0; };
  for (const FieldInfo& f : InfoOf(m->GetDescriptor()).fields) {
    if (f.field->name() == "name" || f.field->name() == "type") continue;
    if (f.field->is_repeated()) {
      for (int i = r->FieldSize(*m, f.field); i > 0; --i) {
        if (!chance(12)) continue;
        r->SwapElements(m, f.field, i - 1, r->FieldSize(*m, f.field) - 1);
        r->RemoveLast(m, f.field);
      }
    } else if (chance(8)) {
      r->ClearField(m, f.field);
    }
    if (f.type == nullptr) continue;
    ForEachMutableValue(m, f, [&](Message* child, const TypeInfo&) { Thin(child, random); });
  }
}

TEST_CASE("random parts of the model come back from their print") {
  Schema everything;
  REQUIRE(google::protobuf::TextFormat::ParseFromString(Everything(), &everything));
  std::mt19937 random(20240607);
  const int runs = getenv("AUTOGEN_RUNS") != nullptr ? atoi(getenv("AUTOGEN_RUNS")) : 40;
  int good = 0;
  for (int run = 0; run < runs; ++run) {
    // Each object alone with the others whole: one that misses something spoils only itself.
    Schema thin;
    for (const FieldInfo& f : InfoOf(Schema::descriptor()).messages) {
      const Reflection* r = thin.GetReflection();
      ForEachValue(everything, f, [&](const Message& object, const TypeInfo&) {
        std::unique_ptr<Message> copy(object.New());
        copy->CopyFrom(object);
        Thin(copy.get(), &random);
        Schema with = thin;
        with.GetReflection()->AddMessage(&with, f.field)->CopyFrom(*copy);
        if (LoadModelText("thin", PrintAsIs(with)).ok()) {
          r->AddMessage(&thin, f.field)->CopyFrom(*copy);
          ++good;
        }
      });
    }
    auto schema = LoadModelText("thin", PrintAsIs(thin));
    REQUIRE(schema.ok());
    CAPTURE(run);
    CheckRoundTrip(**schema);
  }
  CHECK(good > runs * 20);
}

}  // namespace
}  // namespace autogen::model
