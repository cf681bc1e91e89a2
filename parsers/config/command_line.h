// Settings that a program was given on its command line, where a file has kept it.
#ifndef ONNXCHECK_PARSERS_CONFIG_COMMAND_LINE_H_
#define ONNXCHECK_PARSERS_CONFIG_COMMAND_LINE_H_

#include "analyzer/ir/config.h"

namespace onnxcheck::parsers {

// Adds an entry for each option in the list "args" of a wandb-metadata.json: "--lr 0.1", "--lr=0.1"
// and Hydra's "optimizer.lr=0.1". Dashes in names become "_"; an option without a value is true.
// The places are those of the items. A word that belongs to no option is passed over.
void AddCommandLine(ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_COMMAND_LINE_H_
