#include "src/review/diagram.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "src/base/printable.h"
#include "src/base/text.h"

namespace autogen::review {
namespace {

// More can be neither drawn by GitHub nor read.
constexpr size_t kMostNodes = 40;
constexpr size_t kMostEdges = 120;
constexpr size_t kMaxNameBytes = 80;

struct Reference {
  int from = 0, to = 0;  // objects
  std::string name;      // of the foreign key; "" for others
  friend bool operator<(const Reference& a, const Reference& b) {
    return std::tie(a.from, a.to, a.name) < std::tie(b.from, b.to, b.name);
  }
};

bool IsRelation(Kind kind) { return kind == TABLE || kind == VIEW || kind == MATERIALIZED_VIEW; }

// The relation that object `i` is or belongs to; -1: none.
int RelationOf(const model::Catalog& catalog, int i) {
  while (i >= 0 && !IsRelation(catalog.at(i).id.kind)) i = catalog.at(i).parent;
  return i;
}

// Mermaid's label: in quotes, with the characters that it or HTML gives a meaning to as entities.
std::string Label(const std::string& text) {
  const std::string shown = ClipUtf8(Visible(text, Lines::kOne), kMaxNameBytes);
  return absl::StrReplaceAll(shown, {{"#", "#35;"},
                                     {"&", "#amp;"},
                                     {"\"", "#quot;"},
                                     {"<", "#lt;"},
                                     {">", "#gt;"},
                                     {"`", "#96;"},
                                     {"%", "#37;"},
                                     {"|", "#124;"},
                                     {"\\", "#92;"}});
}

class Chart {
 public:
  explicit Chart(const model::Catalog& catalog) : catalog_(catalog) { FindReferences(); }

  // Whether the catalog has it.
  bool Add(const std::pair<std::string, std::string>& name, const char* style) {
    const int i = Find(name);
    if (i < 0) return false;
    touched_.emplace(i, style);
    return true;
  }
  void AddDropped(const std::pair<std::string, std::string>& name) { dropped_.insert(name); }

  Diagram Draw() const {
    Diagram diagram;
    if (touched_.empty() && dropped_.empty()) return diagram;
    std::map<int, std::string> nodes;  // objects, with their style
    std::set<int> left_out;
    for (const auto& [i, style] : touched_) AddNode(i, style, &nodes, &left_out);
    for (const Reference& one : references_) {
      if (touched_.count(one.from) > 0) AddNode(one.to, "", &nodes, &left_out);
      if (touched_.count(one.to) > 0) AddNode(one.from, "", &nodes, &left_out);
    }
    std::string out = "flowchart LR\n";
    std::map<int, size_t> numbers;
    for (const auto& [i, style] : nodes) {
      const size_t at = numbers.emplace(i, numbers.size()).first->second;
      absl::StrAppend(&out, "  t", at, "[\"", Label(model::DisplayName(catalog_.at(i).id)), "\"]",
                      style.empty() ? "" : ":::", style, "\n");
    }
    size_t number = 0;
    for (const auto& [schema, name] : dropped_) {
      if (number == kMostNodes) break;
      absl::StrAppend(&out, "  d", number++, "[\"",
                      Label(schema.empty() ? name : absl::StrCat(schema, ".", name)),
                      "\"]:::dropped\n");
    }
    size_t edges = 0;
    for (const Reference& one : references_) {
      const bool shown = nodes.count(one.from) > 0 && nodes.count(one.to) > 0 &&
                         (touched_.count(one.from) > 0 || touched_.count(one.to) > 0);
      if (!shown || ++edges > kMostEdges) continue;
      absl::StrAppend(&out, "  t", numbers.at(one.from), one.name.empty() ? " -.-> t" : " -->|\"",
                      one.name.empty() ? "" : absl::StrCat(Label(one.name), "\"| t"),
                      numbers.at(one.to), "\n");
    }
    absl::StrAppend(&out, "  classDef created fill:#dafbe1,stroke:#1a7f37,color:#1f2328\n",
                    "  classDef changed fill:#fff8c5,stroke:#9a6700,color:#1f2328\n",
                    "  classDef dropped fill:#ffebe9,stroke:#cf222e,color:#1f2328\n");
    diagram.mermaid = std::move(out);
    diagram.left_out = left_out.size();
    return diagram;
  }

 private:
  int Find(const std::pair<std::string, std::string>& name) const {
    if (!name.first.empty()) return Named(name.first, name.second);
    const int in_public = Named("public", name.second);
    if (in_public >= 0) return in_public;
    for (size_t i = 0; i < catalog_.objects().size(); ++i) {
      const model::ObjectId& id = catalog_.objects()[i].id;
      if (IsRelation(id.kind) && id.name == name.second) return static_cast<int>(i);
    }
    return -1;
  }

  int Named(const std::string& schema, const std::string& name) const {
    for (const Kind kind : {TABLE, VIEW, MATERIALIZED_VIEW}) {
      const int found = catalog_.Find({kind, schema, "", name});
      if (found >= 0) return found;
    }
    return -1;
  }

  void FindReferences() {
    for (size_t i = 0; i < catalog_.objects().size(); ++i) {
      const int from = RelationOf(catalog_, static_cast<int>(i));
      if (from < 0) continue;
      const model::ObjectId& id = catalog_.objects()[i].id;
      for (const model::Edge& edge : catalog_.Needs(static_cast<int>(i))) {
        const int to = RelationOf(catalog_, edge.to);
        if (to < 0 || to == from) continue;
        references_.insert({from, to, id.kind == FOREIGN_KEY ? id.name : ""});
      }
    }
  }

  static void AddNode(int i, const std::string& style, std::map<int, std::string>* nodes,
                      std::set<int>* left_out) {
    if (nodes->count(i) > 0) return;
    if (nodes->size() < kMostNodes) {
      nodes->emplace(i, style);
    } else {
      left_out->insert(i);
    }
  }

  const model::Catalog& catalog_;
  std::map<int, std::string> touched_;
  RelationNames dropped_;
  std::set<Reference> references_;
};

}  // namespace

Diagram Draw(const model::Catalog& catalog, const Touched& touched) {
  Chart chart(catalog);
  for (const auto& name : touched.created) chart.Add(name, "created");
  for (const auto& name : touched.changed) chart.Add(name, "changed");
  for (const auto& name : touched.dropped) {
    // One that is there afterwards was recreated.
    if (!chart.Add(name, "changed")) chart.AddDropped(name);
  }
  return chart.Draw();
}

}  // namespace autogen::review
