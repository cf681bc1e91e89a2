#include "parsers/sniff_text.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "re2/re2.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::size_t kMaxLines = 400;
constexpr std::size_t kMaxLineBytes = 400;  // enough of a line to see its shape
// Lines that speak of training before a file of unknown name is a log: two,
// and one in twenty, so that notes which quote a figure are not.
constexpr int kMinEvidence = 2;
constexpr double kMinEvidenceShare = 0.05;
constexpr double kMostLines = 0.8;
// A mapping of epochs and steps alone has two lines that look like progress.
constexpr int kMinSteps = 3;

bool Full(std::string_view text, const RE2& pattern) {
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), pattern);
}
bool Partial(std::string_view text, const RE2& pattern) {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern);
}

struct Patterns {
  RE2 html{R"((?i)^\s*(<!doctype\s+html|<html|<head|<body))"};
  RE2 onnx_text{R"(^\s*(//[^\n]*\n\s*)*<\s*(//[^\n]*\n\s*)*(ir_version|opset_import)\s*:)"};
  RE2 python{R"(^(import [\w.]+|from [\w.]+ import |def \w+\(|class \w+[(:]|@\w+|if __name__))"};
  // Progress, steps, timestamps with a level, tracebacks.
  RE2 progress{
      R"((?i)(\b(epochs?|iter(ation)?s?|steps?|batch)\b[^\w\n]{0,4}\d)|(\d+/\d+ *\[[=>.# ])|)"
      R"((\d+%\|)|(\d(it/s|s/it|ms/step|s/step))|(^traceback \(most recent call last\))|)"
      R"((\d\d:\d\d.{0,40}\b(info|warning|error|debug|critical)\b)|)"
      R"((\b(info|warning|error|debug|critical)\b.{0,40}\d\d:\d\d)|)"
      R"((^\[?\d{4}-\d\d-\d\d[ t_]\d\d:\d\d))"};
  RE2 metric{R"((?i)(loss|acc|accuracy|perplexity|ppl|mse|mae|mape|rmse|auc|f1|reward|iou|map))"
             R"(['"]?\]?\s*[:=]?\s*[-+]?(\d|nan|inf))"};
  RE2 measure{R"((?i)(^|[^a-z])(loss|acc|accuracy)([^a-z]|$))"};
  RE2 yaml{
      R"(\s*(- +)*("[^"]*"|'[^']*'|[^\s\-#:{}\[\],&*!|>'"%@`][^:#{}\[\]"']*|\?) *:(\s.*|)|\s*-( .*|)|(---|\.\.\.)\s*.*)"};
  RE2 yaml_key{R"(^([\w.\-/ ]+) *:(\s|$))"};
  RE2 toml{
      R"(\s*\[\[?[\w.\-" ]+\]\]?\s*(#.*)?|\s*[\w.\-"]+\s*=\s*(["'\[{]|[-+]?\d|true|false|inf|nan).*)"};
  // A section is the first thing that is no comment.
  RE2 ini{R"(^(\s*([#;][^\n]*)?\n)*\s*\[[^\]\n]+\]\s*(\n|$))"};
  // One JSON document that records a run: a Trainer's state or its *_results.json, the summary of a
  // W&B run, a History dumped as lists or, by pandas, as {"0": ..., "1": ...}.
  RE2 history{
      R"re("log_history"\s*:\s*\[|"(?:train|eval|test|predict)_(?:runtime|samples_per_second)"\s*:\s*[\d.]|)re"
      R"re("_(?:runtime|timestamp)"\s*:\s*[\d.]|)re"
      R"re("(?:\w+_)?(?:loss|acc|accuracy)"\s*:\s*(?:\[|\{\s*"0"\s*:)\s*-?[\dNI])re"};
  // The same as a record an epoch: a list of them, or an object by epoch.
  RE2 epochs{
      R"re(^(?:\[|\{\s*"\d+"\s*:)\s*\{[^{}\[\]]*"(?:\w+[_/])?(?:loss|acc|accuracy)"\s*:\s*-?[\dNI])re"};
  // Curves of any name: an object of lists of fractions.
  RE2 curves{R"(^\{\s*"[^"]*"\s*:\s*\[(\s*-?\d+\.\d+([eE][-+]?\d+)?\s*,){4})"};
  // A list of what happened when is no configuration, whatever happened.
  RE2 records{R"re(^\[\s*\{[^{}\[\]]*"(?:date|time|datetime|timestamp|created_at)"\s*:)re"};
  RE2 numbers{R"([-+\d.,;:eE%/\s\[\]()]*\d[-+\d.,;:eE%/\s\[\]()naifNAIFGMK]*)"};
};

const Patterns& Get() {
  static const Patterns* const patterns = new Patterns;
  return *patterns;
}

// Shares of line shapes. A record ends at \n or \r (progress bars).
struct Shape {
  int lines = 0;  // neither blank nor comment
  int progress = 0, evidence = 0, python = 0, yaml = 0, toml = 0, numbers = 0;
  bool repeated_key = false;  // the same key at column 1 twice: no mapping
  int rows = 0;               // comma- or tab-separated like the first line
  bool header = false;        // the first line has such columns and a letter
  bool measures = false;      // and one of them is a loss or an accuracy

  double Share(int count) const { return lines == 0 ? 0 : static_cast<double>(count) / lines; }
};

Shape Measure(std::string_view text, bool whole) {
  const Patterns& patterns = Get();
  Shape shape;
  absl::flat_hash_set<std::string> keys;
  std::size_t commas = 0;
  char separator = ',';
  std::size_t seen = 0;
  while (!text.empty() && seen < kMaxLines) {
    const std::size_t end = text.find_first_of("\r\n");
    // A line that the window cuts off has no shape, unless it is the only one.
    if (end == std::string_view::npos && !whole && seen > 0) break;
    std::string_view line = text.substr(0, std::min(end, kMaxLineBytes));
    const std::string_view full = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.find_first_not_of(" \t\b") == std::string_view::npos) continue;
    ++seen;
    const auto columns = [&full](char c) {
      return static_cast<std::size_t>(std::count(full.begin(), full.end(), c));
    };
    if (seen == 1) {
      separator = columns('\t') > columns(',') ? '\t' : columns(';') > columns(',') ? ';' : ',';
      commas = columns(separator);
      shape.header = commas > 0 && std::any_of(full.begin(), full.end(), absl::ascii_isalpha);
      shape.measures = shape.header && Partial(line, patterns.measure);
    } else if (commas > 0 && columns(separator) == commas) {
      ++shape.rows;
    }
    if (line[line.find_first_not_of(" \t")] == '#') continue;
    ++shape.lines;
    const bool progress = Partial(line, patterns.progress);
    shape.progress += progress;
    shape.evidence += progress || Partial(line, patterns.metric);
    shape.python += Partial(line, patterns.python);
    shape.yaml += Full(line, patterns.yaml);
    shape.toml += Full(line, patterns.toml);
    shape.numbers += Full(line, patterns.numbers);
    std::string key;
    if (RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), patterns.yaml_key, &key)) {
      shape.repeated_key |= !keys.insert(key).second;
    }
  }
  return shape;
}

