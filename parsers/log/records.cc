#include "parsers/log/records.h"

#include <algorithm>
#include <cctype>
#include <cstring>

#include "parsers/log/limits.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::size_t kBlock = 65536;
// What lies further back than this is given back to the system: mapped pages count as memory.
constexpr std::size_t kReleaseStep = std::size_t{8} << 20;
// The text in front of a bar's first number; longer ones are told apart by their beginning.
constexpr std::size_t kKeyReach = 4096;
constexpr char kSpecial[] = {'\r', '\b', '\x1B', '\0'};

std::size_t FindByte(std::string_view text, char c, std::size_t begin, std::size_t end) {
  if (begin >= end) return end;
  const void* hit = std::memchr(text.data() + begin, c, end - begin);
  return hit == nullptr ? end
                        : static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
}

bool IsBlank(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\n'); });
}

bool Contains(std::string_view text, char c) {
  return FindByte(text, c, 0, text.size()) < text.size();
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// What stays the same while a bar moves: the text up to its first number, and that number too if it
// counts epochs.
std::string_view BarKey(std::string_view state) {
  std::size_t end = 0;
  for (;;) {
    while (end < state.size() && !IsDigit(state[end])) {
      // Colours would be taken for numbers.
      if (state[end] == '\x1B') {
        while (end < state.size() && !std::isalpha(static_cast<unsigned char>(state[end]))) ++end;
      }
      if (end < state.size()) ++end;
    }
    std::string_view key = state.substr(0, std::min<std::size_t>(end, 256));
    while (!key.empty() && !std::isalpha(static_cast<unsigned char>(key.back()))) {
      key.remove_suffix(1);
    }
    const bool epoch = key.size() >= 5 && (key.substr(key.size() - 4) == "poch" ||
                                           key.substr(key.size() - 4) == "POCH");
    if (!epoch)
      return key.substr(key.find_first_not_of(' ') == std::string_view::npos
                            ? key.size()
                            : key.find_first_not_of(' '));
    while (end < state.size() && IsDigit(state[end])) ++end;
    return state.substr(0, end);
  }
}

// How far a state is: the text up to its first "990/4347"; empty: it does not say. tqdm draws a
// state once more when the metrics of its step are known.
std::string_view StateKey(std::string_view state) {
  const auto digit = [&](std::size_t i) { return i < state.size() && IsDigit(state[i]); };
  for (std::size_t i = state.find('/'); i < state.size(); i = state.find('/', i + 1)) {
    if (i == 0 || !digit(i - 1) || !digit(i + 1)) continue;
    std::size_t end = i + 1;
    while (digit(end)) ++end;
    if (end < state.size() && state[end] == '/') return {};  // a date
    return state.substr(0, end);
  }
  return {};
}

}  // namespace

RecordReader::RecordReader(std::string_view text, bool expand, const Source* source)
    : text_(text), expand_(expand) {
  // Converted text is no part of the file.
  if (source == nullptr || text.data() < source->bytes().data() ||
      text.data() > source->bytes().data() + source->bytes().size())
    return;
  source_ = source;
  offset_ = static_cast<std::size_t>(text.data() - source->bytes().data());
}

void StripControls(std::string_view text, std::string* out) {
  out->clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\0') continue;
    if (c != '\x1B') {
      out->push_back(c);
      continue;
    }
    if (i + 1 >= text.size()) break;
    const char kind = text[i + 1];
    ++i;
    if (kind == '[') {  // CSI: parameters, then one final byte (ECMA-48 5.4)
      while (i + 1 < text.size() && text[i + 1] >= 0x20 && text[i + 1] < 0x40) ++i;
      if (i + 1 < text.size()) ++i;
    } else if (kind == ']') {  // OSC: ended by BEL or ESC backslash
      while (i + 1 < text.size() && text[i + 1] != '\a' && text[i + 1] != '\x1B') ++i;
      if (i + 1 < text.size() && text[i + 1] == '\a') ++i;
    }
  }
}

void RecordReader::ReleaseUntil(std::size_t end) {
  if (source_ == nullptr || end < released_ + kReleaseStep) return;
  source_->Release(offset_ + released_, offset_ + end);
  released_ = end;
}

// Byte by byte a line of any length stays out of memory, too.
std::size_t RecordReader::Find(char c, std::size_t begin, std::size_t end) {
  while (end - begin > kReleaseStep) {
    const std::size_t stop = begin + kReleaseStep;
    const std::size_t found = FindByte(text_, c, begin, stop);
    if (found < stop) return found;
    if (source_ != nullptr) source_->Release(offset_ + begin, offset_ + stop);
    begin = stop;
  }
  return FindByte(text_, c, begin, end);
}

