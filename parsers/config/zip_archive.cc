#include "parsers/config/zip_archive.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace onnxcheck::parsers {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr int kCaseSensitive = 1;

// minizip takes an archive whose last record is itself cut off.
bool HasWholeEnd(std::string_view bytes) {
  constexpr std::string_view kEndRecord = "PK\x05\x06";
  constexpr std::size_t kEndRecordBytes = 22;
  const std::size_t end = bytes.rfind(kEndRecord);
  return end != std::string_view::npos && bytes.size() - end >= kEndRecordBytes;
}

}  // namespace

// minizip reads through these instead of a file.
struct ZipArchive::Callbacks {
  static Stream& Of(void* stream) { return *static_cast<Stream*>(stream); }

  static void* Open(void* opaque, const void*, int) { return opaque; }
  static uLong Read(void*, void* stream, void* to, uLong size) {
    Stream& from = Of(stream);
    const std::string_view rest =
        from.bytes.substr(std::min<std::uint64_t>(from.position, from.bytes.size()), size);
    if (!rest.empty()) std::memcpy(to, rest.data(), rest.size());
    from.position += rest.size();
    return rest.size();
  }
  static ZPOS64_T Tell(void*, void* stream) { return Of(stream).position; }
  static long Seek(void*, void* stream, ZPOS64_T offset, int origin) {
    Stream& in = Of(stream);
    std::uint64_t base = 0;
    if (origin == ZLIB_FILEFUNC_SEEK_CUR) base = in.position;
    if (origin == ZLIB_FILEFUNC_SEEK_END) base = in.bytes.size();
    std::uint64_t position = 0;
    if (__builtin_add_overflow(base, offset, &position) || position > in.bytes.size()) return -1;
    in.position = position;
    return 0;
  }
  static int Nothing(void*, void*) { return 0; }
};

ZipArchive::ZipArchive(std::string_view bytes) : stream_{bytes} {
  if (!HasWholeEnd(bytes)) return;
  zlib_filefunc64_def functions = {};
  functions.zopen64_file = Callbacks::Open;
  functions.zread_file = Callbacks::Read;
  functions.ztell64_file = Callbacks::Tell;
  functions.zseek64_file = Callbacks::Seek;
  functions.zclose_file = Callbacks::Nothing;
  functions.zerror_file = Callbacks::Nothing;
  functions.opaque = &stream_;
  handle_ = unzOpen2_64("", &functions);
}

ZipArchive::~ZipArchive() {
  if (handle_ != nullptr) unzClose(handle_);
}

std::optional<ZipArchive::Member> ZipArchive::Find(const char* name) {
  unz_file_info64 info = {};
  if (unzLocateFile(handle_, name, kCaseSensitive) != UNZ_OK ||
      unzGetCurrentFileInfo64(handle_, &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK) {
    return std::nullopt;
  }
  return Member{info.compressed_size, info.uncompressed_size};
}

bool ZipArchive::Read(std::string* bytes) {
  if (unzOpenCurrentFile(handle_) != UNZ_OK) return false;
  std::vector<char> chunk(kChunk);
  int got = 0;
  while ((got = unzReadCurrentFile(handle_, chunk.data(), kChunk)) > 0) {
    bytes->append(chunk.data(), static_cast<std::size_t>(got));
  }
  const bool matches = unzCloseCurrentFile(handle_) == UNZ_OK;  // the checksum
  return got == 0 && matches;
}

}  // namespace onnxcheck::parsers
