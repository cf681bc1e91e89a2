#include "parsers/log/lines.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "parsers/log/columns.h"
#include "parsers/log/events.h"
#include "parsers/log/interpreter.h"
#include "parsers/log/json_lines.h"
#include "parsers/log/json_record.h"
#include "parsers/log/known_prefix.h"
#include "parsers/log/limits.h"
#include "parsers/log/number.h"
#include "parsers/log/patterns.h"
#include "parsers/log/prefix.h"
#include "parsers/log/printed_history.h"
#include "parsers/log/records.h"
#include "parsers/log/scanner.h"
#include "parsers/log/templates.h"
#include "parsers/log/text.h"
#include "parsers/log/traceback.h"

namespace onnxcheck::parsers::log {
namespace {

// A row of a table without names: at least four blank-separated cells, all of them numbers (with
// what follows a number, as in "3.97G" and "0/99"). Nothing says that they measure nothing.
bool IsRowOfNumbers(std::string_view text) {
  constexpr int kLeastCells = 4;
  int cells = 0;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(" \t", at)) != std::string_view::npos) {
    double value = 0;
    bool whole = false;
    if (ReadNumber(text.substr(at), &value, &whole) == 0) return false;
    ++cells;
    at = std::min(text.find_first_of(" \t", at), text.size());
  }
  return cells >= kLeastCells;
}

// Room for what tells of a traceback, and for a number of a template.
constexpr std::size_t kLongestMention = 48;
constexpr std::size_t kLongestNumber = 24;

// A curve needs more than a first and a last value.
constexpr std::size_t kCurvePoints = 3;
// Records with more numbers are data rather than a pattern.
constexpr std::size_t kMaxRemembered = 64;

bool IsMeasured(ir::Role role) {
  return role != ir::Role::kOther && role < ir::Role::kLearningRate;
}

bool EndsOpen(std::string_view text) {
  text = Trim(text);
  if (text.empty()) return false;
  // A separator without its value, or a bracket that a bar or a record opened and did not close.
  if (text.back() == ':' || text.back() == '=' || text.back() == ',') return true;
  int depth = 0;
  for (const char c : text.substr(text.size() > 512 ? text.size() - 512 : 0)) {
    depth += (c == '[' || c == '{') - (c == ']' || c == '}');
  }
  return depth > 0;
}

// "12/32 [===>....] - ETA: 5s - loss: 0.5", "12/32 ━━━ 5s 8ms/step - loss: 0.5": a state of one of
// Keras's bars before the last, where each stands on a line of its own.
struct BarState {
  double done = 0;
  double total = 0;  // 0: no bar
};

BarState ReadBarState(std::string_view text) {
  BarState state;
  std::size_t i = 0;
  while (i < text.size() && text[i] == ' ') ++i;
  bool whole = false;
  const std::size_t done = ReadNumber(text.substr(i, 16), &state.done, &whole);
  i += done;
  if (done == 0 || !whole || i >= text.size() || text[i] != '/') return {};
  const std::size_t total = ReadNumber(text.substr(i + 1, 16), &state.total, &whole);
  const std::string_view rest = text.substr(std::min(i + 1 + total, text.size()));
  if (total == 0 || !whole) return {};
  if (rest.substr(0, 4) == " \xE2\x94\x81") return state;
  const bool bar = rest.size() > 2 && rest.substr(0, 2) == " [" &&
                   std::string_view(".>=").find(rest[2]) != std::string_view::npos;
  return bar && rest.find("] - ") != std::string_view::npos ? state : BarState{};
}

class LineReader {
 public:
  LineReader(Split unsaid, const LogOptions& options, Collector* collector)
      : collector_(collector),
        interpreter_(collector, unsaid),
        events_(collector),
        patterns_(options.trial_records),
        use_templates_(options.templates) {}

