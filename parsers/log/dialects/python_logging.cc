// Python's logging, in the formats people give it.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr Sample kSamples[] = {
    {"2024-06-17 16:43:11,171 - trainer - INFO - Epoch: 1, Avg_loss: 0.5, Duration: 3.65s\n"
     "2024-06-17 16:43:12,084 - trainer - INFO - Epoch: 2, Avg_loss: 0.25, Duration: 0.58s\n",
     "Avg_loss train-loss epoch 2: 0.5 0.25\n"
     "Duration time epoch 2: 3.65 0.58\n"},
    {"INFO:root:epoch 1 | train_loss=0.5 | val_loss=0.75\n"
     "INFO:root:epoch 2 | train_loss=0.25 | val_loss=0.5\n",
     "train_loss train-loss epoch 2: 0.5 0.25\n"
     "val_loss validation-loss epoch 2: 0.75 0.5\n"},
    {"[2024-06-17 16:43:11][INFO] Validation: Loss 0.5, Acc 93.5%\n"
     "22:03:53 INFO Epoch: 1, \t Valid, Loss: 1.5, \t Acc: 39.75 , \t Best Acc: 39.75\n",
     "Loss validation-loss epoch 1: 0.5 1.5\n"
     "Acc validation-accuracy epoch 1: 93.5 39.75\n"},
    // loguru's own format, and dates of several countries.
    {"2024-05-01 08:00:00.123 | INFO     | train:fit:57 - Epoch 1/3 train_loss: 0.75\n"
     "01-May-24 08:01:00 INFO Epoch 2/3 train_loss: 0.5\n"
     "2024/05/01 08:02 INFO Epoch 3/3 train_loss: 0.25\n",
     "train_loss train-loss epoch 3: 0.75 0.5 0.25\n"},
};

}  // namespace

constinit const Dialect kPythonLogging = {"python-logging", {}, {}, kSamples};

}  // namespace onnxcheck::parsers::log
