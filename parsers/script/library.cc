#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_replace.h"
#include "parsers/script/text.h"
#include "parsers/script/walk.h"

namespace onnxcheck::parsers::script {

using ir::script::kUnknownValue;
using ir::script::ValueId;
using Kind = ir::script::Value::Kind;

namespace {

template <std::size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<ValueId> Positional(const ir::script::Step& step) {
  std::vector<ValueId> values;
  for (const ir::script::Argument& argument : step.arguments) {
    if (argument.keyword == "*" || argument.keyword == "**") return {};
    if (argument.keyword.empty()) values.push_back(argument.value);
  }
  return values;
}

ValueId Keyword(const ir::script::Step& step, std::string_view name) {
  for (const ir::script::Argument& argument : step.arguments) {
    if (argument.keyword == name) return argument.value;
  }
  return kUnknownValue;
}

// What hides a model, and is the model for all that is asked here.
constexpr std::array<std::string_view, 8> kWrappers = {"torch.nn.DataParallel",
                                                       "torch.nn.parallel.DistributedDataParallel",
                                                       "torch.compile",
                                                       "torch.jit.script",
                                                       "torch.nn.parallel.DataParallel",
                                                       "torch.fx.symbolic_trace",
                                                       "torch.nn.utils.weight_norm",
                                                       "torch.nn.utils.spectral_norm"};

// Methods that give the object that they are called on.
constexpr std::array<std::string_view, 15> kSame = {
    "to",   "cuda", "cpu", "float",          "half",         "double",   "bfloat16", "train",
    "eval", "type", "xpu", "requires_grad_", "share_memory", "to_empty", "mps"};

constexpr std::array<std::string_view, 9> kChangesContainer = {
    "update", "pop", "popitem", "setdefault", "clear", "insert", "remove", "sort", "reverse"};

constexpr std::array<std::string_view, 8> kDynamic = {
    "exec", "eval", "globals", "locals", "vars", "execfile", "get_ipython", "__import__"};

}  // namespace

std::optional<ValueId> Walk::Known(std::uint32_t number, NodeId node) {
  const ir::script::Step step = script_.steps[number];
  const std::string_view name = step.name;
  const ir::script::Mark mark = MarkOf(node);
  if (name.empty()) return std::nullopt;
  if (IsOneOf(name, kDynamic) && name != "vars" && name != "eval") dynamic_ = true;
  const std::vector<ValueId> positional = Positional(step);
  if (IsOneOf(name, kWrappers) && !positional.empty()) return positional[0];
  if ((name == "os.path.join" || name == "int" || name == "float" || name == "str") &&
      !positional.empty()) {
    std::vector<const ir::Scalar*> constants;
    bool overridable = false;
    for (const ValueId value : positional) {
      constants.push_back(values_.ConstantOf(value));
      overridable |= values_[value].overridable;
    }
    if (std::find(constants.begin(), constants.end(), nullptr) != constants.end()) {
      return std::nullopt;
    }
    if (name == "os.path.join") {
      std::string path;
      for (const ir::Scalar* part : constants) {
        const auto* text = std::get_if<std::string>(part);
        if (text == nullptr) return std::nullopt;
        if (text->starts_with("/")) path.clear();
        path += (path.empty() || path.ends_with("/") ? "" : "/") + *text;
      }
      return values_.Constant(std::move(path), mark, overridable);
    }
    if (name == "str") {
      if (auto text = FoldText(*constants[0])) {
        return values_.Constant(*std::move(text), mark, overridable);
      }
      return std::nullopt;
    }
    ir::Scalar number_of = *constants[0];
    if (const auto* text = std::get_if<std::string>(&number_of)) {
      auto read = NumberLiteral(*text);
      if (!read) return std::nullopt;
      number_of = *std::move(read);
    }
    if (name == "float") {
      if (const auto* whole = std::get_if<std::int64_t>(&number_of)) {
        number_of = static_cast<double>(*whole);
      }
      return values_.Constant(std::move(number_of), mark, overridable);
    }
    if (const auto* real = std::get_if<double>(&number_of)) {
      if (!(*real > -9e15 && *real < 9e15)) return std::nullopt;
      number_of = static_cast<std::int64_t>(*real);
    }
    return values_.Constant(std::move(number_of), mark, overridable);
  }
  if (name == "dict" && positional.empty()) {
    ir::script::Value dict;
    dict.kind = Kind::kDict;
    dict.mark = mark;
    for (const ir::script::Argument& argument : step.arguments) {
      if (argument.keyword == "*" || argument.keyword == "**") {
        dict.open = true;
        continue;
      }
      dict.keys.push_back(values_.Constant(argument.keyword, argument.mark));
      dict.items.push_back(argument.value);
    }
    return values_.Add(std::move(dict));
  }
  if ((name == "list" || name == "tuple") && positional.size() == 1 &&
      values_[positional[0]].kind == Kind::kList) {
    ir::script::Value copy = values_[positional[0]];
    copy.mark = mark;
    return values_.Add(std::move(copy));
  }
  if (name.ends_with("Namespace")) {  // argparse.Namespace, types.SimpleNamespace
    for (const ir::script::Argument& argument : step.arguments) {
      if (argument.keyword.empty() || argument.keyword[0] == '*') continue;
      environment_.Set(KeyOn(step.result, argument.keyword), {argument.value, Bound::kYes});
    }
    return std::nullopt;
  }
  // absl: flags.DEFINE_float("lr", 0.1, "help"); FLAGS = flags.FLAGS
  const std::size_t flag = name.rfind(".DEFINE_");
  if (flag != std::string_view::npos && positional.size() >= 2) {
    const ir::Scalar* key = values_.ConstantOf(positional[0]);
    const ir::Scalar* value = values_.ConstantOf(positional[1]);
    const auto* text = key == nullptr ? nullptr : std::get_if<std::string>(key);
    if (text != nullptr && value != nullptr) {
      const ValueId made = values_.Constant(*value, values_[positional[1]].mark, true);
      environment_.Set(KeyOn(kUnknownValue, Cat("--", *text)), {made, Bound::kYes});
    }
  }
  return std::nullopt;
}

std::optional<ValueId> Walk::KnownMethod(std::uint32_t number, NodeId node) {
  const ir::script::Step step = script_.steps[number];
  const std::string_view name = step.name;
  if (IsOneOf(name, kSame)) return step.receiver;
  if (IsOneOf(name, kChangesContainer)) {
    for (const ValueId one : values_.Alternatives(step.receiver)) {
      environment_.Set(KeyOn(one, "[*]"), {kUnknownValue, Bound::kYes});
    }
    return std::nullopt;
  }
  if (name == "get") {
    const std::vector<ValueId> positional = Positional(step);
    if (positional.empty() || values_[step.receiver].kind != Kind::kDict) return std::nullopt;
    const ValueId item = ItemOf(step.receiver, positional[0], node);
    if (values_[item].kind == Kind::kDerived) return std::nullopt;
    return item;
  }
  if (name == "add_argument") {
    AddOption(step, node);
    return std::nullopt;
  }
  if (name == "add_argument_group" || name == "add_mutually_exclusive_group") {
    return step.receiver;
  }
  if (name == "parse_args") {
    options_of_[step.result] = step.receiver;
    return std::nullopt;
  }
  if (name == "parse_known_args") {
    ir::script::Value pair;
    pair.kind = Kind::kList;
    pair.mark = step.mark;
    options_of_[step.result] = step.receiver;
    pair.items = {step.result, kUnknownValue};
    return values_.Add(std::move(pair));
  }
  // accelerate: model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
  if (name == "prepare" && !step.arguments.empty()) {
    const std::vector<ValueId> positional = Positional(step);
    if (positional.size() == 1) return positional[0];
    ir::script::Value list;
    list.kind = Kind::kList;
    list.mark = step.mark;
    list.items = positional;
    if (!positional.empty()) return values_.Add(std::move(list));
  }
  return std::nullopt;
}

// parser.add_argument("--learning-rate", type=float, default=0.1): the namespace has learning_rate.
void Walk::AddOption(const ir::script::Step& step, NodeId node) {
  std::string dest;
  if (const ir::Scalar* given = values_.ConstantOf(Keyword(step, "dest"))) {
    if (const auto* text = std::get_if<std::string>(given)) dest = *text;
  }
  for (const ValueId value : Positional(step)) {
    const ir::Scalar* written = values_.ConstantOf(value);
    const auto* text = written == nullptr ? nullptr : std::get_if<std::string>(written);
    // The first long form names it.
    if (text == nullptr || !dest.empty() || !text->starts_with("--")) continue;
    dest = absl::StrReplaceAll(text->substr(2), {{"-", "_"}});
  }
  if (dest.empty()) return;
  ValueId fallback = Keyword(step, "default");
  const ir::Scalar* action = values_.ConstantOf(Keyword(step, "action"));
  const auto* action_name = action == nullptr ? nullptr : std::get_if<std::string>(action);
  ValueId value = kUnknownValue;
  if (fallback != kUnknownValue) {
    const ir::Scalar* constant = values_.ConstantOf(fallback);
    if (constant != nullptr) {
      ir::Scalar stated = *constant;
      // type=float makes the text "0.1" a number; None says that there is none.
      const std::string type = PathOf(Keyword(step, "type"));
      if (const auto* text = std::get_if<std::string>(&stated);
          text != nullptr && (type == "float" || type == "int")) {
        if (auto read = NumberLiteral(*text)) stated = *std::move(read);
      }
      const bool none = std::holds_alternative<std::monostate>(stated);
      value =
          none ? kUnknownValue : values_.Constant(std::move(stated), values_[fallback].mark, true);
    }
  } else if (action_name != nullptr && *action_name == "store_true") {
    value = values_.Constant(false, MarkOf(node), true);
  } else if (action_name != nullptr && *action_name == "store_false") {
    value = values_.Constant(true, MarkOf(node), true);
  }
  environment_.Set(KeyOn(step.receiver, Cat("--", dest)), {value, Bound::kYes});
}

std::optional<ValueId> Walk::Option(ValueId object, std::string_view name) {
  ValueId parser = kUnknownValue;
  const auto found = options_of_.find(object);
  if (found != options_of_.end()) {
    parser = found->second;
  } else {
    return std::nullopt;
  }
  const Binding option = environment_.Get(KeyOn(parser, Cat("--", name)));
  if (option.bound == Bound::kNo) return std::nullopt;
  return option.value;
}

}  // namespace onnxcheck::parsers::script
