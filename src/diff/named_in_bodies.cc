// What the quoted bodies of functions name, where a statement runs the functions: PostgreSQL knows
// no dependency of a function on that (only of standard-SQL bodies).
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "src/diff/graph.h"

namespace autogen::diff {
namespace {

bool IsWordByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Every word, in literals and comments too: an EXECUTE has its names in a literal.
std::set<std::string> WordsOf(const std::string& body) {
  std::set<std::string> words;
  for (size_t i = 0; i < body.size();) {
    size_t end = i;
    while (end < body.size() && IsWordByte(body[end])) ++end;
    if (end > i) {
      std::string word = body.substr(i, end - i);
      words.insert(absl::AsciiStrToLower(word));
      words.insert(std::move(word));
    }
    i = std::max(end, i + 1);
  }
  return words;
}

// What a body can name.
bool HasNameInBodies(Kind kind) {
  switch (kind) {
    case TABLE:
    case VIEW:
    case MATERIALIZED_VIEW:
    case SEQUENCE:
    case FUNCTION:
    case AGGREGATE:
    case ENUM:
    case DOMAIN:
    case COMPOSITE_TYPE:
    case RANGE_TYPE:
    case BASE_TYPE:
      return true;
    default:
      return false;
  }
}

// A routine's id has its arguments behind the name.
const std::string& NameAlone(const model::Object& o) {
  if (o.id.kind == FUNCTION) return static_cast<const Function&>(*o.message).name();
  if (o.id.kind == AGGREGATE) return static_cast<const Aggregate&>(*o.message).name();
  return o.id.name;
}

// A query or an expression that needs one of these may run a function below it.
bool RunsWhatItNeeds(Kind kind) {
  return kind == FUNCTION || kind == AGGREGATE || kind == OPERATOR || kind == CAST ||
         kind == VIEW || kind == VIEW_COLUMN || kind == DOMAIN || kind == DOMAIN_CHECK;
}

class BodyNames {
 public:
  explicit BodyNames(const model::Catalog& catalog) : catalog_(catalog) {
    for (size_t i = 0; i < catalog.objects().size(); ++i) {
      const model::Object& o = catalog.at(static_cast<int>(i));
      if (HasNameInBodies(o.id.kind)) by_name_[NameAlone(o)].push_back(static_cast<int>(i));
    }
  }

  // What has to be there when `object` is made: by index.
  std::set<int> NeededToRun(int object) {
    named_.clear();
    seen_ = {object};
    Below(object);
    return named_;
  }

 private:
  void Below(int object) {
    const std::vector<model::Edge>& needs = catalog_.Needs(object);
    for (const model::Edge& e : needs) {
      const Kind kind = catalog_.at(e.to).id.kind;
      if (RunsWhatItNeeds(kind) && seen_.insert(e.to).second) Visit(e.to);
    }
    for (int child : catalog_.at(object).children) {
      if (RunsWhatItNeeds(catalog_.at(child).id.kind) && seen_.insert(child).second) Visit(child);
    }
  }

  void Visit(int object) {
    Below(object);
    const model::Object& o = catalog_.at(object);
    if (o.id.kind != FUNCTION) return;
    const auto& f = static_cast<const Function&>(*o.message);
    if (!f.sql_body().empty() || !f.library().empty() || f.language() == "internal") return;
    const std::set<std::string> words = WordsOf(f.body());
    for (const auto& [name, objects] : by_name_) {
      const bool plain = std::all_of(name.begin(), name.end(), IsWordByte);
      if (plain ? words.count(name) == 0 : !absl::StrContains(f.body(), absl::StrCat("\"", name)))
        continue;
      for (int named : objects) Name(named, words);
    }
  }

