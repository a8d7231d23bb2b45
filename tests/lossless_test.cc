// Every kind of column type that the server has, through changes of its type: where the script says
// that its downgrade is lossless every value comes back, where it says lossy one does not.
#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "src/generate/pipeline.h"
#include "src/introspect/introspect.h"
#include "src/postgres/connection.h"
#include "src/rows/reversal.h"
#include "src/rows/type_values.h"
#include "tests/support/server.h"

namespace autogen::generate {
namespace {

using Texts = std::vector<std::string>;

// What a schema can add to the server's own types.
constexpr char kTypes[] = R"sql(
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE DOMAIN plain AS text;
CREATE DOMAIN code AS integer CHECK (VALUE > 5);
CREATE DOMAIN codes AS code[];
CREATE TYPE pair AS (a text, b text, m mood);
CREATE TYPE nest AS (p pair, c code, ps pair[], n numeric(9,2));
CREATE DOMAIN checked AS pair CHECK ((VALUE).a IS NOT NULL);
CREATE TYPE span AS RANGE (SUBTYPE = text);
CREATE TYPE moods AS RANGE (SUBTYPE = mood);
CREATE TABLE shape (id integer, name text, at point);
)sql";
constexpr char kMultiranges[] = "public.span_multirange public.moods_multirange";
constexpr char kNames[] =
    "public.mood public.plain public.code public.codes public.pair public.nest public.checked "
    "public.span public.moods public.shape";

// Values of these are made by the server alone.
constexpr char kNoInput[] =
    "pg_node_tree pg_ndistinct pg_dependencies pg_mcv_list pg_brin_bloom_summary "
    "pg_brin_minmax_multi_summary gtsvector";

struct Change {
  std::string before;
  std::string after;
  Texts values;  // beside those that the proof takes
};

// No value of the old type is refused by the new one.
const Change kChanges[] = {
    {"smallint", "integer", {}},
    {"integer", "bigint", {}},
    {"integer", "numeric", {}},
    {"bigint", "numeric", {}},
    {"bigint", "double precision", {"9007199254740993"}},
    {"integer", "real", {"16777217"}},
    {"integer", "double precision", {}},
    {"integer", "boolean", {}},
    {"boolean", "integer", {}},
    {"real", "double precision", {"0.1234567", "16777217"}},
    {"real", "numeric", {"0.12345679", "1.1754944e-38"}},
    {"double precision", "numeric", {"0.12345678901234568"}},
    {"double precision", "real", {"0.123456789"}},
    {"numeric(9,4)", "numeric(12,4)", {"12345.6789"}},
    {"numeric(9,4)", "numeric(9,2)", {"12345.6789"}},
    {"numeric(9,4)", "double precision", {"12345.6789"}},
    {"money", "numeric", {}},
    {"box", "polygon", {}},
    {"point", "box", {}},
    {"character(5)", "text", {"'a'", "'abcde'"}},
    {"character(5)", "character varying(9)", {"'ab'"}},
    {"character varying(20)", "character(20)", {"'ab  '"}},
    {"character varying(9)", "text", {}},
    {"name", "text", {}},
    {"text", "character varying", {}},
    {"date", "timestamp without time zone", {}},
    {"timestamp without time zone", "date", {}},
    {"timestamp without time zone", "time without time zone", {}},
    {"timestamp without time zone", "timestamp(3) without time zone", {}},
    {"timestamp without time zone", "timestamp with time zone", {}},
    {"timestamp with time zone", "timestamp without time zone", {}},
    {"timestamp with time zone", "date", {}},
    {"time without time zone", "interval", {}},
    {"time without time zone", "time(2) without time zone", {}},
    {"time without time zone", "time with time zone", {}},
    {"interval", "interval(0)", {}},
    {"json", "jsonb", {}},
    {"jsonb", "json", {}},
    {"cidr", "inet", {}},
    {"macaddr", "macaddr8", {}},
    {"bit(4)", "bit varying", {"B'0101'"}},
    {"xml", "text", {}},
    {"oid", "bigint", {}},
    {"integer[]", "bigint[]", {"'[3:4]={1,2}'"}},
    {"double precision[]", "real[]", {"'{0.123456789}'"}},
    {"text[]", "text", {}},
    {"public.mood", "text", {}},
    {"public.mood[]", "text[]", {}},
    {"public.code", "bigint", {}},
    {"public.plain", "text", {}},
};

struct Session {
  Session() {
    auto opened = postgres::Connection::Open({.url = database.Url()});
    REQUIRE(opened.ok());
    connection = std::make_unique<postgres::Connection>(*std::move(opened));
    Run(kTypes);
  }
  void Run(const std::string& sql) {
    const absl::Status status = connection->Exec(sql).status();
    REQUIRE_MESSAGE(status.ok(), sql, ": ", status.message());
  }
  bool Try(const std::string& sql) { return connection->Exec(sql).ok(); }
  Texts Column(const std::string& sql) {
    auto result = connection->Exec(sql);
    REQUIRE_MESSAGE(result.ok(), sql, ": ", result.status().message());
    Texts texts;
    for (int i = 0; i < result->rows(); ++i) {
      texts.push_back(result->IsNull(i, 0) ? "NULL" : std::string(result->Text(i, 0)));
    }
    return texts;
  }
  model::Snapshot Read() {
    auto snapshot = introspect::Introspect(*connection, {});
    REQUIRE(snapshot.ok());
    return *snapshot;
  }
  testing::TestDatabase database;
  std::unique_ptr<postgres::Connection> connection;
};

// Every type of the server that a column can have, and those of kTypes; with arrays of some.
Texts AllTypes(Session& session) {
  Texts types = session.Column(
      "SELECT format_type(oid, NULL) FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace "
      "AND typtype IN ('b', 'r', 'm') AND typcategory <> 'A' ORDER BY 1");
  for (const char* names : {kNames, kMultiranges}) {
    if (names == kMultiranges && testing::TestServer::Get().version() < 140000) continue;
    for (absl::string_view name : absl::StrSplit(names, ' ')) types.emplace_back(name);
  }
  for (const char* type : {"text", "integer", "point", "public.mood", "public.pair", "int4range"}) {
    types.push_back(absl::StrCat(type, "[]"));
  }
  return types;
}

std::string Table(size_t i) { return absl::StrCat("t", i); }

// One table for each change, so that one proof tells of all.
class Batch {
 public:
  explicit Batch(std::vector<Change> changes) : changes_(std::move(changes)) {
    for (size_t i = 0; i < changes_.size(); ++i) {
      work_.Run(absl::StrCat("CREATE TABLE ", Table(i), " (id integer PRIMARY KEY, a ",
                             changes_[i].before, ")"));
      other_.Run(absl::StrCat("CREATE TABLE ", Table(i), " (id integer PRIMARY KEY, a ",
                              changes_[i].after, ")"));
    }
  }

