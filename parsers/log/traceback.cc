#include "parsers/log/traceback.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "parsers/log/limits.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::string_view kTraceback = "Traceback (most recent call last)";
// U+2500 and U+2502, as rich draws them.
constexpr std::string_view kBoxTop = "\xE2\x94\x80";
constexpr std::string_view kBoxSide = "\xE2\x94\x82";
// What the interpreter prints about exceptions that reach nobody: the program goes on, or is ending
// anyway (sys.unraisablehook, logging.Handler.handleError, atexit).
constexpr std::string_view kUnraised[] = {"--- Logging error ---", "Exception ignored in",
                                          "Error in atexit._run_exitfuncs"};
// Other writers may put lines in between; after so many the traceback is taken for lost.
constexpr int kMaxStrangers = 30;
// From the line that says so to the traceback; further on it is another one.
constexpr std::uint32_t kMostLinesToTraceback = 3;
constexpr int kMaxMessageLines = 200;
constexpr std::size_t kMaxPrefix = 64;
constexpr std::size_t kMaxFrame = 200;

bool IsIndented(std::string_view text) {
  return !text.empty() && (text[0] == ' ' || text[0] == '\t');
}

bool EndsLikeException(std::string_view name) {
  constexpr std::string_view kEndings[] = {"Error",   "Exception",     "Interrupt",   "Exit",
                                           "Warning", "StopIteration", "Failure",     "Failed",
                                           "Timeout", "NotFound",      "OutOfMemory", "Expired",
                                           "Missing", "Invalid",       "Exhausted",   "Abort"};
  for (const std::string_view ending : kEndings) {
    if (name.size() >= ending.size() && name.substr(name.size() - ending.size()) == ending)
      return true;
  }
  return false;
}

// Installed packages and the interpreter itself are not where a user looks first.
bool IsLibrary(std::string_view path) {
  constexpr std::string_view kMarks[] = {
      "site-packages", "dist-packages", "/lib/python",         "\\lib\\",      "\\Lib\\",
      "<frozen",       "<string>",      "<__array_function__", "/lib64/python"};
  for (const std::string_view mark : kMarks) {
    if (path.find(mark) != std::string_view::npos) return true;
  }
  // Cython reports paths relative to the package it was built from.
  const std::string_view ending = path.size() > 4 ? path.substr(path.size() - 4) : path;
  return ending == ".pyx" || ending == ".pxi";
}

std::string_view LastComponent(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool IsEmptyLogs(std::string_view message) {
  return Contains(message, "(Empty logs)") ||
         Contains(message, "Expect x to be a non-empty array or dataset");
}

bool IsOutOfMemory(std::string_view name, std::string_view message) {
  return Contains(name, "OutOfMemory") || name == "MemoryError" ||
         Contains(message, "out of memory") || Contains(name, "ResourceExhausted") ||
         Contains(message, "OOM when allocating") ||
         Contains(message, "CUBLAS_STATUS_ALLOC_FAILED");
}

bool StartsWithBorder(std::string_view text) { return text.substr(0, 4) == "+---"; }

// Several processes that write at once glue their messages together.
std::string_view Once(std::string_view message) {
  constexpr std::size_t kMostProcesses = 64;
  const std::size_t end = message.find_last_not_of(": ");
  message = message.substr(0, end == std::string_view::npos ? 0 : end + 1);
  for (std::size_t n = std::min(kMostProcesses, message.size()); n >= 2; --n) {
    if (message.size() % n != 0) continue;
    const std::size_t size = message.size() / n;
    // Shorter pieces repeat by chance: "no no".
    if (size >= 8 && message.substr(size) == message.substr(0, message.size() - size))
      return message.substr(0, size);
  }
  return message;
}

bool IsUnraised(std::string_view text) {
  return std::any_of(std::begin(kUnraised), std::end(kUnraised),
                     [text](std::string_view mark) { return Contains(text, mark); });
}

}  // namespace

bool SplitException(std::string_view text, std::string_view* name, std::string_view* message) {
  std::size_t end = 0;
  while (end < text.size() &&
         ((text[end] >= 'a' && text[end] <= 'z') || (text[end] >= 'A' && text[end] <= 'Z') ||
          (text[end] >= '0' && text[end] <= '9') || text[end] == '_' || text[end] == '.')) {
    ++end;
  }
  if (end < 4 || end > 200) return false;
  *name = text.substr(0, end);
  // Two processes write at once: "SyntaxErrorinvalid syntax".
  const std::size_t inside = name->find("Error");
  const bool glued = inside != std::string_view::npos && inside > 0 && inside + 5 < name->size() &&
                     (*name)[inside + 5] != '.' && (*name)[inside + 5] != '_';
  if (glued &&
      (!EndsLikeException(*name) || name->find("Error", inside + 5) != std::string_view::npos)) {
    end = inside + 5;
    *name = text.substr(0, end);
  } else if (!EndsLikeException(*name)) {
    return false;
  }
  const std::string_view last = LastComponent(*name);
  if (last.empty() || last[0] < 'A' || last[0] > 'Z') return false;
  std::string_view rest = text.substr(end);
  for (;;) {
    if (!rest.empty() && (rest[0] == ':' || rest[0] == ' ')) {
      rest.remove_prefix(1);
    } else if (rest.substr(0, name->size()) == *name) {
      rest.remove_prefix(name->size());
    } else {
      break;
    }
  }
  *message = Trim(rest);
  return true;
}

