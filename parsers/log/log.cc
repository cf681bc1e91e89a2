#include "parsers/log/log.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "parsers/log/collector.h"
#include "parsers/log/decimal.h"
#include "parsers/log/file_name.h"
#include "parsers/log/json_document.h"
#include "parsers/log/limits.h"
#include "parsers/log/lines.h"
#include "parsers/log/nature.h"
#include "parsers/log/record_format.h"
#include "parsers/log/table.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers {
namespace {

using log::Collector;
using log::Split;

// Bars with fewer states than this are not worth reading one by one.
constexpr std::uint64_t kStatesWorthReading = 8;

void Reset(const Source& source, const std::vector<ir::LogPart>& parts, ir::Log* log) {
  *log = ir::Log{};
  log->input.path = source.path();
  log->input.kind = ir::Kind::kLog;
  log->input.bytes = source.bytes().size();
  log->parts = parts;
}

// `lines` less the blank ones at the end.
std::uint64_t LastLine(std::string_view text, std::uint64_t lines) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return 0;
  const auto breaks = static_cast<std::uint64_t>(std::count(text.begin() + end, text.end(), '\n'));
  return breaks == 0 ? lines : lines - std::min(lines, breaks - 1);
}

void Complete(const log::Text& text, Collector* collector) {
  ir::Log* log = collector->log();
  collector->Finish();
  log->segments = collector->segments().Finish(log->lines);
  log->last_line = LastLine(text.bytes, log->lines);
  log::JudgeNature(text.bytes, log);
}

// Tries what the text can be, the narrowest first.
void ReadAs(const Source& source, const log::Text& text, const LogOptions& options,
            const std::vector<ir::LogPart>& parts, ir::Log* result) {
  if (const auto shape = log::FindTable(text.bytes)) {
    Collector collector(result);
    if (log::ReadTable(text.bytes, &source, *shape, log::MetricOfFile(source.path()),
                       log::SplitOfFile(source.path()), options, &collector))
      return Complete(text, &collector);
    Reset(source, parts, result);
  }
  {
    Collector collector(result);
    if (log::ReadJsonDocument(text.bytes, log::MetricOfFile(source.path()), &collector))
      return Complete(text, &collector);
    Reset(source, parts, result);
  }
  Collector collector(result);
  const log::LinesResult lines =
      log::ReadLines(text.bytes, &source, false, Split::kUnknown, options, &collector);
  if (!lines.found_curve && lines.collapsed >= kStatesWorthReading) {
    // Nothing but one bar: its states are the only curve there is.
    ir::Log expanded;
    Reset(source, parts, &expanded);
    Collector second(&expanded);
    if (log::ReadLines(text.bytes, &source, true, Split::kUnknown, options, &second).found_curve) {
      Complete(text, &second);
      *result = std::move(expanded);
      return;
    }
  }
  Complete(text, &collector);
}

ir::Log Parse(const Source& source, const LogOptions& options,
              const std::vector<ir::LogPart>& parts) {
  ir::Log result;
  Reset(source, parts, &result);
  log::Text text;
  log::Decode(source.bytes(), &text);
  if (text.binary) {
    result.nature = ir::LogNature::kOther;
    result.nature_reason = "binary data, not text";
    ir::Problem& problem = result.input.problems.emplace_back();
    problem.kind = ir::ProblemKind::kUnknownFormat;
    problem.location.path = source.path();
    problem.message = "not a log: " + result.nature_reason;
    problem.help = "name a text file";
    return result;
  }
  if (log::HasDecimalCommas(text.bytes)) {
    text.limited = text.limited || text.bytes.size() > log::kMaxConvertedBytes;
    text.owned = log::WithDecimalPoints(text.bytes.substr(0, log::kMaxConvertedBytes));
    text.bytes = text.owned;
  }
  if (std::string usual = log::InUsualFormat(text.bytes, options.formats); !usual.empty()) {
    text.owned = std::move(usual);
    text.bytes = text.owned;
  }
  ReadAs(source, text, options, parts, &result);
  result.encoding = text.encoding;
  if (text.limited) {
    ir::Problem& problem = result.input.problems.emplace_back();
    problem.kind = ir::ProblemKind::kResourceLimit;
    problem.location.path = source.path();
    problem.message = "text that has to be converted is read up to " +
                      std::to_string(log::kMaxConvertedBytes >> 20) + " MiB";
    problem.help = "convert the file to UTF-8";
  }
  return result;
}

}  // namespace

ir::Log ParseLog(const Source& source, const LogOptions& options,
                 const std::vector<ir::LogPart>& parts) {
  try {
    return Parse(source, options, parts);
  } catch (const std::exception& error) {  // out of memory: the parsers throw nothing themselves
    ir::Log log;
    Reset(source, parts, &log);
    log.input.problems.push_back(OutOfMemory(source, error));
    return log;
  }
}

}  // namespace onnxcheck::parsers
