// Losses and accuracies of a classifier that guesses.
#ifndef ONNXCHECK_ANALYZER_FACTS_CHANCE_H_
#define ONNXCHECK_ANALYZER_FACTS_CHANCE_H_

#include <cstdint>
#include <optional>

#include "analyzer/facts/facts.h"

namespace onnxcheck::facts {

// A loss that rests at ln C, the cross-entropy of C equally likely classes.
// What names C: the score beside the loss, a stated number of classes, or both.
struct ChancePlateau {
  std::int64_t classes = 0;
  double chance_loss = 0;  // ln C
  double loss = 0;         // median over the last half
  double epochs = 0;
  const Curve* score = nullptr;  // accuracy about 1/C, or an area under the curve about 1/2
  double score_value = 0;        // in 0..1
  bool area = false;             // the score is an area under the ROC curve
  const ClassCount* stated = nullptr;
};

// nullopt when the loss ever fell clearly below ln C, when a score beside it
// is better than chance, when fewer than five epochs or less than a fifth of
// the planned ones were seen, and when nothing but the loss names C.
std::optional<ChancePlateau> RestsAtChance(const Facts& facts, const Curve& loss);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_CHANCE_H_
