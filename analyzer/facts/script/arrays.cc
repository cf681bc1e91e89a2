#include "analyzer/facts/script/arrays.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "analyzer/facts/script/roles.h"

namespace onnxcheck::facts {
namespace {

using Kind = Value::Kind;

constexpr int kMaxMakings = 32;

ElementType TypeNamed(const ir::Script& script, ValueId value) {
  std::string name;
  if (const auto text = TextOf(script, value)) {
    name = *text;
  } else {
    name = PathOf(script, value);
  }
  const std::string_view last = LastPart(name);
  if (last == "float32") return ElementType::kFloat;
  if (last == "float64" || last == "double") return ElementType::kDouble;
  // torch.float has 32 bits, Python's own and NumPy's 64.
  if (last == "float") return name == "torch.float" ? ElementType::kFloat : ElementType::kDouble;
  if (last == "int64" || last == "long" || last == "int") {
    return name == "torch.int" ? ElementType::kUnknown : ElementType::kInteger;
  }
  if (last == "bool" || last == "bool_") return ElementType::kBool;
  if (last == "str" || last == "str_") return ElementType::kText;
  return ElementType::kUnknown;
}

// (120, 10), [120, 10], 120
void ReadShape(const ir::Script& script, ValueId shape, ScriptArray& array) {
  const Value& at = script.values[shape];
  ValueId first = shape;
  if (at.kind == Kind::kList) {
    if (at.open || at.items.empty()) return;
    array.rank = static_cast<int>(at.items.size());
    first = at.items[0];
  } else if (NumberOf(script, shape)) {
    array.rank = 1;
  }
  const auto number = NumberOf(script, first);
  if (number && !IsOverridable(script, first)) array.rows = {*number, PlaceOfValue(script, first)};
}

// rand(120, 10), randn((120, 10))
void ReadDimensions(const ir::Script& script, const Step& step, ScriptArray& array) {
  std::vector<ValueId> given;
  for (const Argument& argument : step.arguments) {
    if (argument.keyword.empty()) given.push_back(argument.value);
    if (argument.keyword == "size") given = {argument.value};
    if (argument.keyword == "*") return;
  }
  if (given.empty()) return;
  ReadShape(script, given[0], array);
  if (script.values[given[0]].kind != Kind::kList) array.rank = static_cast<int>(given.size());
}

void ReadSize(const ir::Script& script, const Step& step, std::size_t position,
              ScriptArray& array) {
  if (const Argument* size = FindArgument(step, "size", position)) {
    ReadShape(script, size->value, array);
  } else {
    array.rank = 0;
  }
}

// Where the distributions of numpy.random take their size.
std::optional<std::size_t> SizePosition(std::string_view name) {
  if (name == "random" || name == "random_sample" || name == "standard_normal") return 0;
  if (name == "normal" || name == "uniform" || name == "randint" || name == "integers" ||
      name == "binomial") {
    return 2;
  }
  return std::nullopt;
}

std::optional<ScriptArray> RandomArray(const ir::Script& script, const Step& step,
                                       std::string_view name) {
  ScriptArray array;
  array.type = name == "randint" || name == "integers" || name == "binomial" ? ElementType::kInteger
                                                                             : ElementType::kDouble;
  if (name == "rand" || name == "randn") {
    ReadDimensions(script, step, array);
    return array;
  }
  const auto position = SizePosition(name);
  if (!position) return std::nullopt;
  ReadSize(script, step, *position, array);
  if (const Argument* type = FindKeyword(step, "dtype"))
    array.type = TypeNamed(script, type->value);
  return array;
}

bool IsText(const ir::Script& script, ValueId value, int depth) {
  const Value& at = script.values[value];
  if (at.kind == Kind::kList && !at.items.empty() && depth < 4) {
    return std::all_of(at.items.begin(), at.items.end(),
                       [&](ValueId item) { return IsText(script, item, depth + 1); });
  }
  if (TextOf(script, value) || (at.kind == Kind::kDerived && at.text == "f")) return true;
  const Step* made = MadeBy(script, value);
  return made != nullptr && !made->is_method && made->name == "str" && made->function == kNone;
}

std::optional<ScriptArray> Look(const ir::Script& script, ValueId value, int depth);

std::optional<ScriptArray> NumpyArray(const ir::Script& script, const Step& step,
                                      std::string_view name, int depth) {
  ScriptArray array;
  if (step.arguments.empty()) return std::nullopt;
  const Argument* type = FindKeyword(step, "dtype");
  if (name == "zeros" || name == "ones" || name == "empty") {
    if (type == nullptr) type = FindArgument(step, "dtype", 1);
    array.type = type == nullptr ? ElementType::kDouble : TypeNamed(script, type->value);
    if (const Argument* shape = FindArgument(step, "shape", 0)) {
      ReadShape(script, shape->value, array);
    }
    return array;
  }
  if (name == "array" || name == "asarray") {
    if (type == nullptr) type = FindArgument(step, "dtype", 1);
    const ValueId of = step.arguments[0].value;
    const Value& list = script.values[of];
    if (list.kind != Kind::kList) {
      auto inner = Look(script, of, depth + 1);
      if (inner && type != nullptr) inner->type = TypeNamed(script, type->value);
      if (inner) inner->tensor = false;
      return inner;
    }
    if (type != nullptr) {
      array.type = TypeNamed(script, type->value);
    } else if (IsText(script, of, 0)) {
      array.type = ElementType::kText;
    }
    // A list holds what it was made of, and what is appended later.
    const bool grows =
        std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& other) {
          return (other.is_method || other.kind == Step::Kind::kItem) &&
                 MayBeSame(script, other.receiver, of);
        });
    if (!list.open && !grows) {
      array.rows = {static_cast<double>(list.items.size()), PlaceOfValue(script, of)};
    }
    return array;
  }
  return std::nullopt;
}

