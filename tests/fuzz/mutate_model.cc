#include "tests/fuzz/mutate_model.h"

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "tests/fuzz/model_parts.h"

namespace onnxcheck::fuzz {
namespace {

namespace pb = ONNX_NAMESPACE;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::size_t kMaxBytes = 1 << 16;  // of a part that is copied

class Mutator {
 public:
  Mutator(pb::ModelProto* model, std::uint32_t seed) : model_(*model), random_(seed) {}

  void Mutate() {
    for (std::size_t i = Below(4) + 1; i > 0; --i) {
      Look();
      switch (Below(12)) {
        case 0:
          Rewire();
          break;
        case 1:
          Operator();
          break;
        case 2:
          AttributeKind();
          break;
        case 3:
          Nest();
          break;
        case 4:
          Chain();
          break;
        case 5:
          Transplant(parts_);
          break;
        case 6:
          Call();
          break;
        default:
          Field();
          break;
      }
    }
  }

  void Cross(const pb::ModelProto& other) {
    pb::ModelProto copy = other;
    const Parts theirs = PartsOf(&copy);
    for (std::size_t i = Below(3) + 1; i > 0; --i) {
      Look();
      Transplant(theirs);
    }
  }

 private:
  std::size_t Below(std::size_t end) { return end == 0 ? 0 : random_() % end; }
  bool OneIn(std::size_t n) { return Below(n) == 0; }

  template <typename List>
  const auto& Pick(const List& list) {
    return list[Below(list.size())];
  }

  void Look() { parts_ = PartsOf(&model_); }

  // A type first, so that the few graphs are met as often as the many dimensions.
  Message* AnyMessage() {
    auto it = parts_.messages.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(Below(parts_.messages.size())));
    return Pick(it->second);
  }

  template <typename Type>
  Type* Any() {
    const auto it = parts_.messages.find(Type::descriptor());
    return it == parts_.messages.end() ? nullptr : static_cast<Type*>(Pick(it->second));
  }

  std::string String(const FieldDescriptor* field) {
    if (field != nullptr && field->name() == "op_type" && !OneIn(4)) return Pick(Words().operators);
    if (OneIn(8)) return Pick(Words().attributes);
    if (parts_.strings.empty() || OneIn(16)) return "";
    std::string text = Pick(parts_.strings);
    if (OneIn(16)) text += OneIn(2) ? std::string("\0/../", 5) : std::string(Below(300), '%');
    return text;
  }

  std::int64_t Integer(std::int64_t old) {
    switch (Below(4)) {
      case 0:
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(old) + 1);
      case 1:
        return static_cast<std::int64_t>(Below(40)) - 8;  // also the numbers of data types
      default:
        return Pick(Integers());
    }
  }

  std::string Bytes(std::string bytes) {
    if (bytes.empty() || OneIn(4)) return std::string(Below(64), static_cast<char>(Below(256)));
    if (OneIn(3)) bytes.resize(Below(bytes.size()));
    for (std::size_t i = Below(8); i > 0 && !bytes.empty(); --i) {
      bytes[Below(bytes.size())] = static_cast<char>(OneIn(2) ? 0xFF : Below(256));
    }
    return bytes;
  }

  // One field of one message, whatever it is.
  void Field() {
    Message* message = AnyMessage();
    const Reflection& reflection = *message->GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(*message, &fields);
    const Descriptor& type = *message->GetDescriptor();
    if (fields.empty() || OneIn(6)) {
      if (type.field_count() == 0) return;
      fields = {type.field(static_cast<int>(Below(static_cast<std::size_t>(type.field_count()))))};
    }
    const FieldDescriptor* field = Pick(fields);
    if (field->is_repeated()) {
      Repeated(message, field);
    } else if (OneIn(6)) {
      reflection.ClearField(message, field);
    } else {
      Singular(message, field);
    }
  }

