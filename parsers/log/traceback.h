// Python tracebacks, also chained ones.
#ifndef ONNXCHECK_PARSERS_LOG_TRACEBACK_H_
#define ONNXCHECK_PARSERS_LOG_TRACEBACK_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/log/collector.h"

namespace onnxcheck::parsers::log {

class TracebackReader {
 public:
  explicit TracebackReader(Collector* collector) : collector_(collector) {}

  // Feeds one record. True: it belongs to a traceback.
  bool Consume(std::string_view text, std::uint32_t line);
  // Consume() returns false unless Mentions() is true.
  bool outside() const { return state_ == State::kOutside; }
  // `text` says that a traceback begins.
  static bool Mentions(std::string_view text);
  // `terminated`: the file's last line has an end.
  void Finish(bool terminated);

 private:
  enum class State { kOutside, kFrames, kAfterException };
  void Start(std::uint32_t line, std::string_view prefix);
  bool InFrames(std::string_view text, std::uint32_t line);
  bool AfterException(std::string_view text, std::uint32_t line);
  void Frame(std::string_view text);
  bool InBox(std::string_view text);
  void Keep(std::string_view path, std::string_view line, std::string_view function);
  void Emit();

  Collector* collector_;
  State state_ = State::kOutside;
  std::string prefix_;      // "[rank0]: " in front of every line
  std::uint32_t line_ = 0;  // where the first traceback of the chain begins
  std::uint32_t exception_line_ = 0;
  std::uint32_t last_line_ = 0;
  std::string exception_;  // of the root
  std::string message_;
  std::string frame_;  // innermost user frame of the traceback that raised the root
  std::string text_;
  bool have_root_ = false;
  std::uint32_t unraised_line_ = 0;
  bool unraised_ = false;  // no one is told of the exception
  bool chained_ = false;
  bool box_ = false;      // rich draws one around the frames
  std::string wrapped_;   // the beginning of a path that the box was too narrow for
  bool unnamed_ = false;  // the frame's function stands in the next line
  int strangers_ = 0;     // lines of other writers in between
  int message_lines_ = 0;
};

// "torch.cuda.OutOfMemoryError: CUDA out of memory": name and message; false if the line is no
// exception.
bool SplitException(std::string_view text, std::string_view* name, std::string_view* message);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_TRACEBACK_H_
