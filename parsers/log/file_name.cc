#include "parsers/log/file_name.h"

namespace onnxcheck::parsers::log {
namespace {

std::string StemOf(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  return name.substr(0, name.find('.'));
}

}  // namespace

Split SplitOfFile(const std::string& path) {
  const std::string stem = StemOf(path);
  for (const std::string_view start : {"val", "valid", "validation", "eval"}) {
    if (stem == start || stem.substr(0, start.size() + 1) == std::string(start) + "_")
      return Split::kValidation;
  }
  return Split::kUnknown;
}

std::string MetricOfFile(const std::string& path) {
  std::string stem = StemOf(path);
  // What says that there are many of them.
  for (const std::string_view ending :
       {"_log", "_logs", "_history", "_list", "_curve", "_values"}) {
    if (stem.size() > ending.size() && stem.ends_with(ending)) {
      stem.resize(stem.size() - ending.size());
      break;
    }
  }
  return stem;
}

}  // namespace onnxcheck::parsers::log
