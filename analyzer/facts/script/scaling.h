// Images that a script feeds to a model as they come, with values up to 255.
#ifndef ONNXCHECK_ANALYZER_FACTS_SCRIPT_SCALING_H_
#define ONNXCHECK_ANALYZER_FACTS_SCRIPT_SCALING_H_

#include <string>
#include <vector>

#include "analyzer/facts/script/trace.h"

namespace onnxcheck::facts {

struct UnscaledInput {
  const Argument* input = nullptr;  // of fit
  const Step* source = nullptr;     // that loads the images
  std::string what;                 // "the images of mnist"
};

// Keras's fit of images whose range its documentation states as 0 to 255 (the datasets mnist,
// fashion_mnist, cifar10 and cifar100; ImageDataGenerator and image_dataset_from_directory without
// scaling), where nothing but conversions and changes of shape lies in between, and all layers of
// the model are known and none of them scales or normalises.
std::vector<UnscaledInput> UnscaledInputsOf(const ir::Script& script);

}  // namespace onnxcheck::facts

#endif  // ONNXCHECK_ANALYZER_FACTS_SCRIPT_SCALING_H_
