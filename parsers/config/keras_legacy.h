// How Keras 2 kept a model's configuration: attributes of an .h5 file (which Keras 3 still writes),
// messages of a SavedModel.
#ifndef ONNXCHECK_PARSERS_CONFIG_KERAS_LEGACY_H_
#define ONNXCHECK_PARSERS_CONFIG_KERAS_LEGACY_H_

#include <string_view>

#include "analyzer/ir/config.h"
#include "parsers/source.h"

namespace onnxcheck::parsers {

// Texts longer than this are not read. (The largest published Keras models stay below 2 MiB.)
inline constexpr std::size_t kMaxKerasJsonBytes = 64u << 20;

// The attributes model_config and training_config of the root group; weights are not opened.
// Logical paths are "training_config:loss".
void ReadKerasH5(const Source& source, ir::Config& config);

// True for the wire format of a SavedModel (saved_model.pb) or of its keras_metadata.pb.
bool IsSavedModel(std::string_view bytes);

// The root object's metadata: of keras_metadata.pb (from TensorFlow 2.5 on) or of saved_model.pb
// itself (2.0 to 2.4). A SavedModel without, as Keras 3 exports it, is no configuration.
void ReadSavedModel(const Source& source, ir::Config& config);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_KERAS_LEGACY_H_
