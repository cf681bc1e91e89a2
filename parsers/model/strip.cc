#include "parsers/model/strip.h"

#include <array>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "analyzer/ir/path.h"
#include "parsers/model/fields.h"
#include "parsers/model/wire.h"

namespace onnxcheck::parsers {
namespace {

// A damaged file is damaged; after this many places more of them say nothing new.
constexpr std::size_t kMaxDamage = 20;
// Pages behind the walk are given back in steps of this many bytes.
constexpr std::uint64_t kReleaseStep = std::uint64_t{8} << 20;
// A length is written before what it measures is known, as a padded varint.
constexpr std::size_t kLengthBytes = 5;

absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

// What is known of one data field of a tensor while it is walked.
struct Pieces {
  std::uint64_t count = 0;    // tags seen
  std::uint64_t bytes = 0;    // of content
  std::uint64_t singles = 0;  // numbers that stand alone
  std::uint64_t packed = 0;   // bytes in packed pieces
  std::uint64_t first = 0;    // tag of the first piece
  std::uint64_t begin = 0;    // content of the last piece
  std::uint64_t end = 0;      // end of the last piece
};
constexpr std::size_t kDataFields = 7;
using TensorData = std::array<Pieces, kDataFields>;

// One message that is being walked; the chain to the root names the place.
struct Frame {
  const Frame* parent = nullptr;
  const FieldRule* rule = nullptr;  // in the parent; null at the root
  Message message = Message::kModel;
  int depth = 0;
  bool cut = false;  // ends with the file instead of where it should
  std::uint32_t index = 0;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::string_view name;
  std::string_view op_type;
  std::array<std::uint32_t, 18> counts{};  // by rule: messages seen so far
  TensorData* data = nullptr;              // kTensor only
};

std::string PathOf(const Frame& frame) {
  if (frame.parent == nullptr) return "";
  // A subgraph goes by its attribute's name: node[2]:If_0/then_branch.
  if (frame.parent->message == Message::kAttribute && frame.message == Message::kGraph) {
    std::string path = PathOf(*frame.parent->parent);
    absl::StrAppend(&path, "/", Absl(frame.parent->name));
    if (frame.rule->repeated) absl::StrAppend(&path, "[", frame.index, "]");
    return path;
  }
  std::string path = PathOf(*frame.parent);
  if (!path.empty()) path += '/';
  absl::StrAppend(&path, frame.rule->name);
  if (frame.message == Message::kAttribute) {
    absl::StrAppend(&path, "[", Absl(frame.name), "]");
  } else if (frame.rule->repeated) {
    absl::StrAppend(&path, "[", frame.index, "]");
    const std::string_view label = frame.name.empty() ? frame.op_type : frame.name;
    if (!label.empty()) absl::StrAppend(&path, ":", Absl(label));
  }
  return path;
}

// Bit number of a data field in DataField, by its number in TensorProto.
std::size_t DataIndex(std::uint32_t number) {
  switch (number) {
    case 4:
      return 0;
    case 5:
      return 1;
    case 6:
      return 2;
    case 7:
      return 3;
    case 9:
      return 4;
    case 10:
      return 5;
    default:
      return 6;
  }
}
constexpr std::array<std::uint32_t, kDataFields> kDataNumbers = {4, 5, 6, 7, 9, 10, 11};
constexpr std::array<Action, kDataFields> kDataActions = {
    Action::kFloatData, Action::kVarintData, Action::kStringData, Action::kVarintData,
    Action::kRawData,   Action::kDoubleData, Action::kVarintData};

// Whether a field is written the way its rule says; protobuf takes one that is
// not for an unknown field, and so does the walk.
bool Fits(Action action, wire::Type type) {
  switch (action) {
    case Action::kVarint:
      return type == wire::Type::kVarint;
    case Action::kVarints:
    case Action::kVarintData:
      return type == wire::Type::kVarint || type == wire::Type::kBytes;
    case Action::kFloat:
      return type == wire::Type::kFixed32;
    case Action::kFloats:
    case Action::kFloatData:
      return type == wire::Type::kFixed32 || type == wire::Type::kBytes;
    case Action::kDoubleData:
      return type == wire::Type::kFixed64 || type == wire::Type::kBytes;
    default:
      return type == wire::Type::kBytes;
  }
}

// Bytes an element of a packed field takes at least.
std::uint64_t WidthOf(Action action) {
  if (action == Action::kFloatData || action == Action::kFloats) return sizeof(float);
  return action == Action::kDoubleData ? sizeof(double) : 1;
}

class Walk {
 public:
  explicit Walk(const Source& source) : source_(source), bytes_(source.bytes()) {}

