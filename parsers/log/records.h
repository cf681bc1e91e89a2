// Text to records: lines as a terminal would have left them.
#ifndef ONNXCHECK_PARSERS_LOG_RECORDS_H_
#define ONNXCHECK_PARSERS_LOG_RECORDS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace onnxcheck::parsers::log {

struct Record {
  std::string_view text;     // without line end and ANSI codes; valid until the next call
  std::uint32_t line = 0;    // 1-based line of the file, counting '\n' as editors do
  bool terminated = true;    // false: the file ended before the line did
  bool limited = false;      // longer than kMaxRecordBytes
  bool overwritten = false;  // a progress bar's last state
  bool near_end = false;     // the file ends within kNearEnd bytes
};
inline constexpr std::size_t kNearEnd = 65536;

// Yields every record that is not blank. "\r\n" and "\r\r\n" end lines; inside a line, "\r" and
// runs of "\b" go back to the beginning, and of consecutive states of one progress bar only the
// last is yielded, unless `expand`.
class RecordReader {
 public:
  explicit RecordReader(std::string_view text, bool expand = false)
      : text_(text), expand_(expand) {}

  bool Next(Record* record);

  std::uint64_t lines() const { return lines_; }
  // States of bars that were passed over.
  std::uint64_t collapsed() const { return collapsed_; }

 private:
  bool NextLine();
  bool NextState(Record* record);
  bool IsPlain(std::size_t begin, std::size_t end);
  void Yield(std::string_view state, bool overwritten, Record* record);

  std::string_view text_;
  bool expand_;
  std::size_t next_ = 0;     // first byte not yet split into lines
  std::string_view states_;  // rest of a line that holds several states
  bool in_states_ = false;
  std::string_view line_;
  bool terminated_ = true;
  std::size_t plain_until_ = 0;  // no special byte before here
  bool crlf_ = false;
  std::uint64_t lines_ = 0;
  std::uint64_t collapsed_ = 0;
  std::string clean_;
};

// Copies `text` without ANSI sequences and NUL bytes.
void StripControls(std::string_view text, std::string* out);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_RECORDS_H_
