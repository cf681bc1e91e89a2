// Caffe writes through glog.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {" solver.cpp:", " caffe.cpp:", " sgd_solver.cpp:"};

constexpr LinePattern kPatterns[] = {
    {"Iteration ", R"(Iteration (?P<step>\d+)( \([^)]*\))?, (?P<rest>.*))", Split::kUnknown, true},
    {"Test net output", R"( *(?P<split>Test) net output #\d+: (?P<rest>[^(]*))"},
    // The terms of the loss, once more.
    {"Train net output", R"( *(?P<split>Train) net output #\d+: )"},
};

constexpr Sample kSamples[] = {
    {"I1226 00:10:28.722524 10276 solver.cpp:228] Iteration 100, loss = 0.25\n"
     "I1226 00:10:28.722524 10276 solver.cpp:244]     Train net output #0: loss = 0.25 (* 1 = 0.25 "
     "loss)\n"
     "I1226 00:10:28.722524 10276 sgd_solver.cpp:106] Iteration 100, lr = 0.01\n"
     "I1226 00:10:29.722524 10276 solver.cpp:404]     Test net output #0: accuracy = 0.96875\n"
     "I1226 00:10:29.722524 10276 solver.cpp:404]     Test net output #1: loss = 0.125 (* 1 = "
     "0.125 loss)\n",
     "loss train-loss step 100: 0.25\n"
     "lr learning-rate step 100: 0.01\n"
     "accuracy test-accuracy step 100: 0.96875\n"
     "loss test-loss step 100: 0.125\n"},
};

}  // namespace

constinit const Dialect kCaffe = {"caffe", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
