#include "analyzer/facts/layers.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/graph_query.h"
#include "analyzer/facts/layer_forms.h"

namespace onnxcheck::facts {
namespace {

using Axis = std::optional<std::size_t>;
using Size = std::optional<std::int64_t>;

// How many nodes are passed between a weight and its layer. Exporters write
// three at most around a matrix, and ten or so around an LSTM's stacked gates.
constexpr int kNodesPerWeight = 32;
// Subgraphs inside subgraphs; the parsers allow no more than a few dozen.
constexpr int kDeepest = 100;

// What a weight may pass on the way to its layer. All change nothing but
// place or type; those that end in axes lost keep the numbers, not the order.
constexpr std::array<std::string_view, 12> kOrderLost = {
    "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Slice",   "Split",
    "Expand",  "Tile",    "Concat",  "Pad",       "Reverse", "ReverseSequence"};
constexpr std::array<std::string_view, 4> kOrderKept = {"Identity", "Cast", "CastLike",
                                                        "QuantizeLinear"};

template <std::size_t N>
bool IsOneOf(const ir::Node& node, const std::array<std::string_view, N>& types) {
  return std::any_of(types.begin(), types.end(),
                     [&](std::string_view type) { return IsOnnx(node, type); });
}

bool IsFloat(ir::ElementType type) {
  return type == ir::ElementType::kFloat || type == ir::ElementType::kDouble ||
         type == ir::ElementType::kFloat16 || type == ir::ElementType::kBfloat16;
}

struct Scope {
  const ir::Graph* graph = nullptr;
  const Scope* outer = nullptr;
  int depth = 0;
  // Names of the graph's values; filled when a subgraph looks for one.
  mutable absl::flat_hash_map<std::string_view, ir::ValueId> names;
  mutable std::vector<bool> inputs;  // by value; filled when a value without origin is met
};

struct Place {
  const Scope* scope = nullptr;
  ir::ValueId value = ir::kNone;
};

const ir::Value& ValueAt(Place place) {
  return place.scope->graph->values[static_cast<std::size_t>(place.value)];
}

bool IsInput(Place place) {
  std::vector<bool>& inputs = place.scope->inputs;
  if (inputs.empty()) {
    inputs.resize(place.scope->graph->values.size());
    for (const ir::ValueId input : place.scope->graph->inputs) {
      inputs[static_cast<std::size_t>(input)] = true;
    }
  }
  return inputs[static_cast<std::size_t>(place.value)];
}

// A value that its graph does not define comes from around it.
Place Definition(Place place) {
  while (place.value != ir::kNone && place.scope->outer != nullptr) {
    const ir::Value& value = ValueAt(place);
    if (value.producer != ir::kNone || value.initializer != ir::kNone || IsInput(place)) {
      return place;
    }
    const Scope& outer = *place.scope->outer;
    if (outer.names.empty()) {
      const std::vector<ir::Value>& values = outer.graph->values;
      for (std::size_t i = 0; i < values.size(); ++i) {
        outer.names.emplace(values[i].name, static_cast<ir::ValueId>(i));
      }
    }
    const auto found = outer.names.find(std::string_view(value.name));
    if (found == outer.names.end()) return place;
    place = {&outer, found->second};
  }
  return place;
}

std::optional<std::vector<std::int64_t>> DimsOf(Place place) {
  place = Definition(place);
  if (const ir::Tensor* tensor = TensorOf(*place.scope->graph, place.value)) return tensor->dims;
  const auto* shape = ShapeOf(*place.scope->graph, place.value);
  if (shape == nullptr) return std::nullopt;
  std::vector<std::int64_t> dims;
  for (const ir::Dimension& dimension : *shape) {
    if (!dimension.size) return std::nullopt;
    dims.push_back(*dimension.size);
  }
  return dims;
}

// A value on the way up from a layer to what is stored.
struct Step {
  Place place;
  Axis out_axis;
  Axis in_axis;
  bool dequantised = false;
  bool repeated = false;
  const ir::Value* copy = nullptr;  // LayerWeight::copy
};

void Transpose(const Scope& scope, const ir::Node& node, Step* step) {
  std::vector<std::int64_t> order;
  if (const ir::Attribute* perm = FindAttribute(node, "perm")) {
    if (const auto* given = std::get_if<std::vector<std::int64_t>>(&perm->value)) order = *given;
  } else if (const auto dims = DimsOf({&scope, InputOf(node, 0)})) {
    for (std::size_t i = dims->size(); i-- > 0;) order.push_back(static_cast<std::int64_t>(i));
  }
  for (Axis* axis : {&step->out_axis, &step->in_axis}) {
    if (!*axis) continue;
    if (**axis >= order.size() || order[**axis] < 0) {
      axis->reset();
    } else {
      *axis = static_cast<std::size_t>(order[**axis]);
    }
  }
}

// The stored tensors that a value is made of by moves alone; nothing where any of it is computed:
// a class token before patches is no operand that is stored.
// `identities_are_copies`: of what LayerWeight::copy says.
std::vector<Step> Stored(const Step& from, bool identities_are_copies) {
  std::vector<Step> found;
  std::vector<Step> open = {from};
  for (int budget = kNodesPerWeight; !open.empty() && budget > 0; --budget) {
    Step step = open.back();
    open.pop_back();
    if (step.place.value == ir::kNone) continue;
    step.place = Definition(step.place);
    const ir::Graph& graph = *step.place.scope->graph;
    if (const ir::Tensor* tensor = TensorOf(graph, step.place.value)) {
      // Repeated to a list: the ones and zeros of a normalisation that has no scale and bias.
      if (step.repeated && ElementCount(*tensor) == 1) return {};
      found.push_back(step);
      continue;
    }
    const ir::Node* node = ProducerOf(graph, step.place.value);
    if (node == nullptr) return {};
    const bool concat = IsOnnx(*node, "Concat");
    step.copy = nullptr;
    if (identities_are_copies && IsOnnx(*node, "Identity")) step.copy = &ValueAt(step.place);
    if (IsOnnx(*node, "Transpose")) {
      Transpose(*step.place.scope, *node, &step);
    } else if (IsOnnx(*node, "DequantizeLinear")) {
      step.dequantised = true;
    } else if (IsOneOf(*node, kOrderLost)) {
      step.repeated = step.repeated || IsOnnx(*node, "Expand") || IsOnnx(*node, "Tile");
      step.out_axis.reset();
      step.in_axis.reset();
    } else if (!IsOneOf(*node, kOrderKept)) {
      return {};
    }
    const std::size_t operands = concat ? std::min<std::size_t>(node->inputs.size(), 16) : 1;
    for (std::size_t i = operands; i-- > 0;) {
      step.place.value = InputOf(*node, i);
      open.push_back(step);
    }
  }
  return found;
}

Size At(const std::optional<std::vector<std::int64_t>>& dims, Axis axis) {
  if (!dims || !axis || *axis >= dims->size() || (*dims)[*axis] < 0) return std::nullopt;
  return (*dims)[*axis];
}

// Places of a kernel: the product of the dimensions after the first two.
Size KernelPlaces(const std::vector<std::int64_t>& dims) {
  std::int64_t places = 1;
  for (std::size_t i = 2; i < dims.size(); ++i) {
    if (dims[i] < 0 || __builtin_mul_overflow(places, dims[i], &places)) return std::nullopt;
  }
  return places;
}

Size Times(Size a, Size b) {
  std::int64_t product = 0;
  if (!a || !b || __builtin_mul_overflow(*a, *b, &product)) return std::nullopt;
  return product;
}

class Finder {
 public:
  explicit Finder(const ir::Model& model) : model_(model) {}

