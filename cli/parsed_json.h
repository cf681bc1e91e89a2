// What the parsers understood of a file, as JSON: the answer of `parse`.
#ifndef ONNXCHECK_CLI_PARSED_JSON_H_
#define ONNXCHECK_CLI_PARSED_JSON_H_

#include "analyzer/facts/training.h"
#include "analyzer/ir/run.h"
#include "cli/report/json_finding.h"

namespace onnxcheck::cli {

// {"path", "kind", "format", "bytes", "problems", ...}; then
// model: "opsets", "nodes", "parameters", "inputs", "outputs", "heads", ...:
//   docs/schema/model-1.json
// config: "entries", "fields"
// log: "nature", "series", "events", "records", ...; with `points` every point of a series as
//   [line, step, epoch, value], null for an unknown step or epoch, and the time (seconds since
//   1970) where the series has times
// script: "imports", "functions", "classes", "contexts", "steps", "unbound": the trace of
//   analyzer/ir/script.h; docs/schema/script-1.json
// `closed`: the same file, read with its open sizes as 1; null: there are none.
Json ModelJson(const ir::Model& model, const ir::Model* closed);
Json ConfigJson(const ir::Config& config);
Json LogJson(const ir::Log& log, bool points);
Json TrainingJson(const facts::Training& training);  // null for a model that only infers
Json ScriptJson(const ir::Script& script);
Json UnknownJson(const ir::Input& input);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_PARSED_JSON_H_
