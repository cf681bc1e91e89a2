// What is said about words that are not known.
#ifndef ONNXCHECK_CLI_DID_YOU_MEAN_H_
#define ONNXCHECK_CLI_DID_YOU_MEAN_H_

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace onnxcheck::cli {

// Wrong usage, or settings that cannot be read: exit status 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// ", did you mean \"--select\"?" or nothing.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_DID_YOU_MEAN_H_
