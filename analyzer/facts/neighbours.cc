#include "analyzer/facts/neighbours.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

constexpr int kMostPassed = 32;

constexpr std::array<std::string_view, 5> kMoves = {"Reshape", "Flatten", "Squeeze", "Unsqueeze",
                                                    "Transpose"};

bool IsFloat(std::int64_t element) {
  const auto type = static_cast<ir::ElementType>(element);
  return type == ir::ElementType::kFloat || type == ir::ElementType::kDouble ||
         type == ir::ElementType::kFloat16 || type == ir::ElementType::kBfloat16;
}

Mode ByIsTest(const ir::Node& node) {
  const auto is_test = IntAttribute(node, "is_test");
  if (!is_test) return Mode::kUnknown;
  return *is_test == 0 ? Mode::kTraining : Mode::kInference;
}

Mode DropoutMode(const ir::Graph& graph, const ir::Node& node, std::int64_t opset) {
  if (opset < 7) return ByIsTest(node);
  const ir::ValueId training = InputOf(node, 2);
  if (opset < 12 || training == ir::kNone) return Mode::kInference;
  const ir::ValueId ratio = InputOf(node, 1);
  if (ratio != ir::kNone && ConstantScalar(graph, ratio) == 0) return Mode::kInference;
  const auto on = ConstantScalar(graph, training);
  if (!on) return Mode::kUnknown;
  return *on != 0 ? Mode::kTraining : Mode::kInference;
}

Mode BatchNormalizationMode(const ir::Node& node, std::int64_t opset) {
  if (opset >= 14) {
    return IntAttribute(node, "training_mode").value_or(0) != 0 ? Mode::kTraining
                                                                : Mode::kInference;
  }
  // "Output case #1: Y, mean, var, saved_mean, saved_var (training mode)".
  const auto made = std::count_if(node.outputs.begin(), node.outputs.end(),
                                  [](ir::ValueId output) { return output != ir::kNone; });
  if (made > 1) return Mode::kTraining;
  return opset < 7 ? ByIsTest(node) : Mode::kInference;
}

}  // namespace

Mode ModeOf(const ir::Graph& graph, const ir::Node& node, std::optional<std::int64_t> opset) {
  const bool dropout = IsOnnx(node, "Dropout");
  if (!dropout && !IsOnnx(node, "BatchNormalization")) return Mode::kInference;
  if (!opset) return Mode::kUnknown;
  return dropout ? DropoutMode(graph, node, *opset) : BatchNormalizationMode(node, *opset);
}

bool PassesOn(const ir::Node& node, Passing passing) {
  if (IsOnnx(node, "Identity") || IsOnnx(node, "Dropout")) return true;
  if (IsOnnx(node, "Cast")) return IsFloat(IntAttribute(node, "to").value_or(0));
  return passing == Passing::kMoved &&
         std::any_of(kMoves.begin(), kMoves.end(),
                     [&](std::string_view type) { return IsOnnx(node, type); });
}

ir::ValueId Origin(const ir::Graph& graph, ir::ValueId value, Passing passing) {
  for (int i = 0; i < kMostPassed; ++i) {
    const ir::Node* node = ProducerOf(graph, value);
    if (node == nullptr || !PassesOn(*node, passing) || OutputOf(*node, 0) != value) break;
    if (InputOf(*node, 0) == ir::kNone) break;
    value = InputOf(*node, 0);
  }
  return value;
}

ir::NodeId OnlyReader(const ir::Graph& graph, ir::ValueId value) {
  if (value == ir::kNone) return ir::kNone;
  const auto& readers = graph.values[static_cast<std::size_t>(value)].consumers;
  return readers.size() == 1 ? readers.front() : ir::kNone;
}

std::optional<std::int64_t> SoftmaxAxis(const ir::Graph& graph, const ir::Node& softmax,
                                        std::optional<std::int64_t> opset) {
  if (!opset) return std::nullopt;
  const std::int64_t axis =
      IntAttribute(softmax, "axis").value_or(*opset >= kSingleAxisSoftmax ? -1 : 1);
  const auto* shape = ShapeOf(graph, InputOf(softmax, 0));
  if (shape == nullptr || axis >= 0) return axis;
  return axis + static_cast<std::int64_t>(shape->size());
}

}  // namespace onnxcheck::facts
