// What the general scanner finds where no dialect speaks.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr Sample kSamples[] = {
    {"Epoch: 1 \t Loss: 11.5\nEpoch: 2 \t Loss: 3.5\n", "Loss train-loss epoch 2: 11.5 3.5\n"},
    {"epoch=0 i=1/530 total loss=1.5 spectro loss=1.25 vocoder loss=-0.25\n",
     "total loss train-loss epoch 0 step 1: 1.5\n"
     "spectro loss loss-component epoch 0 step 1: 1.25\n"
     "vocoder loss loss-component epoch 0 step 1: -0.25\n"},
    {"| epoch   1 |   200/ 2983 batches | lr 20.00 | ms/batch 20.5 | loss  7.5 | ppl  1808.5\n"
     "| end of epoch   1 | time: 60.5s | valid loss  5.5 | valid ppl   244.5\n",
     "lr learning-rate epoch 1 step 200: 20\n"
     "ms/batch time epoch 1 step 200: 20.5\n"
     "loss train-loss epoch 1 step 200: 7.5\n"
     "ppl perplexity epoch 1 step 200: 1808.5\n"
     "time time epoch 1: 60.5\n"
     "valid loss validation-loss epoch 1: 5.5\n"
     "valid ppl perplexity epoch 1: 244.5\n"},
    {"Train Epoch: 2 [17700/50000 (35%)]\tLoss: 0.5\n"
     "Test set: Average loss: 0.25, Accuracy: 9900/10000 (99%)\n",
     "Loss train-loss epoch 2 step 17700: 0.5\n"
     "Average loss test-loss epoch 2: 0.25\n"
     "Accuracy test-accuracy epoch 2: 0.99\n"},
    {"epoch   1\r\nloss: 6.5\r\ntest accuracy: 20.75%, (512570/2466133)\r\n"
     "epoch   2\r\nloss: 5.5\r\ntest accuracy: 24.25%, (597769/2466093)\r\n",
     "loss train-loss epoch 2: 6.5 5.5\n"
     "test accuracy test-accuracy epoch 2: 20.75 24.25\n"},
    {"Train 0, loss: 2.5, train acc: 0.45\nTrain 1, loss: 2.25, train acc: 0.65\n",
     "loss train-loss epoch 1: 2.5 2.25\n"
     "train acc train-accuracy epoch 1: 0.45 0.65\n"},
    {"step 10 | loss: 2.5 | lr: 1e-4\nstep 20 | loss: 2.25 | lr: 1e-4\n",
     "loss train-loss step 20: 2.5 2.25\n"
     "lr learning-rate step 20: 0.0001 0.0001\n"},
    // The split of a block, on a line of its own and before a record's first name.
    {"evaluate:dev\naccuracy:  50.00%; FB1:  25.00\nevaluate:test\naccuracy:  75.00%; FB1:  "
     "50.00\n",
     "accuracy validation-accuracy: 50\n"
     "FB1 metric: 25\n"
     "accuracy test-accuracy: 75\n"
     "FB1 metric: 50\n"},
    {"Epoch 1/2\n----------\ntrain Loss: 0.75 Acc: 0.5\nval Loss: 0.625 Acc: 0.75\n",
     "train Loss train-loss epoch 1: 0.75\n"
     "Acc train-accuracy epoch 1: 0.5\n"
     "val Loss validation-loss epoch 1: 0.625\n"
     "Acc validation-accuracy epoch 1: 0.75\n"},
    {"e:\t1\tBest valid accuracy: 0.0000 current accu: 0.75\n",
     "current accu validation-accuracy: 0.75\n"},
    {"[epoch: 1/9, iter: 0/188] total: 1.5\n[epoch: 1/9, iter: 25/188] total: 1.25\n",
     "total train-loss epoch 1 step 25: 1.5 1.25\n"},
    // A value behind what counts it.
    {"Total reward in global step 33: 1.5\nTotal reward in global step 333: 0.75\n"
     "Loss after 3 epochs: 0.5\n",
     "Total reward reward step 333: 1.5 0.75\n"
     "Loss train-loss epoch 3: 0.5\n"},
    // Two numbers under one name, and numbers that the next name adjoins.
    {"(1/62) LR: 0.001 | Loss: 0.625 | Loss(text/kernel): 0.5/0.125\n",
     "LR learning-rate step 1: 0.001\n"
     "Loss train-loss step 1: 0.625\n"
     "Loss(text) loss-component step 1: 0.5\n"
     "Loss(kernel) loss-component step 1: 0.125\n"},
    {"epoch: 1, iters: 8, time: 10.5G_GAN: -0.25D_fake: 27.5 \n",
     "time time epoch 1 step 8: 10.5\n"
     "G_GAN loss-component epoch 1 step 8: -0.25\n"
     "D_fake loss-component epoch 1 step 8: 27.5\n"},
    // A measure of the user's own, told by its split; the sizes of the sets are none.
    {"Split: train=300 val=37\nEpoch 1 | train=0.5 | val_r=0.125\nEpoch 2 | train=0.25 | "
     "val_r=0.5\n"
     "Epoch 3 | train=0.125 | val_r=0.75\n",
     "train metric epoch 3: 0.5 0.25 0.125\n"
     "val_r metric epoch 3: 0.125 0.5 0.75\n"},
    {"train loss=0.75 acc=0.5 | val loss=0.5 acc=0.625\ntrain loss=0.25 acc=0.75 | val loss=0.375 "
     "acc=0.875\n",
     "train loss train-loss: 0.75 0.25\n"
     "acc train-accuracy: 0.5 0.75\n"
     "val loss validation-loss: 0.5 0.375\n"
     "acc validation-accuracy: 0.625 0.875\n"},
    // tqdm's description, where it is a split.
    {"train: 100%|##########| 10/10 [00:02<00:00,  5.00it/s, loss=0.5]\n"
     "val: 100%|##########| 4/4 [00:02<00:00,  5.00it/s, loss=0.625]\n",
     "loss train-loss step 10: 0.5\n"
     "loss validation-loss step 4: 0.625\n"},
    // Numbers as Python shows them, and logfmt.
    {"loss: tensor(0.5, device='cuda:0', grad_fn=<NllLossBackward0>) acc: np.float64(0.75)\n",
     "loss train-loss: 0.5\nacc train-accuracy: 0.75\n"},
    {"ts=2024-05-01T10:00:00Z level=info msg=\"epoch done\" epoch=1 train_loss=0.75\n"
     "ts=2024-05-01T10:01:00Z level=info msg=\"epoch done\" epoch=2 train_loss=0.5\n",
     "train_loss train-loss epoch 2: 0.75 0.5\n"},
    {"Loss at epoch 1 = 0.75\nLoss at epoch 2 = 0.5\n", "Loss train-loss epoch 2: 0.75 0.5\n"},
    {"Epoch 1/9 \t Loss 0.75 \t Val Loss 0.5\nEpoch 2/9 \t Loss 0.5 \t Val Loss 0.25\n",
     "Loss train-loss epoch 2: 0.75 0.5\nVal Loss validation-loss epoch 2: 0.5 0.25\n"},
    // Decimal commas.
    {"Epoch 1: loss: 0,75 val_loss: 0,875\nEpoch 2: loss: 0,5 val_loss: 1,125\n",
     "loss train-loss epoch 2: 0.75 0.5\n"
     "val_loss validation-loss epoch 2: 0.875 1.125\n"},
    // Names that hold "nan" and "inf", settings and sentences are no metrics.
    {"TrainingArguments(logging_nan_inf_filter=True, max_grad_norm=1.0)\n"
     "best = np.Inf\n"
     "Best model found at epoch 0, Val Loss: inf\n"
     "no nan in loss\n",
     ""},
};

}  // namespace

constinit const Dialect kText = {"text", {}, {}, kSamples};

}  // namespace onnxcheck::parsers::log
