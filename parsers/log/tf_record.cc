#include "parsers/log/tf_record.h"

#include "parsers/log/crc32c.h"
#include "parsers/log/load_bytes.h"

namespace onnxcheck::parsers::log {
namespace {

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kHeaderBytes = 12;
constexpr std::uint64_t kFooterBytes = 4;

}  // namespace

bool TfRecordReader::HeaderAt(std::uint64_t position, std::uint64_t* length) const {
  *length = LoadBytes<std::uint64_t>(bytes_, position);
  return LoadBytes<std::uint32_t>(bytes_, position + kLengthBytes) ==
         MaskCrc(Crc32c(bytes_.substr(position, kLengthBytes)));
}

TfRecordReader::Step TfRecordReader::Next(TfRecord* record) {
  const std::uint64_t left = bytes_.size() - position_;
  if (left == 0) return Step::kEnd;
  record->start = position_;
  std::uint64_t length = 0;
  if (left < kHeaderBytes) {
    cut_off_ = position_;
    position_ = bytes_.size();
    return Step::kEnd;
  }
  if (!HeaderAt(position_, &length)) {
    // Without its length nothing says where the next record is but a length that is right.
    for (std::uint64_t at = position_ + 1;; ++at) {
      if (bytes_.size() - at < kHeaderBytes) {
        position_ = bytes_.size();
        return Step::kCorrupt;
      }
      // Most of what is no length is ruled out without a checksum.
      if (LoadBytes<std::uint64_t>(bytes_, at) > bytes_.size() - at) continue;
      if (!HeaderAt(at, &length)) continue;
      position_ = at;
      return Step::kCorrupt;
    }
  }
  if (left - kHeaderBytes < kFooterBytes || length > left - kHeaderBytes - kFooterBytes) {
    cut_off_ = position_;
    position_ = bytes_.size();
    return Step::kEnd;
  }
  record->payload = bytes_.substr(position_ + kHeaderBytes, length);
  record->crc = LoadBytes<std::uint32_t>(bytes_, position_ + kHeaderBytes + length);
  position_ += kHeaderBytes + length + kFooterBytes;
  return Step::kRecord;
}

bool TfRecordReader::Intact(const TfRecord& record) {
  return MaskCrc(Crc32c(record.payload)) == record.crc;
}

}  // namespace onnxcheck::parsers::log
