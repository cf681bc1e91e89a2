#include "parsers/config/values.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "parsers/config/yaml_scalar.h"

namespace onnxcheck::parsers {
namespace {

using Synonym = std::pair<std::string_view, std::string_view>;

template <typename Table>
std::optional<std::string> Lookup(const Table& table, std::string_view word) {
  for (const Synonym& row : table) {
    if (row.first == word) return std::string(row.second);
  }
  return std::nullopt;
}

constexpr std::pair<std::string_view, ir::LabelEncoding> kLabels[] = {
    {"one_hot", ir::LabelEncoding::kOneHot},
    {"onehot", ir::LabelEncoding::kOneHot},
    {"categorical", ir::LabelEncoding::kOneHot},  // Keras: label_mode, class_mode
    {"integer", ir::LabelEncoding::kInteger},
    {"integers", ir::LabelEncoding::kInteger},
    {"int", ir::LabelEncoding::kInteger},
    {"sparse", ir::LabelEncoding::kInteger},
    {"index", ir::LabelEncoding::kInteger},
    {"indices", ir::LabelEncoding::kInteger},
    {"class_index", ir::LabelEncoding::kInteger},
    {"single_label_classification", ir::LabelEncoding::kInteger},  // Hugging Face: problem_type
    {"binary", ir::LabelEncoding::kBinary},
    {"multi_hot", ir::LabelEncoding::kMultiHot},
    {"multihot", ir::LabelEncoding::kMultiHot},
    {"multi_label", ir::LabelEncoding::kMultiHot},
    {"multilabel", ir::LabelEncoding::kMultiHot},
    {"multi_label_classification", ir::LabelEncoding::kMultiHot},
    {"continuous", ir::LabelEncoding::kContinuous},
    {"real", ir::LabelEncoding::kContinuous},
    {"regression", ir::LabelEncoding::kContinuous},
};

constexpr Synonym kPrecisions[] = {
    {"float32", "float32"},
    {"fp32", "float32"},
    {"32", "float32"},
    {"32_true", "float32"},
    {"single", "float32"},
    {"float16", "float16"},
    {"half", "float16"},
    {"16_true", "float16"},
    {"bfloat16", "bfloat16"},
    {"bf16_true", "bfloat16"},
    {"float64", "float64"},
    {"fp64", "float64"},
    {"64", "float64"},
    {"64_true", "float64"},
    {"double", "float64"},
    // Lightning's "16", Accelerate's and Hugging Face's "fp16" are automatic mixed precision.
    {"16", "mixed_float16"},
    {"16_mixed", "mixed_float16"},
    {"fp16", "mixed_float16"},
    {"amp", "mixed_float16"},
    {"native_amp", "mixed_float16"},  // a model card's mixed_precision_training
    {"mixed", "mixed_float16"},
    {"mixed_float16", "mixed_float16"},
    {"bf16", "mixed_bfloat16"},
    {"bf16_mixed", "mixed_bfloat16"},
    {"mixed_bfloat16", "mixed_bfloat16"},
};

constexpr Synonym kLevels[] = {
    {"notset", "NOTSET"},
    {"0", "NOTSET"},
    {"debug", "DEBUG"},
    {"info", "INFO"},
    {"warning", "WARNING"},
    {"warn", "WARNING"},
    {"error", "ERROR"},
    {"10", "DEBUG"},
    {"20", "INFO"},
    {"30", "WARNING"},
    {"40", "ERROR"},
    {"50", "CRITICAL"},
    {"critical", "CRITICAL"},
    {"fatal", "CRITICAL"},
    {"logging.debug", "DEBUG"},
    {"logging.info", "INFO"},
    {"logging.warning", "WARNING"},
    {"logging.error", "ERROR"},
    {"logging.critical", "CRITICAL"},
};

constexpr Synonym kFrameworks[] = {
    {"keras", "keras"},        {"tf", "keras"},          {"tensorflow", "keras"},
    {"tf.keras", "keras"},     {"tf_keras", "keras"},    {"torch", "torch"},
    {"pytorch", "torch"},      {"lightning", "torch"},   {"pytorch_lightning", "torch"},
    {"transformers", "torch"}, {"huggingface", "torch"},
};

std::string Text(const ir::Scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  return {};
}

}  // namespace

std::string Canonical(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c == '-' || c == ' ' ? '_' : absl::ascii_tolower(static_cast<unsigned char>(c));
  }
  return result;
}

std::optional<double> AsNumber(const ir::Scalar& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  const auto* text = std::get_if<std::string>(&value);
  double number = 0;
  if (text == nullptr || !absl::SimpleAtod(*text, &number)) return std::nullopt;
  return number;
}

std::optional<bool> AsBool(const ir::Scalar& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean;
  const auto* text = std::get_if<std::string>(&value);  // MLflow and argparse dumps: "True"
  if (text == nullptr) return std::nullopt;
  const std::string word = Canonical(*text);
  if (word == "true") return true;
  if (word == "false") return false;
  return std::nullopt;
}

std::optional<std::string> AsName(const ir::Scalar& value) {
  const auto* text = std::get_if<std::string>(&value);
  double number = 0;
  if (text == nullptr || text->empty() || absl::SimpleAtod(*text, &number)) return std::nullopt;
  if (text->find("${") != std::string::npos) return std::nullopt;  // an unresolved reference
  return *text;
}

ir::Scalar PrintedScalar(std::string_view text) {
  if (text == "None") return std::monostate();
  ir::Scalar value = ResolvePlainYaml(text);
  double number = 0;
  if (std::holds_alternative<std::string>(value) &&
      absl::SimpleAtod(absl::string_view(text.data(), text.size()), &number)) {
    value = number;
  }
  return value;
}

std::string LastComponent(std::string_view path) {
  const std::size_t cut = path.find_last_of(".>:");
  return std::string(cut == std::string_view::npos ? path : path.substr(cut + 1));
}

std::string OptimizerName(std::string_view written) {
  std::string name = Canonical(LastComponent(written));
  for (const std::string_view prefix : {"adamw_", "paged_adamw_", "paged_adamw"}) {
    if (name.compare(0, prefix.size(), prefix) == 0) return "adamw";
  }
  return name;
}

std::optional<std::string> LogLevel(const ir::Scalar& value) {
  return Lookup(kLevels, Canonical(Text(value)));
}

std::optional<ir::LabelEncoding> Labels(std::string_view written) {
  const std::string word = Canonical(written);
  for (const auto& row : kLabels) {
    if (row.first == word) return row.second;
  }
  return std::nullopt;
}

std::optional<std::string> Precision(const ir::Scalar& value) {
  std::string word = Canonical(Text(value));
  for (const std::string_view prefix : {"torch.", "tf.", "np."}) {
    if (word.compare(0, prefix.size(), prefix) == 0) word.erase(0, prefix.size());
  }
  return Lookup(kPrecisions, word);
}

std::string Framework(std::string_view written) {
  const std::string word = Canonical(written);
  return Lookup(kFrameworks, word).value_or(word);
}

}  // namespace onnxcheck::parsers
