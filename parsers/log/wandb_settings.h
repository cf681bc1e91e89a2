// The settings of a W&B run that its .wandb file keeps: of a run that is not synchronised nothing
// else does.
#ifndef ONNXCHECK_PARSERS_LOG_WANDB_SETTINGS_H_
#define ONNXCHECK_PARSERS_LOG_WANDB_SETTINGS_H_

#include <optional>

#include "analyzer/ir/config.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// What wandb.init(config=...) and run.config.update() were given; of a key the last value, W&B's
// own
// ("_wandb") left out. Places are "record N/key", N as the log parser counts. input.format is
// "wandb-settings". nullopt: it says nothing of training. Never throws.
std::optional<ir::Config> ReadWandbSettings(const Source& source);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOG_WANDB_SETTINGS_H_
