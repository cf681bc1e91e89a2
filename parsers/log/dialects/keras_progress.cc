// Keras's progress output, verbose=1 (bars) and verbose=2 (a line an epoch), Keras 2 and 3.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"ms/step",     "s/step - ", "us/step", "ms/epoch",
                                       "/Unknown - ", " - ETA: ",  "s/epoch"};

constexpr LinePattern kPatterns[] = {
    // Verbose=2 of older versions: " - 37s - loss: 0.51"
    {"s - ", R"( ?- \d+s - (?P<rest>.*))"},
};

constexpr Sample kSamples[] = {
    {"Epoch 1/2\n"
     " 1/32 [>.............................] - ETA: 5s - loss: 2.4001 - accuracy: 0.0938\r"
     "32/32 [==============================] - 1s 8ms/step - loss: 2.1042 - accuracy: 0.2500 - "
     "val_loss: 1.9 - "
     "val_accuracy: 0.31\n"
     "Epoch 2/2\n"
     "32/32 [==============================] - 0s 3ms/step - loss: 1.8 - accuracy: 0.41 - "
     "val_loss: 1.7 - val_accuracy: "
     "0.42\n",
     "loss train-loss epoch 2 step 32: 2.1042 1.8\n"
     "accuracy train-accuracy epoch 2 step 32: 0.25 0.41\n"
     "val_loss validation-loss epoch 2 step 32: 1.9 1.7\n"
     "val_accuracy validation-accuracy epoch 2 step 32: 0.31 0.42\n"},
    {"Epoch 1/2\n"
     "32/32 - 1s - loss: 0.5 - accuracy: 0.75 - 1s/epoch - 24ms/step\n"
     "Epoch 2/2\n"
     "32/32 - 0s - loss: nan - accuracy: 0.5 - 250ms/epoch - 8ms/step\n",
     "loss train-loss epoch 2 step 32: 0.5 nan\n"
     "accuracy train-accuracy epoch 2 step 32: 0.75 0.5\n"},
    {"Epoch 1/1\n"
     " - 37s - loss: 0.25 - val_loss: 0.5\n",
     "loss train-loss epoch 1: 0.25\n"
     "val_loss validation-loss epoch 1: 0.5\n"},
    {"Epoch 3/10\n"
     "     12/Unknown - 1s 3ms/step - loss: 2.0000e-05\n",
     "loss train-loss epoch 3 step 12: 2e-05\n"},
    // Keras 3, its evaluation behind the last epoch.
    {"Epoch 1/1\n"
     "\x1b[1m8/8\x1b[0m \x1b[32m\xe2\x94\x81\xe2\x94\x81\xe2\x94\x81\x1b[0m\x1b[37m\x1b[0m "
     "\x1b[1m1s\x1b[0m 3ms/step - "
     "accuracy: 0.5 - loss: 1.25 - val_accuracy: 0.625 - val_loss: 1.0\n"
     "\x1b[1m4/4\x1b[0m \x1b[32m\xe2\x94\x81\xe2\x94\x81\x1b[0m \x1b[1m0s\x1b[0m 2ms/step - "
     "accuracy: 0.6 - loss: 1.1\n",
     "accuracy train-accuracy epoch 1 step 8: 0.5\n"
     "loss train-loss epoch 1 step 8: 1.25\n"
     "val_accuracy validation-accuracy epoch 1 step 8: 0.625\n"
     "val_loss validation-loss epoch 1 step 8: 1\n"
     "accuracy test-accuracy step 4: 0.6\n"
     "loss test-loss step 4: 1.1\n"},
    // Written to a file by version 2, every state has a line of its own; the last was cut off.
    {"Epoch 1/2\n"
     "\n"
     " 1/32 [..............................] - ETA: 5:00 - loss: 2.5 - accuracy: 0.1250\n"
     "16/32 [==============>...............] - ETA: 1s - loss: 2.0 - accuracy: 0.2500\n"
     "32/32 [==============================] - 5s 90ms/step - loss: 1.5 - accuracy: 0.5 - "
     "val_loss: "
     "1.25 - val_accuracy: 0.625\n"
     "Epoch 2/2\n"
     "\n"
     " 1/32 [..............................] - ETA: 1s - loss: 1.25 - accuracy: 0.5\n"
     "16/32 [==============>...............] - ETA: 0s - loss: 1.0 - accuracy: 0.75\n",
     "loss train-loss epoch 2 step 16: 1.5 1\n"
     "accuracy train-accuracy epoch 2 step 16: 0.5 0.75\n"
     "val_loss validation-loss epoch 1 step 32: 1.25\n"
     "val_accuracy validation-accuracy epoch 1 step 32: 0.625\n"
     "ETA time epoch 2 step 16: 0\n"},
    // Keras 3 in a file, without colours; the header of the first epoch was not copied.
    {"2/2 \xe2\x94\x81\xe2\x94\x81\xe2\x94\x81 3s 49ms/step - accuracy: 0.5 - loss: 1.25 - "
     "val_accuracy: 0.625 - val_loss: 1.0\n"
     "Epoch 2/2\n"
     "1/2 \xe2\x94\x81\xe2\x94\x81\xe2\x94\x81 0s 46ms/step - accuracy: 0.25 - loss: 2.0\n"
     "2/2 \xe2\x94\x81\xe2\x94\x81\xe2\x94\x81 3s 46ms/step - accuracy: 0.75 - loss: 0.75 - "
     "val_accuracy: 0.75 - val_loss: 0.5\n",
     "accuracy train-accuracy epoch 2 step 2: 0.5 0.75\n"
     "loss train-loss epoch 2 step 2: 1.25 0.75\n"
     "val_accuracy validation-accuracy epoch 2 step 2: 0.625 0.75\n"
     "val_loss validation-loss epoch 2 step 2: 1 0.5\n"},
    // A History that was printed: news where nothing else was logged, told again otherwise.
    {"{'loss': [0.75, 0.5, nan], 'val_accuracy': [0.5, 0.625, 0.75], 'shape': [3, 4]}\n",
     "loss train-loss epoch 2: 0.75 0.5 nan\n"
     "val_accuracy validation-accuracy epoch 2: 0.5 0.625 0.75\n"},
    {"Epoch 1/2\n"
     "32/32 - 1s - loss: 0.5 - 1s/epoch - 24ms/step\n"
     "Epoch 2/2\n"
     "32/32 - 0s - loss: 0.25 - 250ms/epoch - 8ms/step\n"
     "history: {'loss': [0.5000001, 0.2500001]}\n",
     "loss train-loss epoch 2 step 32: 0.5 0.25\n"},
    // Keras 1 goes back by backspaces.
    {"Epoch 1/1\n"
     " 64/128 [==>...] - ETA: 0s - loss: 0.7\b\b\b\b\b\b\b\b\b\b\b128/128 [=====] - 0s - loss: 0.6 "
     "- val_loss: 0.5\n",
     "loss train-loss epoch 1 step 128: 0.6\n"
     "val_loss validation-loss epoch 1 step 128: 0.5\n"},
};

}  // namespace

constinit const Dialect kKerasProgress = {"keras-progress", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
