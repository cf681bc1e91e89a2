// Logs of one run, some of which consist of several files.
#ifndef ONNXCHECK_PARSERS_LOAD_LOGS_H_
#define ONNXCHECK_PARSERS_LOAD_LOGS_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analyzer/ir/run.h"
#include "parsers/log/event_file.h"
#include "parsers/log/metric_file.h"
#include "parsers/rotated.h"
#include "parsers/sniff.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

struct ReadLog {
  std::optional<ir::Log> log;        // nothing: it is of no run
  std::optional<ir::Config> stated;  // settings that it states
};

class LogLoader {
 public:
  // `run` must outlive the loader. `paths`: of all files to come, which tell the rotated ones.
  LogLoader(const std::vector<std::string>& paths, ir::Run* run);

  // Whether the file is a log by itself; otherwise others may be read with it.
  bool IsAlone(const Source& source, Format format) const;
  // Such a log. `named`: the user named the file, so that it is kept even if it is no log of a
  // training.
  static ReadLog Read(const Source& source, Format format, bool named);
  void Add(ReadLog log);
  // Any other.
  void Add(const std::shared_ptr<const Source>& source, Format format, bool named);
  // Behind all files of the run: logs of one file each are read again as records of these formats,
  // where there are any (StatedFormats).
  void ReadAgain(const std::vector<std::string>& formats);
  // Once, at the end.
  void Finish();

 private:
  // A folder's files of one format, in the order they come, are one log.
  template <typename Reader>
  struct Files {
    std::size_t index = 0;  // in run_->logs
    std::unique_ptr<Reader> reader;
  };
  template <typename Reader>
  using FilesByFolder = std::map<std::string, Files<Reader>>;
  template <typename Reader>
  void AddTo(FilesByFolder<Reader>& files, const std::string& folder, const Source& source);

  void AddRotated(const std::vector<RotatedMember>& members);

  ir::Run* run_;
  // By the path of the file that is written to.
  std::set<std::string> rotated_;
  std::map<std::string, std::vector<RotatedMember>> members_;
  FilesByFolder<EventFileReader> event_files_;
  FilesByFolder<MetricFileReader> metric_files_;
  std::vector<ir::Config> preambles_;  // settings that the logs state
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOAD_LOGS_H_
