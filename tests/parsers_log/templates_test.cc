// Logs are read with templates and without, and must mean the same to the last bit.
#include "parsers/log/templates.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "parsers/log/lines.h"
#include "parsers/log/log.h"

namespace onnxcheck::parsers::log {
namespace {

namespace fs = std::filesystem;

// Dialects are settled soon, so that little text is needed.
constexpr std::uint64_t kTrial = 20;
// More than the stretch at the end of a file that no template reads.
constexpr std::size_t kEnough = 200000;
constexpr std::uintmax_t kLargestFile = 4 << 20;

std::string Bits(double value) {
  if (std::isnan(value)) return "nan";
  std::ostringstream out;
  out << std::hex << std::bit_cast<std::uint64_t>(value);
  return out.str();
}

void Fact(const char* name, const std::optional<ir::Located<double>>& fact, std::ostream& out) {
  if (fact) out << name << ' ' << Bits(fact->value) << " at " << fact->location.line << '\n';
}

// All that is in a log, a line for each thing.
std::vector<std::string> Everything(const ir::Log& log) {
  std::ostringstream out;
  out << log.input.format << ' ' << log.lines << ' ' << log.records << ' ' << log.metric_records
      << ' ' << log.timestamped_records << ' ' << log.structured << ' '
      << static_cast<int>(log.nature) << ' ' << log.nature_reason << '\n';
  for (const ir::Problem& problem : log.input.problems)
    out << "problem " << problem.location.line << ' ' << problem.message << '\n';
  for (const ir::LevelCount& level : log.levels)
    out << "level " << level.records << ' ' << level.metric_records << ' ' << level.first_line
        << ' ' << level.first_metric_line << '\n';
  for (const ir::Series& series : log.series) {
    out << "series " << series.name << ' ' << static_cast<int>(series.role) << ' ' << series.percent
        << ' ' << series.per_epoch << ' ' << series.value.size() << '\n';
    for (std::size_t i = 0; i < series.value.size(); ++i)
      out << series.name << '@' << series.at->line[i] << ' ' << Bits(series.at->step[i]) << ' '
          << Bits(series.at->epoch[i]) << ' ' << Bits(series.value[i]) << ' '
          << (series.time.empty() ? "" : Bits(series.time[i])) << '\n';
  }
  for (const ir::Event& event : log.events)
    out << "event " << static_cast<int>(event.kind) << ' ' << event.location.line << ' '
        << static_cast<int>(event.level) << ' ' << event.text << '\n';
  for (const ir::Segment& segment : log.segments)
    out << "segment " << segment.first_line << ' ' << segment.last_line << ' '
        << static_cast<int>(segment.start) << segment.announced << '\n';
  out << "json " << log.json.objects << ' ' << log.json.logged << ' ' << log.json.text.count << ' '
      << log.json.text.first << '\n';
  out << "clock " << Bits(log.writing.seconds) << ' ' << log.writing.clock_steps << ' '
      << log.writing.repetitions.size() << ' ' << log.writing.bars << '\n';
  if (log.cut_off) out << "cut off " << log.cut_off->line << '\n';
  Fact("epochs", log.planned_epochs, out);
  Fact("steps", log.steps_per_epoch, out);
  Fact("classes", log.classes, out);
  Fact("parameters", log.total_parameters, out);
  Fact("trainable", log.trainable_parameters, out);
  std::vector<std::string> lines;
  std::istringstream in(out.str());
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string Excerpt(std::string_view text, std::size_t line) {
  std::size_t at = 0;
  for (std::size_t i = 1; i < line && at != std::string_view::npos; ++i)
    at = text.find('\n', at) + 1;
  return std::string(text.substr(at, text.find('\n', at) - at));
}

::testing::AssertionResult ReadsAlike(const std::string& text, const std::string& name) {
  const auto source = Source::FromBytes(name, text);
  const auto with = Everything(ParseLog(*source, {.templates = true, .trial_records = kTrial}));
  const auto without = Everything(ParseLog(*source, {.templates = false, .trial_records = kTrial}));
  for (std::size_t i = 0; i < std::max(with.size(), without.size()); ++i) {
    const std::string one = i < with.size() ? with[i] : "(nothing)";
    const std::string other = i < without.size() ? without[i] : "(nothing)";
    if (one == other) continue;
    const std::size_t at = other.find('@');
    return ::testing::AssertionFailure()
           << name << ": with templates\n  " << one << "\nwithout\n  " << other
           << "\nof the line\n  "
           << (at == std::string::npos
                   ? ""
                   : Excerpt(text, std::strtoul(other.c_str() + at + 1, nullptr, 10)));
  }
  return ::testing::AssertionSuccess();
}

std::uint64_t Known(const std::string& text) {
  ir::Log log;
  Collector collector(&log);
  return ReadLines(text, nullptr, false, Split::kUnknown,
                   {.templates = true, .trial_records = kTrial}, &collector)
      .known;
}

// The same text again and again, with `change` in between.
std::string Tile(const std::string& text, std::mt19937* random, int mutations) {
  std::string tiled;
  if (text.empty()) return tiled;
  while (tiled.size() < kEnough) {
    std::string copy = text;
    for (int i = 0; i < mutations; ++i) {
      const std::size_t at = (*random)() % copy.size();
      constexpr std::string_view kBytes = "0123456789.-+e:,= \t/()[]%{}\"\r\bnaif\x1b";
      const char byte = kBytes[(*random)() % kBytes.size()];
      switch ((*random)() % 4) {
        case 0:
          copy.insert(at, 1, byte);
          break;
        case 1:
          if (copy.size() > 1) copy.erase(at, 1);
          break;
        case 2:  // other digits
          if (copy[at] >= '0' && copy[at] <= '9')
            copy[at] = static_cast<char>('0' + (*random)() % 10);
          break;
        default:
          copy[at] = byte;
      }
    }
    tiled += copy;
    if (tiled.back() != '\n') tiled += '\n';
  }
  return tiled;
}

void CheckFolder(const fs::path& folder) {
  std::mt19937 random(7);
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string ending = entry.path().extension().string();
    if (!entry.is_regular_file() || entry.file_size() > kLargestFile || ending == ".onnx" ||
        ending == ".md" || ending == ".keras" || ending == ".py")
      continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string name = entry.path().string();
    ASSERT_TRUE(ReadsAlike(Tile(text, &random, 0), name));
    ASSERT_TRUE(ReadsAlike(Tile(text, &random, static_cast<int>(text.size() / 400 + 1)), name));
  }
}

TEST(Templates, RunsReadAlike) { CheckFolder(fs::path(ONNXCHECK_SOURCE_DIR) / "testdata/runs"); }

TEST(Templates, TheCorpusReadsAlike) {
  const char* folder = std::getenv("ONNXCHECK_CORPUS");
  if (folder == nullptr) GTEST_SKIP() << "ONNXCHECK_CORPUS is not set";
  CheckFolder(folder);
}

// Lines as people and frameworks write them: forms put together at random, each used many times
// with numbers of every kind.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  std::string Log() {
    std::vector<std::string> forms;
    const std::size_t count = 1 + Below(8);
    for (std::size_t i = 0; i < count; ++i) forms.push_back(OneForm());
    std::string text;
    const bool crlf = Below(8) == 0;
    while (text.size() < kEnough) {
      const std::string& form = forms[Below(20) == 0 ? Below(forms.size()) : next_++ % count];
      std::string line = Fill(form);
      if (Below(300) == 0) line = Spoil(line);
      text += line + (crlf ? "\r\n" : "\n");
    }
    return text;
  }

