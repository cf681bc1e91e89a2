// Members of a zip archive in memory.
#ifndef ONNXCHECK_PARSERS_CONFIG_ZIP_ARCHIVE_H_
#define ONNXCHECK_PARSERS_CONFIG_ZIP_ARCHIVE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onnxcheck::parsers {

class ZipArchive {
 public:
  // What the archive says of a member; it may lie.
  struct Member {
    std::uint64_t compressed = 0;  // bytes
    std::uint64_t size = 0;        // bytes unpacked
  };
  // `bytes` must outlive the archive.
  explicit ZipArchive(std::string_view bytes);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  // False: there is no whole directory at the end, as when the archive was cut off. The members are
  // then those whose own headers are found from the front on, at most kMostLocalMembers of them.
  bool HasDirectory() const { return handle_ != nullptr; }
  static constexpr std::size_t kMostLocalMembers = 1000;

  // Makes the member the one that Read unpacks.
  std::optional<Member> Find(const char* name);
  // Appends what can be unpacked, never more than `Member` says. False when the member is damaged:
  // neither deflated nor stored, headers that disagree, bad data, a wrong checksum, or the archive
  // ends before it does. Requires a found member.
  bool Read(std::string* bytes);

 private:
  struct Stream {
    std::string_view bytes;
    std::uint64_t position = 0;
  };
  struct Callbacks;
  struct LocalMember {
    std::string_view name;
    std::string_view data;  // as far as it is there
    Member member;
    std::uint32_t checksum = 0;
    unsigned method = 0;
  };

  void FindLocalMembers();
  bool ReadLocal(std::string* bytes) const;

  Stream stream_;
  void* handle_ = nullptr;
  std::vector<LocalMember> local_;
  const LocalMember* found_ = nullptr;
};

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CONFIG_ZIP_ARCHIVE_H_
