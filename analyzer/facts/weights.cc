#include "analyzer/facts/weights.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "analyzer/facts/graph_query.h"
#include "analyzer/ir/path.h"

namespace onnxcheck::facts {
namespace {

// Nodes looked at on the way from a layer to where its branch joins another.
constexpr int kNodesToJoin = 64;

const ir::Value& ValueOf(const MeasuredWeight& measured) {
  return measured.weight->graph->values[static_cast<std::size_t>(measured.weight->value)];
}

bool Joins(const ir::Node& node) {
  for (const char* op : {"Add", "Sub", "Mul", "Sum", "Concat", "Where"}) {
    if (IsOnnx(node, op)) return true;
  }
  return false;
}

}  // namespace

std::vector<MeasuredWeight> MeasuredWeights(const std::vector<Layer>& layers) {
  std::vector<MeasuredWeight> result;
  std::unordered_set<const ir::Tensor*> seen;
  for (const Layer& layer : layers) {
    for (const LayerWeight& weight : layer.weights) {
      if (weight.tensor == nullptr || weight.tensor->statistics == nullptr) continue;
      if (!seen.insert(weight.tensor).second) continue;
      result.push_back({&layer, &weight, weight.tensor->statistics.get()});
    }
  }
  return result;
}

bool IsMatrix(const MeasuredWeight& measured) {
  const WeightRole role = measured.weight->role;
  if (role != WeightRole::kWeight && role != WeightRole::kRecurrent) return false;
  switch (measured.layer->kind) {
    case LayerKind::kDense:
    case LayerKind::kConvolution:
    case LayerKind::kTransposedConvolution:
    case LayerKind::kRecurrent:
    case LayerKind::kEmbedding:
    case LayerKind::kAttention:
      return measured.weight->tensor->dims.size() >= 2;
    default:
      return false;
  }
}

ir::Location WeightLocation(const MeasuredWeight& measured) {
  const ir::Graph& graph = *measured.weight->graph;
  const ir::Value& value = ValueOf(measured);
  if (value.initializer == ir::kNone && value.producer != ir::kNone) {
    ir::Location location = NodeLocation(*measured.layer->model, graph, value.producer);
    location.logical += "/attribute[value]";
    return location;
  }
  ir::Location location;
  location.path = measured.layer->model->input.path;
  if (value.initializer != ir::kNone) {
    location.logical = ir::InitializerPath(graph, static_cast<std::size_t>(value.initializer));
  }
  return location;
}

std::string WeightName(const MeasuredWeight& measured) { return ValueOf(measured).name; }

std::string ShapeText(const ir::Tensor& tensor) {
  std::string text;
  for (const std::int64_t dim : tensor.dims) {
    if (!text.empty()) text += 'x';
    text += std::to_string(dim);
  }
  return text;
}

std::string IndexText(const ir::Tensor& tensor, std::uint64_t flat) {
  std::string text;
  for (std::size_t i = tensor.dims.size(); i-- > 0;) {
    const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(1, tensor.dims[i]));
    text.insert(0, std::to_string(flat % size) + (text.empty() ? "" : ", "));
    flat /= size;
  }
  return "[" + text + "]";
}

const ir::TensorStatistics::Slices* SlicesAlong(const ir::TensorStatistics& statistics,
                                                std::optional<std::size_t> axis) {
  for (const ir::TensorStatistics::Slices& slices : statistics.slices) {
    if (axis && slices.axis == *axis) return &slices;
  }
  return nullptr;
}

bool JoinsAnotherBranch(const ir::Graph& graph, ir::NodeId node) {
  std::vector<ir::NodeId> open = {node};
  for (int budget = kNodesToJoin; !open.empty() && budget > 0; --budget) {
    const ir::Node& at = graph.nodes[static_cast<std::size_t>(open.back())];
    open.pop_back();
    for (const ir::ValueId output : at.outputs) {
      if (output == ir::kNone) continue;
      for (const ir::NodeId id : graph.values[static_cast<std::size_t>(output)].consumers) {
        const ir::Node& next = graph.nodes[static_cast<std::size_t>(id)];
        const bool computed =
            std::any_of(next.inputs.begin(), next.inputs.end(), [&](ir::ValueId input) {
              return input != ir::kNone && input != output && !IsConstant(graph, input);
            });
        if (computed && Joins(next)) return true;
        // Beyond another layer or a product of two computed values it is no longer one branch.
        const bool layer = IsOnnx(next, "Gemm") || IsOnnx(next, "MatMul") || IsOnnx(next, "Conv") ||
                           IsOnnx(next, "LSTM") || IsOnnx(next, "GRU") || IsOnnx(next, "RNN");
        if (!layer) open.push_back(id);
      }
    }
  }
  return false;
}

}  // namespace onnxcheck::facts
