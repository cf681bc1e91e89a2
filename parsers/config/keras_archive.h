// Keras 3's .keras: a zip of metadata.json, config.json and model.weights.h5.
#ifndef ONNXCHECK_PARSERS_CONFIG_KERAS_ARCHIVE_H_
#define ONNXCHECK_PARSERS_CONFIG_KERAS_ARCHIVE_H_

#include "analyzer/ir/config.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// A member larger than this, or one above kMinBombBytes that is compressed
// better than kMaxArchiveRatio to one, is not read (JSON reaches about 50).
inline constexpr std::uint64_t kMaxArchiveMemberBytes = 64u << 20;
inline constexpr std::uint64_t kMaxArchiveRatio = 200;
inline constexpr std::uint64_t kMinBombBytes = 1u << 20;

// Reads metadata.json and config.json into entries and fields. Weights are not
// opened. Locations have the archive's path and "config.json:KEY" as logical
// path, no line.
void ReadKerasArchive(const Source& source, ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_KERAS_ARCHIVE_H_
