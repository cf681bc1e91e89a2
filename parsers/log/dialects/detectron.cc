// Detectron2 and maskrcnn-benchmark, and the summary that the COCO API prints.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"d2.utils.events", "d2.evaluation", "maskrcnn_benchmark",
                                       "fvcore.common", "@[ IoU="};

constexpr LinePattern kPatterns[] = {
    {"Average Precision",
     R"(\s*Average (?P<split>Precision)\s+\(AP\) @\[ IoU=0\.50:0\.95 \| area=\s+all \| maxDets=\s*\d+ \] = (?P<AP>[-\d.]+))"},
    {"Average Precision",
     R"(\s*Average Precision\s+\(AP\) @\[ IoU=0\.50\s+\| area=\s+all \| maxDets=\s*\d+ \] = (?P<AP50>[-\d.]+))"},
    {"Average Precision",
     R"(\s*Average Precision\s+\(AP\) @\[ IoU=0\.75\s+\| area=\s+all \| maxDets=\s*\d+ \] = (?P<AP75>[-\d.]+))"},
    {"Average Recall",
     R"(\s*Average Recall\s+\(AR\) @\[ IoU=0\.50:0\.95 \| area=\s+all \| maxDets=100 \] = (?P<AR>[-\d.]+))"},
    // By size and by number of detections.
    {"@[ IoU=", R"(\s*Average (?:Precision|Recall) .*)"},
};

constexpr Sample kSamples[] = {
    {"[05/01 10:00:00 d2.utils.events]:  eta: 1:02:03  iter: 19  total_loss: 2.125  loss_cls: 1.5  "
     "loss_box_reg: 0.25  loss_rpn_cls: 0.25  loss_rpn_loc: 0.125    time: 0.5  last_time: 0.25  "
     "data_time: 0.125  last_data_time: 0.0625   lr: 0.0005  max_mem: 3000M\n"
     "[05/01 10:00:10 d2.utils.events]:  eta: 1:02:03  iter: 39  total_loss: 1.125  loss_cls: 0.5  "
     "loss_box_reg: 0.25  loss_rpn_cls: 0.25  loss_rpn_loc: 0.125    time: 0.5  last_time: 0.25  "
     "data_time: 0.125  last_data_time: 0.0625   lr: 0.001  max_mem: 3000M\n"
     "[05/01 10:01:00 d2.evaluation.coco_evaluation]: Evaluation results for bbox: \n"
     "|   AP   |  AP50  |  AP75  |  APs  |  APm  |  APl  |\n"
     "|:------:|:------:|:------:|:-----:|:-----:|:-----:|\n"
     "| 21.5   | 42.5   | 20.5   | nan   | 22.5  | 30.5  |\n"
     "[05/01 10:01:00 d2.evaluation.testing]: copypaste: Task: bbox\n"
     "[05/01 10:01:00 d2.evaluation.testing]: copypaste: AP,AP50,AP75,APs,APm,APl\n"
     "[05/01 10:01:00 d2.evaluation.testing]: copypaste: 21.5,42.5,20.5,nan,22.5,30.5\n",
     "total_loss train-loss step 39: 2.125 1.125\n"
     "loss_cls loss-component step 39: 1.5 0.5\n"
     "loss_box_reg loss-component step 39: 0.25 0.25\n"
     "loss_rpn_cls loss-component step 39: 0.25 0.25\n"
     "loss_rpn_loc loss-component step 39: 0.125 0.125\n"
     "time time step 39: 0.5 0.5\n"
     "last_time time step 39: 0.25 0.25\n"
     "data_time time step 39: 0.125 0.125\n"
     "last_data_time time step 39: 0.0625 0.0625\n"
     "lr learning-rate step 39: 0.0005 0.001\n"
     "max_mem other step 39: 3e+09 3e+09\n"
     "AP metric: 21.5\n"
     "AP50 metric: 42.5\n"
     "AP75 metric: 20.5\n"
     "APs metric: nan\n"
     "APm metric: 22.5\n"
     "APl metric: 30.5\n"},
    {"2019-05-01 10:00:00,113 maskrcnn_benchmark.trainer INFO: eta: 1 day, 2:03:04  iter: 20  "
     "loss: 2.2500 (2.5000)  loss_classifier: 1.2500 (1.5000)  loss_box_reg: 0.2500 (0.2500)  "
     "loss_objectness: 0.5000 (0.5000)  loss_rpn_box_reg: 0.2500 (0.2500)  time: 0.5000 (0.7500)  "
     "data: 0.0100 (0.0200)  lr: 0.007173  max mem: 3000\n"
     "2019-05-01 10:01:00,113 maskrcnn_benchmark.trainer INFO: eta: 1 day, 2:03:04  iter: 40  "
     "loss: 1.2500 (2.0000)  loss_classifier: 0.2500 (1.0000)  loss_box_reg: 0.2500 (0.2500)  "
     "loss_objectness: 0.5000 (0.5000)  loss_rpn_box_reg: 0.2500 (0.2500)  time: 0.5000 (0.7500)  "
     "data: 0.0100 (0.0200)  lr: 0.008173  max mem: 3000\n",
     "eta time step 40: 1 1\n"
     "loss train-loss step 40: 2.25 1.25\n"
     "loss_classifier loss-component step 40: 1.25 0.25\n"
     "loss_box_reg loss-component step 40: 0.25 0.25\n"
     "loss_objectness loss-component step 40: 0.5 0.5\n"
     "loss_rpn_box_reg loss-component step 40: 0.25 0.25\n"
     "time time step 40: 0.5 0.5\n"
     "data other step 40: 0.01 0.01\n"
     "lr learning-rate step 40: 0.007173 0.008173\n"
     "max mem other step 40: 3000 3000\n"},
    {" Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.250\n"
     " Average Precision  (AP) @[ IoU=0.50      | area=   all | maxDets=100 ] = 0.500\n"
     " Average Precision  (AP) @[ IoU=0.75      | area=   all | maxDets=100 ] = 0.125\n"
     " Average Precision  (AP) @[ IoU=0.50:0.95 | area= small | maxDets=100 ] = -1.000\n"
     " Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=  1 ] = 0.225\n"
     " Average Recall     (AR) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.375\n",
     "AP metric: 0.25\n"
     "AP50 metric: 0.5\n"
     "AP75 metric: 0.125\n"
     "AR metric: 0.375\n"},
    // metrics.json; NaN stands for sizes that do not occur.
    {"{\"eta_seconds\": 12.5, \"iteration\": 19, \"loss_box_reg\": 0.25, \"lr\": 0.0005, "
     "\"total_loss\": 2.125}\n"
     "{\"bbox/AP\": 21.5, \"bbox/APl\": NaN, \"iteration\": 39, \"lr\": 0.001, \"total_loss\": "
     "1.125}\n",
     "eta_seconds time step 19: 12.5\n"
     "iteration step step 39: 19 39\n"
     "loss_box_reg loss-component step 19: 0.25\n"
     "lr learning-rate step 39: 0.0005 0.001\n"
     "total_loss train-loss step 39: 2.125 1.125\n"
     "bbox/AP metric step 39: 21.5\n"
     "bbox/APl metric step 39: nan\n"},
};

}  // namespace

constinit const Dialect kDetectron = {"detectron", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