  std::vector<Layer> Find() {
    scopes_.push_back({.graph = &model_.graph});
    std::size_t next = 0;
    while (next < scopes_.size()) Visit(scopes_[next++]);  // adds the scopes in it
    return std::move(layers_);
  }

 private:
  void Visit(const Scope& scope) {
    const ir::Graph& graph = *scope.graph;
    by_node_.assign(graph.nodes.size(), ir::kNone);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      const ir::Node& node = graph.nodes[i];
      for (const ir::Attribute& attribute : node.attributes) {
        const auto* inner = std::get_if<std::vector<ir::Graph>>(&attribute.value);
        if (inner == nullptr || scope.depth >= kDeepest) continue;
        for (const ir::Graph& body : *inner) {
          scopes_.push_back({.graph = &body, .outer = &scope, .depth = scope.depth + 1});
        }
      }
      if (const LayerForm* form = FormOf(node)) VisitNode(scope, static_cast<ir::NodeId>(i), *form);
    }
  }

  void VisitNode(const Scope& scope, ir::NodeId id, const LayerForm& form) {
    const ir::Node& node = scope.graph->nodes[static_cast<std::size_t>(id)];
    Layer layer;
    layer.model = &model_;
    layer.graph = scope.graph;
    layer.node = id;
    layer.kind = form.kind;
    const std::size_t inputs = std::min<std::size_t>(node.inputs.size(), 32);
    bool computed = false;  // what the weights are applied to
    for (std::size_t i = 0; i < inputs; ++i) {
      const std::optional<WeightRole> role = RoleOf(form.places, i);
      const bool stored = role && AddWeights(scope, id, i, *role, &layer);
      computed = computed || (!stored && node.inputs[i] != ir::kNone);
    }
    if (layer.weights.empty() || !computed) return;
    if (form.kind == LayerKind::kElementwise) {
      if (IsFormula(scope, node, layer) || IsBias(scope, node, layer)) return;
    }
    by_node_[static_cast<std::size_t>(id)] = static_cast<std::int32_t>(layers_.size());
    layers_.push_back(std::move(layer));
  }

