// The command line, read.
#ifndef ONNXCHECK_CLI_OPTIONS_H_
#define ONNXCHECK_CLI_OPTIONS_H_

#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analyzer/engine/finding.h"
#include "analyzer/ir/tensor.h"
#include "cli/terminal.h"

namespace onnxcheck::cli {

enum class Verb { kCheck, kParse, kRules, kExplain, kCompletion, kVersion, kHelp };

struct Options {
  Verb verb = Verb::kHelp;
  std::vector<std::string> paths;  // also the rules of `explain` and the shell of `completion`
  std::vector<std::string> logs;
  std::vector<std::string> configs;
  std::vector<std::string> scripts;
  std::string format = "text";
  std::string output_file;          // empty: stdout
  std::vector<std::string> select;  // empty: as the settings file says
  std::vector<std::string> ignore;
  std::optional<Severity> fail_on;
  std::optional<ir::WeightMode> weights;  // check and parse
  bool exit_zero = false;
  bool quiet = false;
  bool verbose = false;
  bool no_config = false;
  bool confirm = false;
  std::string data;
  unsigned jobs = 0;  // 0: as many as there are processors
  ColorMode color = ColorMode::kAuto;
  bool points = false;    // parse
  std::string help_text;  // kHelp: what to print
};

// `check` is the verb when none is named. Throws UsageError, with a hint, for
// whatever cannot be meant.
Options ParseOptions(std::span<const std::string> args);

// Every verb, option and value, for completion and hints.
std::vector<std::string> VerbNames();
std::vector<std::string> OptionNames(const std::string& verb);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_OPTIONS_H_
