#include "analyzer/facts/layer_forms.h"

#include <span>

#include "absl/container/flat_hash_map.h"

namespace onnxcheck::facts {
namespace {

// Operators and the inputs that hold what a layer keeps (onnx Operators.md).
constexpr LayerForm kOnnxForms[] = {
    {"Gemm", LayerKind::kDense, {.weight = 0b11, .bias = 0b100}},
    {"MatMul", LayerKind::kDense, {.weight = 0b11}},
    {"Einsum", LayerKind::kDense, {.weight = 0xff}},
    {"MatMulInteger", LayerKind::kDense, {.weight = 0b11}},
    {"QLinearMatMul", LayerKind::kDense, {.weight = 0b1001}},
    {"Conv", LayerKind::kConvolution, {.weight = 0b10, .bias = 0b100}},
    {"ConvInteger", LayerKind::kConvolution, {.weight = 0b10}},
    {"QLinearConv", LayerKind::kConvolution, {.weight = 0b1000, .bias = 0b100000000}},
    {"DeformConv", LayerKind::kConvolution, {.weight = 0b10, .bias = 0b1000}},
    {"ConvTranspose", LayerKind::kTransposedConvolution, {.weight = 0b10, .bias = 0b100}},
    {"RNN", LayerKind::kRecurrent, {.weight = 0b10, .bias = 0b1000, .recurrent = 0b100}},
    {"GRU", LayerKind::kRecurrent, {.weight = 0b10, .bias = 0b1000, .recurrent = 0b100}},
    {"LSTM",
     LayerKind::kRecurrent,
     {.weight = 0b10, .bias = 0b1000, .scale = 0b10000000, .recurrent = 0b100}},
    {"Gather", LayerKind::kEmbedding, {.weight = 0b1}},
    {"BatchNormalization",
     LayerKind::kBatchNormalization,
     {.bias = 0b100, .scale = 0b10, .mean = 0b1000, .variance = 0b10000}},
    {"InstanceNormalization", LayerKind::kNormalization, {.bias = 0b100, .scale = 0b10}},
    {"LayerNormalization", LayerKind::kNormalization, {.bias = 0b100, .scale = 0b10}},
    {"GroupNormalization", LayerKind::kNormalization, {.bias = 0b100, .scale = 0b10}},
    {"RMSNormalization", LayerKind::kNormalization, {.scale = 0b10}},
    {"SimplifiedLayerNormalization", LayerKind::kNormalization, {.scale = 0b10}},
    {"PRelu", LayerKind::kActivation, {.scale = 0b10}},
    {"Add", LayerKind::kElementwise, {.bias = 0b11}},
    // What is subtracted is a mean: batch normalisation written out, as Keras does.
    {"Sub", LayerKind::kElementwise, {.bias = 0b1, .mean = 0b10}},
    {"Mul", LayerKind::kElementwise, {.scale = 0b11}},
    {"Concat", LayerKind::kElementwise, {.weight = 0xff}},
};

// ONNX Runtime's ContribOperators.md.
constexpr LayerForm kMicrosoftForms[] = {
    {"FusedMatMul", LayerKind::kDense, {.weight = 0b11}},
    {"FusedGemm", LayerKind::kDense, {.weight = 0b11, .bias = 0b100}},
    {"GemmFastGelu", LayerKind::kDense, {.weight = 0b10, .bias = 0b100}},
    {"QGemm", LayerKind::kDense, {.weight = 0b1000, .bias = 0b1000000}},
    {"MatMulIntegerToFloat", LayerKind::kDense, {.weight = 0b11, .bias = 0b1000000}},
    {"DynamicQuantizeMatMul", LayerKind::kDense, {.weight = 0b10, .bias = 0b10000}},
    {"MatMulNBits", LayerKind::kDense, {.weight = 0b10, .bias = 0b100000}},
    {"FusedConv", LayerKind::kConvolution, {.weight = 0b10, .bias = 0b100}},
    {"DynamicQuantizeLSTM",
     LayerKind::kRecurrent,
     {.weight = 0b10, .bias = 0b1000, .scale = 0b10000000, .recurrent = 0b100}},
    {"GatherBlockQuantized", LayerKind::kEmbedding, {.weight = 0b1}},
    {"EmbedLayerNormalization",
     LayerKind::kEmbedding,
     {.weight = 0b11100, .bias = 0b1000000, .scale = 0b100000}},
    {"Attention", LayerKind::kAttention, {.weight = 0b10, .bias = 0b100}},
    {"QAttention", LayerKind::kAttention, {.weight = 0b10, .bias = 0b100}},
    {"MultiHeadAttention", LayerKind::kAttention, {.bias = 0b1000}},
    {"SkipLayerNormalization", LayerKind::kNormalization, {.bias = 0b11000, .scale = 0b100}},
    {"SkipSimplifiedLayerNormalization",
     LayerKind::kNormalization,
     {.bias = 0b1000, .scale = 0b100}},
    {"SimplifiedLayerNormalization", LayerKind::kNormalization, {.scale = 0b10}},
    {"GroupNorm", LayerKind::kNormalization, {.bias = 0b100, .scale = 0b10}},
    {"BiasGelu", LayerKind::kElementwise, {.bias = 0b10}},
    {"FastGelu", LayerKind::kElementwise, {.bias = 0b10}},
};

using Table = absl::flat_hash_map<std::string_view, const LayerForm*>;

Table ByName(std::span<const LayerForm> forms) {
  Table table;
  for (const LayerForm& form : forms) table.emplace(form.op_type, &form);
  return table;
}

}  // namespace

const LayerForm* FormOf(const ir::Node& node) {
  static const Table kOnnx = ByName(kOnnxForms);
  static const Table kMicrosoft = ByName(kMicrosoftForms);
  const bool onnx = node.domain.empty() || node.domain == "ai.onnx";
  if (!onnx && node.domain != "com.microsoft") return nullptr;
  const Table& forms = onnx ? kOnnx : kMicrosoft;
  const auto found = forms.find(std::string_view(node.op_type));
  return found == forms.end() ? nullptr : found->second;
}

}  // namespace onnxcheck::facts
