// What a log's file name says about the numbers in it.
#ifndef ONNXCHECK_PARSERS_LOG_FILE_NAME_H_
#define ONNXCHECK_PARSERS_LOG_FILE_NAME_H_

#include <string>
#include <string_view>

#include "parsers/log/roles.h"

namespace onnxcheck::parsers::log {

// "valid.log" beside "train.log": tables that name their columns alike.
Split SplitOfFile(const std::string& path);

// "loss" of "run/loss.txt" and "run/loss_log.txt"; otherwise the name up to its first point.
std::string MetricOfFile(const std::string& path);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_FILE_NAME_H_
