#include "cli/version.h"

namespace onnxcheck::cli {

std::string_view Version() { return ONNXCHECK_VERSION; }

}  // namespace onnxcheck::cli