  void Name(int named, const std::set<std::string>& words) {
    named_.insert(named);
    for (int child : catalog_.at(named).children) {
      const model::ObjectId& id = catalog_.at(child).id;
      if (id.kind == COLUMN && words.count(id.name) > 0) named_.insert(child);
    }
    if (RunsWhatItNeeds(catalog_.at(named).id.kind) && seen_.insert(named).second) Visit(named);
  }

  const model::Catalog& catalog_;
  std::map<std::string, std::vector<int>> by_name_;
  std::set<int> seen_, named_;
};

}  // namespace

// Whether the statement of a node that makes something runs the functions that it needs: over rows
// that are there, or while it is planned.
bool Graph::RunsFunctions(int node) const {
  const Node& n = nodes_[static_cast<size_t>(node)];
  const bool on_rows = n.absorbed_by < 0;
  switch (n.op.id.kind) {
    case MATERIALIZED_VIEW:
    case INDEX:
    case EXCLUSION:
      return true;
    case CHECK:
    case DOMAIN_CHECK:
    case COLUMN:
      return on_rows;
    default:
      return false;
  }
}

// A materialized view that is made before something that its query will run gets its rows after it.
void Graph::FillAfter(int a, const std::vector<int>& makers) {
  const int node = create_.at(a);
  const Operation op = nodes_[static_cast<size_t>(node)].op;
  auto empty = std::make_shared<MaterializedView>(static_cast<const MaterializedView&>(*op.after));
  empty->set_no_data(true);
  Node fill;
  fill.op.action = Action::kAlter;
  fill.op.id = op.id;
  fill.op.before = Own(std::move(empty));
  fill.op.after = op.after;
  fill.op.changed = OneField(*op.after, "no_data");
  fill.before = nodes_[static_cast<size_t>(node)].before;
  fill.after = a;
  nodes_[static_cast<size_t>(node)].op.after = fill.op.before;
  nodes_.push_back(std::move(fill));
  const int added = static_cast<int>(nodes_.size()) - 1;
  Edge(node, added);
  for (int maker : makers) Edge(maker, added, true);
  for (const model::Edge& e : d_.after.NeededBy(a)) {
    if (d_.after.at(e.to).id.kind == MATERIALIZED_VIEW) Edge(added, MakerOf(e.to), true);
  }
}

// An edge that would close a cycle is left out.
void Graph::AfterWhatBodiesName() {
  BodyNames names(d_.after);
  std::vector<std::pair<int, std::vector<int>>> fill_after;
  std::vector<std::vector<int>> next(nodes_.size());
  for (const Order& e : edges_) next[static_cast<size_t>(Top(e.first))].push_back(Top(e.second));
  auto reaches = [&](int from, int to) {
    std::vector<int> stack = {from};
    std::vector<bool> seen(nodes_.size());
    while (!stack.empty()) {
      const int node = stack.back();
      stack.pop_back();
      if (node == to) return true;
      if (seen[static_cast<size_t>(node)]) continue;
      seen[static_cast<size_t>(node)] = true;
      const std::vector<int>& more = next[static_cast<size_t>(node)];
      stack.insert(stack.end(), more.begin(), more.end());
    }
    return false;
  };
  for (const auto& [a, node] : create_) {
    if (!RunsFunctions(node)) continue;
    std::vector<int> late;
    for (int named : names.NeededToRun(a)) {
      const int maker = MakerOf(named);
      if (maker < 0) continue;
      if (reaches(Top(node), Top(maker))) {
        late.push_back(maker);
        continue;
      }
      Edge(maker, node, true);
      next[static_cast<size_t>(Top(maker))].push_back(Top(node));
    }
    const google::protobuf::Message& made = *nodes_[static_cast<size_t>(node)].op.after;
    if (!late.empty() && model::KindOf(made) == MATERIALIZED_VIEW &&
        !static_cast<const MaterializedView&>(made).no_data()) {
      fill_after.emplace_back(a, std::move(late));
    }
  }
  for (const auto& [a, makers] : fill_after) FillAfter(a, makers);
}

}  // namespace autogen::diff
