// Checks a folder as `onnxcheck FOLDER` does, and writes findings as the cases spell them.
#ifndef ONNXCHECK_TESTS_GOLDEN_GOLDEN_H_
#define ONNXCHECK_TESTS_GOLDEN_GOLDEN_H_

#include <string>
#include <vector>

namespace onnxcheck::tests {

// One line a finding, sorted: "A001 warning config.yaml:4" where there is a
// line, "M014 error model.onnx graph/node[3]:Softmax" in a model, or "P003
// error model.onnx". Paths are relative to the folder. Internal errors are
// lines too, so that no expectation can hold. With arguments, these paths
// below the folder are named on the command line instead of it.
std::vector<std::string> FindingsIn(const std::string& folder,
                                    const std::vector<std::string>& arguments = {});

// The findings that are missing and those that are too many, for people;
// empty when there is no difference.
std::string Difference(std::vector<std::string> expected, std::vector<std::string> actual);

// A name that GoogleTest accepts.
std::string TestName(const std::string& text);

}  // namespace onnxcheck::tests

#endif  // ONNXCHECK_TESTS_GOLDEN_GOLDEN_H_
