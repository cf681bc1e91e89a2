#include "parsers/config/writers.h"

#include <algorithm>
#include <iterator>

namespace onnxcheck::parsers {
namespace {

struct Signature {
  std::string_view key;  // the whole key, or its beginning where it ends in a dot
  std::string_view writer;
};

// The first that matches any key counts.
constexpr Signature kSignatures[] = {
    {"wandb_version", "wandb"},
    {"_wandb.", "wandb"},
    {"startedAt", "wandb"},
    {"hydra.", "hydra"},
    {"per_device_train_batch_size", "hugging-face"},
    {"transformers_version", "hugging-face"},
    {"num_train_epochs", "hugging-face"},
    {"micro_batch_size", "hugging-face"},  // Axolotl
    {"seed_everything", "lightning"},
    {"trainer.log_every_n_steps", "lightning"},
    {"lr0", "ultralytics"},
    {"SOLVER.", "detectron2"},
    {"optim_wrapper.", "mmengine"},
    {"default_hooks.", "mmengine"},
    {"zero_optimization.", "deepspeed"},
    {"train_micro_batch_size_per_gpu", "deepspeed"},
    {"compute_environment", "accelerate"},
};

bool Matches(std::string_view key, std::string_view signature) {
  return signature.back() == '.' ? key.starts_with(signature) : key == signature;
}

}  // namespace

std::string_view WriterOf(const ir::Config& config) {
  if (config.input.path.find(".hydra/") != std::string::npos) return "hydra";
  if (config.input.format == "mlflow-params") return "mlflow";
  if (config.input.format == "model-card") return "hugging-face";
  if (config.input.format == "wandb-settings") return "wandb";
  if (config.framework && config.framework->value == "keras" && config.entries.size() > 1 &&
      config.input.format != "yaml" && config.input.format != "json") {
    return "keras";
  }
  for (const Signature& signature : kSignatures) {
    const bool found =
        std::any_of(config.entries.begin(), config.entries.end(),
                    [&](const ir::Entry& entry) { return Matches(entry.key, signature.key); });
    if (found) return signature.writer;
  }
  return "";
}

}  // namespace onnxcheck::parsers
