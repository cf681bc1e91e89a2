#ifndef ONNXCHECK_CLI_VERSION_H_
#define ONNXCHECK_CLI_VERSION_H_

#include <string_view>

namespace onnxcheck::cli {

// The project's version as CMakeLists.txt states it: "0.1.0".
std::string_view Version();

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_VERSION_H_
