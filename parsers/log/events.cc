#include "parsers/log/events.h"

#include <re2/re2.h>

#include <algorithm>
#include <utility>

#include "parsers/log/limits.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers::log {
namespace {

// Sentences stand at the front of their record; what follows is data.
constexpr std::size_t kSearched = 4096;

// Any needle of the table: one pass over a record instead of one for each.
const RE2& AnyNeedle() {
  static const RE2* const regex = [] {
    std::string all;
    for (const EventPattern& pattern : EventPatterns()) {
      if (!all.empty()) all += '|';
      all += RE2::QuoteMeta(re2::StringPiece(pattern.needle.data(), pattern.needle.size()));
    }
    RE2::Options options;
    options.set_case_sensitive(false);
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_max_mem(std::int64_t{64} << 20);
    return new RE2(all, options);
  }();
  return *regex;
}

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

// The sentence without its numbers: "Epoch 3: saving" and "Epoch 4: saving" are the same news.
std::string Shape(std::string_view text) {
  std::string shape;
  for (const char c : text.substr(0, 120)) {
    if (c < '0' || c > '9') shape.push_back(c);
  }
  return shape;
}

// The status that `needle` (from `at` to `end`) announces: "exit code 1", "signal 9"; empty: there
// is none, or it says that all went well.
std::string StatusOf(std::string_view body, std::size_t at, std::size_t end) {
  std::size_t digits = end;
  if (digits < body.size() && body[digits] == '-') ++digits;
  std::size_t stop = digits;
  while (stop < body.size() && body[stop] >= '0' && body[stop] <= '9') ++stop;
  const std::string_view number = body.substr(digits, stop - digits);
  if (number.find_first_not_of('0') == std::string_view::npos) return {};
  const bool signal = body.substr(at, end - at).find("signal") != std::string_view::npos;
  return (signal ? "signal " : "exit code ") + std::string(body.substr(end, stop - end));
}

// What a script prints of a model that it has just scored: "> 95.1", "[0.21, 0.95]", or the bar of
// Keras's predict() and evaluate(), which has no metric of training.
constexpr std::string_view kResultBytes = "0123456789.-+e >[](),%\t";
bool IsResult(std::string_view body) {
  if (body.find("/step") != std::string_view::npos) return true;
  constexpr std::size_t kMaxResult = 60;
  return body.size() <= kMaxResult && body.find('.') != std::string_view::npos &&
         body.find_first_of("0123456789") != std::string_view::npos &&
         body.find_first_not_of(kResultBytes) == std::string_view::npos;
}

}  // namespace

bool EventFinder::Consume(const Record& record) {
  return tracebacks_.Consume(record.text, record.line);
}

void EventFinder::Add(ir::EventKind kind, const Record& record, const Prefix& prefix,
                      std::string_view message) {
  ir::Log* log = collector_->log();
  if (log->events.size() >= kMaxEvents) {
    collector_->AddProblem(
        ir::ProblemKind::kResourceLimit, record.line,
        "has more than " + std::to_string(kMaxEvents) + " events; the rest is not kept",
        "give onnxcheck the log of one run");
    return;
  }
  std::string key = Shape(prefix.body) + static_cast<char>('A' + static_cast<int>(kind));
  // How the last run of many ended is news.
  if (++seen_[std::move(key)] > kMaxEqualEvents && kind != ir::EventKind::kFailedExit) return;
  ir::Event& event = log->events.emplace_back();
  event.kind = kind;
  event.line = record.line;
  event.location = collector_->At(record.line);
  event.level = prefix.level;
  event.text = Printable(Trim(record.text), kMaxEventText);
  event.message = message;
}

bool EventFinder::NumbersMatter(std::string_view body) {
  std::string lower(body);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  if (lower.find_first_not_of(kResultBytes) == std::string::npos) return true;
  // "received signal 15", "exited with exit code 0"
  return std::any_of(EventPatterns().begin(), EventPatterns().end(), [&](const EventPattern& p) {
    const std::size_t digit = p.kind == ir::EventKind::kFailedExit
                                  ? p.needle.size()
                                  : p.needle.find_first_of("0123456789");
    return digit != std::string_view::npos &&
           lower.find(p.needle.substr(0, digit)) != std::string::npos;
  });
}

bool EventFinder::Find(const Record& record, const Prefix& prefix, bool measured) {
  const std::string_view text = record.text.substr(0, kSearched);
  bool found = false;
  bool means = false;
  if (RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), AnyNeedle())) {
    lower_.assign(prefix.body.substr(0, kSearched));
    std::transform(lower_.begin(), lower_.end(), lower_.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    const std::string_view body = Trim(lower_);
    for (const EventPattern& pattern : EventPatterns()) {
      const std::size_t at =
          pattern.at_start
              ? (body.substr(0, pattern.needle.size()) == pattern.needle ? 0
                                                                         : std::string_view::npos)
              : body.find(pattern.needle);
      if (at == std::string_view::npos) continue;
      // "training complete" is not meant by "training completes".
      const std::size_t end = at + pattern.needle.size();
      if (IsLetter(pattern.needle.back()) && end < body.size() && IsLetter(body[end])) continue;
      if (!pattern.without.empty() && body.find(pattern.without) != std::string_view::npos)
        continue;
      // Names of arguments and settings hold such words too: key=value lists are no sentences.
      const bool begins = pattern.kind == ir::EventKind::kRunStart ||
                          pattern.kind == ir::EventKind::kVariation ||
                          pattern.kind == ir::EventKind::kRound;
      if (begins && measured) continue;
      const std::string status =
          pattern.kind == ir::EventKind::kFailedExit ? StatusOf(body, at, end) : std::string();
      if (pattern.kind == ir::EventKind::kFailedExit && status.empty()) continue;
      Add(pattern.kind, record, prefix, status);
      means = true;
      if (pattern.kind == ir::EventKind::kRunStart)
        collector_->segments().RunStarts(record.line, body.substr(at), pattern.process);
      found = pattern.kind != ir::EventKind::kVariation && pattern.kind != ir::EventKind::kRound;
      break;
    }
  }
  if (!found && !measured && prefix.level >= ir::Level::kError) {
    Add(ir::EventKind::kError, record, prefix);
    means = true;
  }
  if (!found && !measured && IsResult(Trim(prefix.body))) {
    Add(ir::EventKind::kVariation, record, prefix);
    means = true;
  }
  return means;
}

void EventFinder::Finish(bool terminated) {
  tracebacks_.Finish(terminated);
  std::vector<ir::Event>& events = collector_->log()->events;
  std::stable_sort(events.begin(), events.end(),
                   [](const ir::Event& a, const ir::Event& b) { return a.line < b.line; });
}

}  // namespace onnxcheck::parsers::log
