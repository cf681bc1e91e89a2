#include "tests/fuzz/model_parts.h"

#include <algorithm>
#include <limits>

#include "onnx/defs/schema.h"

namespace onnxcheck::fuzz {
namespace {

namespace pb = ONNX_NAMESPACE;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kMaxDepth = 90;  // protobuf itself reads 100 levels
constexpr std::size_t kMaxMessages = 20'000;

void Collect(Message* message, int depth, Parts* parts) {
  if (depth > kMaxDepth || parts->count >= kMaxMessages) return;
  ++parts->count;
  parts->messages[message->GetDescriptor()].push_back(message);
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int size = field->is_repeated() ? reflection.FieldSize(*message, field) : 1;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      for (int i = 0; i < size; ++i) {
        Collect(field->is_repeated() ? reflection.MutableRepeatedMessage(message, field, i)
                                     : reflection.MutableMessage(message, field),
                depth + 1, parts);
      }
    } else if (field->type() == FieldDescriptor::TYPE_STRING && parts->strings.size() < 4096) {
      for (int i = 0; i < std::min(size, 16); ++i) {
        parts->strings.push_back(field->is_repeated()
                                     ? reflection.GetRepeatedString(*message, field, i)
                                     : reflection.GetString(*message, field));
      }
    }
  }
}

}  // namespace

const std::array<std::int64_t, 22>& Integers() {
  static constexpr std::array<std::int64_t, 22> kIntegers = {
      0,         1,         -1,        2,         -2,        7,        8,         63,
      64,        127,       128,       255,       65'535,    1 << 20,  INT32_MAX, INT32_MIN,
      1LL << 31, 1LL << 32, 1LL << 53, 1LL << 62, INT64_MAX, INT64_MIN};
  return kIntegers;
}

const std::array<double, 14>& Reals() {
  using Limits = std::numeric_limits<float>;
  static const std::array<double, 14> reals = {0.0,
                                               -0.0,
                                               1.0,
                                               -1.0,
                                               0.5,
                                               1e-7,
                                               1e-12,
                                               65504.0,
                                               1e30,
                                               Limits::max(),
                                               -Limits::max(),
                                               Limits::denorm_min(),
                                               std::numeric_limits<double>::infinity(),
                                               std::numeric_limits<double>::quiet_NaN()};
  return reals;
}

const Vocabulary& Words() {
  static const Vocabulary* const words = [] {
    auto* made = new Vocabulary;
    std::map<std::string, bool> operators;
    std::map<std::string, bool> attributes;
    for (const pb::OpSchema& schema : pb::OpSchemaRegistry::get_all_schemas()) {
      operators[schema.Name()] = true;
      for (const auto& [name, attribute] : schema.attributes()) attributes[name] = true;
    }
    for (const auto& [name, known] : operators) made->operators.push_back(name);
    for (const auto& [name, known] : attributes) made->attributes.push_back(name);
    return made;
  }();
  return *words;
}

Parts PartsOf(Message* model) {
  Parts parts;
  Collect(model, 0, &parts);
  return parts;
}

}  // namespace onnxcheck::fuzz
