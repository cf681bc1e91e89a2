#include "parsers/log/metric_file.h"

#include <algorithm>
#include <exception>
#include <limits>
#include <utility>

#include "parsers/log/number.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view kFolder = "/metrics/";
// Milliseconds since 1970: 2001 to 2286.
constexpr std::size_t kTimeDigits = 13;
constexpr std::size_t kLinesLookedAt = 20;

struct Line {
  double time = 0;  // seconds since 1970
  double value = 0;
  double step = 0;  // NaN: not stated
};

bool ReadLine(std::string_view text, Line* line) {
  text = log::Trim(text);
  bool whole = false;
  double milliseconds = 0;
  if (log::ReadNumber(text, &milliseconds, &whole) != kTimeDigits || !whole ||
      text.size() <= kTimeDigits || text[kTimeDigits] != ' ') {
    return false;
  }
  line->time = milliseconds / 1000;
  text.remove_prefix(kTimeDigits + 1);
  const std::size_t length = log::ReadNumber(text, &line->value, &whole);
  if (length == 0) return false;
  text.remove_prefix(length);
  line->step = kNaN;
  if (text.empty()) return true;
  if (text.front() != ' ') return false;
  text.remove_prefix(1);
  return log::ReadNumber(text, &line->step, &whole) == text.size() && whole;
}

}  // namespace

MetricPath SplitMetricPath(std::string_view path) {
  std::size_t at = path.rfind(kFolder);
  if (at == std::string_view::npos) {
    if (path.substr(0, kFolder.size() - 1) != kFolder.substr(1)) return {};
    return {std::string(path.substr(0, kFolder.size() - 2)),
            std::string(path.substr(kFolder.size() - 1))};
  }
  return {std::string(path.substr(0, at + kFolder.size() - 1)),
          std::string(path.substr(at + kFolder.size()))};
}

bool IsMetricFile(std::string_view window, std::string_view path) {
  if (SplitMetricPath(path).name.empty()) return false;
  std::size_t lines = 0;
  std::size_t damaged = 0;  // by two writers, say
  while (!window.empty() && lines < kLinesLookedAt) {
    const std::size_t end = window.find('\n');
    Line line;
    // The window may end in the middle of a line.
    if (end == std::string_view::npos && lines > 0) break;
    damaged += !ReadLine(window.substr(0, end), &line);
    if (++lines == damaged) return false;
    if (end == std::string_view::npos) break;
    window.remove_prefix(end + 1);
  }
  return lines > 0 && 2 * damaged <= lines;
}

MetricFileReader::MetricFileReader() : collector_(&log_) {
  log_.input.kind = ir::Kind::kLog;
  log_.input.format = "mlflow-metrics";
  log_.structured = true;
}

void MetricFileReader::Add(const Source& source) {
  try {
    Read(source);
  } catch (const std::exception& error) {  // out of memory: nothing else is thrown
    log_.input.problems.push_back(OutOfMemory(source, error));
  }
}

void MetricFileReader::Read(const Source& source) {
  log_.input.path = source.path();
  log_.input.bytes += source.bytes().size();
  auto number = static_cast<std::uint32_t>(std::min<std::uint64_t>(log_.lines, UINT32_MAX - 1));
  parts_.push_back({source.path(), number + 1});
  if (parts_.size() > 1) log_.parts = parts_;
  log::NameEntry* name = collector_.FindName(SplitMetricPath(source.path()).name);
  std::string_view rest = source.bytes();
  while (!rest.empty() && name != nullptr) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    if (number < UINT32_MAX - 1) ++number;
    Line line;
    if (ReadLine(rest.substr(0, end + 1), &line)) {
      collector_.Stand({number, line.step, kNaN});
      ir::Series* series = collector_.Add(name, log::SplitOf(name->name, log::Split::kUnknown),
                                          line.value, false, true);
      if (series != nullptr) series->time.push_back(line.time);
      collector_.CountRecord(ir::Level::kNone, number, log::IsMeasurement(name->name.quantity),
                             true);
    } else if (!log::Trim(rest.substr(0, end + 1)).empty() && malformed_++ == 0) {
      collector_.AddProblem(ir::ProblemKind::kMalformedRecord, number,
                            "a line is not a time, a value and a step",
                            "look whether two processes wrote the file");
    }
    rest.remove_prefix(end + 1);
  }
  log_.lines = number;
}

ir::Log MetricFileReader::Finish() {
  collector_.Finish();
  if (log_.lines > 0)
    log_.segments = {{1, static_cast<std::uint32_t>(log_.lines), ir::SegmentStart::kFirst}};
  return std::move(log_);
}

}  // namespace onnxcheck::parsers