  void Run(std::string_view text, const Source* source, bool expand, LinesResult* result) {
    RecordReader reader(text, expand, source);
    Record record;
    for (;;) {
      if (use_templates_ && patterns_.settled() && events_.outside() && held_.total == 0)
        ReadKnown(&reader, text.size());
      if (!reader.Next(&record)) break;
      collector_->Reached(reader.position(), text.size());
      const BarState state = expand ? BarState{} : ReadBarState(record.text);
      if (held_.total > 0) {
        const bool goes_on = state.total == held_.total && state.done >= held_.done;
        result->collapsed += goes_on;
        if (!goes_on) ReadHeld();
        held_ = {};
      }
      if (state.done < state.total) {
        held_ = state;
        held_record_ = record;
        if (!record.plain) held_text_.assign(record.text);
      } else {
        Read(record);
      }
    }
    if (held_.total > 0) ReadHeld();
    events_.Finish(record.terminated);
    ir::Log* log = collector_->log();
    log->lines = reader.lines();
    result->collapsed += reader.collapsed();
    result->known = known_;
    collector_->writing().Finish(result->collapsed, &log->writing);
    for (const ir::Series& series : log->series) {
      result->found_curve =
          result->found_curve || (IsMeasured(series.role) && series.value.size() >= kCurvePoints);
    }
    log->json = json_lines_.counts();
    log->structured = json_ * 2 > log->records;
    const std::string_view winner = patterns_.Winner();
    if (log->structured) {
      log->input.format = "json-lines";
    } else if (!winner.empty()) {
      log->input.format = std::string(winner);
    } else if (log->timestamped_records * 2 > log->records) {
      log->input.format = "python-logging";
    } else {
      log->input.format = "text";
    }
  }

 private:
  void ReadHeld() {
    if (!held_record_.plain) held_record_.text = held_text_;
    Read(held_record_);
  }

  // "|    value_loss   | 63.4   |", as Stable-Baselines3 draws its tables: one name, one number.
  bool NamesInFirstCell(std::string_view body) {
    body = Trim(body);
    if (body.size() < 5 || body.front() != '|' || body.back() != '|') return false;
    const std::size_t cut = body.find('|', 1);
    if (cut + 1 >= body.size() || body.find('|', cut + 1) + 1 != body.size()) return false;
    const std::string_view name = Trim(body.substr(1, cut - 1));
    const std::string_view value = Trim(body.substr(cut + 1, body.size() - cut - 2));
    if (name.empty() || name.find(' ') != std::string_view::npos || value.empty()) return false;
    row_.assign(name).append(": ").append(value);
    return true;
  }

