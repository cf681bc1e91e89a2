// nanoGPT and the family that grew from it.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {", mfu ", " train_time:", " step_avg:"};

constexpr Sample kSamples[] = {
    {"number of parameters: 123.59M\n"
     "step 0: train loss 10.5, val loss 10.75\n"
     "iter 0: loss 10.5, time 5000.25ms, mfu -100.00%\n"
     "iter 10: loss 9.5, time 500.25ms, mfu 30.50%\n"
     "step 250: train loss 5.5, val loss 5.75\n"
     "saving checkpoint to out\n"
     "iter 250: loss 5.25, time 5000.25ms, mfu 30.50%\n",
     "train loss train-loss step 250: 10.5 5.5\n"
     "val loss validation-loss step 250: 10.75 5.75\n"
     "loss train-loss step 250: 10.5 9.5 5.25\n"
     "time time step 250: 5000.25 500.25 5000.25\n"},
    // modded-nanogpt
    {"step:0/1390 val_loss:10.8258 train_time:0ms step_avg:nanms\n"
     "step:125/1390 train_loss:6.5000 train_time:12500ms step_avg:100.00ms\n"
     "step:125/1390 val_loss:6.2500 train_time:12600ms step_avg:100.80ms\n",
     "val_loss validation-loss step 125: 10.8258 6.25\n"
     "train_time time step 125: 0 12500 12600\n"
     "train_loss train-loss step 125: 6.5\n"
     "step_avg other step 125: 100 100.8\n"},
    // build-nanogpt: a column for what the line is
    {"step    10 | loss: 9.500000 | lr 1.0000e-05 | norm: 12.5000 | dt: 500.25ms | tok/sec: "
     "1000000.50\n"
     "validation loss: 9.2500\n",
     "loss train-loss step 10: 9.5\n"
     "lr learning-rate step 10: 1e-05\n"
     "tok/sec throughput step 10: 1e+06\n"
     "validation loss validation-loss: 9.25\n"},
};

}  // namespace

constinit const Dialect kNanoGpt = {"nanogpt", kMarks, {}, kSamples};

}  // namespace onnxcheck::parsers::log
