#include "analyzer/engine/rule.h"
#include "analyzer/facts/script/scaling.h"
#include "analyzer/facts/text.h"

namespace onnxcheck::rules {
namespace {

void Check(const facts::Facts& facts, Sink& sink) {
  for (const ir::Script& script : facts.run().scripts) {
    for (const facts::UnscaledInput& input : facts::UnscaledInputsOf(script)) {
      Finding& finding =
          sink.Report(ir::PlaceOf(script, input.input->mark),
                      facts::Cat(input.what, " go into the model with values from 0 to 255"));
      finding.label = "not scaled";
      finding.help = "divide by 255, or let the model begin with Rescaling(1 / 255)";
      finding.related = {{facts::PlaceOfStep(script, *input.source), "loaded here"}};
      finding.confidence = Confidence::kMedium;
      return;
    }
  }
}

}  // namespace

extern const Rule kInputUnscaled;
const Rule kInputUnscaled = {
    .id = "D005",
    .name = "input-unscaled",
    .family = Family::kData,
    .severity = Severity::kWarning,
    .needs = kScript,
    .documentation =
        {.summary = "Images are fed to a network with values up to 255.",
         .what = "Follows the images that Keras documents as 0 to 255 (the datasets mnist, "
                 "fashion_mnist, cifar10 and cifar100, ImageDataGenerator without rescale and "
                 "image_dataset_from_directory) from where they are loaded to fit. Reports them "
                 "where only conversions and changes of shape lie in between and no layer of the "
                 "model scales or normalises. Silent where a layer or a function is not known.",
         .why = "Initial weights and usual learning rates are made for inputs of about 1. With "
                "inputs a hundred times larger the first steps are as much too large: units die, "
                "sigmoids saturate, and training stalls at chance or needs luck to begin.",
         .bad = R"(```python train.py
from tensorflow import keras

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x = x.reshape(60000, 784).astype("float32")
model = keras.Sequential()
model.add(keras.layers.Dense(64, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=5)
```)",
         .good = R"(```python train.py
from tensorflow import keras

(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x = x.reshape(60000, 784).astype("float32") / 255
model = keras.Sequential()
model.add(keras.layers.Dense(64, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=5)
```)",
         .references = "LeCun, Bottou, Orr, Mueller: Efficient BackProp, section 4.3. Keras, "
                       "`keras.datasets.mnist.load_data`: pixel values range from 0 to 255."},
    .check = Check,
};

}  // namespace onnxcheck::rules
