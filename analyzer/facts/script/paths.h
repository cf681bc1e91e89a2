// The files and folders that a script reads.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_PATHS_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_PATHS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/facts/script/trace.h"
#include "analyzer/ir/run.h"

namespace onnxcheck::facts {

// A call of a known function that opens what is there already, and fails where nothing is.
struct PathRead {
  std::uint32_t step = kNone;
  std::string path;          // as the script has it: literal, or joined of literals
  ir::script::Mark mark;     // where it is written, or joined
  bool overridable = false;  // a default that the command line may change
};

// Those whose path is known: open() to read, pandas, NumPy, PyTorch, HDF5, images, folders of
// images. Each path once, at its first call, in code that is called; the first kMostCandidates.
std::vector<PathRead> PathsRead(const ir::Script& script);

// Whether the script may put something at the path, look whether it is there, or stand somewhere
// else than where it was started: a call that downloads, unpacks, copies or runs a program, or any
// that gets the path, or a folder on the way to it, and neither reads, joins nor prints it.
bool MayMakePath(const ir::Script& script, const std::string& path);

// Whether the folder of a file that the script writes is not there, neither beside the script nor
// in the two folders above, and nothing in the script may make it. False for absolute paths,
// notebooks and whatever is not known for sure.
bool LacksFolder(const ir::Script& script, const std::string& path);

// What a log of the run says of a path that was not there, with no metric behind that: a run that
// went on to train was helped. null: no log says so.
const ir::Event* MissedIn(const ir::Run& run, const std::string& path);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_PATHS_H_
