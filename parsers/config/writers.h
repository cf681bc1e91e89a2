// Whose file a configuration is, told by keys that only one program writes or reads.
#ifndef ONNXCHECK_PARSERS_CONFIG_WRITERS_H_
#define ONNXCHECK_PARSERS_CONFIG_WRITERS_H_

#include <string_view>

#include "analyzer/ir/config.h"

namespace onnxcheck::parsers {

// "hugging-face", "lightning", "hydra", "wandb", "mlflow", "ultralytics", "mmengine", "detectron2",
// "deepspeed", "accelerate", "keras"; empty: anybody's. Hugging Face's is everything that its
// TrainingArguments are made of, LLaMA-Factory's and Axolotl's files among them.
std::string_view WriterOf(const ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_WRITERS_H_
