// Which operators keep weights, and at which inputs.
#ifndef ONNXCHECK_ANALYZER_FACTS_LAYER_FORMS_H_
#define ONNXCHECK_ANALYZER_FACTS_LAYER_FORMS_H_

#include <cstdint>
#include <string_view>

#include "analyzer/facts/layers.h"
#include "analyzer/ir/model.h"

namespace onnxcheck::facts {

// Bit i stands for input i.
struct WeightPlaces {
  std::uint32_t weight = 0;
  std::uint32_t bias = 0;
  std::uint32_t scale = 0;
  std::uint32_t recurrent = 0;
  std::uint32_t mean = 0;
  std::uint32_t variance = 0;
};

struct LayerForm {
  std::string_view op_type;
  LayerKind kind;
  WeightPlaces places;
};

// The operator's row of the table; null for one that keeps nothing.
const LayerForm* FormOf(const ir::Node& node);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_LAYER_FORMS_H_
