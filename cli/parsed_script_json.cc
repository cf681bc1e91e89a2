// What was understood of a script, as JSON.
#include <string>
#include <utility>

#include "cli/parsed_json.h"

namespace onnxcheck::cli {
namespace {

using ir::script::kNone;
using ir::script::Value;
using ir::script::ValueId;

// Values are shown whole where they are short; further in, by their number.
constexpr int kShownDepth = 4;
constexpr std::size_t kShownItems = 16;

Json ConstantJson(const ir::Scalar& scalar) {
  if (std::holds_alternative<std::monostate>(scalar)) return nullptr;
  if (const auto* flag = std::get_if<bool>(&scalar)) return *flag;
  if (const auto* whole = std::get_if<std::int64_t>(&scalar)) return *whole;
  if (const auto* real = std::get_if<double>(&scalar)) return *real;
  return std::get<std::string>(scalar);
}

Json ValueJson(const ir::Script& script, ValueId id, int depth = 0) {
  const Value& value = script.values[id];
  Json json = Json::object();
  const auto items = [&](const char* name, const std::vector<ValueId>& ids) {
    Json list = Json::array();
    for (std::size_t i = 0; i < ids.size() && i < kShownItems && depth < kShownDepth; ++i) {
      list.push_back(ValueJson(script, ids[i], depth + 1));
    }
    json[name] = std::move(list);
  };
  switch (value.kind) {
    case Value::Kind::kUnknown:
      json["unknown"] = true;
      break;
    case Value::Kind::kConstant:
      json["constant"] = ConstantJson(value.constant);
      if (value.overridable) json["overridable"] = true;
      break;
    case Value::Kind::kList:
      items("list", value.items);
      break;
    case Value::Kind::kDict:
      items("keys", value.keys);
      items("values", value.items);
      break;
    case Value::Kind::kName:
      json["name"] = value.text;
      break;
    case Value::Kind::kFunction:
      json["function"] =
          value.index == kNone ? std::string("lambda") : script.functions[value.index].name;
      break;
    case Value::Kind::kClass:
      json["class"] = script.classes[value.index].name;
      break;
    case Value::Kind::kResult:
      json["result_of"] = value.index;
      break;
    case Value::Kind::kDerived:
      json["derived"] = value.text;
      items("of", value.items);
      break;
    case Value::Kind::kUnion:
      items("one_of", value.items);
      break;
    case Value::Kind::kUnbound:
      json["unbound"] = value.text;
      break;
  }
  if (value.open) json["open"] = true;
  return json;
}

const char* StepName(ir::script::Step::Kind kind) {
  using Kind = ir::script::Step::Kind;
  switch (kind) {
    case Kind::kCall:
      return "call";
    case Kind::kBind:
      return "bind";
    case Kind::kAttribute:
      return "attribute";
    case Kind::kItem:
      return "item";
    case Kind::kDelete:
      return "delete";
    case Kind::kReturn:
      return "return";
    case Kind::kYield:
      return "yield";
    case Kind::kRaise:
      return "raise";
    case Kind::kBreak:
      return "break";
    case Kind::kContinue:
      break;
  }
  return "continue";
}

const char* ContextName(ir::script::Context::Kind kind) {
  using Kind = ir::script::Context::Kind;
  switch (kind) {
    case Kind::kModule:
      return "module";
    case Kind::kFunction:
      return "function";
    case Kind::kClass:
      return "class";
    case Kind::kLoop:
      return "loop";
    case Kind::kBranch:
      return "branch";
    case Kind::kTry:
      return "try";
    case Kind::kExcept:
      return "except";
    case Kind::kElse:
      return "else";
    case Kind::kFinally:
      return "finally";
    case Kind::kWith:
      break;
  }
  return "with";
}

Json StepJson(const ir::Script& script, const ir::script::Step& step) {
  Json json = {{"step", StepName(step.kind)}, {"line", step.name_mark.line}};
  if (step.mark.cell > 0) json["cell"] = step.mark.cell;
  if (!step.name.empty()) json["name"] = step.name;
  if (step.receiver != 0) json["receiver"] = ValueJson(script, step.receiver);
  if (step.name.empty() && step.callee != 0) json["callee"] = ValueJson(script, step.callee);
  if (!step.arguments.empty()) {
    json["arguments"] = Json::array();
    for (const ir::script::Argument& argument : step.arguments) {
      Json shown = ValueJson(script, argument.value);
      if (!argument.keyword.empty()) shown["keyword"] = argument.keyword;
      json["arguments"].push_back(std::move(shown));
    }
  }
  json["context"] = step.context;
  if (step.body != kNone) json["body"] = step.body;
  if (step.updates) json["updates"] = true;
  return json;
}

Json ContextJson(const ir::Script& script, const ir::script::Context& context) {
  Json json = {{"context", ContextName(context.kind)},
               {"parent", context.parent},
               {"line", context.mark.line},
               {"steps", {context.first_step, context.last_step}}};
  using Kind = ir::script::Context::Kind;
  if (context.kind == Kind::kFunction) {
    json["function"] = context.index == kNone ? "lambda" : script.functions[context.index].name;
    json["called"] = context.step != kNone;
  }
  if (context.kind == Kind::kClass) json["class"] = script.classes[context.index].name;
  if (context.group != kNone) json["group"] = context.group;
  if (context.kind == Kind::kBranch && context.index != kNone) json["arm"] = context.index;
  if (context.value != 0) json["value"] = ValueJson(script, context.value);
  if (!context.targets.empty()) json["targets"] = context.targets;
  if (context.leaves) json["leaves"] = true;
  return json;
}

}  // namespace

Json ScriptJson(const ir::Script& script) {
  Json json = UnknownJson(script.input);
  json["schema"] = 1;
  json["partial"] = script.partial;
  json["imports"] = script.imports;
  json["functions"] = Json::array();
  for (const ir::script::Function& function : script.functions) {
    json["functions"].push_back({{"name", function.name},
                                 {"line", function.mark.line},
                                 {"parameters", function.parameters},
                                 {"generator", function.is_generator}});
  }
  json["classes"] = Json::array();
  for (const ir::script::Class& made : script.classes) {
    json["classes"].push_back(
        {{"name", made.name}, {"line", made.mark.line}, {"bases", made.bases}});
  }
  json["contexts"] = Json::array();
  for (const ir::script::Context& context : script.contexts) {
    json["contexts"].push_back(ContextJson(script, context));
  }
  json["steps"] = Json::array();
  for (const ir::script::Step& step : script.steps) {
    json["steps"].push_back(StepJson(script, step));
  }
  json["unbound"] = Json::array();
  for (const ir::script::Unbound& use : script.unbound) {
    Json shown = {{"name", use.name}, {"line", use.mark.line}, {"attribute", use.attribute}};
    if (use.later != kNone) shown["bound_later"] = script.steps[use.later].mark.line;
    if (use.elsewhere != kNone) shown["bound_elsewhere"] = script.steps[use.elsewhere].mark.line;
    json["unbound"].push_back(std::move(shown));
  }
  json["paths"] = Json::array();
  for (const ir::script::PathText& path : script.paths) {
    json["paths"].push_back({{"path", path.text}, {"exists", path.exists}});
  }
  return json;
}

}  // namespace onnxcheck::cli
