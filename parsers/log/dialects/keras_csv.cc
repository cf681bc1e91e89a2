// keras.callbacks.CSVLogger, and a History written by pandas.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr Sample kSamples[] = {
    {"epoch,accuracy,loss,val_accuracy,val_loss\r\n"
     "0,0.5,1.5,0.25,1.75\r\n"
     "1,0.75,1.25,NA,NA\r\n",
     "epoch epoch epoch 1: 0 1\n"
     "accuracy train-accuracy epoch 1: 0.5 0.75\n"
     "loss train-loss epoch 1: 1.5 1.25\n"
     "val_accuracy validation-accuracy epoch 0: 0.25\n"
     "val_loss validation-loss epoch 0: 1.75\n"},
    {",loss,val_loss\r\r\n"
     "0,2.0,2.5\r\r\n"
     "1,nan,2.25\r\r\n",
     "loss train-loss epoch 1: 2 nan\n"
     "val_loss validation-loss epoch 1: 2.5 2.25\n"},
};

}  // namespace

constinit const Dialect kKerasCsv = {"keras-csv", {}, {}, kSamples};

}  // namespace onnxcheck::parsers::log
