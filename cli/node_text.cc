#include "cli/node_text.h"

#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "analyzer/ir/path.h"

namespace onnxcheck::cli {
namespace {

// Longer strings and lists are cut: a line is to be read.
constexpr std::size_t kLongestString = 40;
constexpr std::size_t kLongestList = 6;

constexpr std::array<std::string_view, 17> kElementNames = {
    "undefined", "float",  "uint8",     "int8",       "uint16",  "int16",
    "int32",     "int64",  "string",    "bool",       "float16", "double",
    "uint32",    "uint64", "complex64", "complex128", "bfloat16"};

std::string Name(const ir::Graph& graph, ir::ValueId id) {
  if (id < 0 || static_cast<std::size_t>(id) >= graph.values.size()) return "\"\"";
  const std::string& name = graph.values[static_cast<std::size_t>(id)].name;
  return name.empty() ? "\"\"" : name;
}

std::string Quoted(std::string_view text) {
  const bool cut = text.size() > kLongestString;
  return absl::StrCat("\"", std::string(text.substr(0, kLongestString)), cut ? "..." : "", "\"");
}

std::string Number(float value) { return absl::StrFormat("%g", value); }
std::string Number(std::int64_t value) { return std::to_string(value); }
std::string Number(const std::string& value) { return Quoted(value); }

template <typename T>
std::string List(const std::vector<T>& values) {
  std::string text = "[";
  for (std::size_t i = 0; i < std::min(values.size(), kLongestList); ++i) {
    absl::StrAppend(&text, i > 0 ? ", " : "", Number(values[i]));
  }
  if (values.size() > kLongestList) absl::StrAppend(&text, ", ... ", values.size(), " in all");
  return text + "]";
}

std::string TensorText(const ir::Tensor& tensor) {
  std::string text = ElementName(tensor.element);
  if (!tensor.dims.empty()) absl::StrAppend(&text, List(tensor.dims));
  return text + " {...}";
}

struct AttributeText {
  std::string operator()(std::monostate) const { return "?"; }
  std::string operator()(float value) const { return Number(value); }
  std::string operator()(std::int64_t value) const { return Number(value); }
  std::string operator()(const std::string& value) const { return Quoted(value); }
  std::string operator()(const ir::Tensor& value) const { return TensorText(value); }
  std::string operator()(const std::vector<ir::Tensor>& value) const {
    return absl::StrCat("[", value.size(), " tensors]");
  }
  std::string operator()(const std::vector<ir::Graph>& value) const {
    return value.size() == 1 ? "{...}" : absl::StrCat("[", value.size(), " graphs]");
  }
  template <typename T>
  std::string operator()(const std::vector<T>& value) const {
    return List(value);
  }
};

// "[12]" at the front of `text`, which is moved behind it.
std::optional<std::size_t> TakeIndex(std::string_view& text) {
  const std::size_t end = text.find(']');
  std::size_t index = 0;
  if (text.empty() || text[0] != '[' || end == std::string_view::npos) return std::nullopt;
  if (!absl::SimpleAtoi(absl::string_view(text.data() + 1, end - 1), &index)) return std::nullopt;
  text.remove_prefix(end + 1);
  return index;
}

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// Writes the node, and marks what `place` ("", "/input[1]", "/attribute[axis]") names.
NodeText NodeLine(const ir::Graph& graph, const ir::Node& node, std::string_view place) {
  NodeText result;
  std::string& text = result.text;
  const auto append = [&](const std::string& piece, const std::string& its_place) {
    if (place == its_place) {
      result.mark = text.size();
      result.mark_length = piece.size();
    }
    text += piece;
  };
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (i > 0) text += ", ";
    append(Name(graph, node.outputs[i]), absl::StrCat("/output[", i, "]"));
  }
  text += " = ";
  const std::size_t op = text.size();
  const std::string op_name =
      node.domain.empty() ? node.op_type : absl::StrCat(node.domain, ".", node.op_type);
  text += op_name;
  for (std::size_t i = 0; i < node.attributes.size(); ++i) {
    const ir::Attribute& attribute = node.attributes[i];
    text += i == 0 ? "<" : ", ";
    append(absl::StrCat(attribute.name, "=",
                        attribute.reference.empty() ? std::visit(AttributeText{}, attribute.value)
                                                    : absl::StrCat("@", attribute.reference)),
           absl::StrCat("/attribute[", attribute.name, "]"));
  }
  if (!node.attributes.empty()) text += ">";
  text += "(";
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (i > 0) text += ", ";
    append(Name(graph, node.inputs[i]), absl::StrCat("/input[", i, "]"));
  }
  text += ")";
  if (result.mark_length == 0) {
    result.mark = op;
    result.mark_length = op_name.size();
  }
  return result;
}