std::optional<ScriptArray> TorchTensor(const ir::Script& script, const Step& step,
                                       std::string_view name, int depth) {
  ScriptArray array;
  array.tensor = true;
  const Argument* type = FindKeyword(step, "dtype");
  if (step.arguments.empty()) return std::nullopt;
  if (name == "from_numpy" || name == "tensor" || name == "as_tensor") {
    auto inner = Look(script, step.arguments[0].value, depth + 1);
    if (!inner) return std::nullopt;
    inner->tensor = true;
    if (type != nullptr) inner->type = TypeNamed(script, type->value);
    return inner;
  }
  if (name == "randn" || name == "rand" || name == "zeros" || name == "ones" || name == "empty") {
    array.type = ElementType::kFloat;
    ReadDimensions(script, step, array);
  } else if (name == "randint") {
    array.type = ElementType::kInteger;
    for (const Argument& argument : step.arguments) {
      if (script.values[argument.value].kind == Kind::kList) {
        ReadShape(script, argument.value, array);
      }
    }
  } else {
    return std::nullopt;
  }
  if (type != nullptr) array.type = TypeNamed(script, type->value);
  return array;
}

// The walk takes what float(), double() or to() give for the object itself.
bool IsConverted(const ir::Script& script, ValueId value) {
  return std::any_of(script.steps.begin(), script.steps.end(), [&](const Step& step) {
    if (!step.is_method || step.receiver != value) return false;
    if (IsMethod(step, {"float", "double", "half", "bfloat16", "type"})) return true;
    if (step.name != "to") return false;
    return std::any_of(step.arguments.begin(), step.arguments.end(), [&](const Argument& given) {
      const std::string path = PathOf(script, given.value);
      return given.keyword == "dtype" ||
             (path.starts_with("torch.") && path != "torch.device" && !path.empty());
    });
  });
}

std::optional<ScriptArray> MethodOf(const ir::Script& script, const Step& step, int depth);
constexpr std::size_t kAllParts = static_cast<std::size_t>(-1);
LoaderParts LookAtLoader(const ir::Script& script, ValueId loader, std::size_t wanted, int depth);

// for x, y in loader: y is item 1 of what a round gets.
std::optional<ScriptArray> BatchPart(const ir::Script& script, const Value& item, int depth) {
  if (item.items.size() != 2) return std::nullopt;
  const Value& round = script.values[item.items[0]];
  const auto number = NumberOf(script, item.items[1]);
  if (round.kind != Kind::kDerived || round.text != "for" || round.items.size() != 1 || !number) {
    return std::nullopt;
  }
  if (!(*number >= 0 && *number < 1000)) return std::nullopt;
  const auto wanted = static_cast<std::size_t>(*number);
  const LoaderParts loader = LookAtLoader(script, round.items[0], wanted, depth + 1);
  return wanted < loader.parts.size() ? loader.parts[wanted] : std::nullopt;
}

std::optional<ScriptArray> Look(const ir::Script& script, ValueId value, int depth) {
  if (depth > kMaxMakings) return std::nullopt;
  const std::optional<ValueId> only = OnlyAlternative(script, value);
  if (!only || only == kUnknownValue) return std::nullopt;
  const Value& at = script.values[*only];
  std::optional<ScriptArray> array;
  if (at.kind == Kind::kDerived && at.text == "[]" && !at.items.empty()) {
    array = BatchPart(script, at, depth);
    if (!array) {
      array = Look(script, at.items[0], depth + 1);
      if (!array) return std::nullopt;
      const bool one = at.items.size() > 1 && array->rank && *array->rank > 0;
      array->rank = one ? std::optional(*array->rank - 1) : std::nullopt;
    }
    array->rows.reset();
  } else if (const Step* made = MadeBy(script, *only)) {
    if (made->is_method) {
      array = MethodOf(script, *made, depth);
    } else if (made->function == kNone && IsIn(made->name, "numpy")) {
      const bool random = IsIn(made->name, "numpy.random");
      array = random ? RandomArray(script, *made, LastPart(made->name))
                     : NumpyArray(script, *made, LastPart(made->name), depth);
    } else if (made->function == kNone && IsIn(made->name, "torch") &&
               std::count(made->name.begin(), made->name.end(), '.') == 1) {
      array = TorchTensor(script, *made, LastPart(made->name), depth);
    }
  }
  if (!array) return std::nullopt;
  if (array->typed_by == kUnknownValue) array->typed_by = *only;
  if (array->tensor && array->type != ElementType::kUnknown && IsConverted(script, *only)) {
    array->type = ElementType::kUnknown;
  }
  return array;
}

