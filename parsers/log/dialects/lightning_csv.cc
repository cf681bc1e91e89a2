// Lightning's CSVLogger: rows are sparse, a column may come as _step and as _epoch.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr Sample kSamples[] = {
    {"epoch,step,train_loss_epoch,train_loss_step,val_loss\n"
     "0,49,,2.5,\n"
     "0,99,2.75,,\n"
     "0,99,,,2.25\n"
     "1,149,,2.0,\n",
     "epoch epoch epoch 1 step 149: 0 0 0 1\n"
     "step step epoch 1 step 149: 49 99 99 149\n"
     "train_loss_step train-loss epoch 1 step 149: 2.5 2\n"
     "train_loss_epoch train-loss epoch 0 step 99: 2.75\n"
     "val_loss validation-loss epoch 0 step 99: 2.25\n"},
};

}  // namespace

constinit const Dialect kLightningCsv = {"lightning-csv", {}, {}, kSamples};

}  // namespace onnxcheck::parsers::log
