// Prints docs/dialects.md: the samples of every dialect of logs, from parsers/log/dialects.
// `tools/docs` runs it.
#include <iostream>
#include <string>

#include "parsers/log/dialect.h"

namespace onnxcheck {
namespace {

using parsers::log::Dialect;
using parsers::log::Sample;

// Control characters that a reader would not see, as escapes.
std::string Visible(std::string_view text) {
  std::string visible;
  for (const char c : text) {
    if (c == '\r') {
      visible += "\\r";
    } else if (c == '\b') {
      visible += "\\b";
    } else if (c == '\x1b') {
      visible += "\\e";
    } else {
      visible += c;
    }
  }
  if (!visible.empty() && visible.back() != '\n') visible += '\n';
  return visible;
}

void PrintTable() {
  std::cout << "# Logs that have a dialect of their own\n\n"
            << "A dialect is what the general scanner cannot tell by itself. Each of these samples "
               "runs as a test: the\nfirst block is a piece of a log, the second what is read from "
               "it, one series a line (name, role, the\nlast point's epoch and step, values). What "
               "is in no dialect is read by the general scanner\n(`name: value`, `name=value` and "
               "their kin), see [logs.md](logs.md).\n";
  for (const Dialect* dialect : parsers::log::Dialects()) {
    std::cout << "\n## " << dialect->name << "\n";
    for (const Sample& sample : dialect->samples) {
      std::cout << "\n```text\n" << Visible(sample.text) << "```\n";
      std::cout << "\n```text\n" << Visible(sample.expected) << "```\n";
    }
  }
}

}  // namespace
}  // namespace onnxcheck

int main() {
  onnxcheck::PrintTable();
  return std::cout.good() ? 0 : 1;
}
