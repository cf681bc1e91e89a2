#include "analyzer/engine/rule.h"
#include "analyzer/facts/data_errors.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  ReportDataFaults(facts, facts::DataFault::kNonfinite, sink);
}

}  // namespace

extern const Rule kNonfiniteData;
const Rule kNonfiniteData = {
    .id = "D009",
    .name = "nonfinite-data",
    .family = Family::kData,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation = {.summary = "The run ended because its data holds NaN or infinity.",
                      .what =
                          "Recognises the errors by which scikit-learn, pandas and NumPy refuse "
                          "values that are not finite. The rule on tracebacks leaves them to this "
                          "one.",
                      .why = "Empty cells become NaN when a table is read. Here a library refused "
                             "them; a network would have taken them and its loss would be NaN from "
                             "the first such batch on.",
                      .bad = R"(```text train.log
Traceback (most recent call last):
  File "train.py", line 18, in <module>
    x = scaler.transform(x)
ValueError: Input X contains NaN.
```)",
                      .good = R"(```text train.log
epoch 1 loss 0.693
epoch 2 loss 0.512
epoch 3 loss 0.401
```)"},
    .check = Check,
};

}  // namespace onnxcheck::rules
