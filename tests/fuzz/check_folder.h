// All that happens to a run: readers, facts and every rule, as `onnxcheck FOLDER` does it.
#ifndef ONNXCHECK_TESTS_FUZZ_CHECK_FOLDER_H_
#define ONNXCHECK_TESTS_FUZZ_CHECK_FOLDER_H_

#include <string>
#include <string_view>
#include <vector>

namespace onnxcheck::fuzz {

// Writes `bytes` to a folder of this process, once under each of the names, and checks the folder.
// Traps on an error of the program, a rule that throws or a place outside the file. Always the same
// names: files of other names stay.
void CheckFolder(const std::vector<std::string>& names, std::string_view bytes);

}  // namespace onnxcheck::fuzz

#endif  // ONNXCHECK_TESTS_FUZZ_CHECK_FOLDER_H_