  static std::optional<WeightRole> RoleOf(const WeightPlaces& places, std::size_t input) {
    const auto in = [&](std::uint32_t bits) { return (bits >> input & 1U) != 0; };
    if (in(places.weight)) return WeightRole::kWeight;
    if (in(places.recurrent)) return WeightRole::kRecurrent;
    if (in(places.bias)) return WeightRole::kBias;
    if (in(places.scale)) return WeightRole::kScale;
    if (in(places.mean)) return WeightRole::kMean;
    if (in(places.variance)) return WeightRole::kVariance;
    return std::nullopt;
  }

  bool AddWeights(const Scope& scope, ir::NodeId id, std::size_t input, WeightRole role,
                  Layer* layer) {
    const ir::Node& node = scope.graph->nodes[static_cast<std::size_t>(id)];
    Step from;
    from.place = {&scope, node.inputs[input]};
    if (from.place.value == ir::kNone) return false;
    LayerWeight weight;
    weight.role = role;
    weight.node = id;
    weight.input = input;
    if (role == WeightRole::kWeight || role == WeightRole::kRecurrent) {
      Measure(node, DimsOf(from.place), layer, &weight);
    }
    from.out_axis = weight.out_axis;
    from.in_axis = weight.in_axis;
    const std::size_t before = layer->weights.size();
    for (const Step& step : Stored(from, model_.producer_name == "pytorch")) {
      const ir::Graph& graph = *step.place.scope->graph;
      weight.graph = &graph;
      weight.value = step.place.value;
      weight.tensor = TensorOf(graph, step.place.value);
      weight.copy = step.copy;
      weight.out_axis = step.out_axis;
      weight.in_axis = step.in_axis;
      weight.dequantised = step.dequantised || !IsFloat(weight.tensor->element);
      if (!MayHold(*layer, weight)) continue;
      const bool seen =
          std::any_of(layer->weights.begin() + static_cast<std::ptrdiff_t>(before),
                      layer->weights.end(), [&](const LayerWeight& other) {
                        return other.tensor == weight.tensor && other.copy == weight.copy;
                      });
      if (!seen) layer->weights.push_back(weight);
    }
    return layer->weights.size() > before;
  }

