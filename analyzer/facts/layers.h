// The layers of a model: where each keeps its weights, and how wide it is.
#ifndef ONNXCHECK_ANALYZER_FACTS_LAYERS_H_
#define ONNXCHECK_ANALYZER_FACTS_LAYERS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

enum class LayerKind {
  kDense,                  // Gemm, MatMul and their quantised and fused forms; Einsum
  kConvolution,            //
  kTransposedConvolution,  //
  kRecurrent,              // RNN, GRU, LSTM
  kEmbedding,              // Gather from a table
  kAttention,              // com.microsoft Attention: query, key and value in one matrix
  kBatchNormalization,     //
  kNormalization,          // layer, instance, group and RMS normalisation
  kActivation,             // PRelu's slopes
  kElementwise,  // Add, Sub, Mul with stored numbers, Concat with stored tokens: scales, positions
};

enum class WeightRole {
  kWeight,     // a matrix, a kernel, a table
  kRecurrent,  // R of RNN, GRU and LSTM: from state to state
  kBias,
  kScale,
  kMean,      // running statistics: kept up, but not by gradients
  kVariance,  //
};

// A stored tensor as one layer uses it.
struct LayerWeight {
  WeightRole role = WeightRole::kWeight;
  // Where it is stored: an initializer or a Constant of the layer's graph or of one around it. A
  // tensor that several layers use has the same `tensor` and `copy` in each.
  const ir::Graph* graph = nullptr;
  ir::ValueId value = ir::kNone;
  const ir::Tensor* tensor = nullptr;
  // PyTorch's TorchScript exporter stores parameters of equal values once and writes an Identity in
  // the others' place (torch/csrc/jit/passes/onnx/deduplicate_initializers.cpp): the value that
  // stands for this one. Null for the parameter that `tensor` was stored for. One parameter that
  // several layers share has no Identity.
  const ir::Value* copy = nullptr;
  // The node and the input that it enters the layer by: Gemm's input 1; a bias
  // that is added after MatMul has the Add.
  ir::NodeId node = ir::kNone;
  std::size_t input = 0;
  // Dequantised on the way, or stored for integer arithmetic: the stored numbers are not the
  // layer's.
  bool dequantised = false;
  // Axes of the stored tensor that run over what the layer makes and what it is given. Absent:
  // there is no such axis, or a reshape or concatenation on the way hides it.
  std::optional<std::size_t> out_axis;
  std::optional<std::size_t> in_axis;
  // Of kWeight and kRecurrent, from the shape that the layer sees, as the frameworks' initialisers
  // count them (torch.nn.init._calculate_fan_in_and_fan_out, keras compute_fans): a kernel counts
  // all its places, and a transposed convolution's fan-in is its output channels times these.
  // Absent for tables and where the shape is not known.
  std::optional<std::int64_t> fan_in;
  std::optional<std::int64_t> fan_out;
};

struct Layer {
  const ir::Model* model = nullptr;
  const ir::Graph* graph = nullptr;  // the main graph or a subgraph of it
  ir::NodeId node = ir::kNone;
  LayerKind kind = LayerKind::kDense;
  // Sizes of what one unit is given and of how many units there are: rows and columns of a matrix,
  // channels of a convolution, entries and length of an embedding, input and state of a recurrent
  // layer. Absent where the weights' shape is not known.
  std::optional<std::int64_t> in_features;
  std::optional<std::int64_t> out_features;
  std::vector<LayerWeight> weights;  // by node input; never empty
};

// All layers of the main graph and its subgraphs, outer graphs first, each in the order of its
// nodes. Weights are followed through what only moves, casts or dequantises them (Transpose,
// Reshape, Cast, DequantizeLinear, Concat and their like) up to a fixed number of nodes. Arithmetic
// counts as a layer where a stored list of numbers is added to or multiplied with what the graph
// computes; on a graph input it is preprocessing, and single numbers are formulas. Linear in nodes.
std::vector<Layer> Layers(const ir::Model& model);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_LAYERS_H_
