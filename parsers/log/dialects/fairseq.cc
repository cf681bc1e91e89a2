// fairseq: progress within an epoch, and a summary of it.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"| train_inner | ", "| fairseq",
                                       "| valid on 'valid' subset"};

constexpr LinePattern kPatterns[] = {
    {"subset |",
     R"([ |]*epoch (?P<epoch>\d+) \| (?P<split>valid) on '[^']*' subset \|(?P<rest>.*))"},
    // Sums up what has been logged step by step; only the loss is kept.
    {"train | epoch",
     R"([ |]*train \| epoch (?P<epoch>\d+) \| loss (?P<train_loss_epoch>[-\d.eE+naif]+) .*)"},
    {"| epoch ", R"(\| epoch (?P<epoch>\d+) \| loss (?P<train_loss_epoch>[-\d.eE+naif]+) .*)"},
};

constexpr Sample kSamples[] = {
    {"2023-06-28 18:40:31 | INFO | train_inner | epoch 001:     50 / 2000 loss=15.5, "
     "nll_loss=15.25, ppl=38395.4, wps=100, ups=0.5, wpb=2048, bsz=64, num_updates=50, lr=1e-05, "
     "gnorm=2.5, loss_scale=4, train_wall=100, gb_free=12.5, wall=120\n"
     "2023-06-28 18:40:31 | INFO | valid | epoch 001 | valid on 'valid' subset | loss 12.5 | "
     "nll_loss 12.25 | ppl 4870 | wps 0 | wpb 1000 | bsz 8 | num_updates 2000 | best_loss 12.5\n"
     "2023-06-28 18:40:31 | INFO | train | epoch 001 | loss 14.5 | nll_loss 14.25 | ppl 19484 | "
     "wps 100 | ups 0.5 | wpb 2048 | bsz 64 | num_updates 2000 | lr 0.0005 | gnorm 1.5 | "
     "loss_scale 8 | train_wall 800 | wall 900\n"
     "2023-06-28 18:40:31 | INFO | train_inner | epoch 002:     50 / 2000 loss=11.5, "
     "nll_loss=11.25, ppl=2400, wps=100, ups=0.5, wpb=2048, bsz=64, num_updates=2050, lr=1e-05, "
     "gnorm=2.5, loss_scale=4, train_wall=100, gb_free=12.5, wall=120\n"
     "2023-06-28 18:40:31 | INFO | fairseq.trainer | NOTE: gradient overflow detected, ignoring "
     "gradient, setting loss scale to: 64.0\n",
     "loss train-loss epoch 2 step 2050: 15.5 11.5\n"
     "nll_loss loss-component epoch 2 step 2050: 15.25 11.25\n"
     "ppl perplexity epoch 2 step 2050: 38395.4 2400\n"
     "wps other epoch 2 step 2050: 100 100\n"
     "ups other epoch 2 step 2050: 0.5 0.5\n"
     "wpb other epoch 2 step 2050: 2048 2048\n"
     "bsz other epoch 2 step 2050: 64 64\n"
     "lr learning-rate epoch 2 step 2050: 1e-05 1e-05\n"
     "gnorm gradient-norm epoch 2 step 2050: 2.5 2.5\n"
     "loss_scale loss-scale epoch 2 step 2050: 4 4\n"
     "train_wall other epoch 2 step 2050: 100 100\n"
     "gb_free other epoch 2 step 2050: 12.5 12.5\n"
     "wall other epoch 2 step 2050: 120 120\n"
     "loss validation-loss epoch 1 step 2000: 12.5\n"
     "nll_loss loss-component epoch 1 step 2000: 12.25\n"
     "ppl perplexity epoch 1 step 2000: 4870\n"
     "train_loss_epoch train-loss epoch 1: 14.5\n"
     "setting loss scale to loss-scale epoch 2: 64\n"},
    // Before 0.10.
    {"| epoch 001:     50 / 2000 loss=15.5, nll_loss=15.25, ppl=38395.5, num_updates=50, lr=1e-05\n"
     "| epoch 001 | loss 13.5 | nll_loss 13.25 | ppl 9742 | num_updates 2000 | lr 0.0005\n"
     "| epoch 001 | valid on 'valid' subset | loss 12.5 | nll_loss 12.25 | ppl 4870\n"
     "| epoch 002:     50 / 2000 loss=11.5, nll_loss=11.25, ppl=2400, num_updates=2050, lr=1e-05\n",
     "loss train-loss epoch 2 step 2050: 15.5 11.5\n"
     "nll_loss loss-component epoch 2 step 2050: 15.25 11.25\n"
     "ppl perplexity epoch 2 step 2050: 38395.5 2400\n"
     "lr learning-rate epoch 2 step 2050: 1e-05 1e-05\n"
     "train_loss_epoch train-loss epoch 1: 13.5\n"
     "loss validation-loss epoch 1: 12.5\n"
     "nll_loss loss-component epoch 1: 12.25\n"
     "ppl perplexity epoch 1: 4870\n"},
    // --log-format json
    {"2023-05-01 10:00:00 | INFO | train_inner | {\"epoch\": 1, \"update\": 0.5, \"loss\": "
     "\"11.5\", "
     "\"ppl\": \"2400\", \"num_updates\": \"50\", \"lr\": \"1e-05\", \"train_wall\": \"12\"}\n"
     "2023-05-01 10:00:00 | INFO | valid | {\"epoch\": 1, \"valid_loss\": \"12.5\", \"valid_ppl\": "
     "\"4870\", \"valid_num_updates\": \"50\"}\n",
     "epoch epoch epoch 1 step 50: 1\n"
     "update step epoch 1 step 50: 0.5\n"
     "loss train-loss epoch 1 step 50: 11.5\n"
     "ppl perplexity epoch 1 step 50: 2400\n"
     "num_updates step epoch 1 step 50: 50\n"
     "lr learning-rate epoch 1 step 50: 1e-05\n"
     "epoch epoch epoch 1 step 50: 1\n"
     "valid_loss validation-loss epoch 1 step 50: 12.5\n"
     "valid_ppl perplexity epoch 1 step 50: 4870\n"
     "valid_num_updates step epoch 1 step 50: 50\n"},
};

}  // namespace

constinit const Dialect kFairseq = {"fairseq", kMarks, kPatterns, kSamples};

}  // namespace onnxcheck::parsers::log