 private:
  std::size_t Below(std::size_t limit) { return random_() % limit; }
  template <std::size_t n>
  std::string Pick(const char* const (&words)[n]) {
    return words[Below(n)];
  }

  std::string Number(char kind) {
    const auto digits = [&](std::size_t most) {
      std::string text;
      for (std::size_t i = Below(most) + 1; i > 0; --i) text += static_cast<char>('0' + Below(10));
      return text;
    };
    switch (kind) {
      case 'c':  // a counter
        return std::to_string(Below(40) == 0 ? Below(3) : ++counter_);
      case 'e':
        return std::to_string(counter_ / 500);
      case 'w':
        return Below(30) == 0 ? digits(25) : digits(4);
      case 't':
        return std::string(1, static_cast<char>('0' + Below(6))) + digits(1);
      default:
        break;
    }
    switch (Below(30)) {
      case 0:
        return "nan";
      case 1:
        return Below(2) == 0 ? "-inf" : "inf";
      case 2:
        return digits(3);
      case 3:
        return digits(2) + "." + digits(30);
      case 4:
        return digits(1) + "." + digits(6) + "e-" + digits(3);
      case 5:
        return digits(1) + "e-0" + digits(1);
      case 6:
        return "." + digits(4);
      case 7:
        return digits(2) + ".";
      case 8:
      case 9:
        return "-" + digits(1) + "." + digits(5);
      case 10:
        return "0.0";
      default:
        return digits(1) + "." + digits(6);
    }
  }

