// Text search parsers, templates, dictionaries and configurations.
#include "absl/strings/ascii.h"
#include "src/introspect/readers.h"

namespace autogen::introspect {
namespace {

// dictinitoption as serialize_deflist() in tsearchcmds.c writes it: name = value pairs, names
// quoted as identifiers where needed, numbers bare, all else as '…' or E'…'. What is a quoted
// number keeps its quotes in the value: PostgreSQL stores the two differently.
class DictionaryOptions {
 public:
  explicit DictionaryOptions(absl::string_view text) : text_(text) {}

  void Read(google::protobuf::RepeatedPtrField<Option>* options) {
    for (SkipBlanks(); !text_.empty(); SkipBlanks()) {
      Option* option = options->Add();
      option->set_name(Token());
      SkipBlanks();
      if (!text_.empty() && text_[0] == '=') text_.remove_prefix(1);
      SkipBlanks();
      const bool quoted = !text_.empty() && text_[0] == '\'';
      std::string value = Token();
      double number;
      if (quoted && absl::SimpleAtod(value, &number)) value = absl::StrCat("'", value, "'");
      option->set_value(std::move(value));
    }
  }

 private:
  void SkipBlanks() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == ',')) text_.remove_prefix(1);
  }

  // One bare, "quoted" or 'quoted' token.
  std::string Token() {
    std::string token;
    const bool escapes = text_.size() > 1 && text_[0] == 'E' && text_[1] == '\'';
    if (escapes) text_.remove_prefix(1);
    if (text_.empty() || (text_[0] != '\'' && text_[0] != '"')) {
      size_t end = text_.find_first_of(" ,=");
      token = std::string(text_.substr(0, end));
      text_.remove_prefix(end == absl::string_view::npos ? text_.size() : end);
      return token;
    }
    const char quote = text_[0];
    size_t i = 1;
    for (; i < text_.size(); ++i) {
      if (text_[i] == quote) {
        if (i + 1 == text_.size() || text_[i + 1] != quote) break;
        ++i;
      } else if (escapes && text_[i] == '\\' && i + 1 < text_.size()) {
        ++i;
      }
      token.push_back(text_[i]);
    }
    text_.remove_prefix(i < text_.size() ? i + 1 : i);
    return token;
  }

  absl::string_view text_;
};

}  // namespace

void ReadTextSearchParsers(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    TextSearchParser* p = builder.schema()->add_text_search_parser();
    p->set_schema(row.String("schema"));
    p->set_name(row.String("name"));
    ReadName(row, "start", [p] { return p->mutable_start(); });
    ReadName(row, "gettoken", [p] { return p->mutable_gettoken(); });
    ReadName(row, "end", [p] { return p->mutable_end(); });
    ReadName(row, "lextypes", [p] { return p->mutable_lextypes(); });
    ReadName(row, "headline", [p] { return p->mutable_headline(); });
    builder.Register({kPgTsParser, row.Oid("oid")}, p);
  }
}

void ReadTextSearchTemplates(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    TextSearchTemplate* t = builder.schema()->add_text_search_template();
    t->set_schema(row.String("schema"));
    t->set_name(row.String("name"));
    ReadName(row, "init", [t] { return t->mutable_init(); });
    ReadName(row, "lexize", [t] { return t->mutable_lexize(); });
    builder.Register({kPgTsTemplate, row.Oid("oid")}, t);
  }
}

void ReadTextSearchDictionaries(const postgres::Result& result, Builder& builder) {
  for (Row row(result); row.Next();) {
    TextSearchDictionary* d = builder.schema()->add_text_search_dictionary();
    d->set_schema(row.String("schema"));
    d->set_name(row.String("name"));
    ReadName(row, "template_schema", "template_name", [d] { return d->mutable_template_(); });
    DictionaryOptions(row.Text("options")).Read(d->mutable_option());
    builder.Register({kPgTsDict, row.Oid("oid")}, d);
  }
}

void ReadTextSearchConfigurations(const postgres::Result& result, Builder& builder) {
  TextSearchConfiguration* c = nullptr;
  uint32_t last = 0;
  for (Row row(result); row.Next();) {
    const uint32_t oid = row.Oid("oid");
    if (oid != last) {
      last = oid;
      c = builder.schema()->add_text_search_configuration();
      c->set_schema(row.String("schema"));
      c->set_name(row.String("name"));
      ReadName(row, "parser_schema", "parser_name", [c] { return c->mutable_parser(); });
      builder.Register({kPgTsConfig, oid}, c);
    }
    if (row.IsNull("token")) continue;
    TextSearchConfiguration::Mapping* m = c->add_mapping();
    m->set_token(row.String("token"));
    std::vector<std::string> schemas = row.Array("dictionary_schemas");
    std::vector<std::string> names = row.Array("dictionary_names");
    for (size_t i = 0; i < names.size(); ++i) {
      Name* dictionary = m->add_dictionary();
      dictionary->set_schema(schemas[i]);
      dictionary->set_name(names[i]);
    }
  }
}

}  // namespace autogen::introspect
