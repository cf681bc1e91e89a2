#include "parsers/model/inline.h"

#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "analyzer/ir/path.h"
#include "google/protobuf/arena.h"
#include "onnx/common/proto_util.h"
#include "parsers/model/schema_table.h"
#include "parsers/model/schemas.h"

namespace onnxcheck::parsers {
namespace {

using Nodes = google::protobuf::RepeatedPtrField<pb::NodeProto>;

// Thrown and caught in this file: the call at hand does not fit the bounds.
struct OutOfBounds {};

// Names that are taken, and new ones.
class Names {
 public:
  void Take(const pb::GraphProto& graph) {
    for (const auto& input : graph.input()) taken_.insert(input.name());
    for (const auto& output : graph.output()) taken_.insert(output.name());
    for (const auto& tensor : graph.initializer()) taken_.insert(tensor.name());
    for (const auto& tensor : graph.sparse_initializer()) taken_.insert(tensor.values().name());
    for (const pb::NodeProto& node : graph.node()) {
      for (const std::string& name : node.input()) taken_.insert(name);
      for (const std::string& name : node.output()) taken_.insert(name);
      for (const pb::AttributeProto& attribute : node.attribute()) {
        if (attribute.has_g()) Take(attribute.g());
        for (const pb::GraphProto& inner : attribute.graphs()) Take(inner);
      }
    }
  }
  std::string New(absl::string_view prefix, absl::string_view name) {
    std::string made = absl::StrCat(prefix, "/", name);
    // The counter never goes back, so that all searches together are no longer than the names.
    while (!taken_.insert(made).second) made = absl::StrCat(prefix, "/", name, "_", ++next_);
    return made;
  }

 private:
  absl::flat_hash_set<std::string> taken_;
  std::uint64_t next_ = 1;
};

class Inliner {
 public:
  Inliner(pb::ModelProto* proto, NodeSet* bad) : proto_(*proto), bad_(*bad) {
    for (int i = 0; i < proto_.functions_size(); ++i) {
      functions_.emplace(pb::GetFunctionImplId(proto_.functions(i)), i);
    }
  }

  InlinedGraphs Run();

 private:
  // What the names of a body stand for, in it and in its subgraphs, inner ones last.
  using Scope = absl::flat_hash_map<std::string, std::string>;
  struct Renaming {
    const std::string& prefix;
    std::vector<Scope> scopes;
  };
  struct Function {
    std::uint64_t nodes = 0;  // of an expanded call; a graph counts as kNodesPerGraph more
    bool compatible = false;  // means the same under the opsets of the model
  };

  // Index of the function that the node names; kNone for a node that is no call.
  int Named(const pb::NodeProto& node) const {
    const auto it = functions_.find(pb::GetCalleeId(node));
    return it == functions_.end() ? ir::kNone : it->second;
  }
  // The same for a call that is to be replaced.
  int Callee(const pb::NodeProto& node) const {
    return bad_.contains(&node) ? ir::kNone : Named(node);
  }
  bool Calls(const Nodes& nodes) const;
  Function Judge(int function, int depth);
  std::uint64_t NodesOf(const Nodes& nodes, int depth);
  bool IsCompatible(const Schemas::Imports& imports, const Nodes& nodes) const;
  void Graph(pb::GraphProto* graph);
  void Subgraphs(pb::NodeProto* node);
  void Expand(const std::vector<pb::NodeProto*>& nodes, std::int32_t body, Nodes* out,
              InlinedNodes* places);
  bool Call(const pb::NodeProto& call, int callee, ir::Origin origin, Nodes* out,
            InlinedNodes* places);
  void Body(const pb::NodeProto& call, int function, ir::Origin origin, Nodes* out,
            InlinedNodes* places);

  void Spend(std::uint64_t bytes) {
    if (bytes > bytes_) throw OutOfBounds();
    bytes_ -= bytes;
  }
  void Define(std::string* name, Renaming* renaming);
  void Use(std::string* name, Renaming* renaming);
  void Rename(pb::NodeProto* node, Renaming* renaming);
  void Rename(pb::GraphProto* graph, Renaming* renaming);

