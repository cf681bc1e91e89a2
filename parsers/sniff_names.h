// What a file's name hints at, where its content leaves a choice.
#ifndef ONNXCHECK_PARSERS_SNIFF_NAMES_H_
#define ONNXCHECK_PARSERS_SNIFF_NAMES_H_

#include <string>
#include <string_view>

namespace onnxcheck::parsers {

struct FileName {
  std::string base;    // lower case
  std::string suffix;  // after the last dot, lower case; empty if none or a dot file
  // "run.log", "train.log.2", "slurm-1.out", "stderr": text there is a log.
  bool is_log = false;
  // "trainlog.txt", "loss_log", "nohup.txt": a log unless the text is clearly
  // something else.
  bool log_word = false;
  // "results.txt", "val_acc", ".../metrics/f1": columns of numbers there are a log.
  bool metric_word = false;
  // Prose, source code, lists: never a log or a configuration by shape alone.
  bool is_document = false;
};

FileName ParseFileName(std::string_view path);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_SNIFF_NAMES_H_
