// Marvin (Princeton's C++ framework) prints two columns: training on the left, testing on the
// right.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

// Tests state no learning rate.
constexpr LinePattern kPatterns[] = {
    {"  Iteration ", R"(Epoch (?P<epoch>\d+)  Iteration (?P<step>\d+) (?P<rest>loss = .*))",
     Split::kTest},
};

constexpr Sample kSamples[] = {
    {"                                                                                "
     "Epoch 0  Iteration 0 loss = 2.25 * 1  eval = 0.125\n"
     "Epoch 0  Iteration 0  learning_rate = 0.01 loss = 2.5 * 1  eval = 0.25   \n"
     "                                                                                "
     "Epoch 1  Iteration 200 loss = 0.5 * 1  eval = 0.75\n"
     "Epoch 1  Iteration 200  learning_rate = 0.005 loss = 0.75 * 1  eval = 0.5   \n",
     "loss test-loss epoch 1 step 200: 2.25 0.5\n"
     "eval metric epoch 1 step 200: 0.125 0.25 0.75 0.5\n"
     "learning_rate learning-rate epoch 1 step 200: 0.01 0.005\n"
     "loss train-loss epoch 1 step 200: 2.5 0.75\n"},
};

}  // namespace

constinit const Dialect kMarvin = {"marvin", {}, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
