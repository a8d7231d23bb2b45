// Equivalent forms, as people write them: tests/fixtures/equivalence, whose README says how a row
// stands there. A model that holds a row's text as it is written does not differ from a database
// that was made of it, by hand or by autogen; a model that holds its neighbour does.
#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "src/base/file.h"
#include "src/base/status.h"
#include "src/generate/pipeline.h"
#include "src/model/load.h"
#include "src/model/print.h"
#include "src/model/text_literal.h"
#include "src/scratch/build.h"
#include "tests/support/server.h"

namespace autogen {
namespace {

constexpr char kRoot[] = AUTOGEN_SOURCE_DIR "/tests/fixtures/equivalence";

struct Row {
  std::string name;   // types_12
  std::string place;  // path:line
  std::string sql, model;
  std::string inside;  // "table items", "view names"; "": stands alone
  std::string written, changed;
};

struct Section {
  std::string sql, model, inside;
};

// "[14] text": whether this server is old enough to be left out, and the text.
bool TooNew(absl::string_view* line) {
  int major = 0;
  if (!absl::StartsWith(*line, "[")) return false;
  size_t end = line->find("] ");
  if (end == absl::string_view::npos || !absl::SimpleAtoi(line->substr(1, end - 1), &major)) {
    return false;
  }
  line->remove_prefix(end + 2);
  return testing::TestServer::Get().version() / 10000 < major;
}

void ReadHeader(absl::string_view line, Section* section) {
  if (absl::ConsumePrefix(&line, "== sql: ")) {
    *section = {std::string(line), "", ""};
  } else if (absl::ConsumePrefix(&line, "== model: ")) {
    section->model = std::string(line);
  } else {
    REQUIRE(absl::ConsumePrefix(&line, "== in "));
    std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits(": ", 1));
    REQUIRE(parts.size() == 2);
    section->inside = absl::StrContains(parts[0], ' ') ? parts[0] : "table " + parts[0];
    section->model = parts[1];
  }
}

std::vector<Row> Rows() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kRoot)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  const char* only = getenv("AUTOGEN_EQUIVALENCE");
  std::vector<Row> rows;
  for (const auto& file : files) {
    auto text = ReadFile(file.string());
    REQUIRE(text.ok());
    Section section;
    int number = 0;
    for (absl::string_view line : absl::StrSplit(*text, '\n')) {
      ++number;
      if (line.empty() || absl::StartsWith(line, "# ")) continue;
      if (absl::StartsWith(line, "== ")) {
        ReadHeader(line, &section);
        continue;
      }
      if (TooNew(&line)) continue;
      std::vector<std::string> texts =
          absl::StrSplit(absl::StrReplaceAll(line, {{"⏎", "\n"}}), " =/= ");
      Row row{absl::StrCat(file.stem().string(), "_", number),
              absl::StrCat(file.filename().string(), ":", number),
              section.sql,
              section.model,
              section.inside,
              texts[0],
              texts.back()};
      REQUIRE_MESSAGE(texts.size() == 2, row.place);
      REQUIRE_MESSAGE(row.written != row.changed, row.place);
      if (only == nullptr || absl::StrContains(row.name, only)) rows.push_back(std::move(row));
    }
  }
  return rows;
}

// The statement that makes the row's object.
std::string Sql(const Row& row) {
  std::string sql = absl::StrReplaceAll(row.sql, {{"@", row.name}});
  return absl::StrReplaceAll(sql, {{"{}", row.written}});
}

// Its part of a model: "{…}" is a literal of what is between the braces and the text.
std::string ModelText(const Row& row, const std::string& text) {
  std::string part = absl::StrReplaceAll(row.model, {{"@", row.name}});
  for (size_t begin = 0; (begin = part.find('{', begin)) != std::string::npos; ++begin) {
    size_t end = part.find('}', begin);
    if (part[begin + 1] == ' ') continue;
    std::string literal = model::TextLiteral(part.substr(begin + 1, end - begin - 1) + text);
    part.replace(begin, end - begin + 1, literal);
    begin += literal.size();
  }
  return part + "\n";
}

model::Snapshot Look(const testing::TestDatabase& database) {
  auto connection = postgres::Connection::Open({.url = database.Url()});
  REQUIRE(connection.ok());
  auto snapshot = introspect::Introspect(*connection, {});
  REQUIRE_MESSAGE(snapshot.ok(), snapshot.status().ToString());
  return *std::move(snapshot);
}

// The set-up as a model, with room for more in each table and view.
class Base {
 public:
  explicit Base(const model::Snapshot& snapshot) {
    Schema rest = *snapshot.schema;
    for (const Table& t : rest.table()) Open("table", t.name(), t);
    for (const View& v : rest.view()) Open("view", v.name(), v);
    rest.clear_table();
    rest.clear_view();
    rest_ = model::PrintModel(rest);
  }

  std::string With(const std::vector<Row>& rows, std::string Row::*text) const {
    std::map<std::string, std::string> objects = objects_;
    std::string all = rest_;
    for (const Row& row : rows) {
      auto inside = objects.find(row.inside);
      (inside == objects.end() ? all : inside->second) += ModelText(row, row.*text);
    }
    for (const auto& [name, object] : objects) absl::StrAppend(&all, object, "}\n");
    return all;
  }

 private:
  void Open(const std::string& field, const std::string& name,
            const google::protobuf::Message& object) {
    std::string text = model::PrintObject(field, object);
    text.erase(text.rfind('}'));
    objects_[absl::StrCat(field, " ", name)] = text + "\n";
  }

