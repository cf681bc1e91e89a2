#include <algorithm>
#include <array>
#include <string_view>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/text.h"
#include "analyzer/ir/backup.h"

namespace onnxcheck::rules {
namespace {

// A name that promises one JSON object a line; of backups and compressed files too.
bool PromisesJson(const std::string& path) {
  std::string name = ir::SplitBackupName(path).current;
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  return name.ends_with(".jsonl") || name.ends_with(".ndjson") || name.ends_with(".json");
}

struct Kind {
  const ir::LineCount* lines;
  std::string_view what;
  std::string_view help;
};

void CheckLog(const ir::Log& log, double min_objects, Sink& sink) {
  const ir::JsonLines& json = log.json;
  const bool promised = PromisesJson(log.input.path);
  const std::uint64_t damaged = json.cut.count + json.joined.count + json.invalid.count;
  const std::uint64_t others = json.dictionaries.count + json.traces.count + json.text.count;
  const auto objects = static_cast<double>(json.objects);
  // Text that names and numbers stand in is no JSON log for a few objects.
  const bool is_json = objects >= min_objects && json.objects > damaged;
  // A traceback is one thing, however long it is.
  const std::uint64_t strangers = json.dictionaries.count + json.text.count;
  const bool machines =
      is_json && json.objects > strangers && (promised || json.logged * 2 > objects);
  const bool all_python = promised && json.objects == 0 &&
                          static_cast<double>(json.dictionaries.count) >= min_objects &&
                          json.dictionaries.count * 2 > others;
  const bool speaks = all_python || (is_json && damaged > 0) || (machines && others > 0);
  if (!speaks) return;

  const std::array<Kind, 6> kinds = {{
      {&json.joined, "holds more than one record",
       "let one process write the file, or give each a file of its own, and write a record and its "
       "line end in one call"},
      {&json.cut, "ends inside of its record",
       "write a record and its line end in one call, and flush before the process may be killed"},
      {&json.invalid, "begins like a record and is none", "write records with json.dumps"},
      {&json.traces, "belongs to a traceback",
       "log exceptions with logger.exception, so that the formatter puts the traceback into the "
       "record, and send stderr to another file"},
      {&json.dictionaries, "is a Python dictionary", "write records with json.dumps, not str"},
      {&json.text, "is plain text",
       "give every handler the JSON formatter, and send print and stderr to another file"},
  }};
  const bool count_others = machines || all_python;
  std::string list;
  const Kind* first = nullptr;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const Kind& kind = kinds[i];
    if (kind.lines->count == 0 || (i >= 3 && !count_others)) continue;
    if (!list.empty()) list += ", ";
    list += facts::Cat(kind.lines->count, " ", kind.what);
    if (first == nullptr || kind.lines->first < first->lines->first) first = &kind;
  }
  const std::uint64_t bad = damaged + (count_others ? others : 0);
  const std::uint64_t all = json.objects + damaged + others;
  Finding& finding =
      sink.Report(ir::LineLocation(log, first->lines->first),
                  facts::Cat(bad, " of ", facts::Plural(static_cast<double>(all), "line"),
                             bad == 1 ? " is" : " are", " not one JSON object (", list, ")"));
  finding.label = "the first of them";
  finding.help = first->help;
  finding.evidence = {{"lines", static_cast<std::int64_t>(all)},
                      {"objects", static_cast<std::int64_t>(json.objects)},
                      {"damaged", static_cast<std::int64_t>(damaged)},
                      {"others", static_cast<std::int64_t>(others)}};
  // Standard output has other writers too, and whoever collects it may expect that.
  if (damaged == 0 && !promised) finding.severity = Severity::kInfo;
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) {
    if (ir::Trains(log)) CheckLog(log, sink.Parameter("min_objects"), sink);
  }
}

}  // namespace

extern const Rule kUnparsableJsonLog;
const Rule kUnparsableJsonLog = {
    .id = "L026",
    .name = "unparsable-json-log",
    .family = Family::kLog,
    .severity = Severity::kWarning,
    .needs = kLog,
    .documentation =
        {.summary = "Lines of a JSON log are not JSON.",
         .what =
             "Reports logs of one JSON object a line in which some lines are something else, with "
             "their number and the first place: records that another writer began inside of, or "
             "that end too early; and, where the file's name or most of its records say that a "
             "program is to read it, tracebacks, plain text and Python dictionaries. Records that "
             "stand whole in a damaged line are used. Information if nothing is damaged and the "
             "name does not promise JSON: then it may be standard output. NaN and Infinity, which "
             "Python writes, are accepted. A last record that is cut off is L011's, records of "
             "binary logs are L012's, rows of tables P012's.",
         .why = "Structured logs are written to be read by programs. One line that is no JSON ends "
                "pandas.read_json(lines=True) and jq with an error; a collector that skips such "
                "lines loses what they say, a traceback most of all.",
         .bad = R"(```text metrics.jsonl
{"step": 1, "loss": 0.93}
{"step": 2, "loss": 0.90}
{"step": 3, "lo{"step": 3, "loss": 0.88}
{"step": 4, "loss": 0.86}
{"step": 5, "loss": 0.84}
```)",
         .good = R"(```text metrics.jsonl
{"step": 1, "loss": 0.93}
{"step": 2, "loss": 0.90}
{"step": 3, "loss": 0.88}
{"step": 4, "loss": 0.86}
{"step": 5, "loss": 0.84}
```)",
         .references = "JSON Lines, https://jsonlines.org"},
    .parameters = {{.name = "min_objects",
                    .value = 3,
                    .meaning = "fewest lines that are JSON objects",
                    .source = "one or two are a printed configuration"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