  // Tables of numbers that an index looks up may also be shapes; lists that
  // are added may be formulas.
  static bool MayHold(const Layer& layer, const LayerWeight& weight) {
    const ir::Tensor& tensor = *weight.tensor;
    if (tensor.element == ir::ElementType::kString || tensor.element == ir::ElementType::kBool) {
      return false;
    }
    if (layer.kind == LayerKind::kEmbedding) {
      return (IsFloat(tensor.element) || tensor.element == ir::ElementType::kInt8 ||
              tensor.element == ir::ElementType::kUint8 || weight.dequantised) &&
             tensor.element != ir::ElementType::kInt32 &&
             tensor.element != ir::ElementType::kInt64 && tensor.dims.size() >= 2;
    }
    if (layer.kind != LayerKind::kElementwise) return true;
    const bool initializer =
        weight.graph->values[static_cast<std::size_t>(weight.value)].initializer != ir::kNone;
    const std::size_t least_rank = weight.role == WeightRole::kWeight ? 2 : 1;
    return initializer && IsFloat(tensor.element) && tensor.dims.size() >= least_rank;
  }

  // Axes as the layer sees them, fans, and the layer's own widths.
  void Measure(const ir::Node& node, const std::optional<std::vector<std::int64_t>>& dims,
               Layer* layer, LayerWeight* weight) const {
    if (!dims) return;
    const std::size_t rank = dims->size();
    switch (layer->kind) {
      case LayerKind::kDense:
      case LayerKind::kAttention:
        MeasureMatrix(node, rank, weight);
        break;
      case LayerKind::kConvolution:
      case LayerKind::kTransposedConvolution: {
        if (rank < 3) return;
        const bool transposed = layer->kind == LayerKind::kTransposedConvolution;
        weight->out_axis = transposed ? 1 : 0;
        weight->in_axis = transposed ? 0 : 1;
        weight->fan_in = Times((*dims)[1], KernelPlaces(*dims));
        weight->fan_out = Times((*dims)[0], KernelPlaces(*dims));
        const Size groups = IntAttribute(node, "group").value_or(1);
        layer->in_features = Times(At(dims, weight->in_axis), transposed ? Size(1) : groups);
        layer->out_features = Times(At(dims, weight->out_axis), transposed ? groups : Size(1));
        return;
      }
      case LayerKind::kRecurrent:
        if (rank != 3) return;
        weight->out_axis = 1;
        weight->in_axis = 2;
        weight->fan_in = At(dims, 2);
        weight->fan_out = At(dims, 1);
        (weight->role == WeightRole::kWeight ? layer->in_features : layer->out_features) =
            weight->fan_in;
        return;
      case LayerKind::kEmbedding:
        if (rank != 2 || layer->in_features) return;
        weight->in_axis = 0;
        weight->out_axis = 1;
        layer->in_features = At(dims, 0);
        layer->out_features = At(dims, 1);
        return;
      default:
        return;
    }
    // Four-bit weights are packed, so their own shape says nothing.
    if (node.op_type == "MatMulNBits") {
      weight->fan_in = IntAttribute(node, "K");
      weight->fan_out = IntAttribute(node, "N");
      weight->in_axis.reset();
      weight->out_axis = 0;
    } else {
      weight->fan_in = At(dims, weight->in_axis);
      weight->fan_out = At(dims, weight->out_axis);
    }
    layer->in_features = weight->fan_in;
    layer->out_features = weight->fan_out;
  }

