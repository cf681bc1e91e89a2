// PaddlePaddle: the high-level API, and the toolkits (PaddleClas, PaddleDetection, PaddleOCR,
// PaddleSeg).
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"Eval begin...", "ppcls INFO",
                                       "ppdet.",        "ppocr INFO",
                                       "reader_cost",   "average value of previous steps"};

constexpr LinePattern kPatterns[] = {
    {"best metric,", R"(best metric, .*)"},
    // What follows is measured on the validation set, until the next epoch.
    {"Eval begin", R"((?P<split>Eval) begin\.\.\.)"},
};

constexpr Sample kSamples[] = {
    {"[2022/05/01 10:00:00] ppcls INFO: [Train][Epoch 1/90][Iter: 0/5004]lr(LinearWarmup): "
     "0.00100, top1: 0.00000, top5: 0.00390, CELoss: 7.12500, loss: 7.12500, batch_cost: 5.50000s, "
     "reader_cost: 3.50000, ips: 46.5 samples/s, eta: 28 days, 0:00:00\n"
     "[2022/05/01 10:10:00] ppcls INFO: [Train][Epoch 1/90][Avg]top1: 0.12500, top5: 0.25000, "
     "CELoss: 5.12500, loss: 5.12500\n"
     "[2022/05/01 10:20:00] ppcls INFO: [Eval][Epoch 1][Iter: 0/196]CELoss: 3.12500, loss: "
     "3.12500, top1: 0.25000, top5: 0.50000, batch_cost: 5.50000s\n"
     "[2022/05/01 10:20:00] ppcls INFO: [Eval][Epoch 1][Avg]CELoss: 3.25000, loss: 3.25000, top1: "
     "0.25000, top5: 0.50000\n",
     "top1 train-accuracy epoch 1: 0 0.125\n"
     "top5 metric epoch 1: 0.0039 0.25\n"
     "CELoss loss-component epoch 1: 7.125 5.125\n"
     "loss train-loss epoch 1: 7.125 5.125\n"
     "batch_cost time epoch 1 step 0: 5.5\n"
     "reader_cost time epoch 1 step 0: 3.5\n"
     "ips throughput epoch 1 step 0: 46.5\n"
     "eta time epoch 1 step 0: 28\n"
     "CELoss loss-component epoch 1: 3.125 3.25\n"
     "loss validation-loss epoch 1: 3.125 3.25\n"
     "top1 validation-accuracy epoch 1: 0.25 0.25\n"
     "top5 metric epoch 1: 0.5 0.5\n"
     "batch_cost time epoch 1 step 0: 5.5\n"},
    {"[05/01 10:00:00] ppdet.engine INFO: Epoch: [0] [  0/100] learning_rate: 0.000100 loss_xy: "
     "0.250000 loss_wh: 0.500000 loss: 20.500000 eta: 1:02:03 batch_cost: 1.5000 data_cost: 0.0010 "
     "ips: 8.5000 images/s\n",
     "learning_rate learning-rate epoch 0 step 0: 0.0001\n"
     "loss_xy loss-component epoch 0 step 0: 0.25\n"
     "loss_wh loss-component epoch 0 step 0: 0.5\n"
     "loss train-loss epoch 0 step 0: 20.5\n"
     "batch_cost time epoch 0 step 0: 1.5\n"
     "data_cost time epoch 0 step 0: 0.001\n"
     "ips throughput epoch 0 step 0: 8.5\n"},
    {"[2022/05/01 10:00:00] ppocr INFO: epoch: [1/1200], global_step: 10, lr: 0.001000, loss: "
     "3.500000, shrink_maps: 2.500000, avg_reader_cost: 0.50000 s, avg_batch_cost: 0.75000 s, "
     "avg_samples: 8.0, ips: 10.5 samples/s, eta: 1 day, 2:03:04\n",
     "lr learning-rate epoch 1 step 10: 0.001\n"
     "loss train-loss epoch 1 step 10: 3.5\n"
     "avg_reader_cost time epoch 1 step 10: 0.5\n"
     "avg_batch_cost time epoch 1 step 10: 0.75\n"
     "ips throughput epoch 1 step 10: 10.5\n"
     "eta time epoch 1 step 10: 1\n"},
    {"2022-05-01 10:00:00 [INFO]\t[TRAIN] epoch: 1, iter: 10/1000, loss: 1.5000, lr: 0.009990, "
     "batch_cost: 0.2500, reader_cost: 0.00100, ips: 16.5 samples/sec | ETA 00:04:07\n"
     "2022-05-01 10:00:00 [INFO]\t[EVAL] #Images: 100 mIoU: 0.5000 Acc: 0.7500 Kappa: 0.6250 Dice: "
     "0.6250\n",
     "loss train-loss epoch 1 step 10: 1.5\n"
     "lr learning-rate epoch 1 step 10: 0.00999\n"
     "batch_cost time epoch 1 step 10: 0.25\n"
     "reader_cost time epoch 1 step 10: 0.001\n"
     "ips throughput epoch 1 step 10: 16.5\n"
     "mIoU metric epoch 1: 0.5\n"
     "Acc validation-accuracy epoch 1: 0.75\n"
     "Kappa metric epoch 1: 0.625\n"
     "Dice metric epoch 1: 0.625\n"},
    {"The loss value printed in the log is the current step, and the metric is the average value "
     "of previous steps.\n"
     "Epoch 1/2\n"
     "step  10/938 [..............................] - loss: 2.2500 - acc: 0.1250 - ETA: 20s - "
     "25ms/step\n"
     "step 938/938 [==============================] - loss: 0.2500 - acc: 0.8750 - 25ms/step\n"
     "Eval begin...\n"
     "step 157/157 [==============================] - loss: 0.1250 - acc: 0.9375 - 12ms/step\n"
     "Eval samples: 10000\n"
     "Epoch 2/2\n"
     "step 938/938 [==============================] - loss: 0.1250 - acc: 0.9375 - 25ms/step\n"
     "Eval begin...\n"
     "step 157/157 [==============================] - loss: 0.0625 - acc: 0.9688 - 12ms/step\n"
     "Eval samples: 10000\n",
     "loss train-loss epoch 2 step 938: 2.25 0.25 0.125\n"
     "acc train-accuracy epoch 2 step 938: 0.125 0.875 0.9375\n"
     "ETA time epoch 1 step 10: 20\n"
     "loss validation-loss epoch 2 step 157: 0.125 0.0625\n"
     "acc validation-accuracy epoch 2 step 157: 0.9375 0.9688\n"
     "Eval samples other epoch 2: 10000 10000\n"},
};

}  // namespace

constinit const Dialect kPaddle = {"paddle", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
