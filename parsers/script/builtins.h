// Names that Python knows without an import.
#ifndef ONNXCHECK_PARSERS_SCRIPT_BUILTINS_H_
#define ONNXCHECK_PARSERS_SCRIPT_BUILTINS_H_

#include <string_view>

namespace onnxcheck::parsers::script {

bool IsBuiltin(std::string_view name);

// Names of Keras that mean nothing else in a script without imports.
bool IsKerasName(std::string_view name);

}  // namespace onnxcheck::parsers::script

#endif  // ONNXCHECK_PARSERS_SCRIPT_BUILTINS_H_
