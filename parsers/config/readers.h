// Formats to trees: one function per format, each in a file of its own.
#ifndef ONNXCHECK_PARSERS_CONFIG_READERS_H_
#define ONNXCHECK_PARSERS_CONFIG_READERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/config.h"
#include "parsers/config/document.h"

namespace onnxcheck::parsers {

// The slower readers (yaml-cpp: 4 MB/s; TOML is read again for every step back
// from an error) read no more than this.
inline constexpr std::size_t kMaxYamlBytes = 8u << 20;
inline constexpr std::size_t kMaxTomlBytes = 1u << 20;

// Each reads `bytes` and returns what stands before the first error; the error
// or the limit is appended to `problems` with line and column in `path`.
Document ReadYaml(std::string_view bytes, const std::string& path,
                  std::vector<ir::Problem>& problems);
Document ReadJson(std::string_view bytes, const std::string& path,
                  std::vector<ir::Problem>& problems);
Document ReadToml(std::string_view bytes, const std::string& path,
                  std::vector<ir::Problem>& problems);
Document ReadIni(std::string_view bytes, const std::string& path,
                 std::vector<ir::Problem>& problems);

// Line and column (both 1-based, in bytes) of offsets asked for in rising order.
class LineCounter {
 public:
  explicit LineCounter(std::string_view bytes) : bytes_(bytes) {}
  void Locate(std::uint64_t offset, std::uint32_t& line, std::uint32_t& column);

 private:
  std::string_view bytes_;
  std::uint64_t next_ = 0;   // first byte not looked at
  std::uint64_t start_ = 0;  // of the current line
  std::uint32_t line_ = 1;
};

// A malformed-config or resource-limit problem at a place; the message as
// libraries word it becomes lower case without a full stop.
ir::Problem ProblemAt(ir::ProblemKind kind, const std::string& path, std::uint32_t line,
                      std::uint32_t column, std::string message);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_READERS_H_