  // '\1' and a letter: a number of that kind.
  std::string Fill(const std::string& form) {
    std::string line;
    for (std::size_t i = 0; i < form.size(); ++i) {
      if (form[i] == '\1') {
        line += Number(form[++i]);
      } else {
        line += form[i];
      }
    }
    return line;
  }

  std::string Spoil(std::string line) {
    if (line.empty()) return line;
    const std::size_t at = Below(line.size());
    constexpr std::string_view kBytes = " :=,./-+e%([{)]}\"'|\t\x1b\r\b\xe2";
    if (Below(3) == 0) return line.substr(0, at);
    line[at] = kBytes[Below(kBytes.size())];
    return line;
  }

  std::string Pair(bool json) {
    static const char* const kNames[] = {
        "loss",        "train_loss", "val_loss",   "Loss",
        "acc",         "accuracy",   "val acc",    "Val. Total Loss",
        "lr",          "grad_norm",  "f1",         "reward",
        "top-5",       "acc@1",      "time",       "eta",
        "mem",         "total",      "loss (avg)", "Loss(text)",
        "train",       "valid",      "shard",      "best acc",
        "it/s",        "ppl",        "kl_2",       "\xe6\x8d\x9f\xe5\xa4\xb1",
        "num classes", "stage",      "worker",     "mAP50",
        "test loss"};
    if (json) return "\"" + Pick(kNames) + (Below(8) == 0 ? "\": \"\1f\"" : "\": \1f");
    static const char* const kSeparators[] = {": ",  "=",   " ",   ":",    " = ",
                                              ":\t", " : ", ":  ", " is ", " ("};
    static const char* const kEnds[] = {"",        "%",      " (\1f)", "s",    "ms/step", "/\1f",
                                        " of \1w", "G",      "k",      " sec", ".",       "e",
                                        "]",       " / \1w", "/\1w",   ")"};
    return Pick(kNames) + Pick(kSeparators) + "\1f" + (Below(3) == 0 ? Pick(kEnds) : "");
  }

  std::string OneForm() {
    static const char* const kPrefixes[] = {"",
                                            "",
                                            "",
                                            "",
                                            "2024-05-01 1\1w:\1t:\1t,123 - trainer - INFO - ",
                                            "[\1t:\1t:\1t] ",
                                            "INFO:root:",
                                            "[rank\1w]: ",
                                            "I0501 10:\1t:\1t.123456 77 solver.cpp:228] ",
                                            "  ",
                                            "(pid=\1w) ",
                                            "[2024-05-01 10:\1t:\1t][WARNING] ",
                                            "DEBUG \1w ",
                                            "2024-05-01 10:\1t:\1t worker \1w "};
    static const char* const kCounters[] = {"epoch \1e step \1c ",
                                            "Epoch: [\1e][\1c/5005]\t",
                                            "[\1e/90] ",
                                            "step \1c: ",
                                            "\1c/500 ",
                                            "iter \1c | ",
                                            "Epoch \1e/90 ",
                                            "Train Epoch: \1e [\1c/50000 (\1w%)]\t",
                                            "",
                                            "",
                                            "global_step=\1c ",
                                            "[\1c] ",
                                            "| epoch \1e | \1c/ 2983 batches | ",
                                            "Validation ",
                                            "Loss after \1c epochs: \1f "};
    static const char* const kNoise[] = {"Loading shard \1w of data/train-\1w.bin",
                                         "worker\1w has handed over part-\1w, \1w left",
                                         "Saved checkpoint to model.\1w.pt",
                                         "took \1t:\1t:\1t for \1w files (\1f GB)",
                                         "rank \1w waits",
                                         "received signal \1w",
                                         "copied \1w,\1w,\1w",
                                         "\1f \1f \1f \1f",
                                         "[\1f, \1f]",
                                         "at 10.0.\1w.\1w:\1w",
                                         "epoch \1e",
                                         "Epoch \1e/90",
                                         "----- \1w -----",
                                         "GET /v\1w/items/\1w HTTP/1.1 \1w",
                                         "train",
                                         "eval:",
                                         "lines: \1w",
                                         "No metric here, only words about nothing at all",
                                         "seed \1w",
                                         "batch_size=\1w"};
    if (Below(5) == 0) {
      std::string form = Below(3) == 0 ? "{\"time\": \"2024-05-01T1\1w:\1t:\1t\", \"step\": \1c, "
                                       : "{\"epoch\": \1e, \"step\": \1c, ";
      if (Below(4) == 0) form += "\"mode\": \"val\", ";
      if (Below(6) == 0) form += "\"sizes\": [\1w, \1w], ";
      form += Pair(true);
      for (std::size_t i = Below(4); i > 0; --i) form += ", " + Pair(true);
      return form + "}";
    }
    const std::string prefix = Pick(kPrefixes);
    if (Below(3) == 0) return prefix + Pick(kNoise);
    std::string form = prefix + Pick(kCounters) + Pair(false);
    static const char* const kJoints[] = {" ", ", ", " | ", " - ", "\t", "; ", "  "};
    const std::string joint = Pick(kJoints);
    for (std::size_t i = Below(5); i > 0; --i) form += joint + Pair(false);
    return form;
  }

