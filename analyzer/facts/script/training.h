// The trainings that a script sets up: which model, ending how, with which loss and optimizer.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_TRAINING_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_TRAINING_H_

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/facts/script/trace.h"
#include "analyzer/ir/config.h"

namespace onnxcheck::facts {

// How a model ends, as far as its last layers say.
struct ScriptOutput {
  ir::Located<std::string> activation;       // lower case; "linear": none
  std::optional<ir::Located<double>> units;  // of an output with one row an example
};

// One objective: a Keras model that is compiled, or a PyTorch loss that is differentiated.
struct ScriptTraining {
  const ir::Script* script = nullptr;
  bool keras = false;
  std::uint32_t step = kNone;  // compile(), or the call of the loss
  ValueId model = kUnknownValue;
  std::optional<ir::Located<std::string>> loss;  // as the framework spells it
  std::optional<ir::Located<bool>> from_logits;
  std::optional<ScriptOutput> output;
};

std::vector<ScriptTraining> TrainingsOf(const ir::Script& script);

// Where the trace comes back to an object or a function, so that a script with many models is not
// read once for each.
struct TraceIndex {
  // Steps that call a method, by what its receiver is, or may be; in order.
  absl::flat_hash_map<ValueId, std::vector<std::uint32_t>> methods;
  // Of each function the context of its last run; 0: it has none.
  std::vector<std::uint32_t> last_runs;
};
TraceIndex IndexTrace(const ir::Script& script);

// The output of a Keras model: of Sequential, of the functional API with one output, and of a
// subclass whose call() returns one.
std::optional<ScriptOutput> KerasOutput(const ir::Script& script, const TraceIndex& index,
                                        ValueId model);
// The layers of a Keras model that is a plain stack, Sequential or functional with one input and
// one output, from the input on; each as the value that was added or called. nullopt: not all are
// known.
std::optional<std::vector<ValueId>> KerasLayers(const ir::Script& script, const TraceIndex& index,
                                                ValueId model);
// What the last operations on a tensor of PyTorch say; nullopt where they say nothing.
std::optional<ScriptOutput> TorchOutput(const ir::Script& script, const TraceIndex& index,
                                        ValueId tensor);

// How the labels that `value` holds are encoded, where the script itself encodes them.
std::optional<ir::Located<ir::LabelEncoding>> LabelsOf(const ir::Script& script, ValueId value);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_TRAINING_H_
