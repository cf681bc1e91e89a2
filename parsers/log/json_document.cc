#include "parsers/log/json_document.h"

#include <rapidjson/error/error.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "parsers/log/interpreter.h"
#include "parsers/log/limits.h"
#include "parsers/log/text.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool IsIndex(std::string_view key) {
  return !key.empty() && key.size() <= 9 &&
         key.find_first_not_of("0123456789") == std::string_view::npos;
}

class Handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  Handler(std::string_view text, const rapidjson::MemoryStream& stream, std::string unnamed,
          Collector* collector)
      : text_(text),
        stream_(stream),
        unnamed_(std::move(unnamed)),
        collector_(collector),
        interpreter_(collector, Split::kUnknown) {}

  bool Null() { return Missing(); }
  bool Bool(bool) { return Missing(); }
  bool String(const char*, rapidjson::SizeType, bool) { return Missing(); }
  bool Int(int v) { return Number(v, true); }
  bool Uint(unsigned v) { return Number(v, true); }
  bool Int64(std::int64_t v) { return Number(static_cast<double>(v), true); }
  bool Uint64(std::uint64_t v) { return Number(static_cast<double>(v), true); }
  bool Double(double v) { return Number(v, false); }

  bool Key(const char* text, rapidjson::SizeType length, bool) {
    levels_.back().key.assign(text, std::min<std::size_t>(length, kMaxNameBytes));
    return true;
  }
  bool StartObject() { return Open(false); }
  bool StartArray() { return Open(true); }
  bool EndArray(rapidjson::SizeType) {
    levels_.pop_back();
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    const Level& level = levels_.back();
    if (!level.pairs.empty()) {
      std::vector<Pair> pairs;
      for (const Field& field : level.pairs) {
        Pair& pair = pairs.emplace_back();
        pair.name = field.name;
        pair.separator = ':';
        pair.value = field.value;
        pair.whole = field.whole;
      }
      // {"0": {"loss": 0.5}, ...}
      Interpreter::Preset preset;
      const bool counted = std::any_of(pairs.begin(), pairs.end(), [](const Pair& pair) {
        return ClassifyName(pair.name).quantity == Quantity::kEpoch;
      });
      if (IsIndex(level.name) && !counted) preset.epoch = std::stod(level.name);
      const bool measured = interpreter_.Record(pairs, Line(), true, preset);
      collector_->CountRecord(ir::Level::kNone, Line(), measured, false);
    }
    levels_.pop_back();
    return true;
  }

  bool too_deep() const { return too_deep_; }
  std::uint32_t Line() {
    const std::size_t now = std::min(stream_.Tell(), text_.size());
    line_ += static_cast<std::uint32_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                   text_.begin() + static_cast<std::ptrdiff_t>(now), '\n'));
    counted_ = now;
    return line_;
  }

 private:
  struct Field {
    std::string name;
    double value;
    bool whole;
  };
  struct Level {
    bool array = false;
    std::string key;          // the current one, of an object
    std::string name;         // the key the object or array itself stands under
    std::uint64_t index = 0;  // of an array's next element
    std::vector<Field> pairs;
  };

  bool Open(bool array) {
    too_deep_ = levels_.size() >= kMaxJsonDepth;
    if (too_deep_) return false;
    Level level;
    level.array = array;
    if (!levels_.empty()) {
      level.name = levels_.back().array ? levels_.back().name : levels_.back().key;
      if (levels_.back().array) ++levels_.back().index;
    }
    levels_.push_back(std::move(level));
    return true;
  }

  bool Missing() {
    if (!levels_.empty() && levels_.back().array) ++levels_.back().index;
    return true;
  }

  bool Number(double value, bool whole) {
    if (levels_.empty()) return true;
    Level& level = levels_.back();
    if (level.array) {
      Element(level.name, static_cast<double>(level.index++), value);
    } else if (IsIndex(level.key) && !level.name.empty()) {
      Element(level.name, std::stod(level.key), value);
    } else if (level.pairs.size() < kMaxPairsPerRecord) {
      level.pairs.push_back({level.key, value, whole});
    }
    return true;
  }

  // A curve by name: the position counts epochs, as Keras's History does.
  void Element(const std::string& name, double index, double value) {
    NameEntry* entry = collector_->FindName(name.empty() ? unnamed_ : name);
    if (entry == nullptr) return;
    const Quantity quantity = entry->name.quantity;
    Split split = entry->name.split;
    if (split == Split::kUnknown && quantity == Quantity::kAccuracy) split = Split::kTrain;
    const std::uint32_t line = Line();
    collector_->Stand({line, kNaN, index});
    collector_->Add(entry, split, value, false, true);
    collector_->CountRecord(ir::Level::kNone, line, IsMeasurement(quantity), false);
  }

  std::string_view text_;
  const rapidjson::MemoryStream& stream_;
  std::string unnamed_;  // what numbers without a name are called
  Collector* collector_;
  Interpreter interpreter_;
  std::vector<Level> levels_;
  bool too_deep_ = false;
  std::size_t counted_ = 0;
  std::uint32_t line_ = 1;
};

}  // namespace

bool ReadJsonDocument(std::string_view text, std::string_view file, Collector* collector) {
  const std::string_view front = Trim(text.substr(0, 4096));
  if (front.empty() || (front[0] != '{' && front[0] != '[')) return false;
  rapidjson::MemoryStream stream(text.data(), text.size());
  const Name named = ClassifyName(file);
  Handler handler(text, stream,
                  named.exact && IsMeasurement(named.quantity) ? std::string(file) : "value",
                  collector);
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseNanAndInfFlag | rapidjson::kParseIterativeFlag |
                              rapidjson::kParseFullPrecisionFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  ir::Log* log = collector->log();
  // Half a document counts as one only if it is plainly data: "[18:16:10] epoch 3" is none.
  const bool deep = handler.too_deep() && !log->series.empty();
  const bool at_end = Trim(text.substr(std::min(result.Offset(), text.size()))).size() <= 1;
  if (!deep && result.IsError() && (!at_end || log->series.empty())) return false;
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  log->lines = lines + (!text.empty() && text.back() != '\n');
  if (deep) {
    ir::Problem& problem = log->input.problems.emplace_back();
    problem.kind = ir::ProblemKind::kResourceLimit;
    problem.location = collector->At(handler.Line());
    problem.message = "nesting is deeper than " + std::to_string(kMaxJsonDepth);
    problem.help = "what follows is not read";
  } else if (result.IsError()) {
    log->cut_off = collector->At(static_cast<std::uint32_t>(log->lines));
  }
  log->structured = true;
  log->input.format = "json";
  return true;
}

}  // namespace onnxcheck::parsers::log
