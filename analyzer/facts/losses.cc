#include "analyzer/facts/losses.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"

namespace onnxcheck::facts {
namespace {

using ir::Framework;
using ir::LabelEncoding;
using ir::LossInput;
using ir::LossKind;

// What from_logits does to a loss.
enum class FromLogits {
  kNoSuchSwitch,
  kFalseByDefault,  // Keras: probabilities unless stated otherwise
};

// Names are lower case without separators. kUnknown as framework: both
// frameworks use the name for the same thing. Sources: keras.losses and
// torch.nn / torch.nn.functional reference pages; tf.nn for *_with_logits.
struct Row {
  std::string_view name;
  LossKind kind;
  LossInput input;
  Framework framework;
  FromLogits from_logits = FromLogits::kNoSuchSwitch;
  std::optional<LabelEncoding> labels = std::nullopt;
  bool non_negative = true;
};

constexpr auto kSwitch = FromLogits::kFalseByDefault;
constexpr auto kFixed = FromLogits::kNoSuchSwitch;

constexpr Row kTable[] = {
    // Regression.
    {"mse", LossKind::kMeanSquaredError, LossInput::kValues, Framework::kUnknown},
    {"meansquarederror", LossKind::kMeanSquaredError, LossInput::kValues, Framework::kUnknown},
    {"mseloss", LossKind::kMeanSquaredError, LossInput::kValues, Framework::kTorch},
    {"mae", LossKind::kMeanAbsoluteError, LossInput::kValues, Framework::kUnknown},
    {"meanabsoluteerror", LossKind::kMeanAbsoluteError, LossInput::kValues, Framework::kUnknown},
    {"l1loss", LossKind::kMeanAbsoluteError, LossInput::kValues, Framework::kTorch},
    {"huber", LossKind::kHuber, LossInput::kValues, Framework::kUnknown},
    {"huberloss", LossKind::kHuber, LossInput::kValues, Framework::kTorch},
    {"smoothl1loss", LossKind::kHuber, LossInput::kValues, Framework::kTorch},
    {"logcosh", LossKind::kUnknown, LossInput::kValues, Framework::kKeras},
    {"mape", LossKind::kUnknown, LossInput::kValues, Framework::kKeras},
    {"meanabsolutepercentageerror", LossKind::kUnknown, LossInput::kValues, Framework::kKeras},
    {"msle", LossKind::kUnknown, LossInput::kValues, Framework::kKeras},
    {"meansquaredlogarithmicerror", LossKind::kUnknown, LossInput::kValues, Framework::kKeras},
    {"poisson", LossKind::kPoisson, LossInput::kValues, Framework::kKeras, kFixed, {}, false},
    {"poissonnllloss",
     LossKind::kPoisson,
     LossInput::kValues,
     Framework::kTorch,
     kFixed,
     {},
     false},
    {"gaussiannllloss",
     LossKind::kUnknown,
     LossInput::kValues,
     Framework::kTorch,
     kFixed,
     {},
     false},
    {"cosinesimilarity",
     LossKind::kUnknown,
     LossInput::kValues,
     Framework::kKeras,
     kFixed,
     {},
     false},
    {"cosineproximity",
     LossKind::kUnknown,
     LossInput::kValues,
     Framework::kKeras,
     kFixed,
     {},
     false},

    // Margins.
    {"hinge", LossKind::kHinge, LossInput::kValues, Framework::kKeras},
    {"squaredhinge", LossKind::kHinge, LossInput::kValues, Framework::kKeras},
    {"categoricalhinge", LossKind::kHinge, LossInput::kValues, Framework::kKeras},
    {"multimarginloss", LossKind::kHinge, LossInput::kValues, Framework::kTorch, kFixed,
     LabelEncoding::kInteger},
    {"cosineembeddingloss", LossKind::kUnknown, LossInput::kValues, Framework::kTorch},
    {"marginrankingloss", LossKind::kUnknown, LossInput::kValues, Framework::kTorch},
    {"tripletmarginloss", LossKind::kUnknown, LossInput::kValues, Framework::kTorch},
    {"softmarginloss", LossKind::kUnknown, LossInput::kLogits, Framework::kTorch},

    // Classes.
    {"categoricalcrossentropy", LossKind::kCategoricalCrossEntropy, LossInput::kProbabilities,
     Framework::kKeras, kSwitch, LabelEncoding::kOneHot},
    {"sparsecategoricalcrossentropy", LossKind::kCategoricalCrossEntropy, LossInput::kProbabilities,
     Framework::kKeras, kSwitch, LabelEncoding::kInteger},
    {"categoricalfocalcrossentropy", LossKind::kUnknown, LossInput::kProbabilities,
     Framework::kKeras, kSwitch, LabelEncoding::kOneHot},
    {"softmaxcrossentropywithlogits", LossKind::kCategoricalCrossEntropy, LossInput::kLogits,
     Framework::kKeras, kFixed, LabelEncoding::kOneHot},
    {"softmaxcrossentropywithlogitsv2", LossKind::kCategoricalCrossEntropy, LossInput::kLogits,
     Framework::kKeras, kFixed, LabelEncoding::kOneHot},
    {"sparsesoftmaxcrossentropywithlogits", LossKind::kCategoricalCrossEntropy, LossInput::kLogits,
     Framework::kKeras, kFixed, LabelEncoding::kInteger},
    // Takes class indices and, since PyTorch 1.10, probabilities of classes.
    {"crossentropyloss", LossKind::kCategoricalCrossEntropy, LossInput::kLogits, Framework::kTorch},
    // ONNX's own operators: onnx Operators.md.
    {"softmaxcrossentropyloss", LossKind::kCategoricalCrossEntropy, LossInput::kLogits,
     Framework::kUnknown, kFixed, LabelEncoding::kInteger},
    {"negativeloglikelihoodloss", LossKind::kNegativeLogLikelihood, LossInput::kLogProbabilities,
     Framework::kUnknown, kFixed, LabelEncoding::kInteger},
    {"nllloss", LossKind::kNegativeLogLikelihood, LossInput::kLogProbabilities, Framework::kTorch,
     kFixed, LabelEncoding::kInteger},

    // Each output on its own.
    {"binarycrossentropy", LossKind::kBinaryCrossEntropy, LossInput::kProbabilities,
     Framework::kKeras, kSwitch},
    {"binaryfocalcrossentropy", LossKind::kUnknown, LossInput::kProbabilities, Framework::kKeras,
     kSwitch},
    {"sigmoidcrossentropywithlogits", LossKind::kBinaryCrossEntropy, LossInput::kLogits,
     Framework::kKeras},
    {"bceloss", LossKind::kBinaryCrossEntropy, LossInput::kProbabilities, Framework::kTorch},
    {"bcewithlogitsloss", LossKind::kBinaryCrossEntropy, LossInput::kLogits, Framework::kTorch},
    {"multilabelsoftmarginloss", LossKind::kBinaryCrossEntropy, LossInput::kLogits,
     Framework::kTorch, kFixed, LabelEncoding::kMultiHot},

    // Divergences are only known to be non-negative between distributions.
    {"kldivergence",
     LossKind::kKlDivergence,
     LossInput::kProbabilities,
     Framework::kKeras,
     kFixed,
     {},
     false},
    {"kullbackleiblerdivergence",
     LossKind::kKlDivergence,
     LossInput::kProbabilities,
     Framework::kKeras,
     kFixed,
     {},
     false},
    {"kld",
     LossKind::kKlDivergence,
     LossInput::kProbabilities,
     Framework::kKeras,
     kFixed,
     {},
     false},
    {"kldivloss",
     LossKind::kKlDivergence,
     LossInput::kLogProbabilities,
     Framework::kTorch,
     kFixed,
     {},
     false},
};

struct Alias {
  std::string_view name;
  std::string_view stands_for;
};

// torch.nn.functional and short names, by framework.
constexpr Alias kTorchAliases[] = {
    {"l1", "l1loss"},
    {"smoothl1", "smoothl1loss"},
    {"poissonnll", "poissonnllloss"},
    {"gaussiannll", "gaussiannllloss"},
    {"multimargin", "multimarginloss"},
    {"cosineembedding", "cosineembeddingloss"},
    {"marginranking", "marginrankingloss"},
    {"tripletmargin", "tripletmarginloss"},
    {"softmargin", "softmarginloss"},
    {"crossentropy", "crossentropyloss"},
    {"nll", "nllloss"},
    {"binarycrossentropy", "bceloss"},
    {"binarycrossentropywithlogits", "bcewithlogitsloss"},
    {"bcewithlogits", "bcewithlogitsloss"},
    {"kldiv", "kldivloss"},
    {"multilabelsoftmargin", "multilabelsoftmarginloss"},
};
constexpr Alias kKerasAliases[] = {
    {"bce", "binarycrossentropy"},
    {"kldiv", "kldivergence"},
};

const Row* Find(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTable), std::end(kTable),
                                   [&](const Row& row) { return row.name == name; });
  return found == std::end(kTable) ? nullptr : found;
}

