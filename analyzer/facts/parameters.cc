#include "analyzer/facts/parameters.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

enum class Use { kNone, kFixed, kTrained };

// How far a weight is followed through what only moves it; deeper chains are
// no weights, and cycles end.
constexpr int kDeepest = 12;

struct Places {
  std::string_view op_type;
  std::uint32_t trained;    // bit i: input i
  std::uint32_t fixed = 0;  // inputs that are kept up, but not by gradients
};

// Operators and the inputs that hold what a layer learns (onnx Operators.md).
constexpr std::array<Places, 22> kLayers = {{
    {"Gemm", 0b111},
    {"MatMul", 0b11},
    {"Conv", 0b110},
    {"ConvTranspose", 0b110},
    {"Einsum", 0xff},
    {"BatchNormalization", 0b00110, 0b11000},
    {"InstanceNormalization", 0b110},
    {"LayerNormalization", 0b110},
    {"GroupNormalization", 0b110},
    {"RMSNormalization", 0b10},
    {"PRelu", 0b10},
    {"RNN", 0b1110},
    {"GRU", 0b1110},
    {"LSTM", 0b10001110},
    {"Gather", 0b1},
    {"Add", 0b11},
    {"Sub", 0b11},
    {"Mul", 0b11},
    {"ConvInteger", 0b10},
    {"MatMulInteger", 0b11},
    {"QLinearConv", 0b100001000},
    {"QLinearMatMul", 0b1001},
}};

constexpr std::array<std::string_view, 8> kPassOn = {
    "Transpose", "Reshape",  "Squeeze", "Unsqueeze",
    "Cast",      "Identity", "Flatten", "DequantizeLinear"};

// A bias or a scale is a list of numbers; a single one without an axis is
// part of a formula.
bool IsArithmetic(std::string_view op_type) {
  return op_type == "Add" || op_type == "Sub" || op_type == "Mul";
}

class Counter {
 public:
  explicit Counter(const ir::Model& model) {
    for (const ir::Function& function : model.functions) {
      functions_.emplace(std::pair(function.domain, function.name), &function.body);
    }
  }

  Use UseOf(const ir::Graph& graph, ir::ValueId value, bool scalar, int depth) {
    Use use = Use::kNone;
    if (depth > kDeepest || value < 0) return use;
    for (const ir::NodeId id : graph.values[static_cast<std::size_t>(value)].consumers) {
      const ir::Node& node = graph.nodes[static_cast<std::size_t>(id)];
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i] != value) continue;
        if (use == Use::kTrained || --visits_ <= 0) return use;
        use = std::max(use, UseAt(graph, node, i, scalar, depth));
      }
    }
    return use;
  }

 private:
  Use UseAt(const ir::Graph& graph, const ir::Node& node, std::size_t input, bool scalar,
            int depth) {
    const auto called = functions_.find(std::pair(node.domain, node.op_type));
    if (called != functions_.end()) {
      const ir::Graph& body = *called->second;
      return input < body.inputs.size() ? UseOf(body, body.inputs[input], scalar, depth + 1)
                                        : Use::kNone;
    }
    const bool passes = input == 0 && std::any_of(kPassOn.begin(), kPassOn.end(),
                                                  [&](auto op) { return IsOnnx(node, op); });
    if (passes) {
      const ir::ValueId output = OutputOf(node, 0);
      return output == ir::kNone ? Use::kNone : UseOf(graph, output, scalar, depth + 1);
    }
    for (const Places& layer : kLayers) {
      if (!IsOnnx(node, layer.op_type) || input >= 32) continue;
      if ((layer.fixed >> input & 1U) != 0) return Use::kFixed;
      if ((layer.trained >> input & 1U) == 0) return Use::kNone;
      if (!IsArithmetic(layer.op_type)) return Use::kTrained;
      return !scalar && !FeedsFromInput(graph, node, input) ? Use::kTrained : Use::kNone;
    }
    return Use::kNone;
  }

  // Arithmetic on what comes in is preprocessing: means and scales of the data.
  static bool FeedsFromInput(const ir::Graph& graph, const ir::Node& node, std::size_t weight) {
    const ir::ValueId other = InputOf(node, 1 - weight);
    return std::find(graph.inputs.begin(), graph.inputs.end(), other) != graph.inputs.end() &&
           graph.path == "graph";
  }

  std::map<std::pair<std::string, std::string>, const ir::Graph*> functions_;
  // Functions that call each other many times over would take for ever.
  std::int64_t visits_ = 10'000'000;
};

bool MayBeWeights(ir::ElementType type) {
  return type == ir::ElementType::kFloat || type == ir::ElementType::kDouble ||
         type == ir::ElementType::kFloat16 || type == ir::ElementType::kBfloat16 ||
         type == ir::ElementType::kInt8 || type == ir::ElementType::kUint8;
}

std::int64_t Elements(const ir::Tensor& tensor) {
  std::int64_t elements = 1;
  for (const std::int64_t size : tensor.dims) {
    if (size < 0 || __builtin_mul_overflow(elements, size, &elements)) return 0;
  }
  return elements;
}

}  // namespace

ParameterCount CountParameters(const ir::Model& model) {
  ParameterCount count;
  Counter counter(model);
  const ir::Graph& graph = model.graph;
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    const std::int32_t initializer = graph.values[i].initializer;
    if (initializer < 0) continue;
    const ir::Tensor& tensor = graph.initializers[static_cast<std::size_t>(initializer)];
    if (!MayBeWeights(tensor.element)) continue;
    const Use use = counter.UseOf(graph, static_cast<ir::ValueId>(i), tensor.dims.empty(), 0);
    std::int64_t* sum = use == Use::kTrained ? &count.trainable : &count.not_trainable;
    if (use == Use::kNone || __builtin_add_overflow(*sum, Elements(tensor), sum)) continue;
  }
  return count;
}

}  // namespace onnxcheck::facts
