// One JSON object a line.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr Sample kSamples[] = {
    {"{\"epoch\": 1, \"train_loss\": 0.5, \"val\": {\"loss\": 0.75}, \"lr\": 1e-3}\n"
     "{\"epoch\": 2, \"train_loss\": NaN, \"val\": {\"loss\": null}, \"lr\": 1e-3}\n",
     "epoch epoch epoch 2: 1 2\n"
     "train_loss train-loss epoch 2: 0.5 nan\n"
     "val/loss validation-loss epoch 1: 0.75\n"
     "lr learning-rate epoch 2: 0.001 0.001\n"},
    // fitlog
    {"Step:200\t{\"metric\": {\"eval_acc\": 0.5, \"eval_loss\": 0.625}, \"step\": 200}\n"
     "Step:400\t{\"metric\": {\"eval_acc\": 0.75, \"eval_loss\": 0.5}, \"step\": 400}\n",
     "Step step step 400: 200 400\n"
     "eval_acc validation-accuracy step 400: 0.5 0.75\n"
     "eval_loss validation-loss step 400: 0.625 0.5\n"
     "step step step 400: 200 400\n"},
    // Messages of structured logging are read like lines.
    {"{\"time\": \"2024-05-01T10:00:00\", \"level\": \"INFO\", \"message\": \"epoch 1 train_loss: "
     "0.5\"}\n"
     "{\"time\": \"2024-05-01T10:01:00\", \"level\": \"INFO\", \"message\": \"epoch 2 train_loss: "
     "0.25\"}\n",
     "train_loss train-loss epoch 2: 0.5 0.25\n"},
};

}  // namespace

constinit const Dialect kJsonLines = {"json-lines", {}, {}, kSamples};

}  // namespace onnxcheck::parsers::log
