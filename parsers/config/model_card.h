// README.md as a model card: front matter, and the hyperparameters that Hugging Face's Trainer
// lists.
#ifndef ONNXCHECK_PARSERS_CONFIG_MODEL_CARD_H_
#define ONNXCHECK_PARSERS_CONFIG_MODEL_CARD_H_

#include <string_view>

#include "analyzer/ir/config.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// True if the text lists training hyperparameters as transformers' modelcard.py writes them.
bool IsModelCard(std::string_view text);

// Entries: the front matter's keys behind "card.", and "- NAME: VALUE" lines of the section
// "Training hyperparameters". The line on the optimizer is a sentence there: its name becomes
// "optimizer", its betas and epsilon keys of their own.
void ReadModelCard(const Source& source, ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_MODEL_CARD_H_
