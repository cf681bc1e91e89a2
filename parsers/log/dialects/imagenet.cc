// PyTorch's ImageNet example and its many children: value and average, "Loss 1.40 (1.73)".
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"Acc@1 ", "Prec@1 "};

constexpr LinePattern kPatterns[] = {
    // Swin: "Train: [0/50]\tlr 0.000300\tloss 1.4 (1.7)", with a step "[0/50][10/195]" if there is
    // more than one.
    {"Train: [",
     R"(Train: \[(?P<epoch>\d+)/(?P<epochs>\d+)\](\[(?P<step>\d+)/(?P<steps>\d+)\])?(?P<rest>\t.*))"},
    // What validate() comes to.
    {"* Acc@1 ", R"( *\* (?P<rest>Acc@1 .*))", Split::kValidation},
    {"* Prec@1 ", R"( *\* (?P<rest>Prec@1 .*))", Split::kValidation},
};

constexpr Sample kSamples[] = {
    {"Epoch: [0][10/5005]\tTime 0.25 (0.5)\tData 0.001 (0.1)\tLoss 6.5 (6.75)\tAcc@1 0.5 "
     "(0.25)\tAcc@5 1.5 (1.25)\n"
     "Epoch: [0][20/5005]\tTime 0.25 (0.5)\tData 0.001 (0.1)\tLoss 6.25 (6.5)\tAcc@1 1.5 "
     "(0.75)\tAcc@5 2.5 (1.5)\n",
     "Time time epoch 0 step 20: 0.25 0.25\n"
     "Loss train-loss epoch 0 step 20: 6.5 6.25\n"
     "Acc@1 train-accuracy epoch 0 step 20: 0.5 1.5\n"
     "Acc@5 metric epoch 0 step 20: 1.5 2.5\n"},
    {"Epoch: [1][10/5005]\tLoss 6.5 (6.75)\tPrec@1 0.5 (0.25)\n"
     " * Prec@1 1.250 Prec@5 3.500\n"
     " * Acc@1 1.500 Acc@5 3.750 loss 6.25\n",
     "Loss train-loss epoch 1 step 10: 6.5\n"
     "Prec@1 train-accuracy epoch 1 step 10: 0.5\n"
     "Prec@1 validation-accuracy epoch 1: 1.25\n"
     "Prec@5 metric epoch 1: 3.5\n"
     "Acc@1 validation-accuracy epoch 1: 1.5\n"
     "Acc@5 metric epoch 1: 3.75\n"
     "loss validation-loss epoch 1: 6.25\n"},
    {"[2025-10-21 01:21:16 net](main.py 194): INFO Train: [3/50]\tlr 0.0003\tloss 1.5 (1.75)\tMem "
     "4954MB\n"
     "[2025-10-21 01:21:17 net](main.py 236): INFO Validate: \tTime 0.102 (0.162)\tLoss 1.25 "
     "(1.5)\tAcc@1 51.5 (52.25)\n",
     "lr learning-rate epoch 3: 0.0003\n"
     "loss train-loss epoch 3: 1.5\n"
     "Mem memory epoch 3: 4954\n"
     "Time time epoch 3: 0.102\n"
     "Loss validation-loss epoch 3: 1.5\n"
     "Acc@1 validation-accuracy epoch 3: 52.25\n"},
};

}  // namespace

constinit const Dialect kImageNet = {"imagenet-style", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
