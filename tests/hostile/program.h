// The whole program on a file, and what may be expected of it whatever the file holds.
#ifndef ONNXCHECK_TESTS_HOSTILE_PROGRAM_H_
#define ONNXCHECK_TESTS_HOSTILE_PROGRAM_H_

#include <string>
#include <vector>

namespace onnxcheck::tests {

struct Result {
  int status = -1;
  std::string out;
  std::string err;
};

Result Onnxcheck(const std::vector<std::string>& args);

// The findings of a JSON report, each as "P002 error m.onnx @7 graph/node[0]": id, severity, file
// name without its folder, then ":line", ":column", "@byte offset" and the logical place where
// there are any.
std::vector<std::string> FindingsOf(const std::string& report);

// Runs `args` in every output format and fails the test unless each report is well-formed: exit
// status as given, JSON that parses, valid UTF-8, no control byte but line ends, no internal error.
// The findings of the JSON report.
std::vector<std::string> CheckInEveryFormat(const std::vector<std::string>& args, int status = 1);

// The exit status, a line end, and what `args` write to standard output in a process without
// privileges: as the user who owns nothing if this one is root. Empty where that cannot be had.
std::string OutputWithoutPrivileges(const std::vector<std::string>& args);

// Files by the byte, for what no writer writes.
std::string Repeat(const std::string& text, std::size_t times);
std::string Utf16(const std::string& ascii, bool big_endian, bool with_mark);
std::string ZipOf(const std::string& name, const std::string& content);
// A length-delimited field of protocol buffers; the number below 16.
std::string Field(int number, const std::string& content);

}  // namespace onnxcheck::tests

#endif  // ONNXCHECK_TESTS_HOSTILE_PROGRAM_H_
