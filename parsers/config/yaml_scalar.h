// What a plain YAML scalar means to PyYAML, the reader of almost every training script.
#ifndef ONNXCHECK_PARSERS_CONFIG_YAML_SCALAR_H_
#define ONNXCHECK_PARSERS_CONFIG_YAML_SCALAR_H_

#include <string_view>

#include "analyzer/ir/config.h"

namespace onnxcheck::parsers {

// Resolves an unquoted scalar as yaml.safe_load does (YAML 1.1 with PyYAML's
// own patterns): "1e-4" is text, "1.0e-4" a number, "yes" true, "010" eight,
// "1:30" ninety. Dates stay text. An integer beyond 64 bits becomes a double.
ir::Scalar ResolvePlainYaml(std::string_view text);

// Resolves a scalar that carries an explicit tag ("tag:yaml.org,2002:int");
// unknown tags, "!!python/..." among them, give the text.
ir::Scalar ResolveTaggedYaml(std::string_view tag, std::string_view text);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_YAML_SCALAR_H_
