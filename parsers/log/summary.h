// TensorBoard's Event message: the numbers in its summary, and nothing else of it is read.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/summary.proto
#ifndef ONNXCHECK_PARSERS_LOG_SUMMARY_H_
#define ONNXCHECK_PARSERS_LOG_SUMMARY_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace onnxcheck::parsers::log {

struct Scalar {
  std::string_view tag;
  double value = 0;
};

struct SummaryEvent {
  double wall_time = 0;  // seconds since 1970
  double step = 0;
  bool other = false;        // holds values that are no scalars: images, histograms, text, a graph
  std::string_view hparams;  // data of the hparams plugin, if it has any
  std::string_view arguments;  // the text that Hugging Face's Trainer writes of its arguments
  std::vector<Scalar> scalars;
};

// Reads one Event. Scalars are simple_value, and tensors of one number that the scalars plugin or
// nobody claims. Images, histograms and the like are passed over by their length. False when the
// bytes are no message; `event` then holds what stood before that.
bool ReadSummaryEvent(std::string_view bytes, SummaryEvent* event);

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_SUMMARY_H_
