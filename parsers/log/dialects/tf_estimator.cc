// TensorFlow's Estimator: "loss = 0.75, step = 100", and what evaluate() saves.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr LinePattern kPatterns[] = {
    {"Saving dict for global step ",
     R"((?:tensorflow:)?Saving dict for global step (?P<step>\d+): (?P<rest>.*))",
     Split::kValidation},
};

constexpr Sample kSamples[] = {
    {"INFO:tensorflow:loss = 0.75, step = 0\n"
     "INFO:tensorflow:loss = 0.5, step = 100 (0.995 sec)\n"
     "INFO:tensorflow:Saving dict for global step 200: accuracy = 0.75, global_step = 200, loss = "
     "0.25\n",
     "loss train-loss step 100: 0.75 0.5\n"
     "accuracy validation-accuracy step 200: 0.75\n"
     "loss validation-loss step 200: 0.25\n"},
};

}  // namespace

constinit const Dialect kTfEstimator = {"tf-estimator", {}, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