  pb::ModelProto& proto_;
  NodeSet& bad_;
  Schemas::Imports imports_;
  absl::flat_hash_map<std::string, int> functions_;
  absl::flat_hash_map<int, Function> judged_;
  Names names_;
  std::uint64_t nodes_ = kMaxInlinedNodes;  // that may still be made
  std::uint64_t bytes_ = kMaxInlinedBytes;
  int depth_ = 0;  // of calls inside each other
  InlinedGraphs changed_;
};

bool Inliner::Calls(const Nodes& nodes) const {
  for (const pb::NodeProto& node : nodes) {
    if (Callee(node) != ir::kNone) return true;
    for (const pb::AttributeProto& attribute : node.attribute()) {
      if (attribute.has_g() && Calls(attribute.g().node())) return true;
      for (const pb::GraphProto& graph : attribute.graphs()) {
        if (Calls(graph.node())) return true;
      }
    }
  }
  return false;
}

// What a function imports may differ from the model's import as long as its nodes mean the same.
bool Inliner::IsCompatible(const Schemas::Imports& imports, const Nodes& nodes) const {
  const auto version = [](const Schemas::Imports& of, const std::string& domain) {
    auto it = of.find(domain);
    if (it == of.end() && domain.empty()) it = of.find("ai.onnx");
    return it == of.end() ? std::optional<int>() : std::optional(it->second);
  };
  for (const pb::NodeProto& node : nodes) {
    const auto there = version(imports, node.domain());
    const auto here = version(imports_, node.domain());
    const bool call = functions_.contains(pb::GetCalleeId(node));
    if (there && here && *there != *here && !call &&
        (!Schemas::NewestVersion(node.domain()) ||
         FindSchema(node.op_type(), node.domain(), *there) !=
             FindSchema(node.op_type(), node.domain(), *here))) {
      return false;
    }
    for (const pb::AttributeProto& attribute : node.attribute()) {
      if (attribute.has_g() && !IsCompatible(imports, attribute.g().node())) return false;
      for (const pb::GraphProto& graph : attribute.graphs()) {
        if (!IsCompatible(imports, graph.node())) return false;
      }
    }
  }
  return true;
}

std::uint64_t Inliner::NodesOf(const Nodes& nodes, int depth) {
  std::uint64_t count = 0;
  for (const pb::NodeProto& node : nodes) {
    ++count;
    // Bad calls too: whether a function reaches itself does not depend on how well it is written.
    if (const int callee = Named(node); callee != ir::kNone)
      count += Judge(callee, depth + 1).nodes;
    for (const pb::AttributeProto& attribute : node.attribute()) {
      const int graphs = attribute.graphs_size() + (attribute.has_g() ? 1 : 0);
      count += kNodesPerGraph * static_cast<std::uint64_t>(graphs);
      if (attribute.has_g()) count += NodesOf(attribute.g().node(), depth);
      for (const pb::GraphProto& graph : attribute.graphs()) count += NodesOf(graph.node(), depth);
    }
    if (count > kMaxInlinedNodes) return kMaxInlinedNodes + 1;
  }
  return count;
}

Inliner::Function Inliner::Judge(int function, int depth) {
  // Without end while it is being judged, so that a cycle finds itself.
  const auto [it, inserted] = judged_.try_emplace(function, Function{kMaxInlinedNodes + 1, false});
  if (!inserted || depth > kMaxCallDepth) return it->second;
  const pb::FunctionProto& proto = proto_.functions(function);
  const Function result{NodesOf(proto.node(), depth), IsCompatible(ImportsOf(proto), proto.node())};
  judged_[function] = result;
  return result;
}

void Inliner::Define(std::string* name, Renaming* renaming) {
  if (name->empty()) return;
  Scope& scope = renaming->scopes.back();
  auto it = scope.find(*name);
  if (it == scope.end()) {
    it = scope.emplace(*name, names_.New(renaming->prefix, *name)).first;
    Spend(2 * it->second.size());
  }
  Spend(it->second.size());
  *name = it->second;
}

void Inliner::Use(std::string* name, Renaming* renaming) {
  if (name->empty()) return;
  for (auto scope = renaming->scopes.rbegin(); scope != renaming->scopes.rend(); ++scope) {
    const auto it = scope->find(*name);
    if (it == scope->end()) continue;
    Spend(it->second.size());
    *name = it->second;
    return;
  }
  // Defined later or never: it must not become a name of the caller's.
  const std::string made = names_.New(renaming->prefix, *name);
  Spend(2 * made.size());
  renaming->scopes.front().emplace(*name, made);
  *name = made;
}

void Inliner::Rename(pb::GraphProto* graph, Renaming* renaming) {
  renaming->scopes.emplace_back();
  for (auto& input : *graph->mutable_input()) Define(input.mutable_name(), renaming);
  for (auto& tensor : *graph->mutable_initializer()) Define(tensor.mutable_name(), renaming);
  for (auto& tensor : *graph->mutable_sparse_initializer()) {
    Define(tensor.mutable_values()->mutable_name(), renaming);
  }
  for (pb::NodeProto& node : *graph->mutable_node()) Rename(&node, renaming);
  for (auto& output : *graph->mutable_output()) Use(output.mutable_name(), renaming);
  for (auto& info : *graph->mutable_value_info()) Use(info.mutable_name(), renaming);
  renaming->scopes.pop_back();
}

void Inliner::Rename(pb::NodeProto* node, Renaming* renaming) {
  for (std::string& input : *node->mutable_input()) Use(&input, renaming);
  for (pb::AttributeProto& attribute : *node->mutable_attribute()) {
    if (attribute.has_g()) Rename(attribute.mutable_g(), renaming);
    for (pb::GraphProto& graph : *attribute.mutable_graphs()) Rename(&graph, renaming);
  }
  for (std::string& output : *node->mutable_output()) Define(&output, renaming);
}

void Inliner::Body(const pb::NodeProto& call, int function, ir::Origin origin, Nodes* out,
                   InlinedNodes* places) {
  const pb::FunctionProto& callee = proto_.functions(function);
  const std::string& label = call.name().empty() ? call.op_type() : call.name();
  std::string path = ir::ElementPath(places->bodies[static_cast<std::size_t>(origin.body)], "node",
                                     static_cast<std::size_t>(origin.node), label);
  path = ir::ElementPath(path, "functions", static_cast<std::size_t>(function), callee.name());
  Spend(path.size());
  const auto body = static_cast<std::int32_t>(places->bodies.size());
  places->bodies.push_back(std::move(path));
  Renaming renaming{label, {Scope()}};
  Scope& formals = renaming.scopes.front();
  for (int i = 0; i < callee.input_size(); ++i) {
    formals[callee.input(i)] = i < call.input_size() ? call.input(i) : "";
  }
  // An output that is an input needs a node that passes it on.
  Nodes passed;
  for (int i = 0; i < callee.output_size() && i < call.output_size(); ++i) {
    if (call.output(i).empty()) continue;
    const auto [it, inserted] = formals.try_emplace(callee.output(i), call.output(i));
    if (inserted || it->second.empty()) continue;
    pb::NodeProto* pass = passed.Add();
    pass->set_op_type("Identity");
    pass->set_doc_string(call.doc_string());
    pass->add_input(it->second);
    pass->add_output(call.output(i));
  }
  std::uint64_t given = 0;
  for (const pb::AttributeProto& attribute : call.attribute()) given += attribute.ByteSizeLong();
  const auto attributes =
      ActualAttributes(callee, [&](const std::string& name) -> const pb::AttributeProto* {
        for (const pb::AttributeProto& attribute : call.attribute()) {
          if (attribute.name() == name) return &attribute;
        }
        return nullptr;
      });
  pb::internal::AttributeBinder binder(attributes);
  std::vector<pb::NodeProto*> copies;
  copies.reserve(static_cast<std::size_t>(callee.node_size()) +
                 static_cast<std::size_t>(passed.size()));
  const auto copy = [&](const pb::NodeProto& node) {
    auto* made = google::protobuf::Arena::CreateMessage<pb::NodeProto>(proto_.GetArena());
    *made = node;
    copies.push_back(made);
    return made;
  };
  for (const pb::NodeProto& node : callee.node()) {
    // Each reference may become a copy of all that is given.
    const auto references = static_cast<std::uint64_t>(node.attribute_size());
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(references, given, &bytes)) throw OutOfBounds();
    Spend(bytes);
    Spend(node.ByteSizeLong());
    pb::NodeProto* made = copy(node);
    binder.VisitNode(*made);
    Rename(made, &renaming);
    if (bad_.contains(&node)) bad_.insert(made);
  }
  for (const pb::NodeProto& node : passed) copy(node);
  Expand(copies, body, out, places);
}

bool Inliner::Call(const pb::NodeProto& call, int callee, ir::Origin origin, Nodes* out,
                   InlinedNodes* places) {
  const Function judged = Judge(callee, depth_);
  const pb::FunctionProto& function = proto_.functions(callee);
  if (!judged.compatible || judged.nodes > nodes_ || depth_ >= kMaxCallDepth ||
      call.input_size() > function.input_size() || call.output_size() > function.output_size()) {
    return false;
  }
  // The outermost call pays for those in it.
  if (depth_ == 0) nodes_ -= judged.nodes;
  const int nodes = out->size();
  const std::size_t bodies = places->bodies.size();
  ++depth_;
  bool fits = true;
  try {
    Body(call, callee, origin, out, places);
  } catch (const OutOfBounds&) {
    // The call stands as if nothing had been tried.
    if (out->size() > nodes) out->UnsafeArenaExtractSubrange(nodes, out->size() - nodes, nullptr);
    places->origins.resize(static_cast<std::size_t>(nodes));
    places->bodies.resize(bodies);
    fits = false;
  }
  --depth_;
  return fits;
}

void Inliner::Subgraphs(pb::NodeProto* node) {
  for (pb::AttributeProto& attribute : *node->mutable_attribute()) {
    if (attribute.has_g()) Graph(attribute.mutable_g());
    for (pb::GraphProto& graph : *attribute.mutable_graphs()) Graph(&graph);
  }
}

void Inliner::Expand(const std::vector<pb::NodeProto*>& nodes, std::int32_t body, Nodes* out,
                     InlinedNodes* places) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const ir::Origin origin{body, static_cast<ir::NodeId>(i)};
    const int callee = Callee(*nodes[i]);
    if (callee != ir::kNone && Call(*nodes[i], callee, origin, out, places)) continue;
    Subgraphs(nodes[i]);
    out->UnsafeArenaAddAllocated(nodes[i]);
    places->origins.push_back(origin);
  }
}

