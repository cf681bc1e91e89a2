#include "analyzer/facts/script/roles.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace onnxcheck::facts {
namespace {

// Longest chain of own classes, and of modules wrapped in each other, that is followed.
constexpr int kMaxDepth = 16;

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

constexpr std::string_view kKerasModels[] = {
    "keras.Sequential",           "keras.Model",
    "keras.models.Sequential",    "keras.models.Model",
    "keras.engine.Model",         "keras.layers.Sequential",
    "keras.models.load_model",    "keras.models.model_from_json",
    "keras.models.clone_model",   "keras.engine.Sequential",
    "keras.utils.multi_gpu_model"};

constexpr std::string_view kTorchSchedulers[] = {"torch.optim.lr_scheduler"};

constexpr std::string_view kLoaders[] = {"torch.utils.data.DataLoader",
                                         "torch.utils.data.dataloader.DataLoader"};

constexpr std::string_view kWriters[] = {"torch.utils.tensorboard.SummaryWriter",
                                         "torch.utils.tensorboard.writer.SummaryWriter",
                                         "tensorboardX.SummaryWriter",
                                         "tensorflow.summary.create_file_writer",
                                         "tensorflow.summary.FileWriter",
                                         "tensorflow.compat.v1.summary.FileWriter",
                                         "tensorflow.train.SummaryWriter"};

constexpr std::string_view kHandlers[] = {"logging.StreamHandler",
                                          "logging.FileHandler",
                                          "logging.NullHandler",
                                          "logging.handlers.RotatingFileHandler",
                                          "logging.handlers.TimedRotatingFileHandler",
                                          "logging.handlers.WatchedFileHandler",
                                          "logging.handlers.QueueHandler",
                                          "logging.handlers.MemoryHandler",
                                          "logging.handlers.SocketHandler",
                                          "logging.handlers.SysLogHandler"};

// Functions below torch.nn that make no module.
bool IsTorchModulePath(std::string_view path) {
  if (!IsIn(path, "torch.nn") && !IsIn(path, "torchvision.models")) return false;
  if (IsIn(path, "torch.nn.functional") || IsIn(path, "torch.nn.init") ||
      IsIn(path, "torch.nn.utils") || IsIn(path, "torch.nn.parameter")) {
    return false;
  }
  const std::string_view last = LastPart(path);
  if (last == "Parameter" || last == "ParameterList") return false;
  if (IsIn(path, "torchvision.models")) return path != "torchvision.models";
  return !last.empty() && last[0] >= 'A' && last[0] <= 'Z';
}

Role KerasRole(std::string_view path) {
  if (IsOneOf(path, kKerasModels)) return Role::kKerasModel;
  const std::string_view last = LastPart(path);
  const bool type = !last.empty() && last[0] >= 'A' && last[0] <= 'Z';
  // keras.applications.VGG16(...) or keras.applications.vgg16.VGG16(...)
  if (IsIn(path, "keras.applications") && type) return Role::kKerasModel;
  if (IsIn(path, "keras.optimizers") && type && path.find(".schedules") == std::string_view::npos) {
    return Role::kOptimizer;
  }
  if (IsIn(path, "keras.losses") && type) return Role::kLoss;
  if (IsIn(path, "keras.layers") && type) return Role::kKerasLayer;
  return Role::kOther;
}

Role RoleOfPath(const std::string& path) {
  if (IsIn(path, "keras")) return KerasRole(path);
  if (IsIn(path, "torch.optim.lr_scheduler") || IsOneOf(path, kTorchSchedulers)) {
    return path == "torch.optim.lr_scheduler" ? Role::kOther : Role::kScheduler;
  }
  if (IsIn(path, "torch.optim") || IsIn(path, "timm.optim") || IsIn(path, "torch_optimizer") ||
      IsIn(path, "bitsandbytes.optim")) {
    const std::string_view last = LastPart(path);
    return !last.empty() && last[0] >= 'A' && last[0] <= 'Z' ? Role::kOptimizer : Role::kOther;
  }
  if (IsOneOf(path, kLoaders)) return Role::kLoader;
  if (IsOneOf(path, kWriters)) return Role::kWriter;
  if (IsOneOf(path, kHandlers)) return Role::kHandler;
  if (path == "logging.getLogger") return Role::kLogger;
  if (path == "open" || path == "io.open" || path == "codecs.open") return Role::kFile;
  if (path == "pytorch_lightning.Trainer" || path == "transformers.Trainer" ||
      path == "transformers.Seq2SeqTrainer") {
    return Role::kTrainer;
  }
  if (IsTorchModulePath(path)) {
    const std::string_view last = LastPart(path);
    return last.size() > 4 && last.substr(last.size() - 4) == "Loss" ? Role::kLoss
                                                                     : Role::kTorchModule;
  }
  if (path == "timm.create_model") return Role::kTorchModule;
  // AutoModelForSequenceClassification.from_pretrained(...)
  if (IsIn(path, "transformers") && LastPart(path) == "from_pretrained" &&
      path.find("Model") != std::string::npos) {
    return Role::kTorchModule;
  }
  if (IsIn(path, "tensorflow.data.Dataset")) return Role::kLoader;
  return Role::kOther;
}

Role RoleOfClass(const ir::Script& script, std::uint32_t own_class) {
  if (DerivesFrom(script, own_class, "pytorch_lightning.LightningModule") ||
      DerivesFrom(script, own_class, "pytorch_lightning.core.LightningModule")) {
    return Role::kLightning;
  }
  if (DerivesFrom(script, own_class, "torch.nn.Module") ||
      DerivesFrom(script, own_class, "torch.nn.Sequential")) {
    return Role::kTorchModule;
  }
  for (const std::string_view base : kKerasModels) {
    if (DerivesFrom(script, own_class, base)) return Role::kKerasModel;
  }
  if (DerivesFrom(script, own_class, "keras.layers.Layer")) return Role::kKerasLayer;
  if (DerivesFrom(script, own_class, "logging.Handler")) return Role::kHandler;
  return Role::kOther;
}

}  // namespace

