// Any bytes as a script, and as a notebook: the walk ends, and what it leaves can be asked.
#include <cstddef>
#include <cstdint>
#include <string>

#include "parsers/script/script.h"

namespace {

void Touch(const onnxcheck::ir::Script& script) {
  using onnxcheck::ir::script::kNone;
  const auto require = [](bool holds) {
    if (!holds) __builtin_trap();
  };
  const auto value = [&](onnxcheck::ir::script::ValueId id) { require(id < script.values.size()); };
  for (const auto& one : script.values) {
    for (const auto item : one.items) value(item);
    for (const auto key : one.keys) value(key);
  }
  for (const auto& step : script.steps) {
    value(step.callee);
    value(step.receiver);
    value(step.result);
    require(step.context < script.contexts.size());
    require(step.body == kNone || step.body < script.contexts.size());
    for (const auto& argument : step.arguments) value(argument.value);
  }
  for (std::size_t i = 1; i < script.contexts.size(); ++i) {
    require(script.contexts[i].parent < i);
    require(script.contexts[i].first_step <= script.contexts[i].last_step);
    require(script.contexts[i].last_step <= script.steps.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = onnxcheck::parsers::Source::FromBytes(
      "train.py", std::string(reinterpret_cast<const char*>(data), size));
  Touch(onnxcheck::parsers::ParseScript(*source));
  if (size > 0 && data[0] == '{') {
    Touch(onnxcheck::parsers::ParseNotebook(*source));
    onnxcheck::parsers::ParseNotebookOutputs(*source);
  }
  return 0;
}
