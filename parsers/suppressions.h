// Suppressions that users write into their inputs.
#ifndef ONNXCHECK_PARSERS_SUPPRESSIONS_H_
#define ONNXCHECK_PARSERS_SUPPRESSIONS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/ir/input.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// Comments of YAML, TOML, INI and Python:
//
//   loss: mse  # onnxcheck: ignore[A001] probabilities are the target here
//   # onnxcheck: ignore[C001,C002] covers the next line that is neither blank nor a comment
//   # onnxcheck: ignore-file[C019] covers the whole file
//
// Linear in the bytes. At most kMaxSuppressions are kept.
std::vector<ir::Suppression> CommentSuppressions(const Source& source);

// ONNX metadata_props: key "onnxcheck.ignore", value "M014 why; A001". They
// cover the whole model.
std::vector<ir::Suppression> MetadataSuppressions(
    const std::string& path, const std::vector<std::pair<std::string, std::string>>& metadata);

inline constexpr std::size_t kMaxSuppressions = 10000;

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_SUPPRESSIONS_H_
