// What the program and the trainer say to each other: one JSON line is a plan,
// and JSON lines come back (docs/trainer.md describes every field).
#ifndef ONNXCHECK_TRAINER_PLAN_H_
#define ONNXCHECK_TRAINER_PLAN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/ir/experiment.h"

namespace onnxcheck::trainer {

// What a replay may use. Beyond it the replay ends and is inconclusive.
struct Limits {
  double seconds = 60;                      // wall clock, whole replay
  std::uint64_t memory_bytes = 2ULL << 30;  // private memory of the trainer's process
  int threads = 1;                          // of one operator
};

struct Plan {
  ir::Experiment experiment;
  int seeds = 3;             // 1 to kMostSeeds
  std::int64_t steps = 300;  // optimizer steps of an arm, 1 to kMostSteps
  std::string data_path;     // npz with x and y; empty: a synthetic task
  Limits limits;
};
// libtorch takes 80 MB before it has done anything, and below its needs it
// hangs instead of failing.
inline constexpr std::int64_t kLeastMemory = 128 << 20;
inline constexpr int kMostSeeds = 100;
inline constexpr std::int64_t kMostSteps = 1'000'000;

// One arm of one seed is done.
struct Progress {
  int seed = 0;
  std::string arm;  // "baseline", "changed", "extended"
  std::int64_t steps = 0;
  double loss = 0;  // NaN when training broke down
};

enum class Outcome { kConfirmed, kRefuted, kInconclusive };

struct Verdict {
  Outcome outcome = Outcome::kInconclusive;
  std::string text;  // "2.29 -> 0.31 with the change, 0.090 -> 0.088 without (3 seeds)", or why not
  std::vector<std::pair<std::string, double>> figures;
  std::vector<double> baseline_curve;  // loss at the steps in curve_steps; NaN: broke down
  std::vector<double> changed_curve;
  std::vector<std::int64_t> curve_steps;
};

using Reply = std::variant<Progress, Verdict>;

// One line without its end. Numbers survive a round trip exactly.
std::string WritePlan(const Plan& plan);
std::string WriteReply(const Reply& reply);

// The error says which field is missing, of the wrong type or out of range.
std::variant<Plan, std::string> ReadPlan(std::string_view line);
// nullopt: not a line of this protocol.
std::optional<Reply> ReadReply(std::string_view line);

}  // namespace onnxcheck::trainer

#endif  // ONNXCHECK_TRAINER_PLAN_H_
