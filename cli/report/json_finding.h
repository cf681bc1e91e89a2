// The JSON of a finding: shared by every format that is JSON.
#ifndef ONNXCHECK_CLI_REPORT_JSON_FINDING_H_
#define ONNXCHECK_CLI_REPORT_JSON_FINDING_H_

#include <nlohmann/json.hpp>
#include <string>

#include "analyzer/engine/finding.h"

namespace onnxcheck::cli {

using Json = nlohmann::ordered_json;

// The number, or "NaN", "Infinity", "-Infinity" as a string: JSON has no such numbers.
Json NumberJson(double value);
Json EvidenceJson(const Evidence& evidence);
Json LocationJson(const ir::Location& location);
Json ConfirmationJson(const Confirmation& confirmation);
Json FindingJson(const Finding& finding);

// ASCII only, so that nothing in it can reach a terminal as a control
// character; bytes that are not UTF-8 become U+FFFD. indent -1: one line.
std::string Dump(const Json& json, int indent = 2);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_REPORT_JSON_FINDING_H_
