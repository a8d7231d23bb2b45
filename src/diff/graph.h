// The operations of a draft with the order between them. Internal to src/diff.
#ifndef AUTOGEN_DIFF_GRAPH_H_
#define AUTOGEN_DIFF_GRAPH_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "src/diff/draft.h"

namespace autogen::diff {

// One operation before ordering. A node that is absorbed runs as part of another one
// (a column of a new table); only nodes that are not take part in the order.
struct Node {
  Operation op;
  int before = -1;
  int after = -1;
  int absorbed_by = -1;
  bool silent = false;  // absorbed, and the server does it implicitly: renders nothing
  bool has_stand_in = false;
};

// `first` runs before `second`. A soft edge is dropped where it closes a cycle.
struct Order {
  int first;
  int second;
  std::string field;  // detachable field that makes the edge, of `field_of`
  int field_of = -1;
  bool soft = false;
};

class Graph {
 public:
  explicit Graph(Draft& draft, Plan& plan) : d_(draft), plan_(plan) {}

  // Nodes and edges (graph.cc), then cycles cut and all sorted (order.cc).
  void Build();
  absl::StatusOr<std::vector<Operation>> Sort();

 private:
  // graph.cc
  int Add(Action action, int before, int after);
  void AddNodes();
  bool SwapsIdentity(int b) const;
  bool IdentifiesByOtherColumns(int b) const;
  bool ChangesTypeAndColumns(int b) const;
  bool OnOwnIndex(int a) const;
  const google::protobuf::Message* BelowSteadyParents(int b);
  void AddDetached();
  void AddPartial();
  void Absorb();
  // inherited_nodes.cc
  void AbsorbInherited();
  void KeepWhatParentsDrop();
  void KeepColumn(int a, int node);
  void MakeRoomForParents();
  void KeepOwnOfChildren();
  void KeepOwnBelow(int table, const Operation& up);
  int OperationAbove(const Operation& op, bool on_before, int table) const;  // or -1
  void FollowDrop(int node, int maker);
  void FollowCreate(int node, int maker);
  void FollowRebuild(int node);
  void FollowAlter(int node, int maker);
  void TakeNotNullName(const Operation& above, const model::ObjectId& id, Column* column) const;
  void KeepOwnDefaults();
  std::vector<int> TopsThatRenew(int column) const;
  void TakeDefaultFromTops(int above, Column* moved, const Column& will);
  void AlterTypesTogether();  // inherited_types.cc
  // named_in_bodies.cc
  bool RunsFunctions(int node) const;
  void AfterWhatBodiesName();
  void FillAfter(int a, const std::vector<int>& makers);
  // edges.cc
  void AddEdges();
  void NeedsAfter(int a);
  void NeedsBefore(int b);
  // replace.cc
  void AddReplacements(int b);
  void AddFunctionsAside(int b);
  void AbsorbInto(int node, int by);  // silently
  void DropWith(int b, int owner);    // the node `owner` drops it, if it is dropped at all
  // What is renamed aside, with the name that it has then.
  std::shared_ptr<google::protobuf::Message> Aside(int b) const;
  void AfterKeysThatGo(int key, int foreign_key);
  void BeforeKeysThatGo(int foreign_key, int key);
  void AddNameClashes();
  void AddPersistenceOrder();
  void AddOrderBelowParents();  // inherited_constraints.cc
  // attach.cc
  void AddAttachOrder();
  void AddRowsOrder();
  std::vector<int> NodesBelow(int table);
  void BetweenLeavingAndJoining();
  void AfterAttached();
  void BetweenPartitions();
  void AroundReplicaIdentity();
  // The columns of a table OF a type are the type's alone: both change while it is of none.
  void AroundTypeOfTable();
  void AfterParents(int table, int joins);
  void AfterRetyped(int table, int leaves);
  void BeforeTypesAbove(int table, int leaves);
  void BeforeParentsChange(int table, bool partition, int leaves);
  void AroundKeysToParents(int partition, const std::pair<int, int>& steps);
  void AddGlobalOrder();
  void Edge(int first, int second, bool soft = false, const std::string& field = "",
            int field_of = -1);
  const google::protobuf::Message* Own(std::shared_ptr<google::protobuf::Message> message);
  const google::protobuf::Message* Without(const google::protobuf::Message& m,
                                           const std::string& field);
  std::vector<const google::protobuf::FieldDescriptor*> OneField(const google::protobuf::Message& m,
                                                                 const std::string& field) const;
  bool ChangesOnlyCommon(const Node& n) const;
  int MakerOf(int a) const;    // creates or alters the object of the after side, or -1
  int RemoverOf(int b) const;  // drops the object of the before side, or -1
  // The node whose DROP takes a sequence with its owner, a partition's key with the parent's; or
  // -1.
  int DroppedOwner(int b) const;
  int DroppedParentKey(int b) const;

  // order.cc
  int Top(int node) const;
  std::vector<std::vector<int>> Cycles() const;
  bool CutCycle(const std::vector<int>& members);
  bool NeedOneAnother(int drop, int other) const;  // what two nodes drop
  bool AddShell(const std::vector<int>& members);
  // stand_in.cc
  void AddOwnStandIns();
  bool AddStandIn(const std::vector<int>& members);
  bool CanStandIn(int node) const;
  void StandIn(int node, const std::set<int>& cycle);
  bool Unfold(const std::vector<int>& members, Kind kind);
  bool SplitField(const std::vector<int>& members);
  bool DropSoft(const std::vector<int>& members);
  Operation Assemble(int node, const std::vector<std::vector<int>>& folded) const;

  Draft& d_;
  Plan& plan_;
  std::vector<Node> nodes_;
  std::vector<Order> edges_;
  std::map<int, int> create_;  // after index -> node
  std::map<int, int> drop_;    // before index -> node
  std::map<int, int> alter_;   // before index -> node
  std::map<int, int> aside_;   // before index of a replaced type or its function -> its rename
  std::map<std::pair<int, std::string>, std::pair<int, int>> detached_;  // -> (unset, set)
};

}  // namespace autogen::diff

#endif  // AUTOGEN_DIFF_GRAPH_H_