void Inliner::Graph(pb::GraphProto* graph) {
  bool calls = false;
  for (const pb::NodeProto& node : graph->node()) calls = calls || Callee(node) != ir::kNone;
  if (!calls) {
    for (pb::NodeProto& node : *graph->mutable_node()) Subgraphs(&node);
    return;
  }
  Nodes* list = graph->mutable_node();
  const std::vector<pb::NodeProto*> nodes(list->pointer_begin(), list->pointer_end());
  // All nodes are the arena's: lists may pass them on without owning them.
  list->UnsafeArenaExtractSubrange(0, list->size(), nullptr);
  InlinedNodes places;
  places.bodies.emplace_back();
  Expand(nodes, 0, list, &places);
  changed_[graph] = std::move(places);
}

InlinedGraphs Inliner::Run() {
  const auto any = [&](const pb::GraphProto& graph) { return Calls(graph.node()); };
  bool calls = any(proto_.graph());
  for (const auto& training : proto_.training_info()) {
    calls = calls || any(training.initialization()) || any(training.algorithm());
  }
  if (!calls || proto_.GetArena() == nullptr) return {};
  imports_ = ImportsOf(proto_);
  for (const pb::FunctionProto& function : proto_.functions()) {
    for (const auto& [domain, version] : ImportsOf(function)) {
      if (domain == "ai.onnx" && imports_.count("") > 0) continue;
      if (!imports_.emplace(domain, version).second) continue;
      pb::OperatorSetIdProto* opset = proto_.add_opset_import();
      opset->set_domain(domain);
      opset->set_version(version);
    }
  }
  names_.Take(proto_.graph());
  for (const auto& training : proto_.training_info()) {
    names_.Take(training.initialization());
    names_.Take(training.algorithm());
  }
  Graph(proto_.mutable_graph());
  for (auto& training : *proto_.mutable_training_info()) {
    if (training.has_initialization()) Graph(training.mutable_initialization());
    if (training.has_algorithm()) Graph(training.mutable_algorithm());
  }
  return std::move(changed_);
}

}  // namespace

InlinedGraphs InlineCalls(pb::ModelProto* proto, NodeSet* bad) {
  if (proto->functions().empty()) return {};
  return Inliner(proto, bad).Run();
}

pb::internal::AttributeMap ActualAttributes(
    const pb::FunctionProto& callee,
    absl::FunctionRef<const pb::AttributeProto*(const std::string&)> given) {
  pb::internal::AttributeMap attributes;
  for (const pb::AttributeProto& preset : callee.attribute_proto()) {
    attributes[preset.name()] = &preset;
  }
  for (const std::string& name : callee.attribute()) {
    if (const auto* actual = given(name)) attributes[name] = actual;
  }
  for (auto& [name, value] : attributes) {
    if (const auto* actual = given(name)) value = actual;
  }
  return attributes;
}

}  // namespace onnxcheck::parsers
