#include "src/generate/encoding.h"

#include <functional>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "src/base/status.h"
#include "src/model/load_tracked.h"
#include "src/model/problems.h"

namespace autogen::generate {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kUntranslatable[] = "22P05";

using Visit = std::function<void(const Message&, const FieldDescriptor&, int, const std::string&)>;

void ForEachText(const Message& m, const Visit& visit) {
  const Reflection* r = m.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  r->ListFields(m, &fields);
  for (const FieldDescriptor* f : fields) {
    const int n = f->is_repeated() ? r->FieldSize(m, f) : 1;
    for (int i = 0; i < n; ++i) {
      if (f->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        ForEachText(f->is_repeated() ? r->GetRepeatedMessage(m, f, i) : r->GetMessage(m, f), visit);
      } else if (f->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        visit(m, *f, i, f->is_repeated() ? r->GetRepeatedString(m, f, i) : r->GetString(m, f));
      }
    }
  }
}

// The characters outside ASCII, in UTF-8.
std::set<std::string> Characters(absl::string_view text) {
  std::set<std::string> found;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length > 1) found.emplace(text.substr(i, length));
    i += length;
  }
  return found;
}

// Whether the database has all of `text`.
absl::StatusOr<bool> Holds(postgres::Connection& connection, const std::string& text) {
  const absl::Status status =
      connection
          .Exec(absl::StrCat("SELECT pg_catalog.convert('\\x", absl::BytesToHexString(text),
                             "', 'UTF8', pg_catalog.getdatabaseencoding())"))
          .status();
  if (status.ok()) return true;
  if (postgres::SqlState(status) == kUntranslatable) return false;
  return status;
}

absl::StatusOr<std::set<std::string>> Missing(postgres::Connection& connection,
                                              const std::set<std::string>& characters) {
  std::set<std::string> missing;
  std::string all;
  for (const std::string& c : characters) all += c;
  ASSIGN_OR_RETURN(const bool holds_all, Holds(connection, all));
  if (holds_all) return missing;
  for (const std::string& c : characters) {
    ASSIGN_OR_RETURN(const bool holds, Holds(connection, c));
    if (!holds) missing.insert(c);
  }
  return missing;
}

}  // namespace

absl::Status CheckEncoding(postgres::Connection& connection, const Schema& model,
                           const std::vector<std::string>& paths) {
  const char* const encoding = PQparameterStatus(connection.raw(), "server_encoding");
  // SQL_ASCII takes any byte.
  if (encoding == nullptr || encoding == absl::string_view("UTF8") ||
      encoding == absl::string_view("SQL_ASCII")) {
    return absl::OkStatus();
  }
  std::set<std::string> characters;
  ForEachText(model, [&](const Message&, const FieldDescriptor&, int, const std::string& text) {
    characters.merge(Characters(text));
  });
  if (characters.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::set<std::string> missing, Missing(connection, characters));
  if (missing.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const model::TrackedModel tracked, model::LoadModelTracked(paths));
  model::Problems problems(*tracked.sources);
  ForEachText(*tracked.schema,
              [&](const Message& m, const FieldDescriptor& f, int i, const std::string& text) {
                for (const std::string& c : Characters(text)) {
                  if (missing.count(c) == 0) continue;
                  problems.Add(m, f.name(), i,
                               absl::StrCat("the encoding ", encoding, " of the database ",
                                            connection.database(), " has no character \"", c,
                                            "\"; write another one, or move to a database in UTF8"),
                               {.rule = "encoding"});
                  return;
                }
              });
  return problems.ToStatus();
}

}  // namespace autogen::generate
