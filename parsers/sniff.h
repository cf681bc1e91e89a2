// Names a file's format from its content; the name only breaks ties.
#ifndef ONNXCHECK_PARSERS_SNIFF_H_
#define ONNXCHECK_PARSERS_SNIFF_H_

#include <string_view>

#include "analyzer/ir/input.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

enum class Format {
  kUnknown,
  kEmpty,     // no bytes
  kOnnx,      // protobuf that walks as a ModelProto
  kOnnxText,  // ONNX's text syntax
  kLfsPointer,
  kYaml,
  kJson,  // one JSON document
  kToml,
  kIni,
  kKerasArchive,  // .keras zip
  kHdf5,
  kSavedModel,   // TensorFlow's saved_model.pb or Keras's keras_metadata.pb
  kModelCard,    // README.md with the hyperparameters of a training
  kMlflowParam,  // MLflow: params/NAME, tags/NAME
  kPickle,       // Python's, as PyTorch saves it; never opened
  kZip,          // any other zip
  kHtml,
  kLog,  // text that may hold metrics: progress output, CSV, JSON lines, logging
  kPython,
  kNotebook,    // Jupyter's .ipynb
  kEventFile,   // TensorBoard
  kMetricFile,  // MLflow
  kWandb,       // Weights & Biases
  kGzipLog,     // text that may hold metrics, compressed
  kBinary,      // something else, with NUL or control bytes
};

// "onnx", "yaml", "keras-archive", ...: the name in reports.
std::string_view FormatName(Format format);

// Which parser reads the format; kUnknown if none does.
ir::Kind KindOf(Format format);

// Looks at the first 64 KiB at most.
Format Sniff(const Source& source);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_SNIFF_H_