bool DerivesFrom(const ir::Script& script, std::uint32_t own_class, std::string_view path) {
  std::vector<std::uint32_t> queue = {own_class};
  for (std::size_t i = 0; i < queue.size() && i < kMaxDepth; ++i) {
    for (const std::string& base : script.classes[queue[i]].bases) {
      if (CanonicalPath(base) == path) return true;
      if (base.find('.') != std::string::npos) continue;  // of a library
      for (std::uint32_t other = 0; other < script.classes.size(); ++other) {
        if (script.classes[other].name == base &&
            std::find(queue.begin(), queue.end(), other) == queue.end()) {
          queue.push_back(other);
        }
      }
    }
  }
  return false;
}

std::uint32_t ClassOf(const ir::Script& script, ValueId value) {
  const std::optional<ValueId> only = OnlyAlternative(script, value);
  if (!only) return kNone;
  const Value& at = script.values[*only];
  if (at.kind == Value::Kind::kDerived && at.text == "self") return at.index;
  const Step* step = MadeBy(script, value);
  if (step == nullptr || script.values[step->callee].kind != Value::Kind::kClass) return kNone;
  return script.values[step->callee].index;
}

Role RoleMade(const ir::Script& script, const Step& step) {
  if (step.kind != Step::Kind::kCall) return Role::kOther;
  if (script.values[step.callee].kind == Value::Kind::kClass) {
    return RoleOfClass(script, script.values[step.callee].index);
  }
  if (!step.is_method) {
    return step.function == kNone ? RoleOfPath(CanonicalPath(step.name)) : Role::kOther;
  }
  if ((step.name == "fit" || step.name == "fit_generator") &&
      RoleOf(script, step.receiver) == Role::kKerasModel) {
    return Role::kHistory;
  }
  if (step.name == "flow" || step.name == "flow_from_directory" ||
      step.name == "flow_from_dataframe") {
    return Role::kLoader;
  }
  return Role::kOther;
}

Role RoleOf(const ir::Script& script, ValueId value) {
  const std::optional<ValueId> only = OnlyAlternative(script, value);
  if (!only) return Role::kOther;
  const std::uint32_t own_class = ClassOf(script, *only);
  if (own_class != kNone) return RoleOfClass(script, own_class);
  const Step* step = MadeBy(script, *only);
  return step == nullptr ? Role::kOther : RoleMade(script, *step);
}

}  // namespace onnxcheck::facts
