#include "src/model/diagnose.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "src/base/text.h"

namespace autogen::model {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

struct Mistake {
  std::string what;  // "": there is none
  Detail detail;
};

// `what`, and "; did you mean …?" with the nearest of the candidates, else `otherwise`.
Mistake Misspelt(const char* rule, std::string what, absl::string_view word,
                 const std::vector<std::string>& candidates, absl::string_view otherwise) {
  std::string nearest = Nearest(word, candidates);
  if (nearest.empty()) return {absl::StrCat(what, otherwise), {rule, ""}};
  return {absl::StrCat(what, "; did you mean \"", nearest, "\"?"), {rule, nearest}};
}

bool IsString(const TextNode& value) {
  return !value.value.empty() && (value.value[0].text[0] == '"' || value.value[0].text[0] == '\'');
}

class Diagnosis {
 public:
  Diagnosis(const SourceFile& file, Problems* problems) : file_(file), problems_(problems) {}

  void Message(const TextNode& node, const Descriptor* type) {
    std::set<absl::string_view> seen;
    for (const TextNode& child : node.children) {
      const FieldDescriptor* f = type->FindFieldByName(std::string(child.name));
      if (f == nullptr) {
        Bad(node, child, child.begin, UnknownField(child.name, type));
      } else if (!seen.insert(child.name).second && !f->is_repeated()) {
        Bad(node, child, child.begin,
            {absl::StrCat(child.name, " is set twice in this ", TypeWords(type), "; keep one"),
             {"set-twice", ""}});
      } else if (child.shape == TextNode::Shape::kList) {
        List(node, child, f);
      } else {
        Value(node, child, child, f);
      }
    }
  }

  std::vector<std::pair<size_t, size_t>> bad;

 private:
  void Bad(const TextNode& parent, const TextNode& child, size_t offset, const Mistake& mistake) {
    problems_->AddAt(file_, offset, mistake.what, mistake.detail);
    problems_->Mute(parent);
    bad.emplace_back(child.begin, child.end);
  }

  static Mistake UnknownField(absl::string_view name, const Descriptor* type) {
    std::vector<std::string> names;
    for (int i = 0; i < type->field_count(); ++i) names.push_back(type->field(i)->name());
    return Misspelt("unknown-field",
                    absl::StrCat("unknown field \"", name, "\" in ", TypeWords(type)), name, names,
                    "; docs/model.md lists the fields");
  }

  void List(const TextNode& parent, const TextNode& child, const FieldDescriptor* f) {
    if (!f->is_repeated()) {
      Bad(parent, child, child.value_begin,
          WrongValue(absl::StrCat(f->name(), " takes one value, not a list")));
      return;
    }
    for (const TextNode& element : child.children) {
      // A list is removed as a whole: its commas would be left behind.
      if (!Value(parent, child, element, f)) return;
    }
  }

  // `whole` is the field to leave out where its value (`value`) is wrong.
  bool Value(const TextNode& parent, const TextNode& whole, const TextNode& value,
             const FieldDescriptor* f) {
    if (f->message_type() != nullptr) {
      if (value.shape == TextNode::Shape::kMessage) {
        Message(value, f->message_type());
        return true;
      }
      Bad(parent, whole, value.value_begin,
          WrongValue(absl::StrCat(f->name(), " holds fields; write ", f->name(), " { … }")));
      return false;
    }
    Mistake wrong = value.shape == TextNode::Shape::kMessage
                        ? WrongValue(absl::StrCat(f->name(), " takes a value, not { … }"))
                        : WrongScalar(value, f);
    if (wrong.what.empty()) return true;
    Bad(parent, whole, value.value_begin, wrong);
    return false;
  }

  static Mistake WrongValue(std::string what, std::string fix = "") {
    return {std::move(what), {"wrong-value", std::move(fix)}};
  }

  // Why a scalar is not a value of the field; nothing where it is one.
  static Mistake WrongScalar(const TextNode& value, const FieldDescriptor* f) {
    absl::string_view word = value.value[0].text;
    bool string = IsString(value);
    switch (f->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        if (string) return {};
        std::string quoted = absl::StrCat("\"", word, "\"");
        return WrongValue(absl::StrCat(f->name(), " is a text; write it in quotes: ", quoted),
                          quoted);
      }
      case FieldDescriptor::CPPTYPE_BOOL: {
        static const auto* const words =
            new std::set<absl::string_view>{"true", "True", "t", "1", "false", "False", "f", "0"};
        if (!string && words->count(word) > 0) return {};
        return WrongValue(absl::StrCat(f->name(), " is true or false, not ", word));
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        return WrongEnum(word, string, f);
      case FieldDescriptor::CPPTYPE_DOUBLE: {
        double ignored;
        if (!string && absl::SimpleAtod(word, &ignored)) return {};
        return WrongValue(absl::StrCat(f->name(), " is a number, not ", word));
      }
      case FieldDescriptor::CPPTYPE_INT64: {
        int64_t ignored;
        return WrongValue(!string && absl::SimpleAtoi(word, &ignored) ? "" : NotWhole(word, f));
      }
      case FieldDescriptor::CPPTYPE_UINT32: {
        uint32_t ignored;
        return WrongValue(!string && absl::SimpleAtoi(word, &ignored) ? "" : NotWhole(word, f));
      }
      default: {
        int32_t ignored;
        return WrongValue(!string && absl::SimpleAtoi(word, &ignored) ? "" : NotWhole(word, f));
      }
    }
  }

  static std::string NotWhole(absl::string_view word, const FieldDescriptor* f) {
    // Hexadecimal and octal numbers are good, but nobody writes them in a model.
    if (absl::StartsWith(word, "0x") || absl::StartsWith(word, "-0x")) return "";
    return absl::StrCat(f->name(), " is a whole number of ",
                        f->cpp_type() == FieldDescriptor::CPPTYPE_INT64 ? "64" : "32",
                        " bits, not ", word);
  }

  static Mistake WrongEnum(absl::string_view word, bool string, const FieldDescriptor* f) {
    const EnumDescriptor* type = f->enum_type();
    int number;
    if (!string && (type->FindValueByName(std::string(word)) != nullptr ||
                    (absl::SimpleAtoi(word, &number) && type->FindValueByNumber(number)))) {
      return {};
    }
    std::vector<std::string> names;
    for (int i = 0; i < type->value_count(); ++i) names.push_back(type->value(i)->name());
    absl::string_view bare = word;
    if (string && bare.size() >= 2) bare = bare.substr(1, bare.size() - 2);
    // "set null" and "SET NULL" are SQL's ways to say SET_NULL.
    std::string joined = absl::AsciiStrToUpper(bare);
    for (char& c : joined) {
      if (c == ' ' || c == '-') c = '_';
    }
    Mistake mistake = Misspelt("wrong-value", absl::StrCat(f->name(), " cannot be ", word), joined,
                               names, absl::StrCat("; it is one of ", absl::StrJoin(names, ", ")));
    if (string) mistake.what += " (without quotes)";
    return mistake;
  }

  const SourceFile& file_;
  Problems* problems_;
};

}  // namespace

std::string TypeWords(const Descriptor* type) {
  std::string words;
  for (char c : type->name()) {
    if (absl::ascii_isupper(static_cast<unsigned char>(c)) && !words.empty()) words.push_back(' ');
    words.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  return words;
}

std::vector<std::pair<size_t, size_t>> Diagnose(const SourceFile& file, const Descriptor* type,
                                                Problems* problems) {
  Diagnosis diagnosis(file, problems);
  diagnosis.Message(file.root, type);
  return std::move(diagnosis.bad);
}

}  // namespace autogen::model
