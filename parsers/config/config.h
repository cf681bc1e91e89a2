// Configurations: bytes to ir::Config, one file per format.
#ifndef ONNXCHECK_PARSERS_CONFIG_CONFIG_H_
#define ONNXCHECK_PARSERS_CONFIG_CONFIG_H_

#include "analyzer/ir/config.h"
#include "parsers/sniff.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// Reads the file as `format`, one that KindOf calls a configuration, and fills
// the normalised fields from the schemas it knows. Syntax errors become
// kMalformedConfig problems with line and column; entries before the error
// are kept. Never throws.
ir::Config ParseConfig(const Source& source, Format format);

// True if the config names anything that has to do with training, so that a
// directory walk can pass over package.json and its like.
bool IsTrainingConfig(const ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_CONFIG_H_
