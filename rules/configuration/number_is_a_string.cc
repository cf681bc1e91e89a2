#include "analyzer/engine/rule.h"
#include "analyzer/facts/learning.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

// "1e-4" -> "1.0e-4"; PyYAML wants the dot and, after "e", the sign.
std::string AsYamlNumber(const std::string& written) {
  const std::size_t e = written.find_first_of("eE");
  if (e == std::string::npos) return "";
  std::string mantissa = written.substr(0, e);
  std::string exponent = written.substr(e + 1);
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  if (!exponent.empty() && exponent[0] != '-' && exponent[0] != '+') exponent.insert(0, "+");
  return mantissa + "e" + exponent;
}

void Check(const facts::Facts& facts, Sink& sink) {
  // A run that learnt did get its numbers: the program converts them.
  const facts::Curve* loss = facts::MainLoss(facts);
  if (loss != nullptr && facts::TrendOf(*loss).trend == facts::Trend::kFalls) return;
  for (const auto& number : facts.config().text_numbers) {
    const std::string better = AsYamlNumber(number.value);
    if (better.empty()) continue;
    Finding& finding =
        sink.Report(number.location, facts::Cat(number.value,
                                                " is text and no number in YAML 1.1, which "
                                                "PyYAML reads"));
    finding.label = "text";
    finding.help = facts::Cat("write ", better, ", or convert it with float()");
    finding.confidence = Confidence::kMedium;
    finding.evidence = {{"written", number.value}};
  }
}

}  // namespace

extern const Rule kNumberIsAString;
const Rule kNumberIsAString = {
    .id = "C014",
    .name = "number-is-a-string",
    .family = Family::kConfiguration,
    .severity = Severity::kWarning,
    .needs = kConfig,
    .documentation =
        {.summary = "A number in YAML that PyYAML reads as text.",
         .what = "Reports a learning rate, decay or other number written like 1e-4 in a YAML file. "
                 "Silent for files of Hydra, LightningCLI and detectron2, whose loaders know such "
                 "numbers, and when the log's loss falls.",
         .why = "YAML 1.1 wants a dot in the mantissa and a sign in the exponent: 1e-4 is the text "
                "\"1e-4\". The program fails where the number is first compared, or formats it "
                "into a message and goes on with a default.",
         .bad = R"(```yaml config.yaml
framework: torch
optimizer: adamw
learning_rate: 1e-4
```)",
         .good = R"(```yaml config.yaml
framework: torch
optimizer: adamw
learning_rate: 1.0e-4
```)",
         .references = "https://yaml.org/type/float.html; pyyaml#173"},
    .check = Check,
};

}  // namespace onnxcheck::rules
