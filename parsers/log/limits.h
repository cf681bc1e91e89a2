// What one log may cost. Beyond a limit the rest is not kept and a kResourceLimit problem says so.
#ifndef ONNXCHECK_PARSERS_LOG_LIMITS_H_
#define ONNXCHECK_PARSERS_LOG_LIMITS_H_

#include <cstddef>

namespace onnxcheck::parsers::log {

// Longer records are read up to here: single-line JSON of a megabyte is real, more is not a log
// line.
inline constexpr std::size_t kMaxRecordBytes = std::size_t{16} << 20;
// Text in another encoding is converted in memory; PowerShell redirects of this size are not known.
inline constexpr std::size_t kMaxConvertedBytes = std::size_t{256} << 20;
// 8 bytes each; a gigabyte of lines with four metrics has 41 million.
inline constexpr std::size_t kMaxPoints = std::size_t{64} << 20;
inline constexpr std::size_t kMaxSeries = 4096;
inline constexpr std::size_t kMaxNames = 65536;
inline constexpr std::size_t kMaxNameBytes = 96;
inline constexpr std::size_t kMaxPairsPerRecord = 65536;
inline constexpr std::size_t kMaxEvents = 10000;
// The same sentence again and again is kept this often: the first ones carry the news.
inline constexpr std::size_t kMaxEqualEvents = 20;
inline constexpr std::size_t kMaxEventText = 500;
inline constexpr std::size_t kMaxTableColumns = 4096;
inline constexpr std::size_t kMaxJsonDepth = 64;
inline constexpr std::size_t kMaxSegments = 10000;

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_LIMITS_H_
