// Multiply-accumulates of a forward pass.
#ifndef ONNXCHECK_ANALYZER_FACTS_MACS_H_
#define ONNXCHECK_ANALYZER_FACTS_MACS_H_

#include <cstdint>

#include "analyzer/facts/training.h"

namespace onnxcheck::facts {

// The convention of fvcore, thop and ptflops: products of matrices, kernels, recurrent gates and
// attention count one for each multiplication that is added up; biases, normalisations, activations
// and pooling count nothing. Sizes that the graph leaves open (a symbolic batch or sequence) are
// taken as 1, fixed ones as they stand; sizes that follow from them are right only in a model that
// was read so (parsers::ParseOptions::open_sizes_are_one). A Loop's or Scan's body counts once, of
// an If the larger branch. In a graph that trains only what the loss is computed from counts.
struct MacCount {
  std::int64_t total = 0;      // saturates
  std::int64_t uncounted = 0;  // nodes that multiply, but whose shapes are not known
  bool open_sizes = false;     // a size was taken as 1
  bool repeated = false;       // there is a Loop or Scan whose body counted once
};

// Linear in nodes.
MacCount CountMacs(const Training& training);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_MACS_H_
