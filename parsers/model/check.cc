#include "parsers/model/check.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "analyzer/ir/path.h"
#include "parsers/model/checker.h"

namespace onnxcheck::parsers {
namespace {

namespace checker = pb::checker;

constexpr char kOneName[] =
    "a name stands for one thing: rename one of them and what was meant to read it";
constexpr char kNewerHelp[] = "checks that need to know the newer version were left out";

int Clamp(std::int64_t version) {
  return static_cast<int>(std::clamp<std::int64_t>(version, std::numeric_limits<int>::min(),
                                                   std::numeric_limits<int>::max()));
}

}  // namespace

std::string CleanMessage(const char* what) {
  absl::string_view text = what;
  text = text.substr(0, text.find("\n\n==> Context"));
  for (const char* tag : {"[TypeInferenceError] ", "[ShapeInferenceError] "}) {
    absl::ConsumePrefix(&text, tag);
  }
  std::string message(text);
  absl::RemoveExtraAsciiWhitespace(&message);
  while (!message.empty() && (message.back() == '.' || message.back() == ' ')) message.pop_back();
  // "Graph must be", but not "SSA form" or "B has".
  if (message.size() > 1 && absl::ascii_isupper(static_cast<unsigned char>(message[0])) &&
      absl::ascii_islower(static_cast<unsigned char>(message[1]))) {
    message[0] = absl::ascii_tolower(static_cast<unsigned char>(message[0]));
  }
  return message;
}

NodeSet CheckModel(const pb::ModelProto& proto, const Stripped& stripped, const ModelIndex& index,
                   ir::Model* model) {
  return Checker(proto, stripped, index, model).Run();
}

void Checker::Report(ir::ProblemKind kind, std::string logical, std::string message,
                     std::string help, const ir::Node* node) {
  const bool counts =
      kind == ir::ProblemKind::kCheckerViolation || kind == ir::ProblemKind::kDuplicateName;
  if (counts && ++violations_ > kMaxViolations) return;
  ir::Problem problem;
  problem.kind = kind;
  problem.location.path = model_.input.path;
  problem.location.logical = std::move(logical);
  if (node != nullptr) {
    problem.location.offset = node->offset;
    problem.location.length = node->length;
    problem.location.has_span = true;
  }
  problem.message = std::move(message);
  problem.help = std::move(help);
  model_.input.problems.push_back(std::move(problem));
}

void Checker::ReportNode(const Place& place, std::string message, std::string help,
                         absl::string_view below) {
  Report(ir::ProblemKind::kCheckerViolation,
         absl::StrCat(ir::NodePath(place.graph, place.node), below), std::move(message),
         std::move(help), &place.ir());
}

NodeSet Checker::Run() {
  Header();
  Schemas schemas(imports_);
  Setting setting{&schemas, checker::CheckerContext(), false};
  setting.context.set_ir_version(ir_version_);
  setting.context.set_opset_imports(imports_);
  if (!proto_.has_graph()) {
    Report(ir::ProblemKind::kCheckerViolation, "graph", "the model has no graph",
           "the export did not finish, or this is not a model");
  } else {
    Graph(proto_.graph(), model_.graph, setting, nullptr);
  }
  if (ir_version_ >= pb::Version::IR_VERSION_2021_7_30 && !newer_) Functions();
  if (violations_ > kMaxViolations) {
    Report(ir::ProblemKind::kResourceLimit, "graph",
           absl::StrCat(violations_ - kMaxViolations, " more violations are not listed"));
  }
  return std::move(bad_);
}

void Checker::Header() {
  ir_version_ = Clamp(proto_.ir_version());
  if (ir_version_ == 0) {
    Report(ir::ProblemKind::kCheckerViolation, "ir_version",
           "the model does not have an ir_version set properly",
           "set ModelProto.ir_version; onnx.helper.make_model does");
  }
  if (ir_version_ > pb::Version::IR_VERSION) {
    newer_ = true;
    Report(ir::ProblemKind::kNewerThanSupported, "ir_version",
           absl::StrCat("IR version ", proto_.ir_version(), " is newer than ",
                        +pb::Version::IR_VERSION, ", the newest one known here"),
           kNewerHelp);
  }
  absl::flat_hash_set<absl::string_view> keys;
  for (int i = 0; i < proto_.metadata_props_size(); ++i) {
    const std::string& key = proto_.metadata_props(i).key();
    if (keys.insert(key).second) continue;
    Report(ir::ProblemKind::kCheckerViolation, absl::StrCat("metadata_props[", i, "]"),
           absl::StrCat("your model has duplicate keys in metadata_props: '", key, "'"));
  }
  imports_ = ImportsOf(proto_);
  for (const pb::OperatorSetIdProto& opset : proto_.opset_import()) {
    const std::optional<int> newest = Schemas::NewestVersion(opset.domain());
    if (!newest || opset.version() <= *newest) continue;
    const std::string domain = opset.domain().empty() ? "ai.onnx" : opset.domain();
    Report(ir::ProblemKind::kNewerThanSupported, absl::StrCat("opset_import[", domain, "]"),
           absl::StrCat("opset ", opset.version(), " of ", domain, " is newer than ", *newest,
                        ", the newest one known here"),
           kNewerHelp);
  }
  constexpr int kFirstWithOpsets = 3;
  if (ir_version_ >= kFirstWithOpsets) {
    if (!imports_.empty()) return;
    Report(ir::ProblemKind::kCheckerViolation, "opset_import",
           "model with IR version >= 3 must specify opset_import for ONNX",
           "operators cannot be checked without knowing their version");
  } else if (imports_.empty()) {
    imports_[""] = 1;
  } else if (ir_version_ != 0) {
    Report(ir::ProblemKind::kCheckerViolation, "opset_import",
           "model with IR version < 3 cannot have opset_import specified");
  }
}

void Checker::Values(const google::protobuf::RepeatedPtrField<pb::ValueInfoProto>& infos,
                     const char* what, const ir::Graph& graph, const Setting& setting) {
  for (int i = 0; i < infos.size(); ++i) {
    const auto message = Violation([&] { checker::check_value_info(infos[i], setting.context); });
    if (!message) continue;
    Report(ir::ProblemKind::kCheckerViolation,
           ir::ElementPath(graph.path, what, static_cast<std::size_t>(i), infos[i].name()),
           *message);
  }
}

void Checker::Graph(const pb::GraphProto& proto, const ir::Graph& graph, const Setting& setting,
                    const Names* outer) {
  if (proto.name().empty()) {
    Report(ir::ProblemKind::kCheckerViolation, graph.path,
           "field 'name' of 'graph' is required to be non-empty", "give the graph a name");
  }
  if (!newer_) {
    Values(proto.input(), "input", graph, setting);
    Values(proto.output(), "output", graph, setting);
  }
  Names names{index_.at(&proto), outer, std::vector<bool>(graph.values.size())};
  for (int i = 0; i < proto.input_size(); ++i) {
    const std::string& name = proto.input(i).name();
    if (names.Add(names.IdOf(name)) || name.empty()) continue;
    Duplicate(ir::ElementPath(graph.path, "input", static_cast<std::size_t>(i), name),
              absl::StrCat("'", name, "' is the name of more than one graph input"), kOneName);
  }
  Initializers(proto, graph, &names);
  Nodes(proto.node(), graph, setting, &names);
  for (int i = 0; i < proto.output_size(); ++i) {
    const std::string& name = proto.output(i).name();
    const ir::ValueId id = graph.outputs[static_cast<std::size_t>(i)];
    if (names.HasHere(id) || name.empty()) continue;
    Report(ir::ProblemKind::kCheckerViolation,
           ir::ElementPath(graph.path, "output", static_cast<std::size_t>(i), name),
           absl::StrCat("graph output '", name, "' is not an output of any node in graph"),
           names.Has(id, name)
               ? "a value of an outer graph must pass through a node, such as Identity"
               : "rename it, or add the node that computes it");
  }
}

void Checker::Initializers(const pb::GraphProto& proto, const ir::Graph& graph, Names* names) {
  absl::flat_hash_set<absl::string_view> seen;
  constexpr int kLastWithInputs = 3;
  const auto report = [&](const char* what, int i, const std::string& name, std::string message,
                          std::string help = "") {
    Report(ir::ProblemKind::kCheckerViolation,
           ir::ElementPath(graph.path, what, static_cast<std::size_t>(i), name), std::move(message),
           std::move(help));
  };
  for (int i = 0; i < proto.initializer_size(); ++i) {
    const pb::TensorProto& tensor = proto.initializer(i);
    const std::string& name = tensor.name();
    if (name.empty()) {
      report("initializer", i, name, "tensor initializers must have a non-empty name");
    } else if (!seen.insert(name).second) {
      Duplicate(ir::ElementPath(graph.path, "initializer", static_cast<std::size_t>(i), name),
                absl::StrCat("'", name, "' is the name of more than one initializer"), kOneName);
    }
    if (!newer_) {
      if (auto message = Tensor(tensor)) report("initializer", i, name, *std::move(message));
    }
    const ir::ValueId id = names->IdOf(name);
    if (ir_version_ <= kLastWithInputs && !names->HasHere(id) && !name.empty()) {
      report("initializer", i, name,
             absl::StrCat("'", name, "' in initializer but not in graph input"),
             "up to IR version 3 every initializer is an input too; IR version 4 lifts that");
    }
    names->Add(id);
  }
  for (int i = 0; i < proto.sparse_initializer_size(); ++i) {
    const pb::SparseTensorProto& tensor = proto.sparse_initializer(i);
    const std::string& name = tensor.values().name();
    if (name.empty()) {
      report("sparse_initializer", i, name,
             "sparse tensor initializers must have a non-empty name");
    } else if (!seen.insert(name).second) {
      Duplicate(
          ir::ElementPath(graph.path, "sparse_initializer", static_cast<std::size_t>(i), name),
          absl::StrCat("'", name, "' is the name of more than one initializer"), kOneName);
    }
    if (!newer_) {
      if (auto message = SparseTensor(tensor)) {
        report("sparse_initializer", i, name, *std::move(message));
      }
    }
    names->Add(names->IdOf(name));
  }
}

void Checker::Input(const pb::NodeProto& proto, int index, const Place& place, const Names& names) {
  const std::string& name = proto.input(index);
  const ir::ValueId id = place.ir().inputs[static_cast<std::size_t>(index)];
  if (id == ir::kNone || names.Has(id, name)) return;
  bad_.insert(&proto);
  // The producer is known to the IR even when it comes too late.
  const ir::NodeId producer = place.graph.values[static_cast<std::size_t>(id)].producer;
  const std::string below = absl::StrCat("/input[", index, "]");
  if (producer != ir::kNone) {
    ReportNode(place,
               absl::StrCat("nodes in a graph must be topologically sorted, however input '", name,
                            "' is not output of any previous nodes"),
               producer == place.node
                   ? std::string("the node reads its own output")
                   : absl::StrCat("it is the output of ", ir::NodePath(place.graph, producer),
                                  ", which comes later: sort the nodes, or break the cycle"),
               below);
    return;
  }
  if (++missing_values_[{&place.graph, name}] > 1) return;
  ReportNode(place,
             absl::StrCat("input '", name,
                          "' is not output of any previous nodes, nor an input or "
                          "initializer of the graph"),
             "rename it to a value that exists, or add what computes it", below);
}

// An output whose name something else has already.
void Checker::Taken(const Place& place, int output, const Names& names) {
  const ir::ValueId id = place.ir().outputs[static_cast<std::size_t>(output)];
  const ir::Value& value = place.graph.values[static_cast<std::size_t>(id)];
  std::string by = "what an outer graph calls by this name";
  if (names.HasHere(id)) {
    by = value.initializer != ir::kNone ? "an initializer"
         : value.producer == ir::kNone || value.producer == place.node
             ? "an input or another output"
             : absl::StrCat("the output of ", ir::NodePath(place.graph, value.producer));
  }
  Duplicate(absl::StrCat(ir::NodePath(place.graph, place.node), "/output[", output, "]"),
            absl::StrCat("output '", value.name, "' has the name of ", by), kOneName, &place.ir());
}

// ONNX's checker lets equal names of nodes pass; tools that find nodes by name take the wrong one.
void Checker::NodeNames(const google::protobuf::RepeatedPtrField<pb::NodeProto>& nodes,
                        const ir::Graph& graph) {
  absl::flat_hash_map<absl::string_view, int> first;
  first.reserve(static_cast<std::size_t>(nodes.size()));
  for (int i = 0; i < nodes.size(); ++i) {
    if (nodes[i].name().empty()) continue;
    const auto [it, inserted] = first.try_emplace(nodes[i].name(), i);
    if (inserted) continue;
    Duplicate(
        ir::NodePath(graph, i),
        absl::StrCat("node name '", nodes[i].name(), "' is that of node[", it->second, "] as well"),
        "give each node a name of its own, or none", &graph.nodes[static_cast<std::size_t>(i)]);
  }
}

void Checker::Nodes(const google::protobuf::RepeatedPtrField<pb::NodeProto>& nodes,
                    const ir::Graph& graph, const Setting& setting, Names* names) {
  NodeNames(nodes, graph);
  for (int i = 0; i < nodes.size(); ++i) {
    const pb::NodeProto& proto = nodes[i];
    const Place place{graph, i};
    for (int input = 0; input < proto.input_size(); ++input) Input(proto, input, place, *names);
    Node(proto, place, setting, *names);
    for (int output = 0; output < proto.output_size(); ++output) {
      const std::string& name = proto.output(output);
      const ir::ValueId id = place.ir().outputs[static_cast<std::size_t>(output)];
      if (id == ir::kNone) continue;
      if (names->Has(id, name)) {
        Taken(place, output, *names);
      }
      names->Add(id);
    }
  }
}

void Checker::Functions() {
  if (auto message = Violation([&] { checker::check_function_call_cycles(proto_); })) {
    Report(ir::ProblemKind::kCheckerViolation, "functions", *message);
  }
  // A function may import what the model does not: the first version counts.
  Schemas::Imports all = imports_;
  for (const pb::FunctionProto& function : proto_.functions()) {
    for (const auto& [domain, version] : ImportsOf(function)) all.try_emplace(domain, version);
  }
  for (int i = 0; i < proto_.functions_size(); ++i) {
    Function(proto_.functions(i), model_.functions[static_cast<std::size_t>(i)].body, all);
  }
}

void Checker::Function(const pb::FunctionProto& proto, const ir::Graph& graph,
                       const Schemas::Imports& model_imports) {
  const auto report = [&](std::string message) {
    Report(ir::ProblemKind::kCheckerViolation, graph.path, std::move(message));
  };
  if (proto.name().empty()) report("field 'name' of 'function' is required to be non-empty");
  if (!proto.has_domain()) report("field 'domain' of 'function' is required but missing");
  Names names{index_.at(&proto), nullptr, std::vector<bool>(graph.values.size())};
  for (const std::string& input : proto.input()) {
    if (names.Add(names.IdOf(input))) continue;
    Duplicate(graph.path, absl::StrCat("'", input, "' is the name of more than one function input"),
              kOneName);
  }
  absl::flat_hash_set<absl::string_view> seen;
  for (const std::string& output : proto.output()) {
    if (seen.insert(output).second) continue;
    Duplicate(graph.path,
              absl::StrCat("'", output, "' is the name of more than one function output"),
              kOneName);
  }
  seen.clear();
  for (const std::string& attribute : proto.attribute()) {
    if (seen.insert(attribute).second) continue;
    Duplicate(graph.path,
              absl::StrCat("'", attribute, "' is the name of more than one function attribute"),
              kOneName);
  }
  Schemas schemas(ImportsOf(proto));
  Setting setting{&schemas, checker::CheckerContext(), true};
  setting.context.set_ir_version(ir_version_);
  setting.context.set_opset_imports(schemas.imports());
  for (int i = 0; i < proto.node_size(); ++i) {
    const pb::NodeProto& node = proto.node(i);
    // A missing import is found by Node as well.
    if (!schemas.VersionOf(node.domain()) || schemas.IsNewer(node.domain())) continue;
    auto message = Violation([&] {
      checker::check_opset_compatibility(node, setting.context, schemas.imports(), model_imports);
    });
    if (message) ReportNode({graph, i}, *std::move(message));
  }
  Nodes(proto.node(), graph, setting, &names);
}

}  // namespace onnxcheck::parsers
