// What a run says of its own settings in TensorBoard event files: the data of the hparams plugin,
// and the arguments that Hugging Face's Trainer writes as text.
// https://github.com/tensorflow/tensorboard/blob/master/tensorboard/plugins/hparams/plugin_data.proto
#ifndef ONNXCHECK_PARSERS_LOG_HPARAMS_H_
#define ONNXCHECK_PARSERS_LOG_HPARAMS_H_

#include <string_view>
#include <vector>

#include "analyzer/ir/config.h"

namespace onnxcheck::parsers::log {

// Appends the hyperparameters of a HParamsPluginData message that tells of a session's start;
// `record` is where the message stands, and the entries get their key for their logical place.
// What is no such message, and values that are lists, are passed over.
void ReadHparams(std::string_view message, const ir::Location& record,
                 std::vector<ir::Entry>* entries);

// The same of a JSON object that was written as text.
void ReadArgumentText(std::string_view text, const ir::Location& record,
                      std::vector<ir::Entry>* entries);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_HPARAMS_H_
