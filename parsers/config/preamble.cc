#include "parsers/config/preamble.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_replace.h"
#include "parsers/config/config.h"
#include "parsers/config/document.h"
#include "parsers/config/fields.h"
#include "parsers/config/python_literal.h"
#include "parsers/config/readers.h"
#include "parsers/config/values.h"
#include "re2/re2.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::size_t kMaxLineBytes = 400;  // of a "key: value" line
constexpr std::size_t kMaxEntries = 5000;
constexpr std::size_t kMaxStateBytes = 4u << 20;  // of trainer_state.json

struct Patterns {
  RE2 assignment{
      R"((?:^|\] |- |>> |(?:INFO|DEBUG|WARNING)\S* +|: )\s*(?:--)?([A-Za-z][\w.\-]*(?: [\w.\-]+){0,4})\s*[:=]\s*([^\s:=][^=:]*?|[A-Za-z0-9_.\-]+\(\))\s*(?:\[default: .*\])?,?\s*$)"};
  RE2 before_dict{
      R"((?i)(^|config|cfg|args|arguments|params|parameters|hparams|settings|options)\W*$)"};
  RE2 running{R"(\*{3,} *Running (\w+))"};
};

const Patterns& Get() {
  static const Patterns* const patterns = new Patterns;
  return *patterns;
}

// transformers' trainer.py; the keys that its TrainingArguments have for the same.
constexpr std::pair<std::string_view, std::string_view> kTrainer[] = {
    {"num examples", "num_train_examples"},
    {"num epochs", "num_train_epochs"},
    {"instantaneous batch size per device", "per_device_train_batch_size"},
    {"gradient accumulation steps", "gradient_accumulation_steps"},
    {"total optimization steps", "max_steps"},
};

class Reader {
 public:
  Reader(std::string_view text, ir::Config& config) : text_(text), lines_(text), config_(config) {}

  void Read() {
    std::size_t at = 0;
    while (at < text_.size() && config_.entries.size() < kMaxEntries) {
      const std::size_t end = std::min(text_.find_first_of("\r\n", at), text_.size());
      at = std::max(Line(at, end), end + 1);
    }
  }

 private:
  // Where reading goes on: behind the line, or behind a value that takes several.
  std::size_t Line(std::size_t begin, std::size_t end) {
    const std::string_view line = text_.substr(begin, end - begin);
    const std::size_t call = line.find("Namespace(");
    if (call != std::string_view::npos) return Value(begin + call, end);
    const std::size_t brace = line.find('{');
    if (brace != std::string_view::npos) {
      const std::string_view before = line.substr(0, std::min(brace, kMaxLineBytes));
      const bool settings =
          RE2::PartialMatch(re2::StringPiece(before.data(), before.size()), Get().before_dict);
      return settings ? Value(begin + brace, end) : end;
    }
    if (line.size() <= kMaxLineBytes) Assignment(line, begin);
    return end;
  }

  std::size_t Value(std::size_t begin, std::size_t end) {
    PythonLiteral literal = ReadPythonLiteral(text_, begin);
    if (literal.document.roots.empty()) return end;
    const std::size_t entries = config_.entries.size();
    Flatten(literal.document, config_.input.path, config_);
    // A value of one key is a message.
    if (config_.entries.size() - entries < 2) config_.entries.resize(entries);
    return literal.end;
  }

