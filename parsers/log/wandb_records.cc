#include "parsers/log/wandb_records.h"

#include <zlib.h>

#include <algorithm>

#include "parsers/log/limits.h"
#include "parsers/log/load_bytes.h"

namespace onnxcheck::parsers {
namespace {

constexpr std::uint64_t kBlockBytes = 32768;
constexpr std::uint64_t kHeaderBytes = 7;  // checksum 4, length 2, type 1
enum FragmentType : std::uint8_t { kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

}  // namespace

WandbRecords::Step WandbRecords::Next(std::string_view* record) {
  joined_.clear();
  bool open = false;
  for (;;) {
    const std::uint64_t left_in_block = kBlockBytes - position_ % kBlockBytes;
    if (left_in_block < kHeaderBytes) position_ += left_in_block;  // padding
    if (position_ >= bytes_.size()) {
      cut_off_ = open;
      return Step::kEnd;
    }
    if (bytes_.size() - position_ < kHeaderBytes) {
      cut_off_ = true;
      return Step::kEnd;
    }
    const auto crc = log::LoadBytes<std::uint32_t>(bytes_, position_);
    const auto length = log::LoadBytes<std::uint16_t>(bytes_, position_ + 4);
    const auto type = static_cast<std::uint8_t>(bytes_[position_ + 6]);
    if (type < kFull || type > kLast ||
        kHeaderBytes + length > kBlockBytes - position_ % kBlockBytes)
      return SkipBlock();
    if (length > bytes_.size() - position_ - kHeaderBytes) {
      cut_off_ = true;
      return Step::kEnd;
    }
    const std::string_view data = bytes_.substr(position_ + kHeaderBytes, length);
    const char* checked = bytes_.data() + position_ + 6;
    uLong found = crc32_z(0, reinterpret_cast<const Bytef*>(checked), 1);
    found = crc32_z(found, reinterpret_cast<const Bytef*>(data.data()), data.size());
    if (found != crc) return SkipBlock();
    const bool begins = type == kFull || type == kFirst;
    if (begins && open) return Step::kCorrupt;  // a record without its end
    position_ += kHeaderBytes + length;
    if (begins) {
      open = true;
    } else if (!open) {
      continue;  // the rest of a record whose beginning was damaged
    }
    if (type == kFull) {
      *record = data;
      return Step::kRecord;
    }
    if (joined_.size() <= log::kMaxRecordBytes) joined_.append(data);
    if (type == kLast) {
      *record = joined_;
      return Step::kRecord;
    }
  }
}

WandbRecords::Step WandbRecords::SkipBlock() {
  position_ = std::min<std::uint64_t>((position_ / kBlockBytes + 1) * kBlockBytes, bytes_.size());
  return Step::kCorrupt;
}

}  // namespace onnxcheck::parsers
