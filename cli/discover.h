// From what the user named to runs: which files belong together.
#ifndef ONNXCHECK_CLI_DISCOVER_H_
#define ONNXCHECK_CLI_DISCOVER_H_

#include <string>
#include <vector>

#include "analyzer/engine/settings.h"
#include "parsers/load.h"

namespace onnxcheck::cli {

struct RunInputs {
  std::string path;  // the folder, or the first file
  std::vector<parsers::InputPath> inputs;
  bool walked = false;  // found below a folder: without any usable input it is no run
};

// What options say a file is.
struct Told {
  std::vector<std::string> logs;
  std::vector<std::string> configs;
  std::vector<std::string> scripts;
};

// Files. With --logs, --config or --script everything named is one run. So it is with at
// most one model. Several models are a run each (a pre-commit hook names them
// so), unless logs or configurations named with them lie in the same folder.
//
// Folders are walked. A folder's model, configuration and log files are one
// run. A sub-folder (logs/, lightning_logs/version_0/, export/) belongs to the
// run above it when it is the only one below and does not bring a second
// model, or when folders side by side hold one kind of input each and no kind
// twice (models/, configs/, logs/). What lies below a folder of MLflow's (32
// hexadecimal digits) and in Hydra's .hydra is of one run; of a Trainer's
// checkpoint-N folders the last counts, and none where the run has ended. Other
// hidden folders, virtual environments,
// node_modules and what settings.exclude matches are passed over; links to
// folders are not followed.
//
// Scripts never make folders belong together. Those of a folder belong to the
// run of its other files, or to the only run below it; where there is none
// each is a run of its own.
//
// In the order of the paths, then by name. Throws UsageError when what --logs,
// --config or --script name cannot be told to belong to one run.
std::vector<RunInputs> Discover(const std::vector<std::string>& paths, const Told& told,
                                const Settings& settings);

}  // namespace onnxcheck::cli

#endif  // ONNXCHECK_CLI_DISCOVER_H_
