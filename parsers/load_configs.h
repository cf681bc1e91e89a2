// Configurations of one run, some of which consist of several files or stand in a log.
#ifndef ONNXCHECK_PARSERS_LOAD_CONFIGS_H_
#define ONNXCHECK_PARSERS_LOAD_CONFIGS_H_

#include <map>
#include <string>

#include "analyzer/ir/run.h"
#include "parsers/sniff.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

class ConfigLoader {
 public:
  // `run` must outlive the loader.
  explicit ConfigLoader(ir::Run* run) : run_(run) {}

  // `named`: the user named the file, so that it is kept even if it says nothing of training.
  void Add(const Source& source, Format format, bool named);
  // Once, behind the last file.
  void Finish();

 private:
  ir::Run* run_;
  std::map<std::string, ir::Config> mlflow_;  // by the folder of their run
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOAD_CONFIGS_H_
