#include "trainer/program.h"

#include <algorithm>

#include "trainer/tensors.h"

namespace onnxcheck::trainer {
namespace {

constexpr std::string_view kDomains[] = {"", "ai.onnx"};

ir::ValueId ValueNamed(const ir::Graph& graph, const std::string& name) {
  for (const ir::ValueId output : graph.outputs) {
    if (graph.values[static_cast<std::size_t>(output)].name == name) return output;
  }
  throw Unsupported("the model has no output \"" + name + "\"");
}

// Ascending, which is a topological order in a valid model.
std::vector<ir::NodeId> NeededNodes(const ir::Graph& graph,
                                    const std::vector<ir::ValueId>& outputs) {
  std::vector<bool> needed(graph.nodes.size(), false);
  std::vector<ir::ValueId> open = outputs;
  while (!open.empty()) {
    const ir::ValueId value = open.back();
    open.pop_back();
    if (value < 0) continue;
    const ir::NodeId producer = graph.values[static_cast<std::size_t>(value)].producer;
    if (producer < 0 || needed[static_cast<std::size_t>(producer)]) continue;
    needed[static_cast<std::size_t>(producer)] = true;
    const ir::Node& node = graph.nodes[static_cast<std::size_t>(producer)];
    open.insert(open.end(), node.inputs.begin(), node.inputs.end());
  }
  std::vector<ir::NodeId> nodes;
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (needed[i]) nodes.push_back(static_cast<ir::NodeId>(i));
  }
  return nodes;
}

Operator OperatorOf(const ir::Node& node) {
  const bool standard = std::ranges::find(kDomains, node.domain) != std::end(kDomains);
  const Operator run = standard ? FindOperator(node.op_type) : nullptr;
  if (run == nullptr) {
    throw Unsupported("the trainer has no operator " +
                      (standard ? node.op_type : node.domain + "." + node.op_type));
  }
  return run;
}

void Execute(const Program& program, const Step& step, std::vector<at::Tensor>& values, Mode mode,
             std::int64_t batch) {
  Tensors inputs;
  inputs.reserve(step.node->inputs.size());
  for (const ir::ValueId input : step.node->inputs) {
    inputs.push_back(input < 0 ? at::Tensor() : values[static_cast<std::size_t>(input)]);
  }
  if (program.fixed_batch > 0 && batch > 0 && step.node->op_type == "Reshape" &&
      inputs.size() == 2 && inputs[1].numel() > 0 &&
      inputs[1].reshape({-1})[0].item<std::int64_t>() == program.fixed_batch) {
    inputs[1] = inputs[1].clone();
    inputs[1].reshape({-1})[0] = batch;
  }
  Tensors outputs = step.run({*step.node, inputs, program.opset, mode});
  const std::size_t count = std::min(outputs.size(), step.node->outputs.size());
  for (std::size_t i = 0; i < count; ++i) {
    const ir::ValueId output = step.node->outputs[i];
    if (output >= 0) values[static_cast<std::size_t>(output)] = std::move(outputs[i]);
  }
}

// A fixed first dimension of 1 in every input, as exporters write it when no
// dynamic axis was asked for.
std::int64_t FixedBatch(const Program& program) {
  std::int64_t batch = 0;
  for (const ir::ValueId input : program.inputs) {
    const auto& shape = program.graph->values[static_cast<std::size_t>(input)].type.shape;
    if (!shape || shape->empty() || !shape->front().size) return 0;
    if (batch != 0 && batch != *shape->front().size) return 0;
    batch = *shape->front().size;
  }
  return batch;
}

}  // namespace

Program BuildProgram(const ir::Model& model, std::string_view file,
                     const std::vector<std::string>& outputs, bool trainable) {
  if (!model.decoded) throw Unsupported("the model cannot be read");
  const ir::Graph& graph = model.graph;
  Program program;
  program.graph = &graph;
  for (const std::string_view domain : kDomains) {
    const auto it = model.opset_imports.find(std::string(domain));
    if (it != model.opset_imports.end()) program.opset = it->second;
  }
  for (const std::string& name : outputs) program.outputs.push_back(ValueNamed(graph, name));
  const std::vector<ir::NodeId> nodes = NeededNodes(graph, program.outputs);

  program.constants.resize(graph.values.size());
  std::vector<bool> varies(graph.values.size(), false);
  if (trainable) {
    program.weights = FindWeights(graph, nodes);
    for (const Weight& weight : program.weights) {
      varies[static_cast<std::size_t>(weight.value)] = true;
    }
  }
  for (const ir::ValueId input : graph.inputs) varies[static_cast<std::size_t>(input)] = true;

  std::vector<bool> used(graph.values.size(), false);
  for (const ir::NodeId id : nodes) {
    const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
    const Step step{&node, OperatorOf(node)};
    bool depends = node.op_type == "Dropout";
    for (const ir::ValueId input : node.inputs) {
      if (input < 0) continue;
      const auto index = static_cast<std::size_t>(input);
      used[index] = true;
      depends = depends || varies[index];
      const std::int32_t initializer = graph.values[index].initializer;
      if (initializer >= 0 && !varies[index] && !program.constants[index].defined()) {
        program.constants[index] =
            ReadTensor(graph.initializers[static_cast<std::size_t>(initializer)], file);
      }
    }
    if (!depends) {
      Execute(program, step, program.constants, Mode::kAsWritten, 0);
      continue;
    }
    for (const ir::ValueId output : node.outputs) {
      if (output >= 0) varies[static_cast<std::size_t>(output)] = true;
    }
    program.steps.push_back(step);
  }
  for (const ir::ValueId input : graph.inputs) {
    if (used[static_cast<std::size_t>(input)]) program.inputs.push_back(input);
  }
  program.fixed_batch = FixedBatch(program);
  return program;
}

Tensors RunProgram(const Program& program, std::span<const at::Tensor> weights,
                   std::span<const at::Tensor> inputs, Mode mode) {
  std::vector<at::Tensor> values = program.constants;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    values[static_cast<std::size_t>(program.weights[i].value)] = weights[i];
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    values[static_cast<std::size_t>(program.inputs[i])] = inputs[i];
  }
  const bool batched = mode != Mode::kAsWritten && !inputs.empty() && inputs[0].dim() > 0;
  const std::int64_t batch = batched ? inputs[0].size(0) : 0;
  for (const Step& step : program.steps) Execute(program, step, values, mode, batch);
  Tensors outputs;
  for (const ir::ValueId output : program.outputs) {
    outputs.push_back(values[static_cast<std::size_t>(output)]);
    if (!outputs.back().defined()) throw Unsupported("an output that no operator makes");
  }
  return outputs;
}

}  // namespace onnxcheck::trainer
