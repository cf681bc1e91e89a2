#include <algorithm>
#include <string>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

Finding& Report(const ir::Log& log, std::string message, std::string help, Sink& sink) {
  Finding& finding = sink.Report(facts::WholeFile(log.input), std::move(message));
  finding.help = std::move(help);
  finding.evidence = {{"bytes", static_cast<std::int64_t>(log.input.bytes)},
                      {"records", static_cast<std::int64_t>(log.records)}};
  return finding;
}

// Metrics faster than anyone can use them, by the log's own clock.
bool CheckRate(const ir::Log& log, Sink& sink) {
  const auto metrics = static_cast<double>(log.metric_records);
  if (log.structured || log.binary || 2 * log.timestamped_records < log.records ||
      metrics < sink.Parameter("min_records")) {
    return false;
  }
  const double seconds = std::max(log.writing.seconds, 1.0);
  const double rate = metrics / seconds;
  if (rate < sink.Parameter("records_per_second")) return false;
  Finding& finding = Report(log,
                            facts::Cat(facts::Plural(metrics, "record"), " with metrics in ",
                                       seconds, " seconds: about ", rate, " a second"),
                            "log every some hundred steps, or a mean once an epoch", sink);
  finding.evidence.emplace_back("records_per_second", rate);
  return true;
}

bool CheckDebug(const ir::Log& log, Sink& sink) {
  const auto debug =
      static_cast<double>(log.levels[static_cast<std::size_t>(ir::Level::kDebug)].records);
  if (debug < sink.Parameter("min_records") ||
      debug < sink.Parameter("debug_share") * static_cast<double>(log.records)) {
    return false;
  }
  Finding& finding = Report(log,
                            facts::Cat(debug, " of ", facts::Plural(double(log.records), "record"),
                                       " are at DEBUG: the log is mostly noise"),
                            "set the level to INFO; keep DEBUG for the logger in question", sink);
  finding.evidence.emplace_back("debug_records", static_cast<std::int64_t>(debug));
  return true;
}

// Every state of a bar, most of them overwritten as soon as they were written.
void CheckBars(const ir::Log& log, Sink& sink) {
  const auto states = static_cast<double>(log.writing.bar_states);
  if (states < sink.Parameter("bar_states") ||
      states < sink.Parameter("states_per_record") * static_cast<double>(log.records)) {
    return;
  }
  Finding& finding =
      Report(log,
             facts::Cat("a progress bar was written into the file: ", states, " of its states for ",
                        facts::Plural(double(log.records), "record")),
             "switch the bar off when output goes to a file: verbose=2, tqdm(disable=None)", sink);
  finding.severity = Severity::kInfo;
  finding.evidence.emplace_back("bar_states", static_cast<std::int64_t>(states));
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    if (!ir::Trains(log)) continue;
    if (!CheckRate(log, sink) && !CheckDebug(log, sink)) CheckBars(log, sink);
  }
}

}  // namespace

extern const Rule kLogFlooding;
const Rule kLogFlooding = {
    .id = "L008",
    .name = "log-flooding",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "The log holds far more records than anyone can use.",
         .what = "Reports a time-stamped log with metrics many times a second over thousands of "
                 "records, and one that is mostly DEBUG records. A progress bar whose overwritten "
                 "states fill the file is information. Printed logs without times and tables are "
                 "not judged: a row a step is what they are for.",
         .why = "Writing a record takes longer than a small training step, the disk fills, and the "
                "line that matters is lost among thousands.",
         .bad = R"(Limits for a page rather than a book:

```toml onnxcheck.toml
[parameters.L008]
min_records = 20
```

```text run.log
2024-05-01 10:00:01,000 INFO train: step 1 loss: 0.990
2024-05-01 10:00:01,100 INFO train: step 2 loss: 0.983
2024-05-01 10:00:01,200 INFO train: step 3 loss: 0.976
2024-05-01 10:00:01,300 INFO train: step 4 loss: 0.969
2024-05-01 10:00:01,400 INFO train: step 5 loss: 0.962
2024-05-01 10:00:01,500 INFO train: step 6 loss: 0.955
2024-05-01 10:00:01,600 INFO train: step 7 loss: 0.948
2024-05-01 10:00:01,700 INFO train: step 8 loss: 0.941
2024-05-01 10:00:01,800 INFO train: step 9 loss: 0.934
2024-05-01 10:00:01,900 INFO train: step 10 loss: 0.927
2024-05-01 10:00:02,000 INFO train: step 11 loss: 0.920
2024-05-01 10:00:02,100 INFO train: step 12 loss: 0.913
2024-05-01 10:00:02,200 INFO train: step 13 loss: 0.906
2024-05-01 10:00:02,300 INFO train: step 14 loss: 0.899
2024-05-01 10:00:02,400 INFO train: step 15 loss: 0.892
2024-05-01 10:00:02,500 INFO train: step 16 loss: 0.885
2024-05-01 10:00:02,600 INFO train: step 17 loss: 0.878
2024-05-01 10:00:02,700 INFO train: step 18 loss: 0.871
2024-05-01 10:00:02,800 INFO train: step 19 loss: 0.864
2024-05-01 10:00:02,900 INFO train: step 20 loss: 0.857
2024-05-01 10:00:03,000 INFO train: step 21 loss: 0.850
2024-05-01 10:00:03,100 INFO train: step 22 loss: 0.843
2024-05-01 10:00:03,200 INFO train: step 23 loss: 0.836
2024-05-01 10:00:03,300 INFO train: step 24 loss: 0.829
```)",
         .good = R"(```text run.log
2024-05-01 10:00:01,100 INFO train: step 100 loss: 0.91
2024-05-01 10:00:02,100 INFO train: step 200 loss: 0.72
2024-05-01 10:00:03,100 INFO train: step 300 loss: 0.61
```)",
         .references =
             "Keras, Model.fit: verbose=2 is recommended when not running interactively."},
    .parameters = {{.name = "min_records",
                    .value = 2000,
                    .meaning = "fewest records for a log to be called long",
                    .source = "forty pages; a short run may be logged in full"},
                   {.name = "records_per_second",
                    .value = 10,
                    .meaning = "records with metrics a second, over the whole log",
                    .source = "nobody reads or plots more; trackers sample their curves to 1,000 "
                              "to 10,000 points"},
                   {.name = "debug_share",
                    .value = 0.8,
                    .meaning = "share of DEBUG records",
                    .source =
                        "a DEBUG line or two beside each INFO line is usual while developing"},
                   {.name = "bar_states",
                    .value = 5000,
                    .meaning = "fewest overwritten states of bars",
                    .source = "half a megabyte; a bar redraws ten times a second"},
                   {.name = "states_per_record",
                    .value = 20,
                    .meaning = "overwritten states for each record that stays",
                    .source = "verbose=2 would write one record an epoch instead"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