  void Assignment(std::string_view line, std::size_t begin) {
    const re2::StringPiece piece(line.data(), line.size());
    std::string section;
    if (RE2::PartialMatch(piece, Get().running, &section)) {
      in_training_ = section == "training";
      in_other_ = !in_training_;
      return;
    }
    re2::StringPiece key;
    re2::StringPiece value;
    if (in_other_ || !RE2::PartialMatch(piece, Get().assignment, &key, &value)) return;
    // Inside of a nested configuration that is printed over many lines: whose key it is, is not
    // known. "optimizer = dict(" opens one.
    const bool nested = line.ends_with(',') && (line[0] == ' ' || line[0] == '\t');
    const char last = value[value.size() - 1];
    if (nested || last == '(' || last == '{' || last == '[') return;
    std::string name(key.data(), key.size());
    if (in_training_) {
      const std::string lower = absl::StrReplaceAll(Canonical(name), {{"_", " "}});
      const auto* row = std::find_if(std::begin(kTrainer), std::end(kTrainer),
                                     [&](const auto& it) { return it.first == lower; });
      if (row == std::end(kTrainer)) return;
      name = row->second;
    }
    ir::Entry entry;
    entry.key = Canonical(name);
    entry.text = std::string(value.data(), value.size());
    // "Num examples = 25,000"; "CrossEntropyLoss()".
    std::string plain = entry.text;
    if (in_training_) plain = absl::StrReplaceAll(plain, {{",", ""}});
    if (plain.ends_with("()")) plain.resize(plain.size() - 2);
    const bool quoted =
        plain.size() > 1 && (plain[0] == '\'' || plain[0] == '"') && plain.front() == plain.back();
    entry.value = quoted ? ir::Scalar(plain.substr(1, plain.size() - 2)) : PrintedScalar(plain);
    entry.location.path = config_.input.path;
    entry.location.offset = begin + static_cast<std::size_t>(value.data() - line.data());
    entry.location.length = value.size();
    entry.location.has_span = true;
    lines_.Locate(entry.location.offset, entry.location.line, entry.location.column);
    entry.location.logical = std::string(key.data(), key.size());
    config_.entries.push_back(std::move(entry));
  }

  std::string_view text_;
  LineCounter lines_;
  ir::Config& config_;
  bool in_training_ = false;  // below "***** Running training *****"
  bool in_other_ = false;     // below "***** Running Evaluation *****"
};

// Where the first record with a metric begins.
std::size_t FirstMetric(std::string_view text, const ir::Log& log) {
  std::uint32_t first = 0;
  for (const ir::Series& series : log.series) {
    if (series.at->line.empty()) continue;
    if (series.role == ir::Role::kOther || series.role >= ir::Role::kLearningRate) continue;
    if (first == 0 || series.at->line.front() < first) first = series.at->line.front();
  }
  if (first == 0) return text.size();
  std::size_t at = 0;
  for (std::uint32_t line = 1; line < first; ++line) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return at;
}

bool IsState(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return text.size() <= kMaxStateBytes && first != std::string_view::npos && text[first] == '{' &&
         (text.find("\"log_history\"") != std::string_view::npos ||
          text.find("\"train_runtime\"") != std::string_view::npos);
}

// trainer_state.json and *_results.json: what stands at the top, beside the history.
void ReadState(const Source& source, ir::Config& config) {
  std::vector<ir::Problem> problems;  // the log parser has told of them
  const Document document = ReadJson(source.bytes(), source.path(), problems);
  if (document.roots.empty() || !problems.empty()) return;
  Flatten(document, source.path(), config);
  std::erase_if(config.entries, [](const ir::Entry& entry) {
    return entry.key.find_first_of("[.") != std::string::npos || entry.key == "train_loss";
  });
}

int StatedFields(const ir::Config& config) {
  return config.loss.has_value() + config.optimizer.has_value() + config.learning_rate.has_value() +
         config.schedule.has_value() + config.batch_size.has_value() +
         config.dataset_size.has_value() + config.epochs.has_value() +
         config.steps_per_epoch.has_value() + config.max_steps.has_value() +
         config.weight_decay.has_value() + config.momentum.has_value() + config.seed.has_value() +
         config.classes.has_value() + config.warmup_steps.has_value() +
         config.logging_steps.has_value() + config.accumulation.has_value() +
         config.precision.has_value();
}

}  // namespace

std::optional<ir::Config> ReadPreamble(const Source& source, const ir::Log& log) {
  if (!ir::Trains(log) || !log.encoding.empty() || log.binary || log.parts.size() > 1) {
    return std::nullopt;
  }
  ir::Config config;
  config.input.path = source.path();
  config.input.kind = ir::Kind::kConfig;
  config.input.format = "log-preamble";
  const bool state = IsState(source.bytes());
  if (state) {
    ReadState(source, config);
  } else if (!log.structured) {
    const std::string_view text = source.bytes().substr(0, kMaxPreambleBytes);
    Reader(text.substr(0, FirstMetric(text, log)), config).Read();
  }
  if (config.entries.empty()) return std::nullopt;
  FillFields(config);
  // A log's words are no keys that anybody misspelt, and its numbers no YAML.
  config.key_words.clear();
  config.text_numbers.clear();
  // Prose may look like one setting, a Trainer's state does not.
  if (StatedFields(config) < (state ? 1 : 2)) return std::nullopt;
  return config;
}

}  // namespace onnxcheck::parsers
