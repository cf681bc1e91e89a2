// CSV and its kin: columns named by a header, or by nothing.
#ifndef ONNXCHECK_PARSERS_LOG_TABLE_H_
#define ONNXCHECK_PARSERS_LOG_TABLE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/log/collector.h"
#include "parsers/log/log.h"
#include "parsers/source.h"

namespace onnxcheck::parsers::log {

struct TableShape {
  char delimiter = ',';
  bool header = false;
  bool counter = false;  // without a header: the first column counts up
  std::vector<std::string> columns;
  // The first epoch comes twice and every later one once: a run that was started anew at once.
  bool first_epoch_twice = false;
  int sum = -1;  // without a header: the column that is the sum of all others; -1: none
};

// Looks at the first records. Prose that happens to hold commas is no table: the rows must agree in
// their number of cells and hold numbers.
std::optional<TableShape> FindTable(std::string_view text);

// Returns false, with the log in an undefined state, when the rows turn out not to be one.
// `stem`: the file's name without folder and ending; it names a single column that has no header.
// `source`: see RecordReader.
bool ReadTable(std::string_view text, const Source* source, const TableShape& shape,
               std::string_view stem, Split unsaid, const LogOptions& options,
               Collector* collector);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_TABLE_H_