bool RecordReader::IsPlain(std::size_t begin, std::size_t end) {
  if (end <= plain_until_) return true;
  // With "\r\n" every line has a special byte: looking ahead would be in vain.
  const std::size_t reach = crlf_ ? end : std::max(end, std::min(text_.size(), begin + kBlock));
  std::size_t first = reach;
  for (const char c : kSpecial) first = Find(c, begin, first);
  plain_until_ = first;
  return end <= first;
}

bool RecordReader::NextLine() {
  if (next_ >= text_.size()) return false;
  const std::size_t begin = next_;
  ReleaseUntil(begin);
  std::size_t end = Find('\n', begin, text_.size());
  terminated_ = end < text_.size();
  next_ = terminated_ ? end + 1 : end;
  ++lines_;
  crlf_ = false;
  while (end > begin && text_[end - 1] == '\r') {
    --end;
    crlf_ = true;
  }
  line_ = text_.substr(begin, end - begin);
  return true;
}

std::string_view RecordReader::PeekLine(std::size_t limit) {
  const std::size_t stop = std::min(text_.size(), next_ + limit);
  std::size_t end = FindByte(text_, '\n', next_, stop);
  if (end == stop) return {};
  if (end > next_ && text_[end - 1] == '\r') --end;
  return IsPlain(next_, end) ? text_.substr(next_, end - next_) : std::string_view();
}

void RecordReader::Take(const char* end, Record* record) {
  const std::size_t begin = next_;
  const auto stop = static_cast<std::size_t>(end - text_.data());
  next_ = stop + (*end == '\r' ? 2 : 1);
  ++lines_;
  terminated_ = true;
  ReleaseUntil(begin);
  record->text = {text_.data() + begin, stop - begin};
  record->line = static_cast<std::uint32_t>(std::min<std::uint64_t>(lines_, UINT32_MAX));
  record->terminated = record->plain = true;
  record->limited = record->overwritten = record->near_end = false;
}

void RecordReader::Yield(std::string_view state, bool overwritten, Record* record) {
  record->limited = state.size() > kMaxRecordBytes;
  state = state.substr(0, kMaxRecordBytes);
  if (Contains(state, '\x1B') || Contains(state, '\0')) {
    StripControls(state, &clean_);
    state = clean_;
  }
  record->text = state;
  record->line = static_cast<std::uint32_t>(std::min<std::uint64_t>(lines_, UINT32_MAX));
  record->overwritten = overwritten;
  record->plain = false;
  record->terminated = true;
  record->near_end = next_ + kNearEnd >= text_.size();
}

std::size_t RecordReader::EndOfState() const {
  if (!backspaces_) return FindByte(states_, '\r', 0, states_.size());
  return std::min(states_.find_first_of("\r\b"), states_.size());
}

bool RecordReader::NextState(Record* record) {
  std::string_view pending;
  std::string_view pending_key;
  bool have = false;
  bool overwritten = false;
  while (!states_.empty()) {
    ReleaseUntil(static_cast<std::size_t>(states_.data() - text_.data()));
    const std::size_t end = EndOfState();
    const std::string_view state = states_.substr(0, end);
    if (!IsBlank(state)) {
      const std::string_view reach = state.substr(0, kKeyReach);
      const std::string_view key = expand_ ? StateKey(reach) : BarKey(reach);
      if (have && (key != pending_key || (expand_ && key.empty())))
        break;  // another bar or state, or text: `states_` still begins with it
      collapsed_ += have;
      overwritten = overwritten || have;
      pending = state;
      pending_key = key;
      have = true;
    }
    states_.remove_prefix(std::min(end + 1, states_.size()));
  }
  if (!have) return false;
  Yield(pending, overwritten && !expand_, record);
  record->terminated = terminated_ || !states_.empty();
  return true;
}

bool RecordReader::Next(Record* record) {
  for (;;) {
    if (in_states_) {
      if (NextState(record)) {
        if (!IsBlank(record->text)) return true;
        continue;
      }
      in_states_ = false;
    }
    if (!NextLine()) return false;
    if (line_.empty()) continue;
    const std::size_t begin = static_cast<std::size_t>(line_.data() - text_.data());
    if (!IsPlain(begin, begin + line_.size())) {
      const std::size_t end = begin + line_.size();
      backspaces_ = Find('\b', begin, end) < end;
      if (backspaces_ || Find('\r', begin, end) < end) {
        states_ = line_;
        in_states_ = true;
        continue;
      }
      Yield(line_, false, record);
      record->terminated = terminated_;
      if (IsBlank(record->text)) continue;
      return true;
    }
    if (IsBlank(line_)) continue;
    record->limited = line_.size() > kMaxRecordBytes;
    record->text = line_.substr(0, kMaxRecordBytes);
    record->line = static_cast<std::uint32_t>(std::min<std::uint64_t>(lines_, UINT32_MAX));
    record->terminated = terminated_;
    record->overwritten = false;
    record->plain = true;
    record->near_end = next_ + kNearEnd >= text_.size();
    return true;
  }
}

}  // namespace onnxcheck::parsers::log
