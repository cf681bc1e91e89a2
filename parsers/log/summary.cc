#include "parsers/log/summary.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "parsers/model/wire.h"

namespace onnxcheck::parsers::log {
namespace {

using wire::Field;
using wire::Type;

// Numbers of the fields in event.proto, summary.proto and tensor.proto.
constexpr std::uint32_t kEventWallTime = 1;
constexpr std::uint32_t kEventStep = 2;
constexpr std::uint32_t kEventFileVersion = 3;
constexpr std::uint32_t kEventSummary = 5;
constexpr std::uint32_t kEventSourceMetadata = 10;
constexpr std::uint32_t kSummaryValue = 1;
constexpr std::uint32_t kValueTag = 1;
constexpr std::uint32_t kValueSimple = 2;
constexpr std::uint32_t kValueTensor = 8;
constexpr std::uint32_t kValueMetadata = 9;
constexpr std::uint32_t kMetadataPlugin = 1;
constexpr std::uint32_t kPluginName = 1;
constexpr std::uint32_t kPluginContent = 2;
constexpr std::uint32_t kTensorString = 8;
constexpr std::uint32_t kTensorType = 1;
constexpr std::uint32_t kTensorShape = 2;
constexpr std::uint32_t kTensorContent = 4;
constexpr std::uint32_t kShapeDimension = 2;

template <typename T>
T Load(std::string_view bytes, std::uint64_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

// A half or, with `brain`, a bfloat16.
double FromHalf(std::uint32_t bits, bool brain) {
  if (brain) return std::bit_cast<float>((bits & 0xffffu) << 16);
  const std::uint32_t exponent = (bits >> 10) & 31;
  const double fraction = bits & 1023;
  double value = 0;
  if (exponent == 31) {
    value = fraction == 0 ? HUGE_VAL : std::nan("");
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(1024 + fraction, static_cast<int>(exponent) - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

// tensorflow/core/framework/types.proto, and where tensor.proto keeps values of the type.
struct ElementType {
  std::uint32_t type;   // DataType
  std::uint32_t field;  // *_val
  std::uint32_t size;   // bytes in tensor_content
};
enum DataType : std::uint32_t {
  kFloat = 1,
  kDouble = 2,
  kInt32 = 3,
  kUint8 = 4,
  kInt16 = 5,
  kInt8 = 6,
  kInt64 = 9,
  kBool = 10,
  kBfloat16 = 14,
  kUint16 = 17,
  kHalf = 19,
  kUint32 = 22,
  kUint64 = 23,
};
constexpr ElementType kElementTypes[] = {
    {kFloat, 5, 4}, {kDouble, 6, 8},  {kInt32, 7, 4},   {kUint8, 7, 1},     {kInt16, 7, 2},
    {kInt8, 7, 1},  {kInt64, 10, 8},  {kBool, 11, 1},   {kBfloat16, 13, 2}, {kUint16, 7, 2},
    {kHalf, 13, 2}, {kUint32, 16, 4}, {kUint64, 17, 8},
};

// One element as it lies in tensor_content.
double FromContent(std::string_view bytes, std::uint32_t type) {
  switch (type) {
    case kFloat:
      return Load<float>(bytes, 0);
    case kDouble:
      return Load<double>(bytes, 0);
    case kInt32:
      return Load<std::int32_t>(bytes, 0);
    case kInt16:
      return Load<std::int16_t>(bytes, 0);
    case kInt8:
      return Load<std::int8_t>(bytes, 0);
    case kInt64:
      return static_cast<double>(Load<std::int64_t>(bytes, 0));
    case kUint16:
      return Load<std::uint16_t>(bytes, 0);
    case kUint32:
      return Load<std::uint32_t>(bytes, 0);
    case kUint64:
      return static_cast<double>(Load<std::uint64_t>(bytes, 0));
    case kHalf:
    case kBfloat16:
      return FromHalf(Load<std::uint16_t>(bytes, 0), type == kBfloat16);
    default:
      return Load<std::uint8_t>(bytes, 0);
  }
}

double FromVarint(std::uint64_t value, std::uint32_t type) {
  if (type == kHalf || type == kBfloat16) {
    return FromHalf(static_cast<std::uint32_t>(value), type == kBfloat16);
  }
  if (type == kUint64 || type == kUint32) return static_cast<double>(value);
  return static_cast<double>(static_cast<std::int64_t>(value));
}

// The first value of a *_val field, packed or not.
std::optional<double> FromValueField(std::string_view bytes, const Field& field,
                                     const ElementType& element) {
  if (field.type == Type::kVarint) return FromVarint(field.varint, element.type);
  const std::string_view value = bytes.substr(field.begin, field.end - field.begin);
  if (element.type == kFloat || element.type == kDouble) {
    if (value.size() != element.size) return std::nullopt;
    return FromContent(value, element.type);
  }
  std::uint64_t result = 0;
  for (std::size_t i = 0; i < value.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(value[i]);
    result |= std::uint64_t{byte & 0x7fu} << (7 * i);
    if (byte < 0x80)
      return i + 1 == value.size() ? std::optional(FromVarint(result, element.type)) : std::nullopt;
  }
  return std::nullopt;
}

// The number of a tensor that holds one; nothing for any other.
std::optional<double> TensorScalar(std::string_view bytes) {
  const ElementType* element = nullptr;
  wire::Reader fields(bytes, 0, bytes.size());
  Field field;
  // The type comes first wherever protobuf wrote it; a message in another order is read again.
  std::optional<Field> content;
  std::optional<Field> values;
  while (fields.Next(&field)) {
    if (field.number == kTensorType && field.type == Type::kVarint) {
      for (const ElementType& known : kElementTypes) {
        if (known.type == field.varint) element = &known;
      }
    } else if (field.number == kTensorShape && field.type == Type::kBytes) {
      wire::Reader shape(bytes, field.begin, field.end);
      Field dimension;
      while (shape.Next(&dimension)) {
        if (dimension.number == kShapeDimension) return std::nullopt;  // a vector or more
      }
    } else if (field.number == kTensorContent && field.type == Type::kBytes) {
      content = field;
    } else if (field.number > kTensorContent && field.type != Type::kStartGroup) {
      values = field;
    }
  }
  if (fields.error() != wire::Error::kNone || element == nullptr) return std::nullopt;
  if (content && content->end - content->begin == element->size) {
    return FromContent(bytes.substr(content->begin), element->type);
  }
  if (values && values->number == element->field) return FromValueField(bytes, *values, *element);
  // proto3 leaves out what is zero.
  if (!content && !values) return 0.0;
  return std::nullopt;
}

struct Plugin {
  std::string_view name;
  std::string_view content;
};

Plugin PluginOf(std::string_view bytes, const Field& metadata) {
  Plugin found;
  wire::Reader fields(bytes, metadata.begin, metadata.end);
  Field field;
  while (fields.Next(&field)) {
    if (field.number != kMetadataPlugin || field.type != Type::kBytes) continue;
    wire::Reader plugin(bytes, field.begin, field.end);
    while (plugin.Next(&field)) {
      if (field.type != Type::kBytes) continue;
      const std::string_view value = bytes.substr(field.begin, field.end - field.begin);
      if (field.number == kPluginName) found.name = value;
      if (field.number == kPluginContent) found.content = value;
    }
    return found;
  }
  return found;
}

// The first text of a tensor of texts.
std::string_view TensorText(std::string_view tensor) {
  wire::Reader fields(tensor, 0, tensor.size());
  Field field;
  while (fields.Next(&field)) {
    if (field.number == kTensorString && field.type == Type::kBytes)
      return tensor.substr(field.begin, field.end - field.begin);
  }
  return {};
}

bool ReadValue(std::string_view bytes, const Field& value, SummaryEvent* event) {
  wire::Reader fields(bytes, value.begin, value.end);
  Field field;
  Scalar scalar;
  bool has_number = false;
  Plugin plugin;
  std::string_view tensor;
  while (fields.Next(&field)) {
    if (field.number == kValueTag && field.type == Type::kBytes) {
      scalar.tag = bytes.substr(field.begin, field.end - field.begin);
    } else if (field.number == kValueSimple && field.type == Type::kFixed32) {
      scalar.value = Load<float>(bytes, field.begin);
      has_number = true;
    } else if (field.number == kValueTensor && field.type == Type::kBytes) {
      tensor = bytes.substr(field.begin, field.end - field.begin);
    } else if (field.number == kValueMetadata && field.type == Type::kBytes) {
      plugin = PluginOf(bytes, field);
    }
  }
  if (fields.error() != wire::Error::kNone) return false;
  if (!has_number && !tensor.empty() && (plugin.name.empty() || plugin.name == "scalars")) {
    if (const std::optional<double> number = TensorScalar(tensor)) {
      scalar.value = *number;
      has_number = true;
    }
  }
  if (has_number) {
    event->scalars.push_back(scalar);
  } else {
    event->other = true;
    // The other data of the plugin are of the experiment, and of how the session ended.
    if (plugin.name == "hparams" && scalar.tag == "_hparams_/session_start_info")
      event->hparams = plugin.content;
    if (plugin.name == "text" && (scalar.tag == "args/text_summary" || scalar.tag == "args"))
      event->arguments = TensorText(tensor);
  }
  return true;
}

}  // namespace

bool ReadSummaryEvent(std::string_view bytes, SummaryEvent* event) {
  event->wall_time = 0;
  event->step = 0;
  event->other = false;
  event->hparams = event->arguments = {};
  event->scalars.clear();
  wire::Reader fields(bytes, 0, bytes.size());
  Field field;
  while (fields.Next(&field)) {
    if (field.number == kEventWallTime && field.type == Type::kFixed64) {
      event->wall_time = Load<double>(bytes, field.begin);
    } else if (field.number == kEventStep && field.type == Type::kVarint) {
      event->step = static_cast<double>(static_cast<std::int64_t>(field.varint));
    } else if (field.number == kEventSummary && field.type == Type::kBytes) {
      wire::Reader values(bytes, field.begin, field.end);
      Field value;
      while (values.Next(&value)) {
        if (value.number != kSummaryValue || value.type != Type::kBytes) continue;
        if (!ReadValue(bytes, value, event)) return false;
      }
      if (values.error() != wire::Error::kNone) return false;
    } else if (field.number != kEventFileVersion && field.number != kEventSourceMetadata) {
      event->other = true;
    }
  }
  return fields.error() == wire::Error::kNone;
}

}  // namespace onnxcheck::parsers::log
