// Chainer: the table of PrintReport, the JSON of LogReport.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr Sample kSamples[] = {
    {"epoch       iteration   main/loss   main/accuracy  validation/main/loss  "
     "validation/main/accuracy  elapsed_time\n"
     "1           600         0.25        0.875          0.125                 0.9375              "
     "      5.5\n"
     "2           1200        0.125       0.9375         0.0625                0.96875             "
     "      10.5\n",
     "main/loss train-loss epoch 2 step 1200: 0.25 0.125\n"
     "main/accuracy train-accuracy epoch 2 step 1200: 0.875 0.9375\n"
     "validation/main/loss validation-loss epoch 2 step 1200: 0.125 0.0625\n"
     "validation/main/accuracy validation-accuracy epoch 2 step 1200: 0.9375 0.96875\n"
     "elapsed_time time epoch 2 step 1200: 5.5 10.5\n"},
    {"[\n"
     "    {\n"
     "        \"main/loss\": 0.25,\n"
     "        \"main/accuracy\": 0.875,\n"
     "        \"validation/main/loss\": 0.125,\n"
     "        \"validation/main/accuracy\": 0.9375,\n"
     "        \"epoch\": 1,\n"
     "        \"iteration\": 600,\n"
     "        \"elapsed_time\": 5.5\n"
     "    },\n"
     "    {\n"
     "        \"main/loss\": 0.125,\n"
     "        \"main/accuracy\": 0.9375,\n"
     "        \"validation/main/loss\": 0.0625,\n"
     "        \"validation/main/accuracy\": 0.96875,\n"
     "        \"epoch\": 2,\n"
     "        \"iteration\": 1200,\n"
     "        \"elapsed_time\": 10.5\n"
     "    }\n"
     "]\n",
     "main/loss train-loss epoch 2 step 1200: 0.25 0.125\n"
     "main/accuracy train-accuracy epoch 2 step 1200: 0.875 0.9375\n"
     "validation/main/loss validation-loss epoch 2 step 1200: 0.125 0.0625\n"
     "validation/main/accuracy validation-accuracy epoch 2 step 1200: 0.9375 0.96875\n"
     "epoch epoch epoch 2 step 1200: 1 2\n"
     "iteration step epoch 2 step 1200: 600 1200\n"
     "elapsed_time time epoch 2 step 1200: 5.5 10.5\n"},
};

}  // namespace

constinit const Dialect kChainer = {"chainer", {}, {}, kSamples};

}  // namespace onnxcheck::parsers::log
