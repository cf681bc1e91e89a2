// Deeplearning4j's ScoreIterationListener; its score is the loss.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr LinePattern kPatterns[] = {
    {"Score at iteration ", R"([^ ]* ?-? ?Score at iteration (?P<step>\d+) is (?P<loss>[^ ]+))"},
};

constexpr Sample kSamples[] = {
    {"06:38:15.898 [main] INFO org.deeplearning4j.optimize.listeners.ScoreIterationListener - "
     "Score at iteration 0 is 1.75\n"
     "06:38:16.898 [main] INFO org.deeplearning4j.optimize.listeners.ScoreIterationListener - "
     "Score at iteration 100 is 1.5\n",
     "loss train-loss step 100: 1.75 1.5\n"},
};

}  // namespace

constinit const Dialect kDl4j = {"deeplearning4j", {}, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
