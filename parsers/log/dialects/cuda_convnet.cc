// cuda-convnet: negative log probability and error.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"... logprob: "};

constexpr LinePattern kPatterns[] = {
    {"... logprob:",
     R"((?P<epoch>\d+)\.(?P<step>\d+)\.\.\.\s+logprob:\s+(?P<loss>[-\d.eE+naif]+), (?P<error>[-\d.eE+naif]+).*)"},
    // Below the heading "Test output".
    {"logprob:", R"(logprob:\s+(?P<test_loss>[-\d.eE+naif]+), (?P<test_error>[-\d.eE+naif]+).*)"},
};

constexpr Sample kSamples[] = {
    {"1.1... logprob:  2.250000, 0.875000 (1.250 sec)\n"
     "1.2... logprob:  2.125000, 0.750000 (1.250 sec)\n"
     "======================Test output======================\n"
     "logprob:  2.000000, 0.625000\n"
     "----------------------Averages----------------------\n"
     "2.1... logprob:  1.500000, 0.500000 (1.250 sec)\n",
     "loss train-loss epoch 2 step 1: 2.25 2.125 1.5\n"
     "error metric epoch 2 step 1: 0.875 0.75 0.5\n"
     "test_loss test-loss epoch 1: 2\n"
     "test_error metric epoch 1: 0.625\n"},
};

}  // namespace

constinit const Dialect kCudaConvnet = {"cuda-convnet", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