  void Read(const Record& record) {
    if (record.limited) {
      collector_->AddProblem(ir::ProblemKind::kResourceLimit, record.line,
                             "line " + std::to_string(record.line) + " is longer than " +
                                 std::to_string(kMaxRecordBytes >> 20) +
                                 " MiB; its rest is not read",
                             "write one record a line");
    }
    // Inside a traceback nothing is a metric: source lines are full of names and numbers.
    if (events_.Consume(record)) {
      collector_->CountRecord(ir::Level::kNone, record.line, false, false);
      if (record.terminated) json_lines_.Traceback(record.line);
      return;
    }
    Prefix prefix = ReadPrefix(record.text);
    const std::string_view body = prefix.body;
    bool measured = false;
    bool read_as_text = false;
    scan_.trigger = false;
    json_line_ = json_plain_ = false;
    patterns_.Count();
    if (ReadJson(record, &prefix, &measured)) {
      if (prefix.body.empty()) prefix.body = record.text;
    } else if (patterns_.Try(prefix.body, &match_)) {
      Scan(match_.rest, &scan_);
      scan_.pairs.insert(scan_.pairs.begin(), match_.pairs.begin(), match_.pairs.end());
      measured = interpreter_.Record(scan_.pairs, record.line, false, match_.preset);
    } else if (columns_.Row(prefix.body, &scan_.pairs)) {
      Interpreter::Preset preset;
      preset.split = columns_.split();
      measured = interpreter_.Record(scan_.pairs, record.line, false, preset);
    } else {
      Scan(NamesInFirstCell(prefix.body) ? std::string_view(row_) : prefix.body, &scan_);
      measured = interpreter_.Record(scan_.pairs, record.line, false, {});
      read_as_text = true;
      if (scan_.limited) {
        collector_->AddProblem(ir::ProblemKind::kResourceLimit, record.line,
                               "line " + std::to_string(record.line) + " holds more than " +
                                   std::to_string(kMaxPairsPerRecord) +
                                   " numbers; its rest is not read",
                               "write one record a line");
      }
    }
    if (!json_line_ && record.terminated) json_lines_.Other(record.text, record.line);
    const bool interpreted = measured;
    measured = Count(record, prefix, body, interpreted, nullptr);
    if (measured && record.near_end && record.terminated) Remember();
    patterns_.Vote(record.text);
    const bool search = !measured || scan_.trigger || prefix.level >= ir::Level::kWarning;
    const bool event = search && events_.Find(record, prefix, measured);
    if (use_templates_ && patterns_.settled() && record.plain && !event &&
        (read_as_text || (json_plain_ && interpreted)))
      Learn(record, prefix, interpreted);
    if (!record.terminated && !scan_.pairs.empty() && (EndsOpen(record.text) || StopsShort())) {
      collector_->log()->cut_off = collector_->At(record.line);
    }
  }

  // What every record does to the counts and the segments, however it was read. Returns whether it
  // is taken for one that measures something. `body`: the text behind the prefix, as written.
  bool Count(const Record& record, const Prefix& prefix, std::string_view body, bool measured,
             const Template* known) {
    if (measured) {
      collector_->segments().Measurement();
    } else if (known != nullptr) {
      columns_.Stranger();
      collector_->segments().Message(
          record.line, prefix.body,
          known->fixed_shape ? known->shape : SegmentTracker::ShapeOf(prefix.body));
      measured = known->row;
    } else {
      columns_.Header(prefix.body);
      collector_->segments().Message(record.line, prefix.body,
                                     SegmentTracker::ShapeOf(prefix.body));
      measured =
          IsRowOfNumbers(prefix.body) || ReadPrintedHistory(prefix.body, record.line, collector_);
    }
    collector_->CountRecord(prefix.level, record.line, measured, prefix.time);
    collector_->writing().Add(
        {record.line, record.text, record.plain, body, &prefix, measured, record.overwritten});
    return measured;
  }

  // The template of a line with a prefix, and where it ends.
  Template* MatchPrefixed(const char* line, RecordReader* reader, const char** end) {
    if (!templates_.any_prefixed()) return nullptr;
    std::optional<Prefix> prefix = known_prefix_.Match(line);
    Template* known = prefix ? templates_.Match(prefix->body.data(), &*prefix, end) : nullptr;
    if (known == nullptr) {
      const std::string_view peeked = reader->PeekLine(kMaxFormReach);
      if (peeked.empty() || ReadBarState(peeked).total > 0) return nullptr;
      prefix = ReadPrefix(peeked);
      if (prefix->body.empty()) return nullptr;
      known = templates_.Match(prefix->body.data(), &*prefix, end);
      if (known == nullptr || *end != peeked.data() + peeked.size()) return nullptr;
      // Behind the prefix it is known that no traceback is mentioned.
      const auto front = static_cast<std::size_t>(prefix->body.data() - peeked.data());
      if (TracebackReader::Mentions(peeked.substr(0, front + kLongestMention))) return nullptr;
      known_prefix_.Keep(peeked, *prefix);
    }
    const char* const body = prefix->body.data();
    known->prefix = *prefix;
    known->prefix.body = std::string_view(body, static_cast<std::size_t>(*end - body));
    return known;
  }

