// Megatron-LM and GPT-NeoX, which grew out of it.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"| elapsed time per iteration",
                                       "| number of nan iterations:"};

constexpr LinePattern kPatterns[] = {
    {"validation ",
     R"([- ]*(?P<split>validation) (?:loss|results) at iteration (?P<step>\d+)[^|]*\|(?P<rest>.*))"},
};

constexpr Sample kSamples[] = {
    {" [2024-05-01 10:00:00] iteration       10/  500000 | consumed samples:         2560 | "
     "elapsed time per iteration (ms): 1500.5 | throughput per GPU (TFLOP/s/GPU): 120.5 | learning "
     "rate: 1.500000E-06 | global batch size:   256 | lm loss: 1.050000E+01 | loss scale: 65536.0 "
     "| grad norm: 12.500 | number of skipped iterations:   0 | number of nan iterations:   0 |\n"
     " [2024-05-01 10:00:10] iteration       20/  500000 | consumed samples:         5120 | "
     "elapsed time per iteration (ms): 1500.5 | learning rate: 3.000000E-06 | global batch size:   "
     "256 | lm loss: 9.500000E+00 | loss scale: 65536.0 | grad norm: 10.500 | number of skipped "
     "iterations:   0 | number of nan iterations:   0 |\n"
     "---------------------------------------------------------------------------------------------"
     "\n"
     " validation loss at iteration 20 | lm loss value: 9.250000E+00 | lm loss PPL: 1.040456E+04 "
     "|\n"
     "-----------------------------------------\n",
     "consumed samples other step 20: 2560 5120\n"
     "elapsed time per iteration (ms) time step 20: 1500.5 1500.5\n"
     "learning rate learning-rate step 20: 1.5e-06 3e-06\n"
     "global batch size other step 20: 256 256\n"
     "lm loss train-loss step 20: 10.5 9.5\n"
     "loss scale loss-scale step 20: 65536 65536\n"
     "grad norm gradient-norm step 20: 12.5 10.5\n"
     "number of skipped iterations other step 20: 0 0\n"
     "lm loss value validation-loss step 20: 9.25\n"
     "lm loss PPL perplexity step 20: 10404.6\n"},
    {" samples/sec: 20.500 | iteration       10/  320000 | elapsed time per iteration (ms): 1500.5 "
     "| learning rate: 1.500E-06 | approx flops per GPU: 50.5TFLOPS | lm_loss: 1.050000E+01 | loss "
     "scale: 65536.0 | number of skipped iterations:   0 | number of nan iterations:   0 |\n"
     " validation results at iteration 10 | lm_loss value: 9.250000E+00 | lm_loss_ppl value: "
     "1.040456E+04 |\n",
     "samples/sec throughput step 10: 20.5\n"
     "elapsed time per iteration (ms) time step 10: 1500.5\n"
     "learning rate learning-rate step 10: 1.5e-06\n"
     "lm_loss train-loss step 10: 10.5\n"
     "loss scale loss-scale step 10: 65536\n"
     "lm_loss value validation-loss step 10: 9.25\n"
     "lm_loss_ppl value perplexity step 10: 10404.6\n"},
};

}  // namespace

constinit const Dialect kMegatron = {"megatron", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