template <std::size_t N>
std::string_view Unalias(const Alias (&aliases)[N], std::string_view name) {
  for (const Alias& alias : aliases) {
    if (alias.name == name) return alias.stands_for;
  }
  return name;
}

// A loss as written, taken apart: "tf.keras.losses.Huber()" is the module
// "tf.keras.losses" and the name "huber".
struct Spelling {
  std::string module;
  std::string name;        // lower case, without separators
  bool separated = false;  // "cross_entropy" rather than "crossentropy"
};

Spelling TakeApart(std::string_view written) {
  std::string text = absl::AsciiStrToLower(std::string(written));
  absl::StripAsciiWhitespace(&text);
  text = text.substr(0, text.find('('));
  Spelling spelling;
  if (const auto dot = text.rfind('.'); dot != std::string::npos) {
    spelling.module = text.substr(0, dot);
    text = text.substr(dot + 1);
  }
  for (const char* separated : {"cross_entropy", "cross-entropy", "cross entropy"}) {
    if (text.find(separated) != std::string::npos) spelling.separated = true;
  }
  for (const char c : text) {
    if (c != '_' && c != '-' && c != ' ') spelling.name += c;
  }
  return spelling;
}

Framework FrameworkOfModule(const std::string& module) {
  const std::string package = module.substr(0, module.find('.'));
  for (const char* keras : {"keras", "tf", "tensorflow"}) {
    if (package == keras) return Framework::kKeras;
  }
  for (const char* torch : {"torch", "nn", "f"}) {
    if (package == torch) return Framework::kTorch;
  }
  return module == "losses" ? Framework::kKeras : Framework::kUnknown;
}

