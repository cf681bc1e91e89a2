// Where something was written: the currency of every finding.
#ifndef ONNXCHECK_ANALYZER_IR_LOCATION_H_
#define ONNXCHECK_ANALYZER_IR_LOCATION_H_

#include <cstdint>
#include <string>

namespace onnxcheck::ir {

// A place in an input. Whatever does not apply stays at its default: a binary
// file has no line, a whole-file finding has only a path.
struct Location {
  std::string path;          // as the user (or the directory walk) named it
  std::uint64_t offset = 0;  // first byte; meaningful only when has_span
  std::uint64_t length = 0;  // bytes
  bool has_span = false;
  std::uint32_t line = 0;    // 1-based; 0: unknown or not a text file
  std::uint32_t column = 0;  // 1-based, in bytes; 0: the whole line
  // Place inside the structure: "graph/node[12]:Conv_3/input[1]",
  // "optimizer.lr", "val_loss@step=1200".
  std::string logical;
};

// A value and where it was written. "Absent" is std::optional<Located<T>>.
template <typename T>
struct Located {
  T value{};
  Location location;
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_LOCATION_H_
