// Text to records: lines as a terminal would have left them.
#ifndef ONNXCHECK_PARSERS_LOG_RECORDS_H_
#define ONNXCHECK_PARSERS_LOG_RECORDS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/source.h"

namespace onnxcheck::parsers::log {

struct Record {
  std::string_view text;     // without line end and ANSI codes; valid until the next call
  std::uint32_t line = 0;    // 1-based line of the file, counting '\n' as editors do
  bool terminated = true;    // false: the file ended before the line did
  bool limited = false;      // longer than kMaxRecordBytes
  bool overwritten = false;  // a progress bar's last state
  bool plain = false;        // a line of the text as it stands
  bool near_end = false;     // the file ends within kNearEnd bytes
};
inline constexpr std::size_t kNearEnd = 65536;

// Yields every record that is not blank. "\r\n" and "\r\r\n" end lines; inside a line, "\r" and
// runs of "\b" go back to the beginning, and of consecutive states of one progress bar only the
// last is yielded; with `expand`, the last of each step.
class RecordReader {
 public:
  // `source`: the file that `text` may be mapped from; what has been read of it is given back to
  // the system, so that a file of any size is read in a few megabytes.
  explicit RecordReader(std::string_view text, bool expand = false, const Source* source = nullptr);

  bool Next(Record* record);

  // The line that comes next if it may be taken by Take(): `reach` bytes of it can be read,
  // whatever they hold, and the file's end is not near. nullptr: it may not.
  const char* Ahead(std::size_t reach) const {
    return !in_states_ && next_ + reach + kNearEnd < text_.size() ? text_.data() + next_ : nullptr;
  }
  // That line without its end, if it is plain and not longer than `limit`; empty if it is not.
  std::string_view PeekLine(std::size_t limit);
  // Takes the line that Ahead() has shown; it is plain text up to `end`, where "\n" or "\r\n"
  // stands.
  void Take(const char* end, Record* record);

  std::uint64_t lines() const { return lines_; }
  // States of bars that were passed over.
  std::uint64_t collapsed() const { return collapsed_; }
  // Bytes behind which nothing has been read yet.
  std::size_t position() const {
    return in_states_ ? static_cast<std::size_t>(states_.data() - text_.data()) : next_;
  }

 private:
  bool NextLine();
  void ReleaseUntil(std::size_t end);
  std::size_t Find(char c, std::size_t begin, std::size_t end);
  bool NextState(Record* record);
  std::size_t EndOfState() const;
  bool IsPlain(std::size_t begin, std::size_t end);
  void Yield(std::string_view state, bool overwritten, Record* record);

  std::string_view text_;
  bool expand_;
  const Source* source_ = nullptr;
  std::size_t offset_ = 0;  // of `text_` in it
  std::size_t released_ = 0;
  std::size_t next_ = 0;     // first byte not yet split into lines
  std::string_view states_;  // rest of a line that holds several states
  bool in_states_ = false;
  bool backspaces_ = false;  // among what separates the states
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
