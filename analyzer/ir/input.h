// What every parsed file has in common: its name, its format and its damage.
#ifndef ONNXCHECK_ANALYZER_IR_INPUT_H_
#define ONNXCHECK_ANALYZER_IR_INPUT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/ir/location.h"

namespace onnxcheck::ir {

enum class Kind { kUnknown, kModel, kConfig, kLog, kScript };

// What can be wrong with the bytes of an input. A rule turns each kind into
// findings, so that damage is selected, suppressed and reported like any
// other finding; parsers themselves never judge severity.
enum class ProblemKind {
  kUnreadable,           // P001
  kMalformedModel,       // P002
  kLfsPointer,           // P003
  kNotAModel,            // P004
  kTruncated,            // P005
  kUnknownFormat,        // P006
  kExternalDataMissing,  // P007
  kExternalDataEscapes,  // P008
  kResourceLimit,        // P009
  kNewerThanSupported,   // P010
  kMalformedConfig,      // P011
  kMalformedRecord,      // P012
  kMalformedScript,      // P011, as information; rules about what is missing are silent
  kCorruptRecord,        // L012
  kCheckerViolation,     // M001
  kShapeConflict,        // M002
  kDuplicateName,        // M007
  kDeprecatedOperator,   // M016
};

struct Problem {
  ProblemKind kind = ProblemKind::kUnreadable;
  Location location;
  std::string message;  // one sentence, lower case, no full stop: "field 7 ends beyond the file"
  std::string help;     // what to do; may be empty
};

// "# onnxcheck: ignore[C001] why" in a text input, or an entry of an ONNX
// model's metadata_props under "onnxcheck.ignore".
struct Suppression {
  std::vector<std::string> rules;  // ids or names as written
  std::string reason;
  Location location;       // of the comment; logical for a model
  std::uint32_t line = 0;  // the line it covers; 0: the whole file
};

struct Input {
  std::string path;
  Kind kind = Kind::kUnknown;
  std::string format;  // "onnx", "keras-progress", "yaml", ...; empty: unknown
  std::uint64_t bytes = 0;
  std::vector<Problem> problems;
  std::vector<Suppression> suppressions;
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_INPUT_H_