  // Reads lines as long as they are written like others before.
  void ReadKnown(RecordReader* reader, std::size_t size) {
    Record record;
    while (const char* const line = reader->Ahead(kMaxFormReach)) {
      const char* end = nullptr;
      Template* known = templates_.Match(line, nullptr, &end);
      if (known != nullptr) {
        known->prefix.body = std::string_view(line, static_cast<std::size_t>(end - line));
      } else {
        known = MatchPrefixed(line, reader, &end);
        if (known == nullptr) return;
      }
      const Prefix& prefix = known->prefix;
      if (columns_.MayBeRow(prefix.body) || !interpreter_.Covers(known->reading, known->pairs))
        return;
      reader->Take(end, &record);
      collector_->Reached(reader->position(), size);
      if (known->json) {
        ++json_;
        json_lines_.Object(known->logged);
      } else {
        json_lines_.Other(record.text, record.line);
      }
      ++known_;
      const bool measured =
          !known->reading.inert() && interpreter_.Apply(known->pairs, record.line, &known->reading);
      Count(record, prefix, prefix.body, measured, known);
    }
  }

  // Makes a template of a record that means nothing but its numbers.
  void Learn(const Record& record, const Prefix& prefix, bool interpreted) {
    const std::string_view body = prefix.body;
    const bool json = json_plain_;
    const bool whole = body.data() == record.text.data();
    if ((scan_.trigger && interpreted) || prefix.level >= ir::Level::kWarning || (json && !whole) ||
        !templates_.MayLearn() || (!interpreted && Columns::MayBeHeader(body)) ||
        EventFinder::NumbersMatter(body))
      return;
    const auto find_json = [&](std::string_view text, std::vector<Pair>* pairs) {
      pairs->clear();
      return template_json_.Read(text, pairs) == JsonRecord::Result::kObject &&
             template_json_.level() == json_reader_.level() &&
             template_json_.timestamped() == json_reader_.timestamped() &&
             template_json_.split() == json_reader_.split();
    };
    ScanResult scan;
    const auto find_text = [&](std::string_view text, std::vector<Pair>* pairs) {
      if (text.find("{\"") != std::string_view::npos || patterns_.MayClaim(text) ||
          NamesInFirstCell(text) || IsRowOfNumbers(text) != IsRowOfNumbers(body))
        return false;
      Scan(text, &scan);
      *pairs = scan.pairs;
      return !(interpreted && scan.trigger) && !scan.limited;
    };
    std::unique_ptr<Template> made;
    if (json) {
      made = MakeTemplate(body, Form::Kind::kJson, find_json);
    } else {
      // Digits of a word decide whether a measured record is searched for events.
      if (!interpreted) made = MakeTemplate(body, Form::Kind::kDigits, find_text);
      if (made == nullptr) made = MakeTemplate(body, Form::Kind::kNumbers, find_text);
    }
    if (made == nullptr) return;
    Interpreter::Preset preset;
    if (json) preset.split = json_reader_.split();
    interpreter_.Read(made->pairs, json, preset, &made->reading);
    if (made->reading.moved()) return;
    made->logged = json && IsLogged(json_reader_);
    made->prefix.level = prefix.level;
    made->prefix.time = prefix.time;
    made->direct =
        whole && HasNoPrefix(body) && (json || (!prefix.time && prefix.level == ir::Level::kNone));
    if (json && !made->direct) return;
    if (!interpreted) {
      made->form.ForbidExponents();
      // Its own would be among the letters of its shape.
      if (!made->form.Matches(body)) return;
      made->row = IsRowOfNumbers(body);
      made->shape = SegmentTracker::ShapeOf(body);
      made->fixed_shape =
          SegmentTracker::IsShort(body.size() + kLongestNumber * made->form.slots().size());
    }
    templates_.Add(std::move(made));
  }

