// One pass over everything that a model's tensors hold.
#ifndef ONNXCHECK_PARSERS_MODEL_WEIGHTS_H_
#define ONNXCHECK_PARSERS_MODEL_WEIGHTS_H_

#include <cstdint>

#include "analyzer/ir/model.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

struct WeightOptions {
  ir::WeightMode mode = ir::WeightMode::kAuto;
  // Bytes of payloads that kAuto reads: a tenth of a second from memory, and some tenths from a
  // disk. A commit hook that lints a file of gigabytes stays at the speed of its metadata.
  std::uint64_t limit = std::uint64_t{256} << 20;
  unsigned threads = 0;  // 0: as many as there are processors
};

// Fills Tensor::statistics of the initializers and attributes of every graph, function and
// training graph, and Model::weights. Elements that the reader has already taken out of the file
// (Tensor::elements) are measured under kAuto in any case.
//
// Payloads are read through the mapping, 256 KiB at a time, each after a look whether the file
// still reaches that far: one that was cut short costs the statistics of its tensors. (Only a cut
// in the microseconds between the look and the reading is outside of this, as for any mapped
// input.) Pages are given back chunk by chunk. The results are the same for any number of threads.
// Beyond the statistics that remain (sums of slices: 64 MiB a model at most) the pass holds some 30
// MiB a thread. Linear in the bytes.
void ReadWeights(const Source& source, const WeightOptions& options, ir::Model* model);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_MODEL_WEIGHTS_H_
