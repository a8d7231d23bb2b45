#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/render/definition.h"
#include "src/sql/quote.h"

namespace autogen::render {
namespace {

std::string KeyText(const IndexKey& key) {
  std::string text =
      key.column().empty() ? KeyExpression(key.expression()) : sql::Ident(key.column());
  if (key.has_collation()) absl::StrAppend(&text, " COLLATE ", CatalogName(key.collation()));
  if (key.has_opclass()) {
    absl::StrAppend(&text, " ", CatalogName(key.opclass()));
    if (key.opclass_option_size() > 0) {
      absl::StrAppend(&text, " (", WithOptions(key.opclass_option()), ")");
    }
  }
  if (key.descending()) absl::StrAppend(&text, " DESC");
  if (key.nulls() == IndexKey::FIRST) absl::StrAppend(&text, " NULLS FIRST");
  if (key.nulls() == IndexKey::LAST) absl::StrAppend(&text, " NULLS LAST");
  if (!key.operator_().empty()) {
    bool qualified = absl::StrContains(key.operator_(), '.');
    absl::StrAppend(&text, " WITH ", qualified ? "OPERATOR(" : "", key.operator_(),
                    qualified ? ")" : "");
  }
  return text;
}

}  // namespace

std::string IndexKeys(const google::protobuf::RepeatedPtrField<IndexKey>& keys) {
  std::string text;
  for (const IndexKey& key : keys) absl::StrAppend(&text, text.empty() ? "" : ", ", KeyText(key));
  return text;
}

}  // namespace autogen::render