// The row a spelling means in a framework; null if it means none there, or
// could mean two things where the framework is unknown.
const Row* Lookup(const Spelling& spelling, Framework framework) {
  switch (framework) {
    case Framework::kTorch: {
      const Row* row = Find(Unalias(kTorchAliases, spelling.name));
      return row != nullptr && row->framework == Framework::kKeras ? nullptr : row;
    }
    case Framework::kKeras: {
      const Row* row = Find(Unalias(kKerasAliases, spelling.name));
      return row != nullptr && row->framework == Framework::kTorch ? nullptr : row;
    }
    case Framework::kUnknown: {
      const Row* row = Find(spelling.name);
      if (row == nullptr) return nullptr;
      // "binary_cross_entropy" is what PyTorch's functions and many projects'
      // own settings say; "binary_crossentropy" is Keras's alone.
      return spelling.separated && row->from_logits == kSwitch ? nullptr : row;
    }
  }
  return nullptr;
}

// "SparseCategoricalCrossentropy(from_logits=True)": a call kept as text.
std::optional<bool> FromLogitsArgument(std::string_view written) {
  std::string text = absl::AsciiStrToLower(std::string(written));
  text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
  constexpr std::string_view kArgument = "from_logits=";
  const std::size_t at = text.find(kArgument);
  if (at == std::string::npos || at < text.find('(')) return std::nullopt;
  const std::string_view value = std::string_view(text).substr(at + kArgument.size());
  if (value.substr(0, 4) == "true") return true;
  if (value.substr(0, 5) == "false") return false;
  return std::nullopt;
}

}  // namespace

