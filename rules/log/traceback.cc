#include <algorithm>
#include <map>
#include <utility>

#include "analyzer/engine/rule.h"
#include "analyzer/facts/data_errors.h"
#include "analyzer/facts/exceptions.h"
#include "analyzer/facts/lifecycle.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// Keras's empty-logs error is told, with its cause, by a rule of its own, as are faults of the
// data.
bool ToldElsewhere(const ir::Log& log, const ir::Event& traceback) {
  for (const ir::Event& event : log.events) {
    if (event.kind == ir::EventKind::kEmptyLogs &&
        traceback.message.find("Empty logs") != std::string::npos) {
      return true;
    }
  }
  return facts::IsDeliberateStop(traceback) || facts::EndedByData(log, traceback);
}

std::string Describe(const ir::Event& event) {
  if (event.exception.empty()) return "memory ran out";
  std::string text = "the run raised " + event.exception;
  if (!event.message.empty()) text += ": " + event.message;
  return text;
}

// The same exception over and over (one a process, one a restart) is one
// finding, at its last place, with the number of times.
struct Group {
  const ir::Event* last = nullptr;
  double times = 0;
};

// By last place, the latest first.
std::vector<Group> Grouped(const ir::Log& log) {
  std::map<std::pair<std::string, std::string>, Group> groups;
  const bool has_tracebacks = facts::Has(log, ir::EventKind::kTraceback);
  for (const ir::Event& event : log.events) {
    const bool bare_memory = event.kind == ir::EventKind::kOutOfMemory && !has_tracebacks;
    if (event.kind != ir::EventKind::kTraceback && !bare_memory) continue;
    if (ToldElsewhere(log, event)) continue;
    Group& group = groups[{event.exception, bare_memory ? "" : event.frame}];
    group.last = &event;
    ++group.times;
  }
  std::vector<Group> ordered;
  for (const auto& [key, group] : groups) ordered.push_back(group);
  std::sort(ordered.begin(), ordered.end(),
            [](const Group& a, const Group& b) { return a.last > b.last; });
  return ordered;
}

// A message beside the exception that it was dealt with; null if there is none.
const ir::Event* Recovery(const ir::Log& log, std::uint32_t line) {
  constexpr std::uint32_t kBefore = 30;  // logging.exception puts its message in front of it
  constexpr std::uint32_t kAfter = 5;
  for (const ir::Event& event : log.events) {
    const std::uint32_t at = event.line;
    if (event.kind == ir::EventKind::kRecovery && at + kBefore >= line && at <= line + kAfter)
      return &event;
  }
  return nullptr;
}

void CheckLog(const ir::Log& log, Sink& sink) {
  const std::uint32_t last_metric = facts::LastMetricLine(log);
  std::vector<Group> groups = Grouped(log);
  const auto kept = std::min(groups.size(), static_cast<std::size_t>(sink.Parameter("most")));
  for (std::size_t i = 0; i < kept; ++i) {
    const ir::Event& event = *groups[i].last;
    Finding& finding = sink.Report(event.location, Describe(event));
    if (groups[i].times > 1) finding.message += facts::Cat(" (", groups[i].times, " times)");
    finding.help = facts::ExceptionHelp(event);
    if (!event.frame.empty()) finding.label = "raised at " + event.frame;
    finding.evidence = {{"exception", event.exception}, {"times", groups[i].times}};
    if (last_metric > event.line) {
      const std::uint32_t own = facts::LastMetricLine(log, facts::EndOfRun(log, event.line));
      const bool went_on = own > event.line;
      // Without a traceback, whoever said that memory ran out went on.
      finding.severity = event.exception.empty() && went_on ? Severity::kInfo : Severity::kWarning;
      finding.related.push_back({ir::LineLocation(log, went_on ? own : last_metric),
                                 went_on
                                     ? "metrics were still logged afterwards, up to here"
                                     : "a later run in the same file logs metrics, up to here"});
      if (const ir::Event* recovery = Recovery(log, event.line)) {
        finding.severity = Severity::kInfo;
        finding.related.push_back({recovery->location, "the program dealt with it here"});
      }
    }
    if (i == 0 && kept < groups.size()) {
      const auto others = static_cast<double>(groups.size() - kept);
      finding.related.push_back(
          {groups.back().last->location, facts::Cat(facts::Plural(others, "other exception"),
                                                    " came before, the first of them here")});
    }
  }
}

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Log& log : facts.run().logs) CheckLog(log, sink);
}

}  // namespace

extern const Rule kTraceback;
const Rule kTraceback = {
    .id = "L021",
    .name = "traceback",
    .family = Family::kLog,
    .severity = Severity::kError,
    .needs = kLog,
    .documentation =
        {.summary = "The run raised an exception.",
         .what = "Reports each exception whose traceback is in the log by its root cause, the "
                 "innermost frame in the user's own code, and what usually mends it; memory that "
                 "ran out is reported without a traceback too. A warning when metrics are "
                 "logged afterwards, by the same run or a later one in the file; information if "
                 "the same run goes on and there is no traceback, or when "
                 "a message beside it says that the program tries again or leaves a batch out. "
                 "Interruptions are ends-early's.",
         .why = "A run that ended in an exception has no result, and in a long log with several "
                "processes or a chain of exceptions the one that matters is hard to find.",
         .bad = R"(```text run.log
Epoch 1/3
Traceback (most recent call last):
  File "train.py", line 20, in <module>
    trainer.model.fit(x, y, epochs=3)
AttributeError: 'NoneType' object has no attribute 'fit'
```)",
         .good = R"(```text run.log
epoch 1 loss: 0.91
epoch 2 loss: 0.72
epoch 3 loss: 0.61
```)",
         .references = "Python documentation, traceback: the most recent call is last."},
    .parameters = {{.name = "most",
                    .value = 3,
                    .meaning = "most exceptions reported for one log, the latest first",
                    .source = "a file that many starts were appended to has dozens; the last "
                              "ones say how things stand"}},
    .check = Check,
};

}  // namespace onnxcheck::rules
