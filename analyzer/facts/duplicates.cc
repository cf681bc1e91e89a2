#include "analyzer/facts/duplicates.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <type_traits>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

std::size_t Index(std::int32_t id) { return static_cast<std::size_t>(id); }

constexpr std::array<std::string_view, 7> kNeverTheSame = {
    "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike",
    "Multinomial",  "Bernoulli",        "Dropout"};

bool SameTensor(const ir::Tensor& a, const ir::Tensor& b) {
  if (a.element != b.element || a.dims != b.dims) return false;
  if (a.elements || b.elements) return a.elements == b.elements;
  return a.payload.length > 0 && a.payload.file == b.payload.file &&
         a.payload.offset == b.payload.offset && a.payload.length == b.payload.length;
}

std::size_t TensorHash(const ir::Tensor& tensor) {
  return absl::HashOf(static_cast<std::int32_t>(tensor.element), tensor.dims, tensor.elements,
                      tensor.elements ? 0 : tensor.payload.offset);
}

struct SameValue {
  template <typename T>
  bool operator()(const T& a, const T& b) const {
    if constexpr (std::is_same_v<T, ir::Tensor>) {
      return SameTensor(a, b);
    } else if constexpr (std::is_same_v<T, std::vector<ir::Tensor>>) {
      return std::equal(a.begin(), a.end(), b.begin(), b.end(), SameTensor);
    } else if constexpr (std::is_same_v<T, std::vector<ir::Graph>>) {
      return false;
    } else {
      return a == b;
    }
  }
  template <typename T, typename U>
  bool operator()(const T&, const U&) const {
    return false;
  }
};

std::size_t AttributeHash(const ir::Attribute& attribute) {
  const std::size_t value = std::visit(
      [](const auto& it) -> std::size_t {
        using T = std::decay_t<decltype(it)>;
        if constexpr (std::is_same_v<T, ir::Tensor>) {
          return TensorHash(it);
        } else if constexpr (std::is_same_v<T, std::monostate> ||
                             std::is_same_v<T, std::vector<ir::Tensor>> ||
                             std::is_same_v<T, std::vector<ir::Graph>>) {
          return 0;
        } else {
          return absl::HashOf(it);
        }
      },
      attribute.value);
  return absl::HashOf(attribute.name, value);
}

class Numbering {
 public:
  explicit Numbering(const ir::Graph& graph)
      : graph_(graph), number_(graph.values.size()), original_(graph.nodes.size(), ir::kNone) {
    for (std::size_t v = 0; v < number_.size(); ++v) number_[v] = static_cast<ir::ValueId>(v);
  }

  std::vector<ir::NodeId> Find() {
    NumberConstants();
    absl::flat_hash_map<std::size_t, ir::NodeId> first;
    first.reserve(graph_.nodes.size());
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      const ir::Node& node = graph_.nodes[n];
      if (!MayRepeat(node)) continue;
      const auto [it, is_new] = first.emplace(NodeHash(node), static_cast<ir::NodeId>(n));
      if (is_new || !Same(node, graph_.nodes[Index(it->second)])) continue;
      original_[n] = it->second;
      const ir::Node& original = graph_.nodes[Index(it->second)];
      for (std::size_t o = 0; o < node.outputs.size(); ++o) {
        if (node.outputs[o] == ir::kNone || original.outputs[o] == ir::kNone) continue;
        number_[Index(node.outputs[o])] = number_[Index(original.outputs[o])];
      }
    }
    return std::move(original_);
  }

 private:
  void NumberConstants() {
    absl::flat_hash_map<std::size_t, ir::ValueId> first;
    for (std::size_t v = 0; v < graph_.values.size(); ++v) {
      const std::int32_t initializer = graph_.values[v].initializer;
      if (initializer < 0 || !graph_.initializers[Index(initializer)].elements) continue;
      const ir::Tensor& tensor = graph_.initializers[Index(initializer)];
      const auto [it, is_new] = first.emplace(TensorHash(tensor), static_cast<ir::ValueId>(v));
      if (is_new) continue;
      const std::int32_t other = graph_.values[Index(it->second)].initializer;
      if (SameTensor(tensor, graph_.initializers[Index(other)])) number_[v] = it->second;
    }
  }

  static bool MayRepeat(const ir::Node& node) {
    if (!IsOnnx(node, node.op_type) || node.outputs.empty()) return false;
    return std::none_of(kNeverTheSame.begin(), kNeverTheSame.end(),
                        [&](std::string_view type) { return IsOnnx(node, type); });
  }

  ir::ValueId Number(ir::ValueId value) const {
    return value == ir::kNone ? ir::kNone : number_[Index(value)];
  }

  std::size_t NodeHash(const ir::Node& node) const {
    std::size_t hash = absl::HashOf(node.op_type, node.inputs.size(), node.outputs.size());
    for (const ir::ValueId input : node.inputs) hash = absl::HashOf(hash, Number(input));
    for (const ir::Attribute& attribute : node.attributes) {
      hash = absl::HashOf(hash, AttributeHash(attribute));
    }
    return hash;
  }

  bool Same(const ir::Node& a, const ir::Node& b) const {
    return a.op_type == b.op_type && a.outputs.size() == b.outputs.size() &&
           std::equal(a.inputs.begin(), a.inputs.end(), b.inputs.begin(), b.inputs.end(),
                      [&](ir::ValueId x, ir::ValueId y) { return Number(x) == Number(y); }) &&
           std::equal(a.attributes.begin(), a.attributes.end(), b.attributes.begin(),
                      b.attributes.end(), [](const ir::Attribute& x, const ir::Attribute& y) {
                        return x.name == y.name && x.reference == y.reference &&
                               std::visit(SameValue(), x.value, y.value);
                      });
  }

  const ir::Graph& graph_;
  std::vector<ir::ValueId> number_;  // by value: the first value that is the same
  std::vector<ir::NodeId> original_;
};

}  // namespace

std::vector<ir::NodeId> DuplicateNodes(const ir::Graph& graph) { return Numbering(graph).Find(); }

}  // namespace onnxcheck::facts
