// An input file, mapped and never copied.
#ifndef ONNXCHECK_PARSERS_SOURCE_H_
#define ONNXCHECK_PARSERS_SOURCE_H_

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "analyzer/ir/input.h"
#include "parsers/mapping_guard.h"

namespace onnxcheck::parsers {

// Read-only bytes of one file. Shared and immutable, so parsers may run on any
// thread. Of a file that shrinks while it is mapped, zeros are read beyond its new end.
class Source {
 public:
  // Maps the file. Returns a kUnreadable problem for a missing file, a
  // directory, a device or a file without permission.
  static std::variant<std::shared_ptr<const Source>, ir::Problem> Open(const std::string& path);
  // For tests, fuzzers and archive members; `path` is the name in locations.
  static std::shared_ptr<const Source> FromBytes(std::string path, std::string bytes);

  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const std::string& path() const { return path_; }
  std::string_view bytes() const { return bytes_; }

  // The bytes will not be needed soon: their pages need not stay in memory. They can still be read.
  void Release(std::uint64_t begin, std::uint64_t end) const;

  // Whether zeros were read in place of bytes that the file lost after it was opened.
  bool Shrunk() const;

  // The line (1-based) without its end, at most `limit` bytes; empty if there
  // is none. Linear in the offset: for reports, not for parsers.
  std::string_view Line(std::uint32_t line, std::size_t limit = 4096) const;

 private:
  Source() = default;
  std::string path_;
  std::string owned_;
  void* mapping_ = nullptr;
  GuardedMapping* guard_ = nullptr;  // of the mapping
  std::string_view bytes_;
};

// What a parser says of a source for which memory ran out: a kResourceLimit problem.
ir::Problem OutOfMemory(const Source& source, const std::exception& error);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_SOURCE_H_
