// Keras's own description of a model: config.json of a .keras archive, model.to_json().
#ifndef ONNXCHECK_PARSERS_CONFIG_KERAS_H_
#define ONNXCHECK_PARSERS_CONFIG_KERAS_H_

#include <string>

#include "analyzer/ir/config.h"
#include "parsers/config/document.h"

namespace onnxcheck::parsers {

// True if the root is a serialised Keras model: class_name and config.layers.
bool IsKerasModel(const Document& document, const Node& root);

// Fills loss, from_logits, optimizer, learning rate, schedule, momentum and
// metrics from compile_config; the last layer's activation and width; frozen
// layers and precision. all_frozen is set only when every layer that can hold
// weights says trainable: false. `prefix` goes before logical paths
// ("config.json:"); `in_archive`: the file's lines are not those of the JSON.
void FillFromKeras(const Document& document, const Node& root, const std::string& prefix,
                   bool in_archive, ir::Config& config);

// The same from a training_config, Keras's compile_config until version 2: loss, optimizer_config,
// metrics, each place without a line.
void FillFromTrainingConfig(const Document& document, const Node& training,
                            const std::string& prefix, ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_KERAS_H_
