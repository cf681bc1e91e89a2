#include "parsers/config/keras_legacy.h"

#include <algorithm>
#include <optional>
#include <string>

#include "parsers/config/embedded_json.h"
#include "parsers/config/hdf5.h"
#include "parsers/config/keras.h"
#include "parsers/config/readers.h"
#include "parsers/model/wire.h"

namespace onnxcheck::parsers {
namespace {

void Report(ir::Config& config, ir::ProblemKind kind, std::string message, std::string help = "") {
  ir::Problem problem = ProblemAt(kind, config.input.path, 0, 0, std::move(message));
  problem.help = std::move(help);
  config.input.problems.push_back(std::move(problem));
}

bool FitsLimit(std::string_view text, const std::string& name, ir::Config& config) {
  if (text.size() <= kMaxKerasJsonBytes) return true;
  Report(config, ir::ProblemKind::kResourceLimit,
         name + " takes " + std::to_string(text.size()) + " bytes, more than the " +
             std::to_string(kMaxKerasJsonBytes) + " that are read");
  return false;
}

// Fields of one message, in a bounded walk.
template <typename Visit>
void ForEachField(std::string_view bytes, Visit visit) {
  wire::Reader reader(bytes, 0, bytes.size());
  wire::Field field;
  while (reader.Next(&field)) {
    if (!visit(field)) return;
  }
}

std::string_view Value(std::string_view bytes, const wire::Field& field) {
  return bytes.substr(field.begin, field.end - field.begin);
}

// Numbers of messages and fields: tensorflow/core/protobuf/saved_model.proto, meta_graph.proto,
// saved_object_graph.proto and keras/protobuf/saved_metadata.proto.
constexpr std::uint32_t kSchemaVersion = 1;  // SavedModel
constexpr std::uint32_t kMetaGraphs = 2;
constexpr std::uint32_t kObjectGraph = 7;                        // MetaGraphDef
constexpr std::uint32_t kNodes = 1;                              // SavedObjectGraph, SavedMetadata
constexpr std::uint32_t kUserObject = 4;                         // SavedObject
constexpr std::uint32_t kUserIdentifier = 1, kUserMetadata = 3;  // SavedUserObject
constexpr std::uint32_t kIdentifier = 4, kMetadata = 5;          // SavedMetadata's SavedObject

bool IsModelIdentifier(std::string_view identifier) {
  return identifier == "_tf_keras_sequential" || identifier == "_tf_keras_network" ||
         identifier == "_tf_keras_model" || identifier == "_tf_keras_functional";
}

// The metadata of a message that names a model; empty: it does not.
std::string_view MetadataOf(std::string_view message, std::uint32_t identifier_field,
                            std::uint32_t metadata_field) {
  std::string_view metadata;
  bool model = false;
  ForEachField(message, [&](const wire::Field& field) {
    if (field.type != wire::Type::kBytes) return true;
    if (field.number == identifier_field) model = IsModelIdentifier(Value(message, field));
    if (field.number == metadata_field) metadata = Value(message, field);
    return true;
  });
  return model ? metadata : std::string_view();
}

std::string_view FromMetadata(std::string_view bytes) {
  std::string_view found;
  ForEachField(bytes, [&](const wire::Field& field) {
    if (field.number == kNodes && field.type == wire::Type::kBytes) {
      found = MetadataOf(Value(bytes, field), kIdentifier, kMetadata);
    }
    return found.empty();
  });
  return found;
}

std::string_view FromObjectGraph(std::string_view graph) {
  std::string_view found;
  ForEachField(graph, [&](const wire::Field& node) {
    if (node.number != kNodes || node.type != wire::Type::kBytes) return true;
    const std::string_view object = Value(graph, node);
    ForEachField(object, [&](const wire::Field& field) {
      if (field.number == kUserObject && field.type == wire::Type::kBytes) {
        found = MetadataOf(Value(object, field), kUserIdentifier, kUserMetadata);
      }
      return found.empty();
    });
    return found.empty();
  });
  return found;
}

std::string_view FromSavedModel(std::string_view bytes) {
  std::string_view found;
  ForEachField(bytes, [&](const wire::Field& meta) {
    if (meta.number != kMetaGraphs || meta.type != wire::Type::kBytes) return true;
    const std::string_view graph = Value(bytes, meta);
    ForEachField(graph, [&](const wire::Field& field) {
      if (field.number == kObjectGraph && field.type == wire::Type::kBytes) {
        found = FromObjectGraph(Value(graph, field));
      }
      return found.empty();
    });
    return found.empty();
  });
  return found;
}

void Fill(std::string_view text, const std::string& member, ir::Config& config) {
  const Document document = AddEmbeddedJson(text, member, "", config);
  if (document.roots.empty()) return;
  const Node& root = document.nodes[document.roots[0]];
  const std::string prefix = member + ":";
  if (const Node* model = Find(document, root, "model_config")) {
    if (IsKerasModel(document, *model)) {
      FillFromKeras(document, *model, prefix + "model_config.", true, config);
    }
  }
  if (const Node* training = Find(document, root, "training_config")) {
    FillFromTrainingConfig(document, *training, prefix + "training_config.", config);
  }
}

}  // namespace

void ReadKerasH5(const Source& source, ir::Config& config) {
  const Hdf5Attributes attributes = ReadHdf5Attributes(source.bytes());
  if (attributes.truncated) {
    Report(config, ir::ProblemKind::kTruncated, "the HDF5 file is shorter than it says",
           "copy or download the file again");
  } else if (!attributes.problem.empty()) {
    Report(config, ir::ProblemKind::kMalformedConfig, attributes.problem);
  }
  for (const Hdf5Attribute& attribute : attributes.texts) {
    const bool model = attribute.name == "model_config";
    if ((!model && attribute.name != "training_config") ||
        !FitsLimit(attribute.text, attribute.name, config)) {
      continue;
    }
    const Document document =
        AddEmbeddedJson(attribute.text, attribute.name, attribute.name + ".", config);
    if (document.roots.empty()) continue;
    const Node& root = document.nodes[document.roots[0]];
    if (model && IsKerasModel(document, root)) {
      FillFromKeras(document, root, "model_config:", true, config);
    } else if (!model) {
      FillFromTrainingConfig(document, root, "training_config:", config);
    }
  }
}

bool IsSavedModel(std::string_view bytes) {
  // SavedModel begins with schema version 1 and a graph; SavedMetadata with a message that opens
  // with a version message or the number of a node.
  if (bytes.substr(0, 3) == std::string_view("\x08\x01\x12", 3)) {
    wire::Reader reader(bytes, 0, bytes.size());
    wire::Field field;
    return reader.Next(&field) && field.number == kSchemaVersion && reader.Next(&field) &&
           field.number == kMetaGraphs && field.type == wire::Type::kBytes;
  }
  return !bytes.empty() && bytes[0] == '\x0A' &&
         bytes.substr(0, 256).find("_tf_keras_") != std::string_view::npos;
}

void ReadSavedModel(const Source& source, ir::Config& config) {
  const std::string_view bytes = source.bytes();
  const bool metadata = !bytes.empty() && bytes[0] == '\x0A';
  const std::string_view text = metadata ? FromMetadata(bytes) : FromSavedModel(bytes);
  if (text.empty() || !FitsLimit(text, "metadata", config)) return;
  Fill(text, "metadata", config);
}

}  // namespace onnxcheck::parsers