  void Run() {
    scratch::Options scratch;
    scratch.url = testing::TestServer::Get().Url();
    scratch.disposable = true;
    Pair pair{work_.Read(), other_.Read(), nullptr};
    Pipeline pipeline({}, scratch);
    auto comparison = pipeline.Compare(pair);
    REQUIRE(comparison.ok());
    auto proof = pipeline.Prove(pair, *comparison);
    REQUIRE(proof.ok());
    REQUIRE_MESSAGE(proof->proved, proof->difference);
    REQUIRE(proof->trial.has_value());
    REQUIRE_MESSAGE(proof->trial->untried.empty(), proof->trial->untried);
    rows::AddTrial(*proof->trial, &*comparison);

    auto catalog = model::ToCatalog(pair.before);
    REQUIRE(catalog.ok());
    for (size_t i = 0; i < changes_.size(); ++i) {
      Fill(i, **catalog);
      const rows::Reversal& said = ReversalOf(*comparison, i);
      CAPTURE(rows::Describe(said));
      CHECK_MESSAGE(said.tried, changes_[i].before);
      const Texts before = Content(i);
      work_.Run(SqlOf(comparison->upgrade, comparison->plan, i));
      const bool back = work_.Try(SqlOf(comparison->downgrade, comparison->back, i));
      const Texts after = Content(i);
      const rows::Reversal::Kind kind = !back             ? rows::Reversal::kNotReversible
                                        : before == after ? rows::Reversal::kLossless
                                                          : rows::Reversal::kLossy;
      CHECK_MESSAGE(said.kind == kind, changes_[i].before, " to ", changes_[i].after, ": ",
                    rows::Name(kind), Differences(before, after));
    }
  }

 private:
  void Fill(size_t i, const model::Catalog& catalog) {
    Texts values = rows::ValuesOfType(catalog, changes_[i].before, 3);
    for (const std::string& v : changes_[i].values) values.push_back(v);
    int id = 0;
    for (const std::string& v : values) {
      if (work_.Try(absl::StrCat("INSERT INTO ", Table(i), " VALUES (", id, ", ", v, ")"))) ++id;
    }
    CHECK_MESSAGE(id > 1, "values of ", changes_[i].before);
  }

  Texts Content(size_t i) {
    return work_.Column(absl::StrCat("SELECT a::text FROM ", Table(i), " ORDER BY id"));
  }

  // What a script says to the table of one change.
  static std::string SqlOf(const std::vector<render::Statement>& script, const diff::Plan& plan,
                           size_t i) {
    std::vector<render::Statement> own;
    for (const render::Statement& s : script) {
      if (plan.operations[static_cast<size_t>(s.operation)].id.parent == Table(i)) own.push_back(s);
    }
    return render::ToSql(own);
  }

  const rows::Reversal& ReversalOf(const Comparison& comparison, size_t i) const {
    for (size_t at = 0; at < comparison.plan.operations.size(); ++at) {
      const model::ObjectId& id = comparison.plan.operations[at].id;
      if (id.kind == COLUMN && id.parent == Table(i)) return comparison.reversals[at];
    }
    FAIL("no change of ", changes_[i].before);
    return comparison.reversals[0];
  }

  static std::string Differences(const Texts& before, const Texts& after) {
    std::string text;
    for (size_t i = 0; i < before.size() && i < after.size(); ++i) {
      if (before[i] != after[i]) absl::StrAppend(&text, "\n", before[i], " as ", after[i]);
    }
    return text;
  }

  const std::vector<Change> changes_;
  Session work_, other_;
};

TEST_CASE("every type has values, which come back from text") {
  Session session;
  std::vector<Change> changes;
  for (const std::string& type : AllTypes(session)) {
    if (type == "text" ||
        absl::StrContains(absl::StrCat(" ", kNoInput, " "), absl::StrCat(" ", type, " "))) {
      continue;
    }
    changes.push_back({type, "text", {}});
  }
  CHECK(changes.size() > 80);
  Batch(std::move(changes)).Run();
}

TEST_CASE("a change of type is lossless or lossy as the script says") {
  Batch({std::begin(kChanges), std::end(kChanges)}).Run();
}

}  // namespace
}  // namespace autogen::generate
