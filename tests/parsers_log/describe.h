// A log's series as text, for comparison.
#ifndef ONNXCHECK_TESTS_PARSERS_LOG_DESCRIBE_H_
#define ONNXCHECK_TESTS_PARSERS_LOG_DESCRIBE_H_

#include <string>
#include <string_view>

#include "analyzer/ir/log.h"

namespace onnxcheck::parsers::log {

// One line a series, as parsers/log/dialect.h describes it for samples.
std::string DescribeSeries(const ir::Log& log);
// "traceback@3 interrupted@5"
std::string DescribeEvents(const ir::Log& log);
// "1-10 11-20:restart"
std::string DescribeSegments(const ir::Log& log);

ir::Log ParseText(std::string_view text, std::string_view path = "run.log");

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_TESTS_PARSERS_LOG_DESCRIBE_H_
