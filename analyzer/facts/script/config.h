// What a script sets, as the configuration it stands for.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_CONFIG_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_CONFIG_H_

#include <optional>
#include <vector>

#include "analyzer/ir/config.h"
#include "analyzer/ir/run.h"

namespace onnxcheck::facts {

// The fields that the script states, each once and with its place; what it states in two ways (two
// trainings with different losses, a rate for each of two optimizers) is absent. A default that the
// command line may change is stated only in a run of scripts alone: elsewhere nobody knows what the
// run was started with.
ir::Config ScriptConfig(const ir::Script& script, bool with_overridable);

// Of the run's scripts, if exactly one of them trains: the others build models, evaluate or plot.
// Absent if none does, or several do.
std::optional<ir::Config> ScriptConfig(const ir::Run& run);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_CONFIG_H_