  std::string rest_;
  std::map<std::string, std::string> objects_;
};

class Corpus {
 public:
  Corpus() : rows_(Rows()), base_(SetUp()) {
    folder_ = "/tmp/autogen-equivalence-XXXXXX";
    REQUIRE(mkdtemp(folder_.data()) != nullptr);
    DropRefused();
  }
  ~Corpus() { std::filesystem::remove_all(folder_); }

  const std::vector<Row>& rows() const { return rows_; }

  // Runs every row's statement; a row that PostgreSQL refuses is a fault of the fixture.
  void Make(const testing::TestDatabase& database) {
    database.Run(SetUpSql());
    auto connection = postgres::Connection::Open({.url = database.Url()});
    REQUIRE(connection.ok());
    std::vector<std::string> all;
    for (const Row& row : rows_) all.push_back(Sql(row));
    if (connection->Pipeline(all, nullptr).ok()) return;
    std::vector<Row> good;
    for (const Row& row : rows_) {
      absl::Status made = connection->Exec(Sql(row)).status();
      CHECK_MESSAGE(made.ok(), row.place, ": ", Sql(row), "\n", made.ToString());
      if (made.ok()) good.push_back(row);
    }
    rows_ = std::move(good);
  }

  // What a model of the rows differs in from the database, as check and -m see it.
  generate::Comparison Compare(const generate::Source& source, std::string Row::*text) {
    std::string path = folder_ + "/model.txtpb";
    REQUIRE(WriteFile(path, base_.With(rows_, text), Overwrite::kReplace).ok());
    scratch::Options options;
    options.url = testing::TestServer::Get().Url();
    options.disposable = true;
    options.cache_folder = folder_;
    generate::Pipeline pipeline({}, options);
    generate::Source model{generate::SourceKind::kModel, {path}, ""};
    auto pair = pipeline.Read(source, model, true);
    REQUIRE_MESSAGE(pair.ok(), pair.status().ToString());
    auto comparison = pipeline.Compare(*std::move(pair));
    REQUIRE_MESSAGE(comparison.ok(), comparison.status().ToString());
    return *std::move(comparison);
  }

  generate::Comparison Compare(const testing::TestDatabase& database, std::string Row::*text) {
    return Compare({generate::SourceKind::kDatabase, {}, database.Url()}, text);
  }

 private:
  static std::string SetUpSql() {
    auto sql = ReadFile(absl::StrCat(kRoot, "/setup.sql"));
    REQUIRE(sql.ok());
    return *sql;
  }
  static model::Snapshot SetUp() {
    testing::TestDatabase database;
    database.Run(SetUpSql());
    return Look(database);
  }

  // Rows that the loader refuses are reported one by one.
  void DropRefused() {
    for (std::string Row::*text : {&Row::written, &Row::changed}) {
      if (model::LoadModelText("all", base_.With(rows_, text)).ok()) continue;
      std::vector<Row> good;
      for (const Row& row : rows_) {
        auto loaded = model::LoadModelText(row.place, base_.With({row}, text));
        CHECK_MESSAGE(loaded.ok(), row.*text, "\n", loaded.status().ToString());
        if (loaded.ok()) good.push_back(row);
      }
      rows_ = std::move(good);
    }
  }

  std::vector<Row> rows_;
  Base base_;
  std::string folder_;
};

std::string Words(const diff::Operation& operation) {
  std::string words;
  for (const auto* side : {operation.before, operation.after}) {
    if (side != nullptr) absl::StrAppend(&words, "\n  ", side->ShortDebugString().substr(0, 600));
  }
  return words;
}

// The names that the operations are about: an object's own, its parent's, without arguments.
std::set<std::string> Touched(const diff::Plan& plan) {
  std::set<std::string> names;
  auto add = [&](std::string name) { names.insert(name.substr(0, name.find('('))); };
  for (const diff::Operation& operation : plan.operations) {
    add(operation.id.name);
    add(operation.id.parent);
    for (const diff::Operation& folded : operation.folded) add(folded.id.name);
  }
  return names;
}

void ExpectNone(const diff::Plan& plan) {
  for (const diff::Operation& operation : plan.operations) {
    FAIL_CHECK(model::Describe(operation.id), Words(operation));
  }
}

TEST_CASE("no way to write a thing is a difference; a neighbouring change in each is found") {
  Corpus corpus;
  testing::TestDatabase database;
  corpus.Make(database);
  std::printf("%zu forms\n", corpus.rows().size());
  ExpectNone(corpus.Compare(database, &Row::written).plan);

  std::set<std::string> touched = Touched(corpus.Compare(database, &Row::changed).plan);
  for (const Row& row : corpus.rows()) {
    CHECK_MESSAGE(touched.count(row.name) > 0, row.place, ": not found: ", row.written,
                  " =/= ", row.changed);
  }
}

TEST_CASE("nor is one between a model and the database that autogen makes of it") {
  Corpus corpus;
  testing::TestDatabase database;
  generate::Comparison comparison = corpus.Compare(generate::Source(), &Row::written);
  std::vector<scratch::Step> steps;
  for (const render::Statement& s : comparison.upgrade) steps.push_back({s.sql, "", std::nullopt});
  auto connection = postgres::Connection::Open({.url = database.Url()});
  REQUIRE(connection.ok());
  absl::Status built = scratch::Build(*connection, steps);
  REQUIRE_MESSAGE(built.ok(), built.ToString());
  ExpectNone(corpus.Compare(database, &Row::written).plan);
}

}  // namespace
}  // namespace autogen