bool TracebackReader::Mentions(std::string_view text) {
  return IsUnraised(text) || Contains(text, kTraceback);
}

void TracebackReader::Start(std::uint32_t line, std::string_view prefix) {
  state_ = State::kFrames;
  if (!chained_ || !have_root_) {
    line_ = line;
    frame_.clear();
    exception_.clear();
    message_.clear();
    text_.clear();
    have_root_ = false;
  }
  prefix_ = prefix.size() <= kMaxPrefix ? std::string(prefix) : std::string();
  box_ = Contains(prefix, kBoxTop) || Contains(prefix, "+---");
  if (box_) prefix_.clear();
  wrapped_.clear();
  unnamed_ = false;
  strangers_ = 0;
  message_lines_ = 0;
}

void TracebackReader::Frame(std::string_view text) {
  if (have_root_) return;                        // a later link of the chain
  std::string_view rest = Trim(text).substr(6);  // behind: File "
  const std::size_t quote = rest.find('"');
  if (quote == std::string_view::npos) return;
  const std::string_view path = rest.substr(0, quote);
  if (IsLibrary(path)) return;
  rest.remove_prefix(quote + 1);
  const std::size_t number = rest.find("line ");
  if (number == std::string_view::npos) return;
  rest.remove_prefix(number + 5);
  const std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789"));
  const std::size_t in = rest.find(", in ");
  Keep(path, digits, in == std::string_view::npos ? std::string_view() : Trim(rest.substr(in + 5)));
}

void TracebackReader::Keep(std::string_view path, std::string_view line,
                           std::string_view function) {
  const std::size_t slash = path.find_last_of("/\\");
  std::string frame(slash == std::string_view::npos ? path : path.substr(slash + 1));
  frame += ":";
  frame += line;
  if (!function.empty()) {
    frame += " in ";
    frame += function;
  }
  frame_ = Printable(frame, kMaxFrame);
}

// One line of a box that rich has drawn: a place ("/run/train.py:12 in main"), source code, values.
bool TracebackReader::InBox(std::string_view text) {
  text = Trim(text);
  const std::string_view side = text.substr(0, 1) == "|" ? std::string_view("|") : kBoxSide;
  if (text.substr(0, side.size()) != side) return false;
  text.remove_prefix(side.size());
  if (text.size() >= side.size() && text.substr(text.size() - side.size()) == side)
    text.remove_suffix(side.size());
  // Places stand next to the side, code further in.
  const bool place = text.size() > 2 && text[0] == ' ' && text[1] != ' ' &&
                     static_cast<unsigned char>(text[1]) < 0x80;
  text = Trim(text);
  const bool name = unnamed_ && text.substr(0, 3) == "in ";
  unnamed_ = false;
  if (have_root_ || !place) return true;
  if (name) {
    frame_ = Printable(frame_ + " " + std::string(text), kMaxFrame);
    return true;
  }
  const std::string_view where = text.substr(0, text.find(" in "));
  const std::size_t colon = where.rfind(':');
  const bool complete = colon != std::string_view::npos && colon + 1 < where.size() &&
                        where.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  if (!complete) {
    wrapped_ = wrapped_.size() < kMaxFrame ? wrapped_ + std::string(text) : std::string();
    return true;
  }
  const std::string path = wrapped_ + std::string(where.substr(0, colon));
  wrapped_.clear();
  if (IsLibrary(path)) return true;
  unnamed_ = where.size() == text.size();
  Keep(path, where.substr(colon + 1),
       unnamed_ ? std::string_view() : text.substr(where.size() + 4));
  return true;
}

bool TracebackReader::Consume(std::string_view text, std::uint32_t line) {
  last_line_ = line;
  if (state_ == State::kOutside) {
    if (IsUnraised(text)) {
      unraised_ = true;
      unraised_line_ = line;
      text_ = Printable(text, kMaxEventText);
      return true;
    }
    const std::size_t at = text.find(kTraceback);
    if (at == std::string_view::npos) return false;
    unraised_ = unraised_ && line - unraised_line_ <= kMostLinesToTraceback;
    const std::string logging = unraised_ ? text_ : std::string();
    Start(line, text.substr(0, at));
    text_ = logging;
    return true;
  }
  if (!prefix_.empty() && text.substr(0, prefix_.size()) == prefix_)
    text.remove_prefix(prefix_.size());
  return state_ == State::kFrames ? InFrames(text, line) : AfterException(text, line);
}