// Where the bracket at the start closes, JSON strings skipped; npos if it does not.
std::size_t CloseOf(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\') ++i;
      }
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return i;
    }
  }
  return std::string_view::npos;
}

// kJson, kLog (JSON lines) or kUnknown (something else that starts with a bracket).
Format SniffJson(std::string_view text, bool whole, const FileName& name) {
  const std::size_t first = text.find_first_not_of(" \t\r\n", 1);
  const std::string_view starts = text[0] == '{' ? "\"}/" : "{[\"]-0123456789tfnNI/";
  if (first == std::string_view::npos)
    return name.suffix == "json" ? Format::kJson : Format::kUnknown;
  if (starts.find(text[first]) == std::string_view::npos) return Format::kUnknown;
  if (Partial(text, Get().history) || Partial(text, Get().epochs)) return Format::kLog;
  if (Partial(text.substr(0, 4096), Get().records)) return Format::kLog;
  if (name.log_word && Partial(text.substr(0, 4096), Get().curves)) return Format::kLog;
  // A list of numbers in "loss_log.txt" is a curve, an object in "train_output.txt" no settings.
  const bool named = name.log_word && name.suffix != "json";
  const std::size_t close = CloseOf(text);
  if (close == std::string_view::npos) {
    if (named && !whole) return Format::kLog;
    // Cut off. A '[' alone may open anything: "[12:00:01] started".
    return text[0] == '{' || name.suffix == "json" || !whole ? Format::kJson : Format::kUnknown;
  }
  const std::size_t next = text.find_first_not_of(" \t\r\n", close + 1);
  if (next == std::string_view::npos) {
    const bool lines = name.suffix == "jsonl" || name.suffix == "ndjson" || name.is_log ||
                       name.base.find(".log.") != std::string::npos;
    return lines || named ? Format::kLog : Format::kJson;
  }
  if (text[0] == '{' && text[next] == '{') return Format::kLog;
  // Text follows: no JSON, unless the name insists and the document is broken.
  if (name.suffix == "json" || text.substr(next, 2) == "//" || text.substr(next, 2) == "/*") {
    return Format::kJson;
  }
  return Format::kUnknown;
}

