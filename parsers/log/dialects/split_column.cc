// Step, split and loss in three columns: "250 val 8.5000", as llm.c and build-nanogpt write them.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr LinePattern kPatterns[] = {
    {" train ", R"((?P<step>\d+) (?P<split>train) (?P<loss>-?[\d.]+(?:e[-+]?\d+)?|nan|-?inf)\s*$)"},
    {" val ", R"((?P<step>\d+) (?P<split>val) (?P<loss>-?[\d.]+(?:e[-+]?\d+)?|nan|-?inf)\s*$)"},
    // HellaSwag's accuracy, between them.
    {" hella ", R"((?P<step>\d+) hella (?P<hella_acc>[\d.]+)\s*$)", Split::kValidation},
};

constexpr Sample kSamples[] = {
    {"0 val 10.9375\n0 hella 0.2500\n0 train 10.75\n1 train 9.5\n250 val 5.9375\n"
     "250 hella 0.2656\n250 train nan\n",
     "loss validation-loss step 250: 10.9375 5.9375\n"
     "hella_acc metric step 250: 0.25 0.2656\n"
     "loss train-loss step 250: 10.75 9.5 nan\n"},
};

}  // namespace

constinit const Dialect kSplitColumn = {"split-column", {}, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
