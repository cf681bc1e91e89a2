#include "parsers/log/json_record.h"

#include <rapidjson/error/error.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "parsers/log/limits.h"
#include "parsers/log/number.h"
#include "parsers/log/prefix.h"
#include "parsers/log/roles.h"

namespace onnxcheck::parsers::log {

class JsonHandler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, JsonHandler> {
 public:
  JsonHandler(const rapidjson::MemoryStream* stream, JsonRecord* record, std::vector<Pair>* pairs)
      : stream_(stream), record_(record), pairs_(pairs) {}

  bool Null() { return true; }
  bool Bool(bool) { return true; }
  bool Int(int v) { return Number(v, true); }
  bool Uint(unsigned v) { return Number(v, true); }
  bool Int64(std::int64_t v) { return Number(static_cast<double>(v), true); }
  bool Uint64(std::uint64_t v) { return Number(static_cast<double>(v), true); }
  // RapidJSON 1.1 reads 0.0e-96 as 1e34. The stream stands behind the number.
  bool Double(double v) {
    const char* begin = stream_->src_;
    while (begin > stream_->begin_ &&
           std::string_view("0123456789+-.eE").find(begin[-1]) != std::string_view::npos)
      --begin;
    bool whole = false;
    if (begin < stream_->src_)  // neither NaN nor Infinity
      ReadNumber({begin, static_cast<std::size_t>(stream_->src_ - begin)}, &v, &whole);
    return Number(v, false);
  }

  bool Key(const char* text, rapidjson::SizeType length, bool) {
    key_.assign(text, length);
    return true;
  }

  bool String(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ != 1 || arrays_ != 0) return true;
    const std::string_view value(text, length);
    if (IsWrittenNumber(value)) return true;
    if (key_ == "level" || key_ == "levelname" || key_ == "severity" || key_ == "log_level") {
      record_->level_ = LevelOf(value);
    } else if (key_ == "message" || key_ == "msg" || key_ == "event") {
      record_->message_.assign(value);
    } else if (key_ == "time" || key_ == "timestamp" || key_ == "asctime" || key_ == "ts" ||
               key_ == "@timestamp" || key_ == "datetime" || key_ == "date") {
      record_->timestamped_ = true;
    } else if (key_ == "mode" || key_ == "split" || key_ == "phase") {
      const Name name = ClassifyName(value);
      if (name.heading) record_->split_ = name.split;
    }
    return true;
  }

  bool StartObject() {
    if (++depth_ > static_cast<int>(kMaxJsonDepth)) return false;
    parents_.push_back(key_);
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    parents_.pop_back();
    return true;
  }
  bool StartArray() {
    ++arrays_;
    return ++depth_ <= static_cast<int>(kMaxJsonDepth);
  }
  bool EndArray(rapidjson::SizeType) {
    --arrays_;
    --depth_;
    return true;
  }

 private:
  // "loss": "0.5", as fairseq writes it, and "nan" where a writer obeys the letter of JSON. Other
  // texts of digits are names and times.
  bool IsWrittenNumber(std::string_view value) {
    constexpr std::size_t kLongestNumber = 32;
    double number = 0;
    bool whole = false;
    if (value.empty() || value.size() > kLongestNumber ||
        ReadNumber(value, &number, &whole) != value.size())
      return false;
    const Quantity quantity = ClassifyName(key_).quantity;
    if (!IsMeasurement(quantity) && quantity != Quantity::kLearningRate &&
        quantity != Quantity::kGradientNorm && quantity != Quantity::kEpoch &&
        quantity != Quantity::kStep) {
      return false;
    }
    return Number(number, whole);
  }

  bool Number(double value, bool whole) {
    if (arrays_ > 0 || depth_ == 0 || pairs_->size() >= kMaxPairsPerRecord) return true;
    if (key_ == "timestamp" || key_ == "ts" || key_ == "_timestamp") record_->timestamped_ = true;
    if (record_->used_names_ == record_->names_.size()) record_->names_.emplace_back();
    std::string& name = record_->names_[record_->used_names_++];
    // {"val": {"loss": 1}}: the split is part of the name, other nesting is not.
    name.clear();
    if (depth_ > 1 && LookUpWord(parents_.back()) >= Word::kTrain &&
        LookUpWord(parents_.back()) <= Word::kTest) {
      name = parents_.back() + "/";
    }
    name += key_;
    Pair& pair = pairs_->emplace_back();
    pair.name = name;
    pair.separator = ':';
    pair.value = value;
    pair.whole = whole;
    return true;
  }

  const rapidjson::MemoryStream* stream_;
  JsonRecord* record_;
  std::vector<Pair>* pairs_;
  std::string key_;
  std::vector<std::string> parents_;
  int depth_ = 0;
  int arrays_ = 0;
};

JsonRecord::Result JsonRecord::Read(std::string_view text, std::vector<Pair>* pairs) {
  used_names_ = 0;
  level_ = ir::Level::kNone;
  timestamped_ = false;
  split_ = Split::kUnknown;
  message_.clear();
  const std::size_t before = pairs->size();
  rapidjson::MemoryStream stream(text.data(), text.size());
  JsonHandler handler(&stream, this, pairs);
  rapidjson::Reader reader;
  constexpr unsigned kFlags = rapidjson::kParseNanAndInfFlag | rapidjson::kParseIterativeFlag |
                              rapidjson::kParseStopWhenDoneFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (!result.IsError()) {
    end_ = text.find_first_not_of(" \t\r,", stream.Tell());
    return end_ == std::string_view::npos ? Result::kObject : Result::kObjectAndMore;
  }
  pairs->resize(before);
  return result.Offset() + 1 >= text.size() ? Result::kCutOff : Result::kNotJson;
}

}  // namespace onnxcheck::parsers::log
