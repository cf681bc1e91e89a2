#include "parsers/config/zip_archive.h"

#include <minizip/unzip.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace onnxcheck::parsers {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr int kCaseSensitive = 1;
constexpr std::size_t kLocalHeaderBytes = 30;

std::uint64_t Little(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    number = number << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return number;
}

// 4.5.3: sizes that do not fit into four bytes, or might not have.
void ReadZip64(std::string_view extra, ZipArchive::Member* member) {
  constexpr std::uint64_t kElsewhere = 0xFFFFFFFF;
  while (extra.size() >= 4) {
    const std::uint64_t id = Little(extra.substr(0, 2));
    const std::string_view data = extra.substr(4, Little(extra.substr(2, 2)));
    if (id == 1) {
      std::size_t at = 0;
      for (std::uint64_t* size : {&member->size, &member->compressed}) {
        if (*size != kElsewhere || data.size() < at + 8) continue;
        *size = Little(data.substr(at, 8));
        at += 8;
      }
      return;
    }
    extra.remove_prefix(std::min(extra.size(), 4 + data.size()));
  }
}

// Appends at most `most` bytes. False: the data is bad or ends too early.
bool Inflate(std::string_view data, std::uint64_t most, std::string* bytes) {
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return false;
  std::vector<char> chunk(kChunk);
  int status = Z_OK;
  while (status == Z_OK && most > 0) {
    if (stream.avail_in == 0) {
      // zlib counts in 32 bits.
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
      stream.avail_in = static_cast<uInt>(std::min<std::size_t>(data.size(), 1u << 30));
      data.remove_prefix(stream.avail_in);
    }
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(std::min<std::uint64_t>(chunk.size(), most));
    const uInt room = stream.avail_out;
    status = inflate(&stream, Z_NO_FLUSH);
    const uInt got = room - stream.avail_out;
    bytes->append(chunk.data(), got);
    most -= got;
    if (got == 0 && stream.avail_in == 0 && data.empty()) break;
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END || (status == Z_OK && most == 0);
}

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
  if (!HasWholeEnd(bytes)) {
    FindLocalMembers();
    return;
  }
  zlib_filefunc64_def functions = {};
  functions.zopen64_file = Callbacks::Open;
  functions.zread_file = Callbacks::Read;
  functions.ztell64_file = Callbacks::Tell;
  functions.zseek64_file = Callbacks::Seek;
  functions.zclose_file = Callbacks::Nothing;
  functions.zerror_file = Callbacks::Nothing;
  functions.opaque = &stream_;
  handle_ = unzOpen2_64("", &functions);
  if (handle_ == nullptr) FindLocalMembers();
}

// APPNOTE.TXT 4.3.7: local file headers.
void ZipArchive::FindLocalMembers() {
  const std::string_view bytes = stream_.bytes;
  std::size_t at = 0;
  while (local_.size() < kMostLocalMembers && bytes.substr(at, 4) == "PK\x03\x04" &&
         bytes.size() - at >= kLocalHeaderBytes) {
    const std::string_view header = bytes.substr(at, kLocalHeaderBytes);
    const std::size_t name_size = Little(header.substr(26, 2));
    const std::size_t extra_size = Little(header.substr(28, 2));
    at += kLocalHeaderBytes;
    if (bytes.size() - at < name_size + extra_size) return;
    LocalMember found;
    found.name = bytes.substr(at, name_size);
    found.method = static_cast<unsigned>(Little(header.substr(8, 2)));
    found.checksum = static_cast<std::uint32_t>(Little(header.substr(14, 4)));
    found.member = {Little(header.substr(18, 4)), Little(header.substr(22, 4))};
    ReadZip64(bytes.substr(at + name_size, extra_size), &found.member);
    // Sizes that only follow the data (4.3.9) are not known here, nor is where the next begins.
    const bool streamed = (Little(header.substr(6, 2)) & 8) != 0 && found.member.compressed == 0;
    const bool encrypted = (header[6] & 1) != 0;
    at += name_size + extra_size;
    if (streamed || encrypted) return;
    found.data = bytes.substr(at, found.member.compressed);
    local_.push_back(found);
    if (found.data.size() < found.member.compressed) return;
    at += found.data.size();
  }
}

bool ZipArchive::ReadLocal(std::string* bytes) const {
  const std::size_t begin = bytes->size();
  bool whole = found_->data.size() == found_->member.compressed;
  if (found_->method == 0) {
    bytes->append(found_->data.substr(0, found_->member.size));
  } else if (found_->method == Z_DEFLATED) {
    whole = Inflate(found_->data, found_->member.size, bytes) && whole;
  } else {
    return false;
  }
  const auto* const data = reinterpret_cast<const Bytef*>(bytes->data() + begin);
  return whole && bytes->size() - begin == found_->member.size &&
         crc32_z(0, data, bytes->size() - begin) == found_->checksum;
}

ZipArchive::~ZipArchive() {
  if (handle_ != nullptr) unzClose(handle_);
}

std::optional<ZipArchive::Member> ZipArchive::Find(const char* name) {
  if (handle_ == nullptr) {
    const auto found = std::find_if(local_.begin(), local_.end(), [&](const LocalMember& member) {
      return member.name == std::string_view(name);
    });
    if (found == local_.end()) return std::nullopt;
    found_ = &*found;
    return found->member;
  }
  unz_file_info64 info = {};
  if (unzLocateFile(handle_, name, kCaseSensitive) != UNZ_OK ||
      unzGetCurrentFileInfo64(handle_, &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK) {
    return std::nullopt;
  }
  return Member{info.compressed_size, info.uncompressed_size};
}

bool ZipArchive::Read(std::string* bytes) {
  if (handle_ == nullptr) return ReadLocal(bytes);
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
