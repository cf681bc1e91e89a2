// The records of a .wandb file: LevelDB's log with another header and checksum,
// https://github.com/google/leveldb/blob/main/doc/log_format.md
#ifndef ONNXCHECK_PARSERS_LOG_WANDB_RECORDS_H_
#define ONNXCHECK_PARSERS_LOG_WANDB_RECORDS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace onnxcheck::parsers {

// ":W&B", 0xBEE1, version 0.
inline constexpr std::string_view kWandbMagic("\x3aW&B\xe1\xbe\x00", 7);

// Joins the fragments of records, whose checksums are looked at; of a record of more than
// kMaxRecordBytes the front is kept. Linear.
class WandbRecords {
 public:
  // `bytes` begin with kWandbMagic and outlive the reader.
  explicit WandbRecords(std::string_view bytes) : bytes_(bytes), position_(kWandbMagic.size()) {}

  enum class Step { kRecord, kCorrupt, kEnd };
  // `record` is valid until the next call. Behind kCorrupt reading goes on with the next block.
  Step Next(std::string_view* record);
  // At the end: the last record is incomplete.
  bool cut_off() const { return cut_off_; }

 private:
  Step SkipBlock();

  std::string_view bytes_;
  std::uint64_t position_;
  std::string joined_;
  bool cut_off_ = false;
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_LOG_WANDB_RECORDS_H_