bool TracebackReader::InFrames(std::string_view text, std::uint32_t line) {
  const std::string_view trimmed = Trim(text);
  if (trimmed.substr(0, 6) == "File \"") {
    strangers_ = 0;
    Frame(trimmed);
    return true;
  }
  if (const std::size_t at = text.find(kTraceback); at != std::string_view::npos) {
    Start(line, text.substr(0, at));
    return true;
  }
  if (IsIndented(text)) return true;
  if (box_ && (InBox(text) || Contains(text, kBoxTop) || StartsWithBorder(text))) return true;
  std::string_view name;
  std::string_view message;
  if (SplitException(text, &name, &message)) {
    if (!have_root_) {
      have_root_ = true;
      exception_line_ = line;
      exception_ = Printable(name, kMaxNameBytes);
      message_ = Printable(Once(message), kMaxEventText);
      if (!unraised_) text_ = Printable(text, kMaxEventText);
    }
    state_ = State::kAfterException;
    chained_ = false;
    message_lines_ = 0;
    return true;
  }
  if (++strangers_ > kMaxStrangers) {
    state_ = State::kOutside;
    if (have_root_) Emit();
    chained_ = unraised_ = have_root_ = false;
  }
  return false;
}

bool TracebackReader::AfterException(std::string_view text, std::uint32_t line) {
  if (Contains(text, "During handling of the above exception, another exception occurred") ||
      Contains(text, "The above exception was the direct cause of the following exception")) {
    chained_ = true;
    return true;
  }
  if (const std::size_t at = text.find(kTraceback); at != std::string_view::npos) {
    if (at >= 9 && text.substr(at - 9, 9) == "Original ") {
      // A worker's exception was raised again in the parent: the worker's is the root.
      const std::string outer = frame_;
      have_root_ = false;
      Start(line, text.substr(0, at - 9));
      frame_ = outer;  // until the worker's frames name a better one
      return true;
    }
    if (!chained_) {
      Emit();
      unraised_ = have_root_ = false;
    }
    Start(line, text.substr(0, at));
    return true;
  }
  const bool continues = IsIndented(text) || (unraised_ && (text.substr(0, 11) == "Call stack:" ||
                                                            text.substr(0, 8) == "Message:" ||
                                                            text.substr(0, 10) == "Arguments:"));
  if (continues && ++message_lines_ <= kMaxMessageLines) {
    // Keras and AutoGraph repeat the exception, indented, behind "in user code:".
    std::string_view name;
    std::string_view message;
    const std::string_view trimmed = Trim(text);
    if (message_ == "in user code:" && trimmed.substr(0, 6) != "File \"" &&
        SplitException(trimmed, &name, &message) && trimmed.size() > name.size() &&
        trimmed[name.size()] == ':') {
      message_ = Printable(message, kMaxEventText);
      exception_line_ = line;
      if (!unraised_) text_ = Printable(trimmed, kMaxEventText);
    } else if (message_.empty()) {
      message_ = Printable(trimmed, kMaxEventText);
    }
    return true;
  }
  Emit();
  state_ = State::kOutside;
  chained_ = unraised_ = have_root_ = false;
  // The line may begin another one.
  return Consume(text, line);
}

void TracebackReader::Emit() {
  ir::Log* log = collector_->log();
  if (log->events.size() >= kMaxEvents) return;
  ir::Event event;
  event.line = have_root_ ? exception_line_ : line_;
  event.location = collector_->At(event.line);
  event.text = text_.empty() ? std::string(kTraceback) : text_;
  event.exception = exception_;
  event.message = message_;
  event.frame = frame_;
  const std::string_view last = LastComponent(exception_);
  event.kind = unraised_                     ? ir::EventKind::kError
               : last == "KeyboardInterrupt" ? ir::EventKind::kInterrupted
               : IsEmptyLogs(message_)       ? ir::EventKind::kEmptyLogs
                                             : ir::EventKind::kTraceback;
  if (event.kind == ir::EventKind::kTraceback && IsOutOfMemory(last, message_)) {
    ir::Event memory = event;
    memory.kind = ir::EventKind::kOutOfMemory;
    log->events.push_back(std::move(event));
    event = std::move(memory);
  }
  log->events.push_back(std::move(event));
}

void TracebackReader::Finish(bool terminated) {
  if (state_ == State::kOutside) return;
  if (state_ == State::kFrames && !terminated)
    collector_->log()->cut_off = collector_->At(last_line_);
  Emit();
  state_ = State::kOutside;
}

}  // namespace onnxcheck::parsers::log
