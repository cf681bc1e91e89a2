// The laws that frameworks draw new weights from, and whether a tensor still lies on one.
#ifndef ONNXCHECK_ANALYZER_FACTS_INITIALIZERS_H_
#define ONNXCHECK_ANALYZER_FACTS_INITIALIZERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/facts/weights.h"

namespace onnxcheck::facts {

enum class LawShape {
  kUniform,     // on [-bound, bound]
  kNormal,      //
  kTruncated,   // normal, cut off at two standard deviations of the uncut law
  kOrthogonal,  // orthonormal rows or columns: the mean square is known exactly
};

struct Law {
  std::string_view name;  // "PyTorch's uniform law 1/sqrt(fan_in)"
  LawShape shape = LawShape::kUniform;
  double bound = 0;      // of kUniform and kTruncated
  double deviation = 0;  // standard deviation of what the law yields
};

struct LawMatch {
  Law law;
  // How far the tensor is from what the law makes one expect, in standard deviations of that; for
  // the mean, the variance and the kurtosis, the largest of them.
  double distance = 0;
  // kUniform, kTruncated: expected number of elements between the largest magnitude and the bound
  // (an Exp(1) variable under the law). A step of training pushes some across the bound, decay
  // pulls all away from it.
  double edge = 0;
  // A match that only the law explains: the edge or the exact mean square, not moments alone.
  bool sharp = false;
};

// The law that the weight lies on, if any. Laws of PyTorch 2.13 (torch.nn.init, reset_parameters of
// torch.nn's layers), Keras 3.15 (keras.initializers and the layers' defaults) and Hugging Face
// transformers 5.23 (initializer_range 0.02). Only of floats that the layer uses as they are
// stored; absent as well where there are fewer than 64 elements, of which nothing can be said.
std::optional<LawMatch> MatchLaw(const MeasuredWeight& measured);

// Biases and scales of normalisations as they are before the first step of training.
enum class ListState {
  kFresh,    // exactly 0 (or, of LSTM, 0 and 1), scales exactly 1
  kOnLaw,    // within PyTorch's bound for biases
  kTouched,  // neither
};
ListState StateOfList(const MeasuredWeight& measured);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_INITIALIZERS_H_
