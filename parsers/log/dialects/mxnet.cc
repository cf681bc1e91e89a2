// MXNet's Speedometer and the scripts of GluonCV.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"] Batch [", "samples/sec\t", " samples/sec, ",
                                       "Time cost="};

constexpr LinePattern kPatterns[] = {
    {"Training cost:", R"(\[Epoch (?P<epoch>\d+)\] Training cost: [\d.]+, (?P<rest>.*))"},
};

constexpr Sample kSamples[] = {
    {"INFO:root:Epoch[0] Batch [20]\tSpeed: 1234.50 samples/sec\taccuracy=0.125000\n"
     "INFO:root:Epoch[0] Batch [40]\tSpeed: 1234.50 "
     "samples/sec\taccuracy=0.250000\tcross-entropy=2.125000\n"
     "INFO:root:Epoch[0] Train-accuracy=0.375000\n"
     "INFO:root:Epoch[0] Train-cross-entropy=1.875000\n"
     "INFO:root:Epoch[0] Time cost=12.500\n"
     "INFO:root:Epoch[0] Validation-accuracy=0.500000\n"
     "INFO:root:Epoch[0] Validation-cross-entropy=1.500000\n",
     "Speed throughput epoch 0 step 40: 1234.5 1234.5\n"
     "accuracy metric epoch 0 step 40: 0.125 0.25\n"
     "cross-entropy loss-component epoch 0 step 40: 2.125\n"
     "Train-accuracy train-accuracy epoch 0: 0.375\n"
     "Train-cross-entropy loss-component epoch 0: 1.875\n"
     "Time cost time epoch 0: 12.5\n"
     "Validation-accuracy validation-accuracy epoch 0: 0.5\n"
     "Validation-cross-entropy loss-component epoch 0: 1.5\n"},
    {"[Epoch 0][Batch 49], Speed: 123.5 samples/sec, CrossEntropy=2.125, SmoothL1=1.125\n"
     "[Epoch 0] Training cost: 123.5, CrossEntropy=2.0, SmoothL1=1.0\n"
     "Epoch[1] Batch [49]\tSpeed: 1234.5 samples/sec\taccuracy=0.500000\tlr=0.100000\n"
     "[Epoch 1] training: accuracy=0.5\n"
     "[Epoch 1] validation: err-top1=0.5 err-top5=0.25\n",
     "Speed throughput epoch 1 step 49: 123.5 1234.5\n"
     "CrossEntropy loss-component epoch 0: 2.125 2\n"
     "SmoothL1 loss-component epoch 0: 1.125 1\n"
     "accuracy metric epoch 1 step 49: 0.5\n"
     "lr learning-rate epoch 1 step 49: 0.1\n"
     "accuracy train-accuracy epoch 1: 0.5\n"
     "err-top1 metric epoch 1: 0.5\n"
     "err-top5 metric epoch 1: 0.25\n"},
};

}  // namespace

constinit const Dialect kMxnet = {"mxnet", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