  std::mt19937 random_;
  std::size_t counter_ = 0;
  std::size_t next_ = 0;
};

// Columns and rows, some of them broken.
std::string Table(unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  constexpr std::string_view kNames[] = {"epoch",    "step", "loss", "val_loss",
                                         "accuracy", "lr",   "time"};
  constexpr std::string_view kOdd[] = {
      "",      "nan",   "-inf",    "NA",      "5%",
      " 0.5 ", "1e400", "\"0.5\"", "text",    "0.12345678901234567890123",
      "+1",    ".5",    "7.",      "12:30:00"};
  const char delimiter = ",;\t|"[below(4)];
  const std::size_t columns = 2 + below(6);
  std::string text;
  for (std::size_t i = 0; i < columns; ++i)
    (text += kNames[i % 7]) += i + 1 < columns ? delimiter : '\n';
  for (std::size_t row = 0; text.size() < kEnough; ++row) {
    const std::size_t cells = below(200) == 0 ? 1 + below(columns + 2) : columns;
    for (std::size_t i = 0; i < cells; ++i) {
      if (i == 0) {
        text += std::to_string(row % 1000);
      } else if (below(25) == 0) {
        text += kOdd[below(std::size(kOdd))];
      } else {
        text += std::to_string(static_cast<double>(below(100000)) / 977 - 3);
      }
      if (i + 1 < cells) text += delimiter;
    }
    text += below(50) == 0 ? "\r\n" : "\n";
  }
  return text;
}

TEST(Templates, TablesReadAlike) {
  for (unsigned seed = 0; seed < 40; ++seed)
    ASSERT_TRUE(ReadsAlike(Table(seed), "table " + std::to_string(seed)));
}

TEST(Templates, GeneratedLogsReadAlike) {
  constexpr unsigned kLogs = 150;
  const char* more = std::getenv("ONNXCHECK_TEMPLATE_SEEDS");
  const unsigned logs = more == nullptr ? kLogs : static_cast<unsigned>(std::atoi(more));
  for (unsigned seed = 0; seed < logs; ++seed)
    ASSERT_TRUE(ReadsAlike(Writer(seed).Log(), "seed " + std::to_string(seed)));
}

// What the test above would not notice: that no template is ever of use.
TEST(Templates, MostLinesAreReadByOne) {
  std::string text;
  std::string stamped;
  std::string json;
  std::string noise;
  for (int i = 0; i < 5000; ++i) {
    const std::string n = std::to_string(i);
    const std::string epoch = std::to_string(i / 100);
    text.append("epoch ").append(epoch).append(" step ").append(n);
    text.append(" | loss: 0.").append(n).append(" | acc: 0.5\n");
    stamped.append("2024-05-01 10:00:00,123 - main - INFO - step ").append(n);
    stamped.append(" loss: 1.").append(n).append("\n");
    json.append("{\"step\": ").append(n).append(", \"loss\": 0.").append(n).append("}\n");
    noise.append("waited ").append(n).append(" times for the next part at rank ");
    noise.append(n).append("\n");
  }
  for (const std::string& log : {text, stamped, json, noise})
    EXPECT_GT(Known(log), 2500u) << log.substr(0, 80);
}

// Numbers with an exponent have a letter more, which tells messages apart.
TEST(Templates, ExponentsOfMessages) { ASSERT_TRUE(ReadsAlike(Writer(285).Log(), "seed 285")); }

TEST(Templates, PrefixesAreNoneWhateverFollows) {
  EXPECT_TRUE(HasNoPrefix("epoch 3 loss 0.5"));
  EXPECT_TRUE(HasNoPrefix("{\"epoch\": 3}"));
  EXPECT_FALSE(HasNoPrefix("May 12 10:00:00 host"));
  EXPECT_FALSE(HasNoPrefix("INFO 2020-03-08 16:33:08 loss"));
  EXPECT_FALSE(HasNoPrefix("I1226 00:10:28.722524 1 a.cpp:2] x"));
  EXPECT_FALSE(HasNoPrefix("12:00:00 loss 0.5"));
  EXPECT_FALSE(HasNoPrefix("[3/10] loss 0.5"));
}

}  // namespace
}  // namespace onnxcheck::parsers::log
