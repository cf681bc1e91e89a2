// YOLO by Ultralytics and its forks: the table on the console, results.csv, and results.txt of
// YOLOv5 to v7.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"GPU_mem", "gpu_mem", "mAP50-95", "mAP@.5"};

constexpr LinePattern kPatterns[] = {
    // A row of results.txt, which has no header.
    {"G  ",
     R"(\s*(?P<epoch>\d+)/(?P<epochs>\d+)\s+[\d.]+G\s+(?P<train_box_loss>[\d.e+-]+|nan)\s+(?P<train_obj_loss>[\d.e+-]+|nan)\s+(?P<train_cls_loss>[\d.e+-]+|nan)\s+(?P<total_loss>[\d.e+-]+|nan)\s+\d+\s+\d+\s+(?P<precision>[\d.e+-]+|nan)\s+(?P<recall>[\d.e+-]+|nan)\s+(?P<mAP50>[\d.e+-]+|nan)\s+(?P<mAP>[\d.e+-]+|nan)\s+(?P<val_box_loss>[\d.e+-]+|nan)\s+(?P<val_obj_loss>[\d.e+-]+|nan)\s+(?P<val_cls_loss>[\d.e+-]+|nan)\s*$)"},
};

constexpr Sample kSamples[] = {
    {"      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size\n"
     "        1/3      2.5G      1.125      3.125      1.25         16        640: "
     "100%|██████████| 8/8 [00:03<00:00,  2.50it/s]\n"
     "                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95): "
     "100%|██████████| 4/4 [00:01<00:00,  2.50it/s]\n"
     "                   all        128        929       0.25      0.125      0.375      0.1875\n"
     "\n"
     "      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size\n"
     "        2/3      2.5G      1.0        2.5      1.125         16        640: 100%|██████████| "
     "8/8 [00:03<00:00,  2.50it/s]\n"
     "                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95): "
     "100%|██████████| 4/4 [00:01<00:00,  2.50it/s]\n"
     "                   all        128        929        0.5       0.25      0.625      0.4375\n",
     "GPU_mem memory epoch 2: 2.5 2.5\n"
     "box_loss loss-component epoch 2: 1.125 1\n"
     "cls_loss loss-component epoch 2: 3.125 2.5\n"
     "dfl_loss loss-component epoch 2: 1.25 1.125\n"
     "Instances other epoch 2: 16 16\n"
     "Size other epoch 2: 640 640\n"
     "Images other epoch 2: 128 128\n"
     "Instances other epoch 2: 929 929\n"
     "precision metric epoch 2: 0.25 0.5\n"
     "recall metric epoch 2: 0.125 0.25\n"
     "mAP50 metric epoch 2: 0.375 0.625\n"
     "mAP50-95 metric epoch 2: 0.1875 0.4375\n"},
    {"     Epoch   gpu_mem       box       obj       cls    labels  img_size\n"
     "       0/2     3.97G   0.08975    0.0625   0.03125       193       640: 100%|██████████| "
     "54/54 [00:12<00:00,  4.50it/s]\n"
     "               Class     Images     Labels          P          R     mAP@.5 mAP@.5:.95: "
     "100%|██████████| 4/4 [00:01<00:00,  3.50it/s]\n"
     "                 all        128        929      0.625        0.5      0.5625      0.375\n"
     "     Epoch   gpu_mem       box       obj       cls    labels  img_size\n"
     "       1/2     3.97G   0.07975    0.0525   0.02125       193       640: 100%|██████████| "
     "54/54 [00:12<00:00,  4.50it/s]\n",
     "gpu_mem memory epoch 1: 3.97 3.97\n"
     "box loss-component epoch 1: 0.08975 0.07975\n"
     "obj loss-component epoch 1: 0.0625 0.0525\n"
     "cls loss-component epoch 1: 0.03125 0.02125\n"
     "labels other epoch 1: 193 193\n"
     "img_size other epoch 1: 640 640\n"
     "precision metric epoch 0: 0.625\n"
     "recall metric epoch 0: 0.5\n"
     "mAP@.5 metric epoch 0: 0.5625\n"
     "mAP@.5:.95 metric epoch 0: 0.375\n"},
    {"      0/99     3.97G    0.0625   0.03125  0.015625  0.109375       193       640      0.25   "
     "  0.125   0.03125  0.015625     0.125   0.03125   0.03125\n"
     "      1/99     9.25G    0.0525   0.02125  0.005625  0.099375       227       640      0.35   "
     "  0.225   0.13125  0.115625     0.115   0.02125   0.02125\n",
     "train_box_loss loss-component epoch 1: 0.0625 0.0525\n"
     "train_obj_loss loss-component epoch 1: 0.03125 0.02125\n"
     "train_cls_loss loss-component epoch 1: 0.015625 0.005625\n"
     "total_loss train-loss epoch 1: 0.109375 0.099375\n"
     "precision metric epoch 1: 0.25 0.35\n"
     "recall metric epoch 1: 0.125 0.225\n"
     "mAP50 metric epoch 1: 0.03125 0.13125\n"
     "mAP metric epoch 1: 0.015625 0.115625\n"
     "val_box_loss loss-component epoch 1: 0.125 0.115\n"
     "val_obj_loss loss-component epoch 1: 0.03125 0.02125\n"
     "val_cls_loss loss-component epoch 1: 0.03125 0.02125\n"},
    {"                  epoch,         train/box_loss,         train/cls_loss,      "
     "metrics/mAP50(B),           val/box_loss,                 lr/pg0\n"
     "                      1,                 2.5,                  4.5,                      0,  "
     "               1.875,               3.75e-05\n"
     "                      2,                 2.25,                 4.25,                   0.5,  "
     "               1.75,                7.5e-05\n",
     "epoch epoch epoch 2: 1 2\n"
     "train/box_loss loss-component epoch 2: 2.5 2.25\n"
     "train/cls_loss loss-component epoch 2: 4.5 4.25\n"
     "metrics/mAP50(B) metric epoch 2: 0 0.5\n"
     "val/box_loss loss-component epoch 2: 1.875 1.75\n"
     "lr/pg0 learning-rate epoch 2: 3.75e-05 7.5e-05\n"},
    // Segmentation has two tables in one, classification another.
    {"                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95)     "
     "Mask(P          R      mAP50  mAP50-95): 100%|##########| 4/4 [00:01<00:00,  2.50it/s]\n"
     "                   all        128        929       0.25      0.125      0.375     0.1875     "
     "   "
     "0.5       0.25       0.75      0.625\n",
     "precision metric: 0.25\n"
     "recall metric: 0.125\n"
     "mAP50 metric: 0.375\n"
     "mAP50-95 metric: 0.1875\n"
     "Mask precision metric: 0.5\n"
     "Mask recall metric: 0.25\n"
     "Mask mAP50 metric: 0.75\n"
     "Mask mAP50-95 metric: 0.625\n"},
    {"      Epoch    GPU_mem       loss  Instances       Size\n"
     "        1/3       2.5G      1.125         16        224: 100%|##########| 8/8 [00:03<00:00]\n"
     "               classes   top1_acc   top5_acc: 100%|##########| 4/4 [00:01<00:00]\n"
     "                   all       0.25        0.5\n",
     "GPU_mem memory epoch 1: 2.5\n"
     "loss train-loss epoch 1: 1.125\n"
     "top1_acc validation-accuracy epoch 1: 0.25\n"
     "top5_acc metric epoch 1: 0.5\n"},
};

}  // namespace

constinit const Dialect kUltralytics = {"ultralytics", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
