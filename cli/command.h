// The program as a function.
#ifndef ONNXCHECK_CLI_COMMAND_H_
#define ONNXCHECK_CLI_COMMAND_H_

#include <iosfwd>
#include <span>
#include <string>

#include "cli/options.h"

namespace onnxcheck::cli {

// Exit status: nothing else is ever returned.
inline constexpr int kClean = 0;     // nothing at or above the threshold
inline constexpr int kFindings = 1;  // findings; a damaged input is one
inline constexpr int kFailure = 2;   // wrong usage, unreadable settings, internal error

// `args` without the program's name. Never throws.
int Main(std::span<const std::string> args, std::istream& in, std::ostream& out, std::ostream& err);

// The verbs. They throw UsageError for what only shows once work has begun.
int CheckCommand(const Options& options, std::ostream& out, std::ostream& err);
int ParseCommand(const Options& options, std::ostream& out, std::ostream& err);
int RulesCommand(const Options& options, std::ostream& out);
int ExplainCommand(const Options& options, std::ostream& out);
int CompletionCommand(const Options& options, std::ostream& out);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_COMMAND_H_
