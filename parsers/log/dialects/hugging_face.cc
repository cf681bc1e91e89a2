// The dictionaries that Hugging Face's Trainer prints.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"{'loss': ", "{'eval_loss': ", "'train_runtime': "};

constexpr Sample kSamples[] = {
    {"{'loss': 2.125, 'grad_norm': 1.5, 'learning_rate': 5e-05, 'epoch': 0.5}\n"
     "{'eval_loss': 1.75, 'eval_runtime': 2.5, 'eval_samples_per_second': 40.0, 'epoch': 1.0}\n"
     "{'loss': 1.5, 'grad_norm': nan, 'learning_rate': 2.5e-05, 'epoch': 1.5}\n",
     "loss train-loss epoch 1.5: 2.125 1.5\n"
     "grad_norm gradient-norm epoch 1.5: 1.5 nan\n"
     "learning_rate learning-rate epoch 1.5: 5e-05 2.5e-05\n"
     "eval_loss validation-loss epoch 1: 1.75\n"
     "eval_runtime time epoch 1: 2.5\n"
     "eval_samples_per_second throughput epoch 1: 40\n"},
    // With line numbers in front, and numbers in quotes (transformers 5).
    {"12: {'loss': '2.5', 'learning_rate': '5e-05', 'epoch': '0.5'}\n"
     "13: {'loss': '2.25', 'learning_rate': '4e-05', 'epoch': '1'}\n",
     "loss train-loss epoch 1: 2.5 2.25\n"
     "learning_rate learning-rate epoch 1: 5e-05 4e-05\n"},
};

}  // namespace

constinit const Dialect kHuggingFace = {"hf-trainer", kMarks, {}, kSamples};

}  // namespace onnxcheck::parsers::log
