#include "cli/command.h"

#include <exception>
#include <ostream>

#include "cli/did_you_mean.h"
#include "cli/terminal.h"
#include "cli/version.h"

namespace onnxcheck::cli {
namespace {

int Run(const Options& options, std::ostream& out, std::ostream& err) {
  switch (options.verb) {
    case Verb::kCheck:
      return CheckCommand(options, out, err);
    case Verb::kParse:
      return ParseCommand(options, out, err);
    case Verb::kRules:
      return RulesCommand(options, out);
    case Verb::kExplain:
      return ExplainCommand(options, out);
    case Verb::kCompletion:
      return CompletionCommand(options, out);
    case Verb::kVersion:
      out << "onnxcheck " << Version() << "\n";
      return kClean;
    case Verb::kHelp:
      out << options.help_text;
      return kClean;
  }
  return kFailure;
}

}  // namespace

int Main(std::span<const std::string> args, std::istream& /*in*/, std::ostream& out,
         std::ostream& err) {
  try {
    const int status = Run(ParseOptions(args), out, err);
    out.flush();
    if (!out) {
      err << "onnxcheck: the output cannot be written\n";
      return kFailure;
    }
    return status;
  } catch (const UsageError& error) {
    err << "onnxcheck: " << Printable(error.what()) << "\n"
        << "onnxcheck --help shows the usage\n";
  } catch (const std::exception& error) {
    err << "onnxcheck: internal error: " << Printable(error.what()) << "\n";
  }
  return kFailure;
}

}  // namespace onnxcheck::cli