std::optional<ScriptArray> MethodOf(const ir::Script& script, const Step& step, int depth) {
  const std::string_view name = step.name;
  // rng = numpy.random.default_rng(0); rng.normal(size=(120, 10))
  if (const Step* source = MadeBy(script, step.receiver);
      source != nullptr &&
      IsCall(*source, {"numpy.random.default_rng", "numpy.random.RandomState"})) {
    return RandomArray(script, step, name);
  }
  auto array = Look(script, step.receiver, depth + 1);
  if (!array) return std::nullopt;
  if (name == "astype" && !step.arguments.empty()) {
    array->type = TypeNamed(script, step.arguments[0].value);
    array->typed_by = kUnknownValue;
    return array;
  }
  if (array->tensor && (name == "long" || name == "int" || name == "bool")) {
    array->type = name == "long"   ? ElementType::kInteger
                  : name == "bool" ? ElementType::kBool
                                   : ElementType::kUnknown;
    array->typed_by = kUnknownValue;
    return array;
  }
  if (name == "clone" || name == "contiguous" || name == "copy" || name == "detach") return array;
  return std::nullopt;
}

// What the last run of the method returns, if it returns in one place.
std::optional<ValueId> ReturnedBy(const ir::Script& script, std::string_view function) {
  std::optional<ValueId> value;
  for (std::uint32_t i = 0; i < script.contexts.size(); ++i) {
    const Context& context = script.contexts[i];
    if (context.kind != Context::Kind::kFunction || context.index >= script.functions.size() ||
        script.functions[context.index].name != function) {
      continue;
    }
    value.reset();
    int count = 0;
    for (std::uint32_t at = context.first_step; at < context.last_step; ++at) {
      const Step& step = script.steps[at];
      if (step.kind != Step::Kind::kReturn || step.arguments.empty() ||
          Enclosing(script, step.context, Context::Kind::kFunction) != i) {
        continue;
      }
      value = step.arguments[0].value;
      ++count;
    }
    if (count != 1) value.reset();
  }
  return value;
}

// Of the parts only the one wanted is looked at: a part may be made of what another loader gives.
LoaderParts LookAtLoader(const ir::Script& script, ValueId loader, std::size_t wanted, int depth) {
  LoaderParts known;
  const Step* made = depth > kMaxMakings ? nullptr : MadeBy(script, loader);
  if (made == nullptr || RoleMade(script, *made) != Role::kLoader ||
      LastPart(made->name) != "DataLoader" || FindKeyword(*made, "collate_fn") != nullptr) {
    return known;
  }
  const Argument* dataset = FindArgument(*made, "dataset", 0);
  if (dataset == nullptr) return known;
  const Step* source = MadeBy(script, dataset->value);
  if (source == nullptr || HasUnpacked(*source)) return known;
  if (IsCall(*source,
             {"torch.utils.data.TensorDataset", "torch.utils.data.dataset.TensorDataset"})) {
    known.dataset = source;
    for (const Argument& argument : source->arguments) {
      auto& part = known.parts.emplace_back();
      if (wanted == kAllParts || wanted + 1 == known.parts.size()) {
        part = Look(script, argument.value, depth + 1);
      }
    }
    return known;
  }
  const std::uint32_t own_class = ClassOf(script, dataset->value);
  if (own_class == kNone || !DerivesFrom(script, own_class, "torch.utils.data.Dataset"))
    return known;
  const auto item = ReturnedBy(script, script.classes[own_class].name + ".__getitem__");
  if (!item || script.values[*item].kind != Kind::kList || script.values[*item].open) return known;
  known.dataset = source;
  for (const ValueId part : script.values[*item].items) {
    auto& array = known.parts.emplace_back();
    if (wanted != kAllParts && wanted + 1 != known.parts.size()) continue;
    array = Look(script, part, depth + 1);
    if (!array) continue;
    array->rows.reset();
    if (array->rank) ++*array->rank;
  }
  return known;
}

}  // namespace

std::optional<ScriptArray> ArrayOf(const ir::Script& script, ValueId value) {
  return Look(script, value, 0);
}

LoaderParts PartsOfLoader(const ir::Script& script, ValueId loader) {
  return LookAtLoader(script, loader, kAllParts, 0);
}

}  // namespace onnxcheck::facts
