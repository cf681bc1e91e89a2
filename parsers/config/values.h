// How people spell the values of normalised fields: numbers, levels, label encodings, precisions.
#ifndef ONNXCHECK_PARSERS_CONFIG_VALUES_H_
#define ONNXCHECK_PARSERS_CONFIG_VALUES_H_

#include <optional>
#include <string>
#include <string_view>

#include "analyzer/ir/config.h"

namespace onnxcheck::parsers {

// Lower case, with '-' and ' ' as '_'.
std::string Canonical(std::string_view text);

// A number, or a text that Python's float() would take: "1e-4" is text in YAML,
// but what its author meant is plain. Booleans are not numbers.
std::optional<double> AsNumber(const ir::Scalar& value);
std::optional<bool> AsBool(const ir::Scalar& value);
// A text that is not a number in disguise.
std::optional<std::string> AsName(const ir::Scalar& value);

// What Python printed: numbers ("5e-05" too), True and False, None; any other text is itself.
ir::Scalar PrintedScalar(std::string_view text);

// The class or function a dotted path names: "torch.optim.Adam" -> "Adam",
// "Custom>Adam" -> "Adam".
std::string LastComponent(std::string_view path);
// "adam", "sgd", ...; Hugging Face's variants ("adamw_torch_fused",
// "paged_adamw_8bit") give the algorithm.
std::string OptimizerName(std::string_view written);

// Upper case: NOTSET DEBUG INFO WARNING ERROR CRITICAL. Takes Python's numbers too.
std::optional<std::string> LogLevel(const ir::Scalar& value);
std::optional<ir::LabelEncoding> Labels(std::string_view written);
// As ir::Config::precision spells it; also "float64" and "mixed_bfloat16".
std::optional<std::string> Precision(const ir::Scalar& value);
// "keras" or "torch" for what stands on them; anything else in lower case.
std::string Framework(std::string_view written);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_VALUES_H_
