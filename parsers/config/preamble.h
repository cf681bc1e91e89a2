// What a log says of the run's settings before it comes to the first metric: printed Namespaces and
// dicts, "key: value" lines, Hugging Face's "***** Running training *****".
#ifndef ONNXCHECK_PARSERS_CONFIG_PREAMBLE_H_
#define ONNXCHECK_PARSERS_CONFIG_PREAMBLE_H_

#include <cstdint>
#include <optional>

#include "analyzer/ir/config.h"
#include "analyzer/ir/log.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// No more of a log than this is looked through.
inline constexpr std::size_t kMaxPreambleBytes = 256u << 10;

// The settings, located in the log; input.format is "log-preamble". Nothing when fewer than two
// normalised fields are stated, for logs that train nothing, and for texts that are not UTF-8.
// `log`: what the log parser made of the same source. Also reads what trainer_state.json and
// all_results.json state beside their history.
std::optional<ir::Config> ReadPreamble(const Source& source, const ir::Log& log);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_PREAMBLE_H_