  Stripped Run() {
    Frame root;
    root.end = bytes_.size();
    root.cut = true;
    Fields(&root);
    return std::move(result_);
  }

 private:
  void Fields(Frame* frame);
  void Keep(Frame* frame, const FieldRule& rule, std::size_t rule_index, const wire::Field& field);
  void Enter(Frame* frame, const FieldRule& rule, std::size_t rule_index, const wire::Field& field,
             bool cut);
  void Data(Frame* frame, const FieldRule& rule, const wire::Field& field);
  void FinishTensor(const Frame& frame);
  void Broken(Frame* frame, const wire::Reader& reader, const wire::Field& field);
  void Damage(ir::ProblemKind kind, const Frame& frame, std::uint64_t offset, std::uint64_t end,
              std::string message, std::string help);
  void Malformed(const Frame& frame, const wire::Field& field, std::string message);
  // Whether protobuf can read the packed numbers; those of large payloads are not looked at.
  bool WellPacked(Action action, const wire::Field& field) const {
    if (field.type != wire::Type::kBytes) return true;
    const std::uint64_t size = field.end - field.begin;
    if (action == Action::kVarints || (action == Action::kVarintData && size <= kInlineLimit)) {
      return wire::IsVarints(Text(field));
    }
    return size % WidthOf(action) == 0;
  }

