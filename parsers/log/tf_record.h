// TensorFlow's record files: length (8 bytes, little endian), masked CRC-32C of the length,
// payload, masked CRC-32C of the payload.
// https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
#ifndef ONNXCHECK_PARSERS_LOG_TF_RECORD_H_
#define ONNXCHECK_PARSERS_LOG_TF_RECORD_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace onnxcheck::parsers::log {

struct TfRecord {
  std::uint64_t start = 0;  // of the length
  std::string_view payload;
  std::uint32_t crc = 0;  // masked, as stored
};

class TfRecordReader {
 public:
  explicit TfRecordReader(std::string_view bytes) : bytes_(bytes) {}

  enum class Step {
    kRecord,   // `record` is filled in; its payload is not touched
    kCorrupt,  // a length whose checksum is wrong; reading goes on at the next one that is right
    kEnd,
  };
  Step Next(TfRecord* record);

  // Whether the payload has the checksum that stands behind it.
  static bool Intact(const TfRecord& record);

  std::uint64_t position() const { return position_; }
  // Where the last record starts that the file ends in the middle of.
  std::optional<std::uint64_t> cut_off() const { return cut_off_; }

 private:
  bool HeaderAt(std::uint64_t position, std::uint64_t* length) const;

  std::string_view bytes_;
  std::uint64_t position_ = 0;
  std::optional<std::uint64_t> cut_off_;
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_TF_RECORD_H_