  void Singular(Message* message, const FieldDescriptor* field) {
    const Reflection& reflection = *message->GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        reflection.SetInt32(
            message, field,
            static_cast<std::int32_t>(Integer(reflection.GetInt32(*message, field))));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection.SetInt64(message, field, Integer(reflection.GetInt64(*message, field)));
        break;
      case FieldDescriptor::CPPTYPE_FLOAT:
        reflection.SetFloat(message, field, static_cast<float>(Pick(Reals())));
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        reflection.SetEnumValue(message, field, static_cast<int>(Below(17)));
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        reflection.SetString(message, field,
                             field->type() == FieldDescriptor::TYPE_BYTES
                                 ? Bytes(reflection.GetString(*message, field))
                                 : String(field));
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Replace(parts_, reflection.MutableMessage(message, field));
        break;
      default:
        break;
    }
  }

  void Repeated(Message* message, const FieldDescriptor* field) {
    const Reflection& reflection = *message->GetReflection();
    const int size = reflection.FieldSize(*message, field);
    const auto at = [&] { return static_cast<int>(Below(static_cast<std::size_t>(size))); };
    switch (size == 0 ? 0 : Below(6)) {
      case 0:
        Add(message, field);
        break;
      case 1:
        for (std::size_t i = OneIn(16) ? Below(200) : 1; i > 0; --i)
          Duplicate(message, field, at());
        break;
      case 2:
        reflection.SwapElements(message, field, at(), at());
        break;
      case 3: {
        reflection.SwapElements(message, field, at(), size - 1);
        reflection.RemoveLast(message, field);
        break;
      }
      case 4:
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
          const int last = at();
          while (reflection.FieldSize(*message, field) > last)
            reflection.RemoveLast(message, field);
        }
        break;
      default:
        // Put a new element in the place of one.
        Add(message, field);
        reflection.SwapElements(message, field, at(), reflection.FieldSize(*message, field) - 1);
        reflection.RemoveLast(message, field);
        break;
    }
  }

  void Add(Message* message, const FieldDescriptor* field) {
    const Reflection& reflection = *message->GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        reflection.AddInt32(message, field, static_cast<std::int32_t>(Integer(0)));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection.AddInt64(message, field, Integer(0));
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        reflection.AddUInt64(message, field, static_cast<std::uint64_t>(Integer(0)));
        break;
      case FieldDescriptor::CPPTYPE_FLOAT:
        reflection.AddFloat(message, field, static_cast<float>(Pick(Reals())));
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        reflection.AddDouble(message, field, Pick(Reals()));
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        reflection.AddString(
            message, field,
            field->type() == FieldDescriptor::TYPE_BYTES ? Bytes("") : String(field));
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Replace(parts_, reflection.AddMessage(message, field));
        break;
      default:
        break;
    }
  }

  void Duplicate(Message* message, const FieldDescriptor* field, int i) {
    const Reflection& reflection = *message->GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT64:
        reflection.AddInt64(message, field, reflection.GetRepeatedInt64(*message, field, i));
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        reflection.AddString(message, field, reflection.GetRepeatedString(*message, field, i));
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        std::unique_ptr<Message> copy(reflection.GetRepeatedMessage(*message, field, i).New());
        copy->CopyFrom(reflection.GetRepeatedMessage(*message, field, i));
        if (copy->ByteSizeLong() > kMaxBytes) return;
        reflection.AddMessage(message, field)->CopyFrom(*copy);
        break;
      }
      default:
        Add(message, field);
        break;
    }
  }

  // A copy, since the part may hold the place that it goes to.
  void Replace(const Parts& from, Message* target) {
    const auto it = from.messages.find(target->GetDescriptor());
    if (it == from.messages.end()) return;
    const Message& part = *Pick(it->second);
    if (part.ByteSizeLong() > kMaxBytes) return;
    std::unique_ptr<Message> copy(part.New());
    copy->CopyFrom(part);
    target->CopyFrom(*copy);
  }

  void Transplant(const Parts& from) {
    Message* message = AnyMessage();
    if (message != &model_) Replace(from, message);
  }

  // An input or output of a node gets the name of any other value.
  void Rewire() {
    auto* node = Any<pb::NodeProto>();
    const auto* other = Any<pb::NodeProto>();
    if (node == nullptr) return;
    std::string name = String(nullptr);
    if (other->output_size() > 0 && !OneIn(4)) {
      name = other->output(static_cast<int>(Below(static_cast<std::size_t>(other->output_size()))));
    }
    auto* names = OneIn(6) ? node->mutable_output() : node->mutable_input();
    if (names->empty() || OneIn(8)) {
      *names->Add() = name;
    } else {
      *names->Mutable(static_cast<int>(Below(static_cast<std::size_t>(names->size())))) = name;
    }
  }

  void Operator() {
    auto* node = Any<pb::NodeProto>();
    if (node != nullptr) node->set_op_type(Pick(Words().operators));
  }

  void AttributeKind() {
    auto* attribute = Any<pb::AttributeProto>();
    if (attribute == nullptr || OneIn(4)) {
      auto* node = Any<pb::NodeProto>();
      if (node == nullptr) return;
      attribute = node->add_attribute();
      attribute->set_name(Pick(Words().attributes));
    }
    const auto type = static_cast<pb::AttributeProto_AttributeType>(Below(15));
    attribute->set_type(type);
    switch (type) {
      case pb::AttributeProto::FLOAT:
        attribute->set_f(static_cast<float>(Pick(Reals())));
        break;
      case pb::AttributeProto::INT:
        attribute->set_i(Integer(attribute->i()));
        break;
      case pb::AttributeProto::STRING:
        attribute->set_s(String(nullptr));
        break;
      case pb::AttributeProto::TENSOR:
        Replace(parts_, attribute->mutable_t());
        break;
      case pb::AttributeProto::GRAPH:
        Replace(parts_, attribute->mutable_g());
        break;
      case pb::AttributeProto::FLOATS:
        for (std::size_t i = Below(8); i > 0; --i) {
          attribute->add_floats(static_cast<float>(Pick(Reals())));
        }
        break;
      case pb::AttributeProto::INTS:
        for (std::size_t i = Below(8); i > 0; --i) attribute->add_ints(Integer(1));
        break;
      case pb::AttributeProto::STRINGS:
        *attribute->add_strings() = String(nullptr);
        break;
      case pb::AttributeProto::GRAPHS:
        Replace(parts_, attribute->add_graphs());
        break;
      default:
        break;
    }
  }

  // A graph becomes a subgraph of an operator that has some.
  void Nest() {
    static constexpr std::array<const char*, 4> kOperators = {"If", "Loop", "Scan", "SequenceMap"};
    auto* graph = Any<pb::GraphProto>();
    if (graph == nullptr || graph->ByteSizeLong() > kMaxBytes) return;
    const pb::GraphProto inner = *graph;
    pb::NodeProto node;
    const std::size_t kind = Below(kOperators.size());
    node.set_op_type(kOperators[kind]);
    for (int i = 0; i < std::min(inner.input_size(), 8); ++i) node.add_input(inner.input(i).name());
    for (int i = 0; i < std::min(inner.output_size(), 8); ++i) {
      node.add_output(OneIn(3) ? inner.output(i).name()
                               : "nested" + std::to_string(graph->node_size() + i));
    }
    const auto branch = [&](const char* name) {
      pb::AttributeProto* attribute = node.add_attribute();
      attribute->set_name(name);
      attribute->set_type(pb::AttributeProto::GRAPH);
      *attribute->mutable_g() = inner;
    };
    if (kind == 0) {
      branch("then_branch");
      branch("else_branch");
    } else {
      branch("body");
    }
    if (kind == 2) {
      pb::AttributeProto* count = node.add_attribute();
      count->set_name("num_scan_inputs");
      count->set_type(pb::AttributeProto::INT);
      count->set_i(OneIn(4) ? Integer(1) : 1);
    }
    *graph->add_node() = node;
    if (!OneIn(3) && graph->node_size() > 1) {
      graph->mutable_node()->SwapElements(
          static_cast<int>(Below(static_cast<std::size_t>(graph->node_size()))),
          graph->node_size() - 1);
    }
  }

  // y = f(x, x), again and again: 2^n paths, which an analysis must not walk one by one.
  void Chain() {
    static constexpr std::array<const char*, 8> kOperators = {"Add",    "Mul", "Sub", "Concat",
                                                              "MatMul", "Max", "Div", "Pow"};
    auto* graph = Any<pb::GraphProto>();
    if (graph == nullptr) return;
    std::string last = graph->node_size() > 0 && graph->node(0).output_size() > 0
                           ? graph->node(0).output(0)
                           : String(nullptr);
    const char* op = Pick(kOperators);
    const std::size_t length = OneIn(8) ? 200 : Below(40);
    for (std::size_t i = 0; i < length; ++i) {
      pb::NodeProto* node = graph->add_node();
      node->set_op_type(op);
      node->add_input(last);
      node->add_input(last);
      last = "chain" + std::to_string(graph->node_size());
      node->add_output(last);
    }
    if (graph->output_size() > 0 && OneIn(2)) graph->mutable_output(0)->set_name(last);
  }

  // A function of the nodes of a graph, and calls of it; functions may call functions, and
  // themselves.
  void Call() {
    auto* graph = Any<pb::GraphProto>();
    if (graph == nullptr || graph->ByteSizeLong() > kMaxBytes) return;
    if (model_.functions_size() == 0 || OneIn(3)) {
      pb::FunctionProto* function = model_.add_functions();
      function->set_name("f" + std::to_string(Below(4)));
      function->set_domain("local");
      for (const auto& input : graph->input()) function->add_input(input.name());
      for (const auto& output : graph->output()) function->add_output(output.name());
      *function->mutable_node() = graph->node();
      *function->mutable_opset_import() = model_.opset_import();
      model_.add_opset_import()->set_domain("local");
      model_.mutable_opset_import(model_.opset_import_size() - 1)->set_version(1);
    }
    auto* node = OneIn(3) && Any<pb::FunctionProto>() != nullptr
                     ? Any<pb::FunctionProto>()->add_node()
                     : Any<pb::NodeProto>();
    const pb::FunctionProto& called = model_.functions(
        static_cast<int>(Below(static_cast<std::size_t>(model_.functions_size()))));
    if (node == nullptr) return;
    node->set_op_type(called.name());
    node->set_domain(called.domain());
    if (node->output_size() == 0) node->add_output(String(nullptr));
  }

  pb::ModelProto& model_;
  std::minstd_rand random_;
  Parts parts_;
};

}  // namespace

void MutateModel(pb::ModelProto* model, std::uint32_t seed) { Mutator(model, seed).Mutate(); }

void CrossModels(const pb::ModelProto& other, pb::ModelProto* model, std::uint32_t seed) {
  Mutator(model, seed).Cross(other);
}

}  // namespace onnxcheck::fuzz
