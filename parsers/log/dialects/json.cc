// JSON documents: a Keras History as people dump it, and the state of Hugging Face's Trainer.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr Sample kSamples[] = {
    {"{\"loss\": [2.5, 2.25], \"val_loss\": [2.75, NaN]}",
     "loss train-loss epoch 1: 2.5 2.25\n"
     "val_loss validation-loss epoch 1: 2.75 nan\n"},
    {"{\"loss\":{\"0\":2.5,\"1\":2.25},\"accuracy\":{\"0\":0.5,\"1\":0.75}}",
     "loss train-loss epoch 1: 2.5 2.25\n"
     "accuracy train-accuracy epoch 1: 0.5 0.75\n"},
    {"{\n \"global_step\": 20,\n \"log_history\": [\n  {\"epoch\": 0.5, \"loss\": 2.5, \"step\": "
     "10},\n"
     "  {\"epoch\": 1.0, \"eval_loss\": 2.25, \"step\": 20}\n ]\n}\n",
     "epoch epoch epoch 1 step 20: 0.5 1\n"
     "loss train-loss epoch 0.5 step 10: 2.5\n"
     "step step epoch 1 step 20: 10 20\n"
     "eval_loss validation-loss epoch 1 step 20: 2.25\n"
     "global_step step epoch 1 step 20: 20\n"},
    {"[{\"epoch\": 0, \"loss\": 0.75}, {\"epoch\": 1, \"loss\": 0.5}]",
     "epoch epoch epoch 1: 0 1\n"
     "loss train-loss epoch 1: 0.75 0.5\n"},
    {"{\"0\": {\"loss\": 0.75}, \"1\": {\"loss\": 0.5}}", "loss train-loss epoch 1: 0.75 0.5\n"},
    // Several evaluation sets; *_results.json.
    {"{\"log_history\": [{\"epoch\": 1.0, \"eval_news_loss\": 2.5, \"eval_news_runtime\": 1.5}]}",
     "epoch epoch epoch 1: 1\n"
     "eval_news_loss validation-loss epoch 1: 2.5\n"
     "eval_news_runtime time epoch 1: 1.5\n"},
    {"{\n \"epoch\": 3.0,\n \"train_loss\": 2.5,\n \"train_runtime\": 472.5\n}\n",
     "epoch epoch epoch 3: 3\n"
     "train_loss train-loss epoch 3: 2.5\n"
     "train_runtime time epoch 3: 472.5\n"},
    // wandb-summary.json
    {"{\"_runtime\": 48.5, \"_step\": 11, \"_timestamp\": 1742222489.5, \"_wandb\": {\"runtime\": "
     "48}, "
     "\"epoch\": 10, \"train_loss\": 0.25, \"val_loss\": 0.5}\n",
     "runtime time: 48\n"
     "_runtime time epoch 10 step 11: 48.5\n"
     "_step step epoch 10 step 11: 11\n"
     "_timestamp other epoch 10 step 11: 1.74222e+09\n"
     "epoch epoch epoch 10 step 11: 10\n"
     "train_loss train-loss epoch 10 step 11: 0.25\n"
     "val_loss validation-loss epoch 10 step 11: 0.5\n"},
};

}  // namespace

constinit const Dialect kJson = {"json", {}, {}, kSamples};

}  // namespace onnxcheck::parsers::log
