// MLflow's metric files: one file a metric, "timestamp value step" a line.
// https://mlflow.org/docs/latest/tracking/backend-stores.html (file store)
#ifndef ONNXCHECK_PARSERS_LOG_METRIC_FILE_H_
#define ONNXCHECK_PARSERS_LOG_METRIC_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ir/log.h"
#include "parsers/log/collector.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// The folder ".../metrics" above a metric file, and the metric's name, which may have folders of
// its own; an empty name: the path is none of a metric file.
struct MetricPath {
  std::string folder;
  std::string name;
};
MetricPath SplitMetricPath(std::string_view path);

// Whether the first lines (the file's beginning, at most 64 KiB) are those of a metric file: a time
// in milliseconds, a number, and a whole step, which old versions leave out.
bool IsMetricFile(std::string_view window, std::string_view path);

// Takes a run's metric files, each of which becomes a series. The log's lines are counted through
// all files.
class MetricFileReader {
 public:
  MetricFileReader();
  MetricFileReader(const MetricFileReader&) = delete;
  MetricFileReader& operator=(const MetricFileReader&) = delete;

  void Add(const Source& source);
  ir::Log Finish();

 private:
  void Read(const Source& source);

  ir::Log log_;
  log::Collector collector_;
  std::vector<ir::LogPart> parts_;
  std::uint64_t malformed_ = 0;
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOG_METRIC_FILE_H_
