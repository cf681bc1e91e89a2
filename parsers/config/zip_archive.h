// Members of a zip archive in memory.
#ifndef ONNXCHECK_PARSERS_CONFIG_ZIP_ARCHIVE_H_
#define ONNXCHECK_PARSERS_CONFIG_ZIP_ARCHIVE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onnxcheck::parsers {

class ZipArchive {
 public:
  // What the directory says of a member; it may lie.
  struct Member {
    std::uint64_t compressed = 0;  // bytes
    std::uint64_t size = 0;        // bytes unpacked
  };
  // `bytes` must outlive the archive.
  explicit ZipArchive(std::string_view bytes);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  // False: there is no whole directory at the end, as when the archive was cut off.
  bool IsOpen() const { return handle_ != nullptr; }

  // Makes the member the one that Read unpacks. Requires IsOpen().
  std::optional<Member> Find(const char* name);
  // Appends what can be unpacked, never more than the directory says. False when the member is
  // damaged: neither deflated nor stored, headers that disagree, bad data or a wrong checksum.
  // Requires a found member.
  bool Read(std::string* bytes);

 private:
  struct Stream {
    std::string_view bytes;
    std::uint64_t position = 0;
  };
  struct Callbacks;

  Stream stream_;
  void* handle_ = nullptr;
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_ZIP_ARCHIVE_H_
