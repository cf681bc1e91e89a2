// Whether a script freezes all that it trains.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_FROZEN_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_FROZEN_H_

#include <optional>

#include "analyzer/ir/location.h"
#include "analyzer/ir/script.h"

namespace onnxcheck::facts {

// Where a Keras model that is compiled and fitted later, or each of its layers, is set to
// trainable = False, with nothing added or set free afterwards. nullopt: no such place, or not for
// sure.
std::optional<ir::Location> KerasAllFrozen(const ir::Script& script);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_FROZEN_H_
