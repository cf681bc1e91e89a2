#include "parsers/stated_formats.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "parsers/log/record_format.h"

namespace onnxcheck::parsers {
namespace {

void Add(const std::string& format, std::vector<std::string>* formats) {
  const bool known = std::find(formats->begin(), formats->end(), format) != formats->end();
  if (!known && log::NeedsItsFormat(format)) formats->push_back(format);
}

bool TakesFormat(const ir::script::Step& step) {
  if (step.kind != ir::script::Step::Kind::kCall) return false;
  const std::string_view name = std::string_view(step.name).substr(step.name.rfind('.') + 1);
  return name == "basicConfig" || name == "Formatter" || name == "add";  // loguru's logger.add
}

}  // namespace

std::vector<std::string> StatedFormats(const ir::Run& run) {
  std::vector<std::string> formats;
  for (const ir::Config& config : run.configs) {
    for (const ir::LogHandler& handler : config.handlers) {
      if (handler.format) Add(handler.format->value, &formats);
    }
  }
  for (const ir::Script& script : run.scripts) {
    for (const ir::script::Step& step : script.steps) {
      if (!TakesFormat(step)) continue;
      for (const ir::script::Argument& argument : step.arguments) {
        const ir::script::Value& value = script.values[argument.value];
        const auto* const text = std::get_if<std::string>(&value.constant);
        if (value.kind == ir::script::Value::Kind::kConstant && text != nullptr)
          Add(*text, &formats);
      }
    }
  }
  return formats;
}

}  // namespace onnxcheck::parsers
