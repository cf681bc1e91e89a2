// Logs of one run, some of which consist of several files.
#ifndef ONNXCHECK_PARSERS_LOAD_LOGS_H_
#define ONNXCHECK_PARSERS_LOAD_LOGS_H_

#include <map>
#include <memory>
#include <string>

#include "analyzer/ir/run.h"
#include "parsers/log/event_file.h"
#include "parsers/sniff.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

class LogLoader {
 public:
  // `run` must outlive the loader.
  explicit LogLoader(ir::Run* run) : run_(run) {}

  // `named`: the user named the file, so that it is kept even if it is no log of a training.
  void Add(const Source& source, Format format, bool named);
  // Once, behind the last file.
  void Finish();

 private:
  // A folder's event files are one log, in the order they come.
  struct EventFiles {
    std::size_t index = 0;  // in run_->logs
    std::unique_ptr<EventFileReader> reader;
  };
  void AddEventFile(const Source& source);

  ir::Run* run_;
  std::map<std::string, EventFiles> event_files_;  // by folder
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOAD_LOGS_H_
