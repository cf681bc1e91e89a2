// Sentences of PyTorch's tutorials, which their readers keep.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr LinePattern kPatterns[] = {
    {"ccuracy of the ",
     R"((?:\w+ )?[Aa]ccuracy of the (?:model|network) on (?:the )?(?:\d+ )?(?P<split>train|training|validation|val|test) images: (?P<accuracy>[\d.]+) ?%)"},
};

constexpr Sample kSamples[] = {
    {"[1,  2000] loss: 2.25\n"
     "[1,  4000] loss: 1.75\n"
     "Accuracy of the network on the 10000 test images: 54 %\n",
     "loss train-loss: 2.25 1.75\n"
     "accuracy test-accuracy: 54\n"},
    {"Epoch [1/5], Step [100/600], Loss: 0.5\n"
     "Epoch [1/5], Step [200/600], Loss: 0.25\n"
     "Test Accuracy of the model on the 10000 test images: 97.5 %\n",
     "Loss train-loss epoch 1 step 200: 0.5 0.25\n"
     "accuracy test-accuracy epoch 1: 97.5\n"},
    {"Epoch 1\n-------------------------------\n"
     "loss: 2.25  [    0/60000]\nloss: 2.0  [ 6400/60000]\n"
     "Test Error: \n Accuracy: 44.5%, Avg loss: 2.125 \n"
     "loss: 1.75  [    0/60000]\n",
     "loss train-loss epoch 1 step 0: 2.25 2 1.75\n"
     "Accuracy test-accuracy epoch 1: 44.5\n"
     "Avg loss test-loss epoch 1: 2.125\n"},
};

}  // namespace

constinit const Dialect kTutorials = {"pytorch-tutorial", {}, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
