// OpenMMLab's text logs: MMEngine, and MMCV 1 before it (MMDetection 2, MMSegmentation 0).
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {" - mmengine - ", " - mmdet - ",  " - mmseg - ",
                                       " - mmcls - ",    " - mmpose - ", " - mmrotate - "};

constexpr LinePattern kPatterns[] = {
    {"Epoch(train)",
     R"(Epoch\((?P<split>train)\)\s+\[(?P<epoch>\d+)\]\[\s*(?P<step>\d+)/(?P<steps>\d+)\](?P<rest>.*))"},
    // What counts the batches of a validation is no step of the run.
    {"Epoch(val)", R"(Epoch\((?P<split>val)\)\s+\[(?P<epoch>\d+)\]\[[\d/ ]+\](?P<rest>.*))"},
    {"Epoch(test)", R"(Epoch\((?P<split>test)\)\s+\[[\d/ ]+\](?P<rest>.*))"},
    {"Iter(train)",
     R"(Iter\((?P<split>train)\)\s+\[\s*(?P<step>\d+)/(?P<steps>\d+)\](?P<rest>.*))"},
    {"Iter(", R"(Iter\((?P<split>val|test)\)\s+\[[\d/ ]+\](?P<rest>.*))"},
};

constexpr Sample kSamples[] = {
    {"2023/06/05 20:09:42 - mmengine - INFO - Epoch(train) [1][2/6]  lr: 1.0000e-03  eta: 1:02:03  "
     "time: 9.5  data_time: 9.25  loss: 0.5  loss_kpt: 0.25  acc_pose: 0.125\n"
     "2023/06/05 20:10:42 - mmengine - INFO - Epoch(val) [1][17/17]    accuracy/top1: 43.5  "
     "coco/AP: 0.5  data_time: 0.125  time: 0.25\n",
     "lr learning-rate epoch 1 step 2: 0.001\n"
     "time time epoch 1 step 2: 9.5\n"
     "data_time time epoch 1 step 2: 9.25\n"
     "loss train-loss epoch 1 step 2: 0.5\n"
     "loss_kpt loss-component epoch 1 step 2: 0.25\n"
     "acc_pose metric epoch 1 step 2: 0.125\n"
     "accuracy/top1 validation-accuracy epoch 1: 43.5\n"
     "coco/AP metric epoch 1: 0.5\n"
     "data_time time epoch 1: 0.125\n"
     "time time epoch 1: 0.25\n"},
    {"2022-06-05 20:09:42,113 - mmdet - INFO - Epoch [1][50/7330]\tlr: 1.0e-03, eta: 1 day, "
     "2:03:04, time: 0.5, memory: 3000, loss_cls: 0.25, acc: 93.5, loss: 1.5\n"
     "2022-06-05 21:09:42,113 - mmdet - INFO - Epoch(val) [1][5000]\tbbox_mAP: 0.25, bbox_mAP_50: "
     "0.5\n",
     "lr learning-rate epoch 1 step 50: 0.001\n"
     "eta time epoch 1 step 50: 1\n"
     "time time epoch 1 step 50: 0.5\n"
     "memory memory epoch 1 step 50: 3000\n"
     "loss_cls loss-component epoch 1 step 50: 0.25\n"
     "acc train-accuracy epoch 1 step 50: 93.5\n"
     "loss train-loss epoch 1 step 50: 1.5\n"
     "bbox_mAP metric epoch 1: 0.25\n"
     "bbox_mAP_50 metric epoch 1: 0.5\n"},
    {"2022-06-05 20:09:42,113 - mmseg - INFO - Iter [50/40000]\tlr: 1.0e-03, decode.loss_ce: 0.25, "
     "decode.acc_seg: 93.5, loss: 1.5\n"
     "2022-06-05 21:09:42,113 - mmseg - INFO - Iter(val) [500]\taAcc: 0.75, mIoU: 0.5, mAcc: "
     "0.625\n",
     "lr learning-rate step 50: 0.001\n"
     "decode.loss_ce loss-component step 50: 0.25\n"
     "decode.acc_seg metric step 50: 93.5\n"
     "loss train-loss step 50: 1.5\n"
     "aAcc metric: 0.75\n"
     "mIoU metric: 0.5\n"
     "mAcc metric: 0.625\n"},
    {"2023/06/05 20:09:42 - mmengine - INFO - Iter(train) [  50/40000]  base_lr: 9.5e-03 lr: "
     "9.5e-03  loss: 1.5  decode.loss_ce: 0.75\n"
     "2023/06/05 21:09:42 - mmengine - INFO - Iter(val) [500/500]    aAcc: 75.5  mIoU: 50.5\n",
     "lr learning-rate step 50: 0.0095\n"
     "loss train-loss step 50: 1.5\n"
     "decode.loss_ce loss-component step 50: 0.75\n"
     "aAcc metric: 75.5\n"
     "mIoU metric: 50.5\n"},
    // MMCV 1 writes the same as JSON lines.
    {"{\"env_info\": \"sys.platform: linux\", \"config\": \"model = dict()\", \"seed\": 0}\n"
     "{\"mode\": \"train\", \"epoch\": 1, \"iter\": 50, \"lr\": 0.001, \"memory\": 3000, "
     "\"data_time\": 0.25, \"loss_cls\": 0.25, \"acc\": 93.5, \"loss\": 1.5, \"time\": 0.5}\n"
     "{\"mode\": \"val\", \"epoch\": 1, \"iter\": 5000, \"lr\": 0.001, \"bbox_mAP\": 0.25, "
     "\"bbox_mAP_s\": -1.0, \"bbox_mAP_copypaste\": \"0.250 0.500 0.250 -1.000 0.250 0.250\"}\n",
     "seed other: 0\n"
     "epoch epoch epoch 1 step 50: 1\n"
     "iter step epoch 1 step 50: 50\n"
     "lr learning-rate epoch 1 step 50: 0.001\n"
     "memory memory epoch 1 step 50: 3000\n"
     "data_time time epoch 1 step 50: 0.25\n"
     "loss_cls loss-component epoch 1 step 50: 0.25\n"
     "acc train-accuracy epoch 1 step 50: 93.5\n"
     "loss train-loss epoch 1 step 50: 1.5\n"
     "time time epoch 1 step 50: 0.5\n"
     "epoch epoch epoch 1 step 5000: 1\n"
     "iter step epoch 1 step 5000: 5000\n"
     "lr learning-rate epoch 1 step 5000: 0.001\n"
     "bbox_mAP metric epoch 1 step 5000: 0.25\n"
     "bbox_mAP_s metric epoch 1 step 5000: -1\n"},
};

}  // namespace

constinit const Dialect kOpenMmlab = {"openmmlab", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
