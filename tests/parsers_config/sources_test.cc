// What is understood of each file in testdata/configs, which the frameworks themselves wrote: as
// expected.tsv says. ONNXCHECK_UPDATE=1 rewrites it; read the difference.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <variant>

#include "gtest/gtest.h"
#include "parsers/load.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(ONNXCHECK_SOURCE_DIR) / "testdata/configs";

class Description {
 public:
  void Add(const char* name, const std::optional<ir::Located<double>>& field) {
    std::ostringstream number;
    if (field) number << field->value;
    if (field) Put(name, number.str());
  }
  void Add(const char* name, const std::optional<ir::Located<std::string>>& field) {
    if (field) Put(name, field->value);
  }
  void Add(const char* name, const std::optional<ir::Located<bool>>& field) {
    if (field) Put(name, field->value ? "true" : "false");
  }
  void Put(const char* name, const std::string& value) {
    if (!text_.empty()) text_ += "; ";
    text_ += std::string(name) + "=" + value;
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string Describe(const ir::Config& config) {
  Description to;
  to.Put("format", config.input.format);
  to.Add("framework", config.framework);
  to.Add("loss", config.loss);
  to.Add("from_logits", config.from_logits);
  to.Add("optimizer", config.optimizer);
  to.Add("learning_rate", config.learning_rate);
  to.Add("momentum", config.momentum);
  to.Add("weight_decay", config.weight_decay);
  to.Add("epsilon", config.epsilon);
  to.Add("beta1", config.beta1);
  to.Add("beta2", config.beta2);
  to.Add("schedule", config.schedule);
  to.Add("schedule_steps", config.schedule_steps);
  to.Add("schedule_end", config.schedule_end);
  to.Add("warmup_steps", config.warmup_steps);
  to.Add("warmup_epochs", config.warmup_epochs);
  to.Add("warmup_ratio", config.warmup_ratio);
  to.Add("batch_size", config.batch_size);
  to.Add("dataset_size", config.dataset_size);
  to.Add("drop_last", config.drop_last);
  to.Add("epochs", config.epochs);
  to.Add("max_steps", config.max_steps);
  to.Add("accumulation", config.accumulation);
  to.Add("seed", config.seed);
  to.Add("logging_steps", config.logging_steps);
  to.Add("classes", config.classes);
  to.Add("all_frozen", config.all_frozen);
  to.Add("precision", config.precision);
  to.Add("output_activation", config.output_activation);
  to.Add("output_units", config.output_units);
  to.Add("log_level", config.log_level);
  for (const auto& name : config.frozen) to.Put("frozen", name.value);
  for (const auto& metric : config.metrics) to.Put("metric", metric.value);
  for (const ir::Monitor& monitor : config.monitors) {
    to.Put("monitor", monitor.metric.value + (monitor.mode ? " " + monitor.mode->value : ""));
  }
  for (const auto& dropout : config.dropout) to.Add("dropout", std::optional(dropout));
  for (const ir::LogHandler& handler : config.handlers) {
    to.Put("handler", handler.type ? handler.type->value : "");
  }
  for (const ir::Problem& problem : config.input.problems) to.Put("problem", problem.message);
  return to.Take();
}

std::string DescribeAll() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(kFolder)) {
    const fs::path parent = entry.path().parent_path();
    // Of the files around a run's: scripts, and what MLflow keeps one value a file in.
    const bool single = parent.filename() == "params" || parent.filename() == "tags" ||
                        parent.filename() == "metrics" || parent == kFolder;
    if (entry.is_regular_file() && !single) files.push_back(entry.path());
    if (entry.is_directory() && entry.path().filename() == "params") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::string text;
  for (const fs::path& file : files) {
    std::vector<InputPath> inputs;
    if (fs::is_directory(file)) {
      for (const auto& entry : fs::directory_iterator(file)) {
        inputs.push_back({entry.path().string(), std::nullopt, false});
      }
      std::sort(inputs.begin(), inputs.end(),
                [](const auto& a, const auto& b) { return a.path < b.path; });
    } else {
      inputs.push_back({file.string(), std::nullopt, false});
    }
    const ir::Run run = LoadRun(file.string(), inputs);
    for (const ir::Config& config : run.configs) {
      text += fs::relative(file, kFolder).string() + "\t" + Describe(config) + "\n";
    }
  }
  return text;
}

TEST(Sources, AreUnderstood) {
  const fs::path expected = kFolder / "expected.tsv";
  const std::string found = DescribeAll();
  if (std::getenv("ONNXCHECK_UPDATE") != nullptr) std::ofstream(expected) << found;
  std::ifstream in(expected);
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_EQ(found, text.str());
}

TEST(Sources, MlflowSaysOfTheRunItself) {
  std::vector<InputPath> inputs;
  for (const auto& entry : fs::recursive_directory_iterator(kFolder / "mlflow-2.22")) {
    if (entry.is_regular_file()) inputs.push_back({entry.path().string(), std::nullopt, false});
  }
  const ir::Run run = LoadRun("mlflow", inputs);
  ASSERT_EQ(run.configs.size(), 1u);
  EXPECT_EQ(run.configs[0].batch_size->value, 32);
  const ir::Entry uri = At(run.configs[0], "meta.artifact_uri");
  EXPECT_NE(uri.text.find("/artifacts"), std::string::npos);
  EXPECT_EQ(uri.location.line, 1u);
  // Without parameters there is nothing that a run was told.
  inputs.erase(std::remove_if(inputs.begin(), inputs.end(),
                              [](const InputPath& input) {
                                return input.path.find("meta.yaml") == std::string::npos;
                              }),
               inputs.end());
  ASSERT_EQ(inputs.size(), 1u);
  EXPECT_TRUE(LoadRun("mlflow", inputs).configs.empty());
}

// Every binary source, cut at each byte: no crash, no place outside of the file.
TEST(Sources, CutAnywhere) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(kFolder)) {
    const std::string suffix = entry.path().extension().string();
    if (suffix != ".h5" && suffix != ".pb" && suffix != ".md") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream whole;
    whole << in.rdbuf();
    const std::string bytes = whole.str();
    const Format format = suffix == ".h5"   ? Format::kHdf5
                          : suffix == ".pb" ? Format::kSavedModel
                                            : Format::kModelCard;
    ++files;
    // The first bytes one by one, the weights behind them in steps.
    for (std::size_t size = 0; size < bytes.size(); size += size < 3000 ? 1 : 997) {
      const ir::Config config = Parse(format, bytes.substr(0, size));
      for (const ir::Entry& it : config.entries) {
        ASSERT_LE(it.location.offset + it.location.length, size) << entry.path() << " " << size;
      }
    }
  }
  EXPECT_GT(files, 3);
}

}  // namespace
}  // namespace onnxcheck::parsers