  // The first operand is applied from the left: its rows are units.
  static void MeasureMatrix(const ir::Node& node, std::size_t rank, LayerWeight* weight) {
    if (node.op_type == "Einsum" || rank == 0) return;
    const bool left = weight->input == 0;
    if (rank == 1) {
      weight->in_axis = 0;
      return;
    }
    const bool swapped = IntAttribute(node, left ? "transA" : "transB").value_or(0) != 0;
    weight->in_axis = left != swapped ? rank - 1 : rank - 2;
    weight->out_axis = left != swapped ? rank - 2 : rank - 1;
  }

  // Arithmetic on what comes in is preprocessing: means and scales of the data.
  static bool IsFormula(const Scope& scope, const ir::Node& node, const Layer& layer) {
    if (scope.outer != nullptr || node.op_type == "Concat") return false;
    for (std::size_t i = 0; i < node.inputs.size() && i < 2; ++i) {
      if (layer.weights.front().input == i) continue;
      if (!IsMoved(*scope.graph, node.inputs[i])) return false;
    }
    return true;
  }

  // True if the value is made of inputs and stored numbers by moves alone.
  static bool IsMoved(const ir::Graph& graph, ir::ValueId value) {
    std::vector<ir::ValueId> open = {value};
    for (int budget = kNodesPerWeight; !open.empty() && budget > 0; --budget) {
      const ir::Node* producer = ProducerOf(graph, open.back());
      open.pop_back();
      if (producer == nullptr || IsOnnx(*producer, "Constant")) continue;
      if (IsOnnx(*producer, "Concat")) {  // class token and patches
        const std::size_t operands = std::min<std::size_t>(producer->inputs.size(), 16);
        open.insert(open.end(), producer->inputs.begin(),
                    producer->inputs.begin() + static_cast<std::ptrdiff_t>(operands));
        continue;
      }
      if (!IsOneOf(*producer, kOrderKept) && !IsOneOf(*producer, kOrderLost) &&
          !IsOnnx(*producer, "Transpose")) {
        return false;
      }
      open.push_back(InputOf(*producer, 0));
    }
    return open.empty();
  }

  // Add after a matrix product or a convolution without bias, of one number a unit.
  bool IsBias(const Scope& scope, const ir::Node& node, const Layer& layer) {
    const LayerWeight& added = layer.weights.front();
    if (!IsOnnx(node, "Add") || layer.weights.size() != 1) return false;
    const ir::Value& other =
        scope.graph->values[static_cast<std::size_t>(node.inputs[1 - added.input])];
    if (other.producer == ir::kNone) return false;
    const std::int32_t index = by_node_[static_cast<std::size_t>(other.producer)];
    if (index == ir::kNone) return false;
    Layer& owner = layers_[static_cast<std::size_t>(index)];
    const bool has_bias =
        std::any_of(owner.weights.begin(), owner.weights.end(),
                    [](const LayerWeight& weight) { return weight.role == WeightRole::kBias; });
    const std::vector<std::int64_t>& dims = added.tensor->dims;
    const bool list =
        std::count_if(dims.begin(), dims.end(), [](std::int64_t size) { return size != 1; }) <= 1;
    const auto longest = std::max_element(dims.begin(), dims.end());
    const bool weighted = owner.kind == LayerKind::kDense ||
                          owner.kind == LayerKind::kConvolution ||
                          owner.kind == LayerKind::kTransposedConvolution;
    if (!weighted || has_bias || !list || owner.out_features != *longest) return false;
    owner.weights.push_back(added);
    return true;
  }

  const ir::Model& model_;
  std::deque<Scope> scopes_;  // the main graph, then its subgraphs
  std::vector<Layer> layers_;
  std::vector<std::int32_t> by_node_;  // of the graph being visited: layer or kNone
};

}  // namespace

std::vector<Layer> Layers(const ir::Model& model) { return Finder(model).Find(); }

}  // namespace onnxcheck::facts
