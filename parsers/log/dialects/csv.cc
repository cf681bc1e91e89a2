// Any other table, with a header or without.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr Sample kSamples[] = {
    {"epoch, iteration, loss, error\n"
     "0, 0, 5494.5, 74.1\n"
     "0, 80, 688.5, 26.2\n",
     "epoch epoch epoch 0 step 80: 0 0\n"
     "iteration step epoch 0 step 80: 0 80\n"
     "loss train-loss epoch 0 step 80: 5494.5 688.5\n"
     "error metric epoch 0 step 80: 74.1 26.2\n"},
    {"total loss\tscore loss\t\n"
     "46.5\t0.25\t\n"
     "41.5\t0.125\t\n",
     "total loss train-loss: 46.5 41.5\n"
     "score loss loss-component: 0.25 0.125\n"},
    {"0.85,0.25\n0.75,0.5\n0.5,0.125\n",
     "column 1 of 2 other: 0.85 0.75 0.5\n"
     "column 2 of 2 other: 0.25 0.5 0.125\n"},
    {"epoch;loss;val_loss\n1;0,75;0,5\n2;0,625;1,375\n",
     "epoch epoch epoch 2: 1 2\n"
     "loss train-loss epoch 2: 0.75 0.625\n"
     "val_loss validation-loss epoch 2: 0.5 1.375\n"},
    // fastai measures on the validation set.
    {"epoch,train_loss,valid_loss,accuracy,time\n0,0.75,0.5,0.875,04:39\n1,0.625,0.375,0.9375,04:"
     "36\n",
     "epoch epoch epoch 1: 0 1\n"
     "train_loss train-loss epoch 1: 0.75 0.625\n"
     "valid_loss validation-loss epoch 1: 0.5 0.375\n"
     "accuracy validation-accuracy epoch 1: 0.875 0.9375\n"},
    // What a notebook shows of Hugging Face's Trainer.
    {"Epoch \tTraining Loss \tValidation Loss \tF1\n1\tNo log\t0.75\t0.25\n2\t0.625\t0.5\t0.5\n",
     "Epoch epoch epoch 2: 1 2\n"
     "Validation Loss validation-loss epoch 2: 0.75 0.5\n"
     "F1 metric epoch 2: 0.25 0.5\n"
     "Training Loss train-loss epoch 2: 0.625\n"},
    {"Episode,Env_1_Reward\n0,16.0\n1,-37.5\n",
     "Episode other: 0 1\n"
     "Env_1_Reward reward: 16 -37.5\n"},
};

}  // namespace

constinit const Dialect kCsv = {"csv", {}, {}, kSamples};

}  // namespace onnxcheck::parsers::log
