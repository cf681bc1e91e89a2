// DETR and what uses its MetricLogger; log.txt has a JSON object an epoch.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"Averaged stats:"};

constexpr LinePattern kPatterns[] = {
    // The last line of the epoch once more.
    {"Averaged stats:", R"(Averaged stats:.*)"},
};

constexpr Sample kSamples[] = {
    {"Epoch: [0]  [   0/1000]  eta: 1:02:03  lr: 0.000100  class_error: 90.50  loss: 20.5000 "
     "(22.5000)  loss_ce: 3.5000 (3.7500)  loss_bbox: 2.5000 (2.7500)  time: 3.7500  data: 0.5000  "
     "max mem: 3000\n"
     "Epoch: [0]  [  10/1000]  eta: 1:02:03  lr: 0.000100  class_error: 80.50  loss: 18.5000 "
     "(20.5000)  loss_ce: 3.5000 (3.7500)  loss_bbox: 2.5000 (2.7500)  time: 3.7500  data: 0.5000  "
     "max mem: 3000\n"
     "Averaged stats: lr: 0.000100  class_error: 80.50  loss: 18.5000 (20.5000)\n"
     "Test:  [  0/100]  eta: 0:01:03  class_error: 70.50  loss: 16.5000 (16.5000)  time: 0.7500  "
     "data: 0.5000  max mem: 3000\n",
     "lr learning-rate epoch 0 step 10: 0.0001 0.0001\n"
     "class_error other epoch 0 step 10: 90.5 80.5\n"
     "loss train-loss epoch 0 step 10: 20.5 18.5\n"
     "loss_ce loss-component epoch 0 step 10: 3.5 3.5\n"
     "loss_bbox loss-component epoch 0 step 10: 2.5 2.5\n"
     "time time epoch 0 step 10: 3.75 3.75\n"
     "data other epoch 0 step 10: 0.5 0.5\n"
     "max mem other epoch 0 step 10: 3000 3000\n"
     "loss test-loss epoch 0 step 0: 16.5\n"
     "time time epoch 0 step 0: 0.75\n"},
    {"{\"train_lr\": 0.0001, \"train_class_error\": 90.5, \"train_loss\": 20.5, \"train_loss_ce\": "
     "3.5, \"train_loss_bbox\": 2.5, \"train_cardinality_error_unscaled\": 90.5, "
     "\"test_class_error\": 80.5, \"test_loss\": 15.5, \"test_coco_eval_bbox\": [0.1, 0.2, 0.05, "
     "0.01, 0.1, 0.2, 0.15, 0.2, 0.25, 0.05, 0.2, 0.3], \"epoch\": 0, \"n_parameters\": 41302368}\n"
     "{\"train_lr\": 0.0001, \"train_class_error\": 70.5, \"train_loss\": 15.5, \"train_loss_ce\": "
     "2.5, \"train_loss_bbox\": 1.5, \"train_cardinality_error_unscaled\": 80.5, "
     "\"test_class_error\": 60.5, \"test_loss\": 12.5, \"test_coco_eval_bbox\": [0.2, 0.3, 0.15, "
     "0.01, 0.1, 0.2, 0.15, 0.2, 0.25, 0.05, 0.2, 0.3], \"epoch\": 1, \"n_parameters\": "
     "41302368}\n",
     "train_lr learning-rate epoch 1: 0.0001 0.0001\n"
     "train_class_error other epoch 1: 90.5 70.5\n"
     "train_loss train-loss epoch 1: 20.5 15.5\n"
     "train_loss_ce loss-component epoch 1: 3.5 2.5\n"
     "train_loss_bbox loss-component epoch 1: 2.5 1.5\n"
     "train_cardinality_error_unscaled other epoch 1: 90.5 80.5\n"
     "test_class_error other epoch 1: 80.5 60.5\n"
     "test_loss test-loss epoch 1: 15.5 12.5\n"
     "epoch epoch epoch 1: 0 1\n"
     "n_parameters other epoch 1: 4.13024e+07 4.13024e+07\n"},
};

}  // namespace

constinit const Dialect kDetr = {"detr", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
