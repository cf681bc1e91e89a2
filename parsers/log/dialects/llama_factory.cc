// LLaMA-Factory: trainer_log.jsonl of both generations, running_log.txt.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr Sample kSamples[] = {
    {"{\"current_steps\": 5, \"total_steps\": 510, \"loss\": 1.5, \"lr\": 4.5e-05, \"epoch\": "
     "0.03, \"percentage\": 0.98, \"elapsed_time\": \"0:00:05\", \"remaining_time\": \"0:08:29\"}\n"
     "{\"current_steps\": 10, \"total_steps\": 510, \"loss\": 1.25, \"lr\": 5e-05, \"epoch\": "
     "0.06, \"percentage\": 1.96, \"elapsed_time\": \"0:00:10\", \"remaining_time\": \"0:08:20\", "
     "\"throughput\": 1234.5, \"total_tokens\": 12345}\n"
     "{\"current_steps\": 10, \"total_steps\": 510, \"eval_loss\": 1.125, \"epoch\": 0.06, "
     "\"percentage\": 1.96, \"elapsed_time\": \"0:00:12\", \"remaining_time\": \"0:08:20\"}\n",
     "current_steps step epoch 0.06 step 10: 5 10 10\n"
     "total_steps step epoch 0.06 step 10: 510 510 510\n"
     "loss train-loss epoch 0.06 step 10: 1.5 1.25\n"
     "lr learning-rate epoch 0.06 step 10: 4.5e-05 5e-05\n"
     "epoch epoch epoch 0.06 step 10: 0.03 0.06 0.06\n"
     "percentage other epoch 0.06 step 10: 0.98 1.96 1.96\n"
     "throughput throughput epoch 0.06 step 10: 1234.5\n"
     "total_tokens other epoch 0.06 step 10: 12345\n"
     "eval_loss validation-loss epoch 0.06 step 10: 1.125\n"},
    {"{\"current_steps\": 5, \"total_steps\": 510, \"loss\": 1.5, \"eval_loss\": null, "
     "\"predict_loss\": null, \"reward\": null, \"learning_rate\": 4.5e-05, \"epoch\": 0.03, "
     "\"percentage\": 0.98, \"elapsed_time\": \"0:00:05\", \"remaining_time\": \"0:08:29\"}\n"
     "{\"current_steps\": 10, \"total_steps\": 510, \"loss\": null, \"eval_loss\": 1.25, "
     "\"predict_loss\": null, \"reward\": null, \"learning_rate\": null, \"epoch\": 0.06, "
     "\"percentage\": 1.96, \"elapsed_time\": \"0:00:12\", \"remaining_time\": \"0:08:20\"}\n",
     "current_steps step epoch 0.06 step 10: 5 10\n"
     "total_steps step epoch 0.06 step 10: 510 510\n"
     "loss train-loss epoch 0.03 step 5: 1.5\n"
     "learning_rate learning-rate epoch 0.03 step 5: 4.5e-05\n"
     "epoch epoch epoch 0.06 step 10: 0.03 0.06\n"
     "percentage other epoch 0.06 step 10: 0.98 1.96\n"
     "eval_loss validation-loss epoch 0.06 step 10: 1.25\n"},
    {"[INFO|2025-03-06 08:42:56] trainer.py:2134 >> ***** Running training *****\n"
     "\n"
     "[INFO|2025-03-06 08:42:56] trainer.py:2135 >>   Num examples = 1,000\n"
     "\n"
     "[INFO|2025-03-06 08:43:56] logging.py:157 >> {'loss': 1.5000, 'learning_rate': 4.5000e-05, "
     "'epoch': 0.03, 'throughput': 1234.50}\n"
     "\n"
     "[INFO|2025-03-06 08:44:56] logging.py:157 >> {'loss': 1.2500, 'learning_rate': 4.0000e-05, "
     "'epoch': 0.06, 'throughput': 1234.50}\n",
     "loss train-loss epoch 0.06: 1.5 1.25\n"
     "learning_rate learning-rate epoch 0.06: 4.5e-05 4e-05\n"
     "throughput throughput epoch 0.06: 1234.5 1234.5\n"},
};

}  // namespace

constinit const Dialect kLlamaFactory = {"llama-factory", {}, {}, kSamples};

}  // namespace onnxcheck::parsers::log