bool SpeaksOfTraining(const Shape& shape) {
  return shape.evidence >= kMinEvidence && shape.Share(shape.evidence) >= kMinEvidenceShare;
}

bool IsYamlName(const FileName& name) { return name.suffix == "yaml" || name.suffix == "yml"; }

}  // namespace

Format SniffText(std::string_view text, bool whole, const FileName& name) {
  const Patterns& patterns = Get();
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n\f\v");
  if (first == std::string_view::npos) {
    return IsYamlName(name)               ? Format::kYaml
           : name.is_log || name.log_word ? Format::kLog
                                          : Format::kUnknown;
  }
  if (Partial(text.substr(0, 256), patterns.html)) return Format::kHtml;
  if (Partial(text.substr(0, 4096), patterns.onnx_text)) return Format::kOnnxText;
  if (name.suffix == "py" || text.substr(0, 2) == "#!") {
    const std::string_view shebang = text.substr(0, text.find('\n'));
    if (name.suffix == "py" || shebang.find("python") != std::string_view::npos) {
      return Format::kPython;
    }
    if (shebang.size() > 2 && shebang[2] == '/') return Format::kUnknown;  // another script
  }
  if (name.suffix == "ipynb" && text[first] == '{') return Format::kNotebook;
  if ((text[first] == '{' || text[first] == '[') && !IsYamlName(name) && name.suffix != "toml") {
    const Format format = SniffJson(text.substr(first), whole, name);
    if (format != Format::kUnknown) return format;
  }
  if (name.suffix == "ini" || name.suffix == "cfg" || name.suffix == "conf") {
    return Partial(text.substr(0, 4096), patterns.ini) ? Format::kIni : Format::kUnknown;
  }
  const Shape shape = Measure(text, whole);
  const bool training = SpeaksOfTraining(shape);
  if (IsYamlName(name)) {
    const bool log = training && (shape.repeated_key || shape.Share(shape.yaml) < 0.5);
    return log && shape.progress >= kMinEvidence ? Format::kLog : Format::kYaml;
  }
  if (name.suffix == "toml") {
    return training && shape.Share(shape.toml) < 0.5 ? Format::kLog : Format::kToml;
  }
  if (name.suffix == "json") return training ? Format::kLog : Format::kJson;
  if (name.is_log) return Format::kLog;
  if (name.suffix == "csv" || name.suffix == "tsv" || name.suffix == "jsonl" ||
      name.suffix == "ndjson") {
    return Format::kLog;
  }
  if (name.is_document) return Format::kUnknown;
  if (shape.python >= 2 && shape.progress <= shape.python && !name.log_word) {
    return Format::kPython;
  }
  const bool columns = shape.Share(shape.numbers) >= kMostLines ||
                       (shape.header && shape.Share(shape.rows + 1) >= kMostLines);
  if (columns && (name.metric_word || shape.measures)) return Format::kLog;
  if (name.log_word) return Format::kLog;
  // "iter 3: loss = 2, acc: 1%" looks like a mapping; a mapping has no step in nearly every line.
  const bool steps = shape.lines >= kMinSteps && shape.Share(shape.progress) >= kMostLines;
  if (training && steps) return Format::kLog;
  if (shape.Share(shape.yaml) >= kMostLines && !shape.repeated_key && shape.lines >= 2) {
    return Format::kYaml;
  }
  if (training) return Format::kLog;
  if (shape.Share(shape.toml) >= kMostLines && shape.lines >= 2) return Format::kToml;
  return Format::kUnknown;
}

}  // namespace onnxcheck::parsers