  void Tag(std::uint32_t number, wire::Type type) {
    Varint(number << 3 | static_cast<std::uint32_t>(type));
  }
  void Varint(std::uint64_t value) {
    while (value >= 0x80) {
      result_.bytes.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    result_.bytes.push_back(static_cast<char>(value));
  }
  void Copy(const wire::Field& field) {
    result_.bytes.append(bytes_.substr(field.start, field.end - field.start));
  }
  std::string_view Text(const wire::Field& field) const {
    return bytes_.substr(field.begin, field.end - field.begin);
  }

  const Source& source_;
  std::string_view bytes_;
  Stripped result_;
  std::uint64_t released_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t missing_ = 0;  // bytes, as the outermost field that is cut off claims
  bool stop_ = false;
};

void Walk::Damage(ir::ProblemKind kind, const Frame& frame, std::uint64_t offset, std::uint64_t end,
                  std::string message, std::string help) {
  ir::Problem problem;
  problem.kind = kind;
  problem.location.path = source_.path();
  problem.location.offset = offset;
  problem.location.length = end > offset ? end - offset : 0;
  problem.location.has_span = true;
  problem.location.logical = PathOf(frame);
  problem.message = std::move(message);
  problem.help = std::move(help);
  result_.problems.push_back(std::move(problem));
  if (result_.problems.size() >= kMaxDamage) stop_ = true;
}

void Walk::Malformed(const Frame& frame, const wire::Field& field, std::string message) {
  Damage(ir::ProblemKind::kMalformedModel, frame, field.start, field.end, std::move(message),
         "the file was damaged or is not an ONNX model: export or download it again");
}

// The reader stopped inside `frame`. A field that reaches beyond the end of
// the file is entered as far as it goes, so that the innermost place is named.
void Walk::Broken(Frame* frame, const wire::Reader& reader, const wire::Field& field) {
  const char* in = MessageName(frame->message);
  const FieldRule* rule = nullptr;
  std::size_t rule_index = 0;
  const absl::Span<const FieldRule> rules = FieldsOf(frame->message);
  for (; rule_index < rules.size(); ++rule_index) {
    if (rules[rule_index].number == field.number) {
      rule = &rules[rule_index];
      break;
    }
  }
  const std::string name = rule != nullptr     ? absl::StrCat("'", rule->name, "'")
                           : field.number == 0 ? std::string("a field")
                                               : absl::StrCat("field ", field.number);
  const bool has_length =
      field.type == wire::Type::kBytes && field.begin > field.start && field.end > frame->end;
  if (reader.error() == wire::Error::kCutOff && frame->cut) {
    if (has_length && missing_ == 0) missing_ = field.end - bytes_.size();
    if (has_length && rule != nullptr && rule->action == Action::kMessage) {
      const std::size_t before = result_.problems.size();
      Enter(frame, *rule, rule_index, field, true);
      if (result_.problems.size() > before) return;
    }
    const std::string missing =
        missing_ > 0 ? absl::StrCat(", ", missing_, missing_ == 1 ? " byte" : " bytes", " short")
                     : "";
    Damage(
        ir::ProblemKind::kTruncated, *frame, field.start, bytes_.size(),
        absl::StrCat("the file ends inside ", name, " of ", in, " at byte ", field.start, missing),
        "the copy or download was cut short: fetch the file again");
    return;
  }
  wire::Field place = field;
  place.start = reader.error() == wire::Error::kCutOff ? field.start : reader.error_offset();
  place.end = frame->end;
  std::string message;
  switch (reader.error()) {
    case wire::Error::kCutOff:
      message = has_length ? absl::StrCat(name, " of ", in, " at byte ", field.start, " claims ",
                                          field.end - field.begin, " bytes, ",
                                          frame->end - field.begin, " are left in it")
                           : absl::StrCat(name, " of ", in, " at byte ", field.start,
                                          " runs beyond the end of it");
      break;
    case wire::Error::kVarintTooLong:
      message = absl::StrCat("a number in ", name, " of ", in, " at byte ", place.start,
                             " runs on for more than ten bytes");
      break;
    default:
      message = absl::StrCat("byte ", place.start, " in ", in, " does not begin a field");
  }
  Malformed(*frame, place, std::move(message));
}

void Walk::Fields(Frame* frame) {
  const absl::Span<const FieldRule> rules = FieldsOf(frame->message);
  wire::Reader reader(bytes_, frame->begin, frame->end);
  wire::Field field;
  while (!stop_ && reader.Next(&field)) {
    if (field.start > released_ + kReleaseStep) {
      source_.Release(released_, field.start);
      released_ = field.start;
    }
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (rules[i].number != field.number) continue;
      if (Fits(rules[i].action, field.type)) Keep(frame, rules[i], i, field);
      break;
    }
    if (result_.bytes.size() > kMaxStructure && !stop_) {
      stop_ = true;
      Damage(ir::ProblemKind::kResourceLimit, *frame, field.start, field.end,
             absl::StrCat("the model without its weights is over ", kMaxStructure >> 20, " MiB"),
             "what follows was not read");
    }
  }
  if (reader.error() != wire::Error::kNone) Broken(frame, reader, field);
}

void Walk::Keep(Frame* frame, const FieldRule& rule, std::size_t rule_index,
                const wire::Field& field) {
  if (!WellPacked(rule.action, field)) {
    return Malformed(*frame, field,
                     absl::StrCat("'", rule.name, "' of ", MessageName(frame->message), " at byte ",
                                  field.start, " is not a list of whole numbers"));
  }
  switch (rule.action) {
    case Action::kMessage:
      Enter(frame, rule, rule_index, field, false);
      return;
    case Action::kRawData:
    case Action::kFloatData:
    case Action::kDoubleData:
    case Action::kVarintData:
    case Action::kStringData:
      Data(frame, rule, field);
      return;
    case Action::kBlob:
      if (field.end - field.begin <= kMaxBlob) break;
      Tag(field.number, wire::Type::kBytes);
      Varint(0);
      return;
    case Action::kBytes:
      if (frame->message == Message::kNode) {
        if (field.number == 3) frame->name = Text(field);
        if (field.number == 4) frame->op_type = Text(field);
      } else if (std::strcmp(rule.name, "name") == 0) {
        frame->name = Text(field);
      }
      break;
    default:
      break;
  }
  if (frame->message == Message::kModel && field.number == 1) result_.header = true;
  Copy(field);
}

void Walk::Enter(Frame* frame, const FieldRule& rule, std::size_t rule_index,
                 const wire::Field& field, bool cut) {
  Frame child;
  child.parent = frame;
  child.rule = &rule;
  child.message = rule.child;
  child.depth = frame->depth + 1;
  child.cut = cut;
  child.index = frame->counts[rule_index]++;
  child.begin = field.begin;
  child.end = cut ? bytes_.size() : field.end;
  if (child.depth > kMaxNesting) {
    // Once is enough: what nests this deep usually does so in many places.
    for (const ir::Problem& problem : result_.problems) {
      if (problem.kind == ir::ProblemKind::kResourceLimit) return;
    }
    return Damage(ir::ProblemKind::kResourceLimit, *frame, field.start, child.end,
                  absl::StrCat("messages are nested more than ", kMaxNesting, " deep"),
                  "no ONNX reader takes such a file: flatten its subgraphs or types");
  }
  if (++messages_ > kMaxMessages) {
    stop_ = true;
    return Damage(ir::ProblemKind::kResourceLimit, *frame, field.start, child.end,
                  absl::StrCat("the model has more than ", kMaxMessages, " parts"),
                  "what follows was not read");
  }
  if (frame->message == Message::kModel) {
    if (rule.child == Message::kGraph) result_.graph = true;
    if (rule.child == Message::kOpset) result_.header = true;
  }
  Tag(rule.number, wire::Type::kBytes);
  const std::size_t length_at = result_.bytes.size();
  result_.bytes.append(kLengthBytes, '\0');
  TensorData data;
  if (rule.child == Message::kTensor) child.data = &data;
  Fields(&child);
  if (rule.child == Message::kTensor) FinishTensor(child);
  if (rule.child == Message::kNode) {
    constexpr std::uint32_t kDocString = 6;
    Tag(kDocString, wire::Type::kBytes);
    const std::uint64_t index = result_.nodes.size();
    Varint(sizeof index);
    result_.bytes.append(reinterpret_cast<const char*>(&index), sizeof index);
    result_.nodes.push_back({field.start, child.end - field.start});
  }
  std::uint64_t length = result_.bytes.size() - length_at - kLengthBytes;
  for (std::size_t i = 0; i < kLengthBytes; ++i, length >>= 7) {
    result_.bytes[length_at + i] =
        static_cast<char>((length & 0x7f) | (i + 1 < kLengthBytes ? 0x80 : 0));
  }
}

void Walk::Data(Frame* frame, const FieldRule& rule, const wire::Field& field) {
  Pieces& pieces = (*frame->data)[DataIndex(rule.number)];
  const std::uint64_t size = field.end - field.begin;
  const bool packed = field.type == wire::Type::kBytes;
  // Of a field that should stand once, protobuf takes the last.
  if (rule.action == Action::kRawData) pieces = Pieces();
  if (pieces.count++ == 0) pieces.first = field.start;
  pieces.bytes += size;
  (packed ? pieces.packed : pieces.singles) += packed ? size : 1;
  pieces.begin = field.begin;
  pieces.end = field.end;
}

void Walk::FinishTensor(const Frame& frame) {
  const TensorData& data = *frame.data;
  TensorSpan span;
  std::uint64_t largest = 0;
  for (std::size_t i = 0; i < kDataFields; ++i) {
    const Pieces& pieces = data[i];
    const auto bit = static_cast<std::uint8_t>(1u << i);
    const bool any = bit == kStringData ? pieces.count > 0 : pieces.bytes > 0;
    if (!any) continue;
    span.fields |= bit;
    if (pieces.bytes > kInlineLimit || pieces.count > kInlineLimit) {
      span.removed |= bit;
    } else {
      wire::Reader reader(bytes_, pieces.first, pieces.end);
      for (wire::Field field; reader.Next(&field);) {
        const Action action = kDataActions[i];
        if (field.number == kDataNumbers[i] && Fits(action, field.type) &&
            WellPacked(action, field)) {
          Copy(field);
        }
      }
    }
    if (pieces.bytes < largest) continue;
    largest = pieces.bytes;
    ir::Payload& payload = span.payload;
    const bool whole = pieces.count == 1 && pieces.singles == 0;
    payload.offset = whole ? pieces.begin : pieces.first;
    payload.length = pieces.end - payload.offset;
    span.min_count = span.max_count = pieces.packed / WidthOf(kDataActions[i]) + pieces.singles;
    switch (bit) {
      case kRawData:
        payload.encoding = ir::PayloadEncoding::kRaw;
        break;
      case kStringData:
        payload.encoding = ir::PayloadEncoding::kStrings;
        payload.offset = pieces.first;
        payload.length = pieces.end - pieces.first;
        span.min_count = span.max_count = pieces.count;
        break;
      case kFloatData:
      case kDoubleData:
        payload.encoding = whole ? ir::PayloadEncoding::kFixed : ir::PayloadEncoding::kPieces;
        break;
      default:
        payload.encoding = whole ? ir::PayloadEncoding::kVarints : ir::PayloadEncoding::kPieces;
        span.min_count = (pieces.packed + 9) / 10 + pieces.singles;
    }
  }
  if (span.fields == 0) return;
  // segment { begin: index }
  std::string inner(1, '\x08');
  for (std::uint64_t index = result_.tensors.size();; index >>= 7) {
    inner.push_back(static_cast<char>((index & 0x7f) | (index >= 0x80 ? 0x80 : 0)));
    if (index < 0x80) break;
  }
  constexpr std::uint32_t kSegment = 3;
  Tag(kSegment, wire::Type::kBytes);
  Varint(inner.size());
  result_.bytes += inner;
  result_.tensors.push_back(std::move(span));
}

}  // namespace

Stripped Strip(const Source& source) { return Walk(source).Run(); }

std::size_t NodeIndex(const std::string& doc_string) {
  std::uint64_t index = 0;
  std::memcpy(&index, doc_string.data(), std::min(doc_string.size(), sizeof index));
  return static_cast<std::size_t>(index);
}

}  // namespace onnxcheck::parsers