NodeText Declaration(const std::string& type, const std::string& name) {
  NodeText result;
  result.text = absl::StrCat(type, " ", name);
  result.mark = type.size() + 1;
  result.mark_length = name.size();
  return result;
}

NodeText ValueLine(const ir::Graph& graph, const std::vector<ir::ValueId>& ids, std::size_t index) {
  if (index >= ids.size() || ids[index] < 0) return {};
  const auto id = static_cast<std::size_t>(ids[index]);
  if (id >= graph.values.size()) return {};
  return Declaration(TypeText(graph.values[id].type), Name(graph, ids[index]));
}

NodeText TextInGraph(const ir::Graph& graph, std::string_view logical);

// Index of a node of the file in a graph with inlined calls.
std::size_t OwnNode(const ir::Graph& graph, std::size_t index) {
  if (graph.origins.empty()) return index;
  const auto it =
      std::find_if(graph.origins.begin(), graph.origins.end(), [&](const ir::Origin& origin) {
        return origin.body == 0 && static_cast<std::size_t>(origin.node) == index;
      });
  return static_cast<std::size_t>(it - graph.origins.begin());
}

NodeText TextInNode(const ir::Graph& graph, std::size_t index, std::string_view place,
                    std::string_view logical) {
  if (index >= graph.nodes.size()) return {};
  const ir::Node& node = graph.nodes[index];
  for (const ir::Attribute& attribute : node.attributes) {
    const auto* graphs = std::get_if<std::vector<ir::Graph>>(&attribute.value);
    if (graphs == nullptr) continue;
    for (const ir::Graph& inner : *graphs) {
      NodeText text = TextInGraph(inner, logical);
      if (!text.text.empty()) return text;
    }
  }
  // The label may hold any character: it is skipped by what it must be.
  if (TakePrefix(place, ":")) TakePrefix(place, node.name.empty() ? node.op_type : node.name);
  if (place.substr(0, 7) == "/input[" || place.substr(0, 8) == "/output[") {
    place = place.substr(0, place.find(']') + 1);
  }
  return NodeLine(graph, node, place);
}

NodeText TextInGraph(const ir::Graph& graph, std::string_view logical) {
  std::string_view place = logical;
  if (graph.path.empty() || !TakePrefix(place, graph.path) || !TakePrefix(place, "/")) return {};
  const std::string_view what = place.substr(0, place.find('['));
  place.remove_prefix(what.size());
  const std::optional<std::size_t> index = TakeIndex(place);
  if (!index.has_value()) return {};
  if (what == "node") return TextInNode(graph, OwnNode(graph, *index), place, logical);
  if (what == "input") return ValueLine(graph, graph.inputs, *index);
  if (what == "output") return ValueLine(graph, graph.outputs, *index);
  if (what == "initializer" && *index < graph.initializers.size()) {
    const ir::Tensor& tensor = graph.initializers[*index];
    std::string type = ElementName(tensor.element);
    if (!tensor.dims.empty()) type += List(tensor.dims);
    return Declaration(type, tensor.name);
  }
  return {};
}

}  // namespace

std::string ElementName(ir::ElementType type) {
  const auto number = static_cast<std::int32_t>(type);
  if (number >= 0 && static_cast<std::size_t>(number) < kElementNames.size()) {
    return std::string(kElementNames[static_cast<std::size_t>(number)]);
  }
  return absl::StrCat("type", number);
}

std::string TypeText(const ir::Type& type) {
  if (!type.is_tensor) return "value";
  std::string text = ElementName(type.element);
  if (!type.shape.has_value()) return text + "[...]";
  if (type.shape->empty()) return text;
  text += "[";
  for (std::size_t i = 0; i < type.shape->size(); ++i) {
    const ir::Dimension& dimension = (*type.shape)[i];
    const std::string unknown = dimension.symbol.empty() ? "?" : dimension.symbol;
    absl::StrAppend(&text, i > 0 ? ", " : "",
                    dimension.size.has_value() ? std::to_string(*dimension.size) : unknown);
  }
  return text + "]";
}

NodeText TextOfPlace(const ir::Model& model, std::string_view logical) {
  // A node of a function that was called: it is shown as the function has it.
  const std::size_t call = logical.rfind("/functions[");
  if (call != std::string_view::npos) logical.remove_prefix(call + 1);
  NodeText text = TextInGraph(model.graph, logical);
  for (std::size_t i = 0; text.text.empty() && i < model.functions.size(); ++i) {
    text = TextInGraph(model.functions[i].body, logical);
  }
  for (std::size_t i = 0; text.text.empty() && i < model.training.size(); ++i) {
    text = TextInGraph(model.training[i].algorithm, logical);
  }
  return text;
}

}  // namespace onnxcheck::cli
