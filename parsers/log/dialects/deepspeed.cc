// DeepSpeed's engine and its monitor.
#include "parsers/log/dialects/dialects.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kMarks[] = {"[deepspeed]", "[logging.py:", "[timer.py:"};

constexpr Sample kSamples[] = {
    {"[2024-05-01 10:00:00,113] [INFO] [logging.py:96:log_dist] [Rank 0] step=10, skipped=0, "
     "lr=[1e-05, 1e-05], mom=[(0.9, 0.95), (0.9, 0.95)]\n"
     "[2024-05-01 10:00:00,114] [INFO] [timer.py:215:stop] epoch=0/micro_step=10/global_step=10, "
     "RunningAvgSamplesPerSec=20.5, CurrSamplesPerSec=21.5, MemAllocated=2.5GB, "
     "MaxMemAllocated=12.5GB\n"
     "steps: 10 loss: 10.5000 iter time (s): 1.500 samples/sec: 20.500\n"
     "[2024-05-01 10:00:10,113] [INFO] [logging.py:96:log_dist] [Rank 0] step=20, skipped=0, "
     "lr=[2e-05, 2e-05], mom=[(0.9, 0.95), (0.9, 0.95)]\n"
     "[2024-05-01 10:00:11,113] [INFO] [loss_scaler.py:183:update_scale] [deepspeed] OVERFLOW! "
     "Rank 0 Skipping step. Attempted loss scale: 65536, reducing to 32768\n"
     "steps: 20 loss: 9.5000 iter time (s): 1.500 samples/sec: 20.500\n",
     "skipped other step 20: 0 0\n"
     "RunningAvgSamplesPerSec throughput: 20.5\n"
     "CurrSamplesPerSec throughput: 21.5\n"
     "MemAllocated memory: 2.5\n"
     "loss train-loss step 20: 10.5 9.5\n"
     "iter time (s) time step 20: 1.5 1.5\n"
     "samples/sec throughput step 20: 20.5 20.5\n"
     "Attempted loss scale loss-scale: 65536\n"},
};

}  // namespace

constinit const Dialect kDeepSpeed = {"deepspeed", kMarks, {}, kSamples};

}  // namespace onnxcheck::parsers::log
