#include "cli/did_you_mean.h"

#include "parsers/closest.h"

namespace onnxcheck::cli {

std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string closest = parsers::Closest(word, candidates);
  return closest.empty() ? "" : ", did you mean \"" + closest + "\"?";
}

}  // namespace onnxcheck::cli
