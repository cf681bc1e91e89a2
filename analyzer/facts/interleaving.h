// Several writers of one file, told apart by their counters.
#ifndef ONNXCHECK_ANALYZER_FACTS_INTERLEAVING_H_
#define ONNXCHECK_ANALYZER_FACTS_INTERLEAVING_H_

#include <cstddef>
#include <optional>

#include "analyzer/ir/log.h"

namespace onnxcheck::facts {

struct InterleavingLimits {
  double min_points = 5;  // of each writer
  double share = 0.5;     // how evenly they share the file, 0 to 1: 1 is all alike throughout
};

struct Interleaving {
  std::size_t writers = 0;
  std::size_t second = 0;  // index of the second writer's first point
};

// Splits a series, whatever its segments, into counters (epoch, step) that only go up. They are
// writers when each has its points from near the beginning to near the end, with values of its own:
// runs that follow one another and records written twice are none. nullopt: one writer, points
// without a step, or more than 16 counters.
std::optional<Interleaving> FindInterleaving(const ir::Series& series,
                                             const InterleavingLimits& limits);

// True if some training loss of the log comes from several writers, by the usual limits.
bool IsInterleaved(const ir::Log& log);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_INTERLEAVING_H_