  // The names of the last complete records that measured something, by their first name.
  void Remember() {
    if (scan_.pairs.empty() || scan_.pairs.size() > kMaxRemembered) return;
    names_.resize(scan_.pairs.size());
    for (std::size_t i = 0; i < names_.size(); ++i) names_[i] = scan_.pairs[i].name;
  }

  // The record begins like the one before and ends before its last name got a number.
  bool StopsShort() const {
    const std::vector<Pair>& pairs = scan_.pairs;
    if (pairs.size() >= names_.size()) return false;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const bool last = i + 1 == pairs.size() && pairs[i].kind == Pair::Kind::kHeading;
      if (last ? names_[i].substr(0, pairs[i].name.size()) != pairs[i].name
               : names_[i] != pairs[i].name)
        return false;
    }
    return true;
  }

  // {"loss": 0.5} alone or behind a prefix, as fitlog writes it.
  bool ReadJson(const Record& record, Prefix* prefix, bool* measured) {
    const std::string_view body = prefix->body;
    const std::size_t open = FindJson(body);
    if (open == std::string_view::npos) return false;
    const bool whole = open == 0 && body.data() == record.text.data();
    bool found = false;
    const JsonLine line = ReadJsonLine(Trim(body.substr(open)), &json_reader_, &json_pairs_, [&] {
      found = true;
      TakeJson(record, body.substr(0, open), prefix, measured);
    });
    if (line == JsonLine::kCut && !record.terminated) {
      collector_->log()->cut_off = collector_->At(record.line);
      return true;
    }
    json_line_ = whole;
    if (!whole) return found;
    if (line == JsonLine::kObject) {
      json_lines_.Object(IsLogged(json_reader_));
    } else if (record.terminated) {
      json_lines_.Damaged(line, record.line);
    }
    json_plain_ = json_plain_ && line == JsonLine::kObject;
    return found || json_ > 0;
  }

  void TakeJson(const Record& record, std::string_view front, Prefix* prefix, bool* measured) {
    ++json_;
    if (!front.empty()) {
      Scan(front, &scan_);
      json_pairs_.insert(json_pairs_.begin(), scan_.pairs.begin(), scan_.pairs.end());
    }
    if (prefix->level == ir::Level::kNone) prefix->level = json_reader_.level();
    prefix->time = prefix->time || json_reader_.timestamped();
    Interpreter::Preset preset;
    preset.split = json_reader_.split();
    bool measures = interpreter_.Record(json_pairs_, record.line, true, preset);
    json_plain_ = measures && front.empty();
    if (!measures && !json_reader_.message().empty()) {
      Scan(json_reader_.message(), &scan_);
      measures = interpreter_.Record(scan_.pairs, record.line, false, {});
      prefix->body = json_reader_.message();
    }
    *measured = *measured || measures;
    scan_.pairs.clear();
  }

  // The last state of a bar so far.
  BarState held_;
  Record held_record_;
  std::string held_text_;
  std::string row_;
  Collector* collector_;
  Interpreter interpreter_;
  EventFinder events_;
  PatternMatcher patterns_;
  Columns columns_;
  PatternMatcher::Match match_;
  ScanResult scan_;
  JsonRecord json_reader_;
  std::vector<Pair> json_pairs_;
  std::vector<std::string> names_;
  JsonRecord template_json_;
  Templates templates_;
  KnownPrefix known_prefix_;
  bool use_templates_;
  JsonLineCounter json_lines_;
  bool json_line_ = false;   // the record at hand is an object, or a damaged one
  bool json_plain_ = false;  // an object and nothing else, and its numbers measure something
  std::uint64_t known_ = 0;  // records read by templates
  std::uint64_t json_ = 0;
};

}  // namespace

LinesResult ReadLines(std::string_view text, const Source* source, bool expand, Split unsaid,
                      const LogOptions& options, Collector* collector) {
  LinesResult result;
  LineReader(unsaid, options, collector).Run(text, source, expand, &result);
  return result;
}

}  // namespace onnxcheck::parsers::log
