#include "parsers/config/keras.h"

#include <algorithm>
#include <utility>

#include "parsers/config/values.h"

namespace onnxcheck::parsers {
namespace {

// Layers without weights (keras/src/layers): "trainable" says nothing there.
// Also what a look from the output back to the last weights passes through.
constexpr std::string_view kWeightless[] = {"InputLayer",
                                            "Activation",
                                            "Dropout",
                                            "SpatialDropout1D",
                                            "SpatialDropout2D",
                                            "SpatialDropout3D",
                                            "GaussianDropout",
                                            "GaussianNoise",
                                            "AlphaDropout",
                                            "Flatten",
                                            "Reshape",
                                            "Permute",
                                            "RepeatVector",
                                            "Identity",
                                            "Rescaling",
                                            "Resizing",
                                            "ReLU",
                                            "LeakyReLU",
                                            "ELU",
                                            "Softmax",
                                            "Add",
                                            "Subtract",
                                            "Multiply",
                                            "Average",
                                            "Maximum",
                                            "Minimum",
                                            "Concatenate",
                                            "Dot",
                                            "MaxPooling1D",
                                            "MaxPooling2D",
                                            "MaxPooling3D",
                                            "AveragePooling1D",
                                            "AveragePooling2D",
                                            "AveragePooling3D",
                                            "GlobalAveragePooling1D",
                                            "GlobalAveragePooling2D",
                                            "GlobalAveragePooling3D",
                                            "GlobalMaxPooling1D",
                                            "GlobalMaxPooling2D",
                                            "GlobalMaxPooling3D",
                                            "ZeroPadding1D",
                                            "ZeroPadding2D",
                                            "ZeroPadding3D",
                                            "Cropping1D",
                                            "Cropping2D",
                                            "Cropping3D",
                                            "UpSampling1D",
                                            "UpSampling2D",
                                            "UpSampling3D",
                                            "Masking",
                                            "Lambda",
                                            "RandomFlip",
                                            "RandomRotation",
                                            "RandomZoom",
                                            "RandomCrop",
                                            "RandomContrast",
                                            "RandomTranslation",
                                            "RandomBrightness",
                                            "CenterCrop",
                                            "ActivityRegularization",
                                            "CategoryEncoding",
                                            "StringLookup",
                                            "IntegerLookup",
                                            "TextVectorization",
                                            "Discretization",
                                            "Hashing",
                                            "TFOpLambda",
                                            "NotEqual",
                                            "Any",
                                            "GetItem"};
// Layers that pass the classes of what stands before them on.
constexpr std::string_view kTransparent[] = {"Activation", "Softmax", "Dropout", "ReLU",
                                             "LeakyReLU",  "ELU",     "Identity"};
constexpr int kMaxLookBack = 8;
constexpr int kMaxNesting = 16;

template <std::size_t N>
bool IsOneOf(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

struct Layer {
  const Node* node = nullptr;
  std::string logical;
};

class Reader {
 public:
  Reader(const Document& document, std::string prefix, bool in_archive, ir::Config& config)
      : document_(document), prefix_(std::move(prefix)), in_archive_(in_archive), config_(config) {}

  void Compile(const Node& root) {
    const Node* compile = Get(root, "compile_config");
    if (compile != nullptr) Training(*compile, "compile_config.", "optimizer");
  }

  void Training(const Node& compile, const std::string& where, const char* optimizer_key) {
    if (compile.kind != Node::Kind::kMapping) return;
    if (const Node* loss = Get(compile, "loss")) Loss(*loss, where + "loss");
    if (const Node* optimizer = Get(compile, optimizer_key)) {
      Optimizer(*optimizer, where + optimizer_key);
    }
    if (const Node* metrics = Get(compile, "metrics")) Metrics(*metrics, where + "metrics", 0);
  }

  void Architecture(const Node& root) {
    Frozen(root, "config.layers", 0);
    if (any_weights_ && all_frozen_) {
      config_.all_frozen = {true, Where(*Get(root, "config.layers"), "config.layers")};
    }
    Output(root, "", 0);
  }

 private:
  const Node* Get(const Node& node, std::string_view path) const {
    return Find(document_, node, path);
  }
  const Node& Item(const Node& list, std::size_t i) const {
    return Resolve(document_, document_.nodes[list.children[i]]);
  }
  std::string Str(const Node& node, std::string_view path) const {
    const Node* found = Get(node, path);
    const auto* text = found == nullptr ? nullptr : std::get_if<std::string>(&found->value);
    return text == nullptr ? std::string() : *text;
  }
  bool IsBool(const Node& node, std::string_view path, bool expected) const {
    const Node* found = Get(node, path);
    const auto* value = found == nullptr ? nullptr : std::get_if<bool>(&found->value);
    return value != nullptr && *value == expected;
  }
  ir::Location Where(const Node& node, const std::string& logical) const {
    ir::Location location = Place(node, config_.input.path);
    if (in_archive_) {
      location = {};
      location.path = config_.input.path;
    }
    location.logical = prefix_ + logical;
    return location;
  }

  // A serialised object is a name, or {class_name, config}; a function has its
  // name in config.
  std::string ObjectName(const Node& node) const {
    if (const auto* name = std::get_if<std::string>(&node.value)) return *name;
    const std::string class_name = Str(node, "class_name");
    if (class_name == "function") return Str(node, "config");
    // Keras 2 wraps metrics that are functions.
    if (class_name == "MeanMetricWrapper") return Str(node, "config.name");
    return LastComponent(class_name);
  }

  void Loss(const Node& written, const std::string& logical) {
    const Node* loss = &written;
    std::string where = logical;
    // One output's loss in a list or a dict; several have no common field.
    const bool table = loss->kind == Node::Kind::kMapping && Get(*loss, "class_name") == nullptr;
    if (table || loss->kind == Node::Kind::kSequence) {
      if (loss->children.size() != 1) return;
      const Node& only = document_.nodes[loss->children[0]];
      where += table ? "." + only.key : "[0]";
      loss = &Resolve(document_, only);
    }
    const std::string name = ObjectName(*loss);
    if (name.empty()) return;
    config_.loss = {name, Where(*loss, where)};
    if (const Node* flag = Get(*loss, "config.from_logits")) {
      if (const auto* value = std::get_if<bool>(&flag->value)) {
        config_.from_logits = {*value, Where(*flag, where + ".config.from_logits")};
      }
    }
  }

  // A number of the object's configuration.
  void Number(const Node& object, const char* key, const std::string& logical,
              std::optional<ir::Located<double>>& into) const {
    const std::string path = std::string("config.") + key;
    const Node* node = Get(object, path);
    const auto value = node == nullptr ? std::nullopt : AsNumber(node->value);
    if (value) into = {*value, Where(*node, logical + "." + path)};
  }

  void Optimizer(const Node& node, const std::string& logical) {
    std::string name = ObjectName(node);
    if (name == "LossScaleOptimizer") {
      if (const Node* inner = Get(node, "config.inner_optimizer")) {
        return Optimizer(*inner, logical);
      }
    }
    if (!name.empty()) config_.optimizer = {OptimizerName(name), Where(node, logical)};
    Number(node, "momentum", logical, config_.momentum);
    Number(node, "weight_decay", logical, config_.weight_decay);
    Number(node, "epsilon", logical, config_.epsilon);
    Number(node, "beta_1", logical, config_.beta1);
    Number(node, "beta_2", logical, config_.beta2);
    // The state's rate: Keras writes what the variable holds, so that a callback's changes show.
    Number(node, "learning_rate", logical, config_.learning_rate);
    if (!config_.learning_rate) Number(node, "lr", logical, config_.learning_rate);  // until 2.2
    const Node* rate = Get(node, "config.learning_rate");
    if (rate == nullptr || config_.learning_rate) return;
    const std::string where = logical + ".config.learning_rate";
    const std::string schedule = ObjectName(*rate);
    if (!schedule.empty()) config_.schedule = {schedule, Where(*rate, where)};
    Number(*rate, "initial_learning_rate", where, config_.learning_rate);
    ScheduleEnd(*rate, schedule, where);
  }

  // Schedules that reach a floor and stay there (keras/src/optimizers/schedules).
  void ScheduleEnd(const Node& schedule, const std::string& name, const std::string& where) {
    if (name == "CosineDecay") {
      Number(schedule, "decay_steps", where, config_.schedule_steps);
      // A share of the initial rate: 0 of anything is 0.
      Number(schedule, "alpha", where, config_.schedule_end);
      Number(schedule, "warmup_steps", where, config_.warmup_steps);
      // The rate that a warm-up leads to is the one that trains.
      Number(schedule, "warmup_target", where, config_.learning_rate);
      if (config_.schedule_end && config_.learning_rate) {
        config_.schedule_end->value *= config_.learning_rate->value;
      }
      if (config_.schedule_steps && config_.warmup_steps) {
        config_.schedule_steps->value += config_.warmup_steps->value;
      }
    } else if (name == "PolynomialDecay" && !IsBool(schedule, "config.cycle", true)) {
      Number(schedule, "decay_steps", where, config_.schedule_steps);
      Number(schedule, "end_learning_rate", where, config_.schedule_end);
    }
  }

  void Metrics(const Node& node, const std::string& logical, int depth) {
    const bool object = node.kind == Node::Kind::kMapping && Get(node, "class_name") != nullptr;
    if (node.kind == Node::Kind::kScalar || object) {
      const std::string name = ObjectName(node);
      if (!name.empty()) config_.metrics.push_back({name, Where(node, logical)});
      return;
    }
    for (std::size_t i = 0; i < node.children.size() && depth < kMaxNesting; ++i) {
      const Node& child = document_.nodes[node.children[i]];
      Metrics(Resolve(document_, child),
              node.kind == Node::Kind::kMapping ? logical + "." + child.key
                                                : logical + "[" + std::to_string(i) + "]",
              depth + 1);
    }
  }

  void Frozen(const Node& model, const std::string& logical, int depth) {
    const Node* layers = Get(model, "config.layers");
    if (layers == nullptr || layers->kind != Node::Kind::kSequence) return;
    if (layers->cut || depth > kMaxNesting) all_frozen_ = false;
    for (std::size_t i = 0; i < layers->children.size() && depth <= kMaxNesting; ++i) {
      const Node& layer = Item(*layers, i);
      const std::string where = logical + "[" + std::to_string(i) + "]";
      const std::string class_name = Str(layer, "class_name");
      Precision(layer, where);
      const bool frozen = IsBool(layer, "config.trainable", false);
      if (Get(layer, "config.layers") != nullptr && !frozen) {
        Frozen(layer, where + ".config.layers", depth + 1);
        continue;
      }
      if (IsOneOf(kWeightless, class_name)) continue;
      any_weights_ = true;
      if (!frozen) all_frozen_ = false;
      const std::string name = Str(layer, "config.name");
      if (frozen && !name.empty()) {
        config_.frozen.push_back(
            {name, Where(*Get(layer, "config.trainable"), where + ".config.trainable")});
      }
    }
  }

  // A mixed policy anywhere is the model's: its last layer is usually float32.
  void Precision(const Node& layer, const std::string& where) {
    const Node* dtype = Get(layer, "config.dtype.config.name");
    std::string logical = where + ".config.dtype.config.name";
    if (dtype == nullptr) {  // Keras 2, where no policy is set
      dtype = Get(layer, "config.dtype");
      logical = where + ".config.dtype";
    }
    if (dtype == nullptr) return;
    const auto written = parsers::Precision(dtype->value);
    if (!written) return;
    if (!config_.precision || (config_.precision->value == "float32" && *written != "float32")) {
      config_.precision = {*written, Where(*dtype, logical)};
    }
  }

  // The layer that gives the model's one output; {} if there are several.
  Layer OutputLayer(const Node& model, const std::string& prefix) const {
    const Node* layers = Get(model, "config.layers");
    if (layers == nullptr || layers->cut || layers->children.empty()) return {};
    const std::string logical = prefix + "config.layers[";
    if (Str(model, "class_name") == "Sequential") {
      const std::size_t last = layers->children.size() - 1;
      return {&Item(*layers, last), logical + std::to_string(last) + "]"};
    }
    const Node* outputs = Get(model, "config.output_layers");
    if (outputs == nullptr || outputs->children.empty()) return {};
    // ["dense", 0, 0], or a list of such.
    const Node* first = &Item(*outputs, 0);
    if (first->kind == Node::Kind::kSequence) {
      if (outputs->children.size() != 1 || first->children.empty()) return {};
      first = &Item(*first, 0);
    }
    const auto* name = std::get_if<std::string>(&first->value);
    return name == nullptr ? Layer{} : LayerNamed(model, *name, prefix);
  }

  Layer LayerNamed(const Node& model, const std::string& name, const std::string& prefix) const {
    const Node* layers = Get(model, "config.layers");
    for (std::size_t i = 0; i < layers->children.size(); ++i) {
      const Node& layer = Item(*layers, i);
      if (Str(layer, "config.name") == name || Str(layer, "name") == name) {
        return {&layer, prefix + "config.layers[" + std::to_string(i) + "]"};
      }
    }
    return {};
  }

  // The layer before one: by order in a Sequential, else by the first
  // keras_history (Keras 3) or inbound name (Keras 2) of its call.
  Layer Before(const Node& model, const Layer& at, const std::string& prefix) const {
    const Node* layers = Get(model, "config.layers");
    if (Str(model, "class_name") == "Sequential") {
      for (std::size_t i = 1; i < layers->children.size(); ++i) {
        if (&Item(*layers, i) == at.node) {
          return {&Item(*layers, i - 1), prefix + "config.layers[" + std::to_string(i - 1) + "]"};
        }
      }
      return {};
    }
    const Node* current = Get(*at.node, "inbound_nodes");
    for (int depth = 0; current != nullptr && depth < kMaxNesting; ++depth) {
      if (const auto* name = std::get_if<std::string>(&current->value)) {
        return LayerNamed(model, *name, prefix);
      }
      if (const Node* history = Get(*current, "config.keras_history")) {
        current = history;
      } else if (const Node* args = Get(*current, "args")) {
        current = args;
      } else if (current->kind == Node::Kind::kSequence && !current->children.empty()) {
        current = &Item(*current, 0);
      } else {
        return {};
      }
    }
    return {};
  }

  void Output(const Node& model, const std::string& prefix, int depth) {
    Layer at = OutputLayer(model, prefix);
    if (at.node == nullptr || depth > kMaxNesting) return;
    for (int step = 0; at.node != nullptr && step < kMaxLookBack; ++step) {
      const Node& layer = *at.node;
      if (Get(layer, "config.layers") != nullptr) {
        return Output(layer, at.logical + ".", depth + 1);
      }
      const std::string class_name = Str(layer, "class_name");
      // "linear" may be a cast after the layer that has the activation.
      if (!config_.output_activation || config_.output_activation->value == "linear") {
        Activation(layer, class_name, at.logical);
      }
      const char* width = class_name == "Dense"                   ? "units"
                          : class_name.compare(0, 4, "Conv") == 0 ? "filters"
                                                                  : nullptr;
      if (width != nullptr) {
        const std::string path = std::string("config.") + width;
        const Node* units = Get(layer, path);
        const auto value = units == nullptr ? std::nullopt : AsNumber(units->value);
        if (value) config_.output_units = {*value, Where(*units, at.logical + "." + path)};
        return;
      }
      if (!IsOneOf(kTransparent, class_name)) return;
      at = Before(model, at, prefix);
    }
  }

  void Activation(const Node& layer, const std::string& class_name, const std::string& where) {
    if (class_name == "Softmax" || class_name == "ReLU" || class_name == "LeakyReLU" ||
        class_name == "ELU") {
      config_.output_activation = {Canonical(class_name), Where(layer, where + ".class_name")};
      return;
    }
    const Node* activation = Get(layer, "config.activation");
    if (activation == nullptr) return;
    const std::string name = Canonical(ObjectName(*activation));
    if (!name.empty()) {
      config_.output_activation = {name, Where(*activation, where + ".config.activation")};
    }
  }

  const Document& document_;
  const std::string prefix_;
  const bool in_archive_;
  ir::Config& config_;
  bool any_weights_ = false;
  bool all_frozen_ = true;
};

}  // namespace

bool IsKerasModel(const Document& document, const Node& root) {
  const Node* layers = Find(document, root, "config.layers");
  return Find(document, root, "class_name") != nullptr && layers != nullptr &&
         layers->kind == Node::Kind::kSequence;
}

void FillFromKeras(const Document& document, const Node& root, const std::string& prefix,
                   bool in_archive, ir::Config& config) {
  if (!config.framework) {
    const Node* name = Find(document, root, "class_name");
    ir::Location location;
    location.path = config.input.path;
    if (name != nullptr && !in_archive) location = Place(*name, config.input.path);
    location.logical = prefix + "class_name";
    config.framework = {"keras", location};
  }
  Reader reader(document, prefix, in_archive, config);
  reader.Compile(root);
  reader.Architecture(root);
}

void FillFromTrainingConfig(const Document& document, const Node& training,
                            const std::string& prefix, ir::Config& config) {
  Reader(document, prefix, true, config).Training(training, "", "optimizer_config");
}

}  // namespace onnxcheck::parsers
