// Weights & Biases' .wandb file: what a run logged, as it is sent to the server.
#ifndef ONNXCHECK_PARSERS_LOG_WANDB_FILE_H_
#define ONNXCHECK_PARSERS_LOG_WANDB_FILE_H_

#include <string_view>

#include "analyzer/ir/log.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// Whether a file begins as one: ":W&B", 0xBEE1, version 0.
bool IsWandbFile(std::string_view bytes);

// Reads history records; all others (console output, system metrics; the configuration:
// wandb_settings.h) are passed over. A line of the log is a record, numbered from 1. Every
// fragment's checksum is looked at: behind a wrong one, reading goes on in the next block of 32
// KiB, and a kCorruptRecord problem says so.
ir::Log ParseWandbFile(const Source& source);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOG_WANDB_FILE_H_
