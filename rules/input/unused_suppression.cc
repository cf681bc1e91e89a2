#include "analyzer/engine/rule.h"

namespace onnxcheck::rules {
namespace {

// The engine reports these itself, after the other rules have run.
void Check(const facts::Facts& /*facts*/, Sink& /*sink*/) {}

}  // namespace

extern const Rule kUnusedSuppression;
const Rule kUnusedSuppression = {
    .id = "U001",
    .name = "unused-suppression",
    .family = Family::kInput,
    .severity = Severity::kInfo,
    .documentation =
        {.summary = "A suppression suppresses nothing.",
         .what = "Reports an `onnxcheck: ignore[...]` comment, or an entry of an ONNX model's "
                 "`onnxcheck.ignore` metadata, that no finding needs. Silent about rules that "
                 "did not run: because they are not selected, or because the run lacks the "
                 "inputs they need. Also reports names that no rule has.",
         .why = "A suppression that outlives its reason hides the next fault of the same kind, and "
                "one with a misspelt name never did anything.",
         .bad = "```yaml config.yaml\n"
                "framework: torch\n"
                "optimizer: sgd\n"
                "# onnxcheck: ignore[C003] found by bisection\n"
                "learning_rate: 0.01\n"
                "loss: CrossEntropyLoss\n"
                "batch_size: 32\n"
                "epochs: 5\n"
                "seed: 1\n"
                "```\n",
         .good = "```yaml config.yaml\n"
                 "framework: torch\n"
                 "optimizer: sgd\n"
                 "# onnxcheck: ignore[C003] a dry run, nothing may move\n"
                 "learning_rate: 0\n"
                 "loss: CrossEntropyLoss\n"
                 "batch_size: 32\n"
                 "epochs: 5\n"
                 "seed: 1\n"
                 "```\n",
         .references = ""},
    .parameters = {},
    .check = Check,
};

}  // namespace onnxcheck::rules
