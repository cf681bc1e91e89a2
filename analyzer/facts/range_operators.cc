#include "analyzer/facts/range_operators.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "analyzer/facts/graph_query.h"

namespace onnxcheck::facts {
namespace {

struct Family {
  std::string_view name;
  std::span<const RangeOperator> (*operators)();
};

constexpr Family kFamilies[] = {
    {"Arithmetic and selection", ArithmeticRanges},
    {"Functions of one number, predicates", ElementwiseRanges},
    {"Activations", ActivationRanges},
    {"Movement of elements", MovementRanges},
    {"Reductions", ReductionRanges},
    {"Sums of products", LinearRanges},
    {"Pooling and resampling", PoolingRanges},
    {"Normalisation", NormalizationRanges},
    {"Recurrent networks and attention", RecurrentRanges},
    {"Casts and quantisation", QuantizationRanges},
    {"Constants, indices, random numbers, losses", GeneratorRanges},
    {"Classical models", ClassicalRanges},
};

std::optional<double> CountOf(const ir::Type* type) {
  if (type == nullptr || !type->is_tensor || !type->shape) return std::nullopt;
  double count = 1;
  for (const ir::Dimension& dimension : *type->shape) {
    if (!dimension.size || *dimension.size < 0) return std::nullopt;
    count *= static_cast<double>(*dimension.size);
  }
  return count;
}

}  // namespace

Interval Call::Range(std::size_t index) const {
  return Has(index) ? inputs[index].range : Interval();
}

const std::vector<double>* Call::Elements(std::size_t index) const {
  return Has(index) ? inputs[index].elements : nullptr;
}

const std::vector<ir::Dimension>* Call::Shape(std::size_t index) const {
  if (!Has(index) || inputs[index].type == nullptr || !inputs[index].type->is_tensor ||
      !inputs[index].type->shape) {
    return nullptr;
  }
  return &*inputs[index].type->shape;
}

const ir::TensorStatistics* Call::Statistics(std::size_t index) const {
  return Has(index) && inputs[index].tensor != nullptr ? inputs[index].tensor->statistics.get()
                                                       : nullptr;
}

ir::ElementType Call::Element(std::size_t index) const {
  return Has(index) && inputs[index].type != nullptr ? inputs[index].type->element
                                                     : ir::ElementType::kUndefined;
}

ir::ElementType Call::OutputElement(std::size_t index) const {
  if (index < output_types.size() && output_types[index] != nullptr &&
      output_types[index]->element != ir::ElementType::kUndefined) {
    return output_types[index]->element;
  }
  return ir::ElementType::kUndefined;
}

std::optional<double> Call::InputCount(std::size_t index) const {
  return Has(index) ? CountOf(inputs[index].type) : std::nullopt;
}

std::optional<double> Call::OutputCount(std::size_t index) const {
  return index < output_types.size() ? CountOf(output_types[index]) : std::nullopt;
}

std::int64_t Call::Int(std::string_view name, std::int64_t otherwise) const {
  return IntAttribute(node, name).value_or(otherwise);
}

const std::vector<std::int64_t>* Call::Ints(std::string_view name) const {
  const ir::Attribute* attribute = FindAttribute(node, name);
  return attribute == nullptr ? nullptr : std::get_if<std::vector<std::int64_t>>(&attribute->value);
}

double Call::Float(std::string_view name, double otherwise) const {
  const ir::Attribute* attribute = FindAttribute(node, name);
  const auto* value = attribute == nullptr ? nullptr : std::get_if<float>(&attribute->value);
  return value == nullptr ? otherwise : static_cast<double>(*value);
}

std::string_view Call::String(std::string_view name, std::string_view otherwise) const {
  const ir::Attribute* attribute = FindAttribute(node, name);
  const auto* value = attribute == nullptr ? nullptr : std::get_if<std::string>(&attribute->value);
  return value == nullptr ? otherwise : std::string_view(*value);
}

Transfer FindTransfer(std::string_view domain, std::string_view op_type) {
  using Key = std::pair<std::string_view, std::string_view>;
  static const auto* const kTable = [] {
    auto* table = new absl::flat_hash_map<Key, Transfer>;
    for (const Family& family : kFamilies) {
      for (const RangeOperator& entry : family.operators()) {
        table->emplace(Key(entry.domain, entry.op_type), entry.transfer);
      }
    }
    return table;
  }();
  const auto found = kTable->find(Key(domain, op_type));
  return found == kTable->end() ? nullptr : found->second;
}

std::vector<RangeFamily> RangeFamilies() {
  std::vector<RangeFamily> families;
  for (const Family& family : kFamilies) families.push_back({family.name, family.operators()});
  return families;
}

}  // namespace onnxcheck::facts