std::optional<Loss> ResolveLoss(std::string_view name, std::optional<bool> from_logits,
                                Framework framework) {
  if (!from_logits) from_logits = FromLogitsArgument(name);
  const Spelling spelling = TakeApart(name);
  if (!spelling.module.empty()) {
    const Framework stated = FrameworkOfModule(spelling.module);
    if (stated == Framework::kUnknown) return std::nullopt;  // a project's own module
    framework = stated;
  }
  const Row* row = Lookup(spelling, framework);
  // Stated outright, so no framework's default is needed.
  if (row == nullptr && from_logits && framework != Framework::kTorch) {
    const std::string_view plain = spelling.name;
    if (plain == "crossentropy") row = Find("categoricalcrossentropy");
    if (plain == "bce") row = Find("binarycrossentropy");
    if (row == nullptr) {
      row = Find(plain);
      if (row != nullptr && row->from_logits != kSwitch) row = nullptr;
    }
  }
  if (row == nullptr) return std::nullopt;

  Loss loss;
  loss.kind = row->kind;
  loss.input = row->input;
  loss.framework = row->framework != Framework::kUnknown ? row->framework : framework;
  loss.labels = row->labels;
  loss.non_negative = row->non_negative;
  if (spelling.name == "crossentropy") loss.labels.reset();
  if (!from_logits) return loss;
  if (row->from_logits == kSwitch) {
    if (*from_logits) loss.input = LossInput::kLogits;
    return loss;
  }
  // A switch that this loss does not have, and that contradicts it: whatever
  // reads such a config is not the framework's own loss.
  const bool log_loss = row->input != LossInput::kValues;
  if (log_loss && *from_logits != (row->input == LossInput::kLogits)) return std::nullopt;
  return loss;
}

Framework ResolveFramework(std::string_view name) {
  std::string lower = absl::AsciiStrToLower(std::string(name));
  absl::StripAsciiWhitespace(&lower);
  for (const std::string_view keras : {"keras", "tf.keras", "tf-keras", "tf_keras", "tensorflow",
                                       "tf", "tensorflow.keras", "tensorflow2"}) {
    if (lower == keras) return Framework::kKeras;
  }
  for (const std::string_view torch : {"torch", "pytorch", "lightning", "pytorch-lightning",
                                       "pytorch_lightning", "transformers", "accelerate"}) {
    if (lower == torch) return Framework::kTorch;
  }
  return Framework::kUnknown;
}

std::string_view CrossEntropySpelling(Framework framework, std::optional<LabelEncoding> labels) {
  if (framework == Framework::kTorch) return "CrossEntropyLoss";
  return labels == LabelEncoding::kInteger ? "sparse_categorical_crossentropy"
                                           : "categorical_crossentropy";
}

std::string_view LossName(LossKind kind) {
  switch (kind) {
    case LossKind::kMeanSquaredError:
      return "mean squared error";
    case LossKind::kMeanAbsoluteError:
      return "mean absolute error";
    case LossKind::kHuber:
      return "Huber loss";
    case LossKind::kCategoricalCrossEntropy:
      return "categorical cross-entropy";
    case LossKind::kBinaryCrossEntropy:
      return "binary cross-entropy";
    case LossKind::kNegativeLogLikelihood:
      return "negative log-likelihood";
    case LossKind::kKlDivergence:
      return "Kullback-Leibler divergence";
    case LossKind::kPoisson:
      return "Poisson loss";
    case LossKind::kHinge:
      return "hinge loss";
    case LossKind::kUnknown:
      break;
  }
  return "the loss";
}

std::string_view ActivationName(ir::Activation activation) {
  switch (activation) {
    case ir::Activation::kSoftmax:
      return "Softmax";
    case ir::Activation::kLogSoftmax:
      return "LogSoftmax";
    case ir::Activation::kSigmoid:
      return "Sigmoid";
    case ir::Activation::kTanh:
      return "Tanh";
    case ir::Activation::kRelu:
      return "Relu";
    case ir::Activation::kNone:
      return "no activation";
    case ir::Activation::kUnknown:
      break;
  }
  return "an unknown activation";
}

}  // namespace onnxcheck::facts
