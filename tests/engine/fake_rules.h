// Rules for tests of the engine: each says what its name says.
#ifndef ONNXCHECK_TESTS_ENGINE_FAKE_RULES_H_
#define ONNXCHECK_TESTS_ENGINE_FAKE_RULES_H_

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "analyzer/engine/check.h"
#include "analyzer/engine/suppress.h"

namespace onnxcheck::tests {

inline ir::Location At(const std::string& path, std::uint32_t line, std::uint32_t column = 1) {
  ir::Location location;
  location.path = path;
  location.line = line;
  location.column = column;
  return location;
}

// Reports the first config's entries, last one first.
inline void ReportEntries(const facts::Facts& facts, Sink& sink) {
  const auto& entries = facts.run().configs.at(0).entries;
  std::for_each(entries.rbegin(), entries.rend(),
                [&](const ir::Entry& entry) { sink.Report(entry.location, "entry " + entry.key); });
}

inline void ReportTwice(const facts::Facts& facts, Sink& sink) {
  for (int i = 0; i < 2; ++i) sink.Report(At(facts.run().path, 1), "the same");
}

inline void Throw(const facts::Facts& facts, Sink& sink) {
  sink.Report(At(facts.run().path, 9), "before the fall");
  throw std::runtime_error("out of luck");
}

inline void ReportParameter(const facts::Facts& facts, Sink& sink) {
  sink.Report(At(facts.run().path, 1), std::to_string(sink.Parameter("limit")));
}

inline const Rule kEntries = {.id = "C101",
                              .name = "entries",
                              .family = Family::kConfiguration,
                              .severity = Severity::kWarning,
                              .needs = kConfig,
                              .documentation = {},
                              .parameters = {},
                              .check = ReportEntries};
inline const Rule kTwice = {.id = "P101",
                            .name = "twice",
                            .family = Family::kInput,
                            .severity = Severity::kError,
                            .documentation = {},
                            .parameters = {},
                            .check = ReportTwice};
inline const Rule kThrows = {.id = "P102",
                             .name = "throws",
                             .family = Family::kInput,
                             .severity = Severity::kError,
                             .documentation = {},
                             .parameters = {},
                             .check = Throw};
inline const Rule kParameter = {.id = "P103",
                                .name = "parameter",
                                .family = Family::kInput,
                                .severity = Severity::kInfo,
                                .documentation = {},
                                .parameters = {{"limit", 3, "a limit", "chosen"}},
                                .check = ReportParameter};

inline void ReportNothing(const facts::Facts&, Sink&) {}

inline const Rule kUnused = {.id = kUnusedSuppressionId,
                             .name = "unused",
                             .family = Family::kInput,
                             .severity = Severity::kInfo,
                             .documentation = {},
                             .parameters = {},
                             .check = ReportNothing};

// A run of one config, config.yaml, with entries at the given lines.
inline ir::Run RunWithEntries(const std::vector<std::uint32_t>& lines) {
  ir::Run run;
  run.path = "config.yaml";
  ir::Config config;
  config.input.path = "config.yaml";
  config.input.kind = ir::Kind::kConfig;
  for (const std::uint32_t line : lines) {
    ir::Entry entry;
    entry.key = "key" + std::to_string(line);
    entry.location = At("config.yaml", line);
    config.entries.push_back(entry);
  }
  run.configs.push_back(config);
  return run;
}

inline std::string NoText(const ir::Location&) { return ""; }

inline std::vector<std::string> Messages(const RunFindings& found) {
  std::vector<std::string> messages;
  for (const Finding& finding : found.findings) messages.push_back(finding.message);
  return messages;
}

}  // namespace onnxcheck::tests

#endif  // ONNXCHECK_TESTS_ENGINE_FAKE_RULES_H_
