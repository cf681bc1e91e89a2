// What the general scanner finds where no dialect speaks.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr Sample kSamples[] = {
    {"Epoch: 1 \t Loss: 11.5\nEpoch: 2 \t Loss: 3.5\n", "Loss train-loss epoch 2: 11.5 3.5\n"},
    {"epoch=0 i=1/530 total loss=1.5 spectro loss=1.25 vocoder loss=-0.25\n",
     "total loss train-loss epoch 0 step 1: 1.5\n"
     "spectro loss loss-component epoch 0 step 1: 1.25\n"
     "vocoder loss loss-component epoch 0 step 1: -0.25\n"},
    {"| epoch   1 |   200/ 2983 batches | lr 20.00 | ms/batch 20.5 | loss  7.5 | ppl  1808.5\n"
     "| end of epoch   1 | time: 60.5s | valid loss  5.5 | valid ppl   244.5\n",
     "lr learning-rate epoch 1 step 200: 20\n"
     "ms/batch time epoch 1 step 200: 20.5\n"
     "loss train-loss epoch 1 step 200: 7.5\n"
     "ppl perplexity epoch 1 step 200: 1808.5\n"
     "time time epoch 1: 60.5\n"
     "valid loss validation-loss epoch 1: 5.5\n"
     "valid ppl perplexity epoch 1: 244.5\n"},
    {"Train Epoch: 2 [17700/50000 (35%)]\tLoss: 0.5\n"
     "Test set: Average loss: 0.25, Accuracy: 9900/10000 (99%)\n",
     "Loss train-loss epoch 2 step 17700: 0.5\n"
     "Average loss test-loss epoch 2: 0.25\n"
     "Accuracy test-accuracy epoch 2: 0.99\n"},
    {"epoch   1\r\nloss: 6.5\r\ntest accuracy: 20.75%, (512570/2466133)\r\n"
     "epoch   2\r\nloss: 5.5\r\ntest accuracy: 24.25%, (597769/2466093)\r\n",
     "loss train-loss epoch 2: 6.5 5.5\n"
     "test accuracy test-accuracy epoch 2: 20.75 24.25\n"},
    {"Train 0, loss: 2.5, train acc: 0.45\nTrain 1, loss: 2.25, train acc: 0.65\n",
     "loss train-loss epoch 1: 2.5 2.25\n"
     "train acc train-accuracy epoch 1: 0.45 0.65\n"},
    // Names that hold "nan" and "inf", settings and sentences are no metrics.
    {"TrainingArguments(logging_nan_inf_filter=True, max_grad_norm=1.0)\n"
     "best = np.Inf\n"
     "Best model found at epoch 0, Val Loss: inf\n"
     "no nan in loss\n",
     ""},
};

}  // namespace

constinit const Dialect kText = {"text", {}, {}, kSamples};

}  // namespace onnxcheck::parsers::log
