// Darknet: iteration, loss, its average, rate.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr LinePattern kPatterns[] = {
    {" avg loss, ",
     R"( ?(?P<step>\d+): (?P<loss>[^ ,]+), (?P<avg_loss>[^ ,]+) avg loss, (?P<learning_rate>[^ ,]+) rate.*)"},
};

constexpr Sample kSamples[] = {
    {" 1: 1957.5, 1957.5 avg loss, 0.000000 rate, 22.27 seconds, 64 images, -1.0 hours left\n"
     " 2: 1950.5, 1956.5 avg loss, 0.001000 rate, 21.27 seconds, 128 images, 9.5 hours left\n",
     "loss train-loss step 2: 1957.5 1950.5\n"
     "avg_loss train-loss step 2: 1957.5 1956.5\n"
     "learning_rate learning-rate step 2: 0 0.001\n"},
};

}  // namespace

constinit const Dialect kDarknet = {"darknet", {}, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
