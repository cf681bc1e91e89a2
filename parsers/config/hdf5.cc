#include "parsers/config/hdf5.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace onnxcheck::parsers {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n"sv;
constexpr std::size_t kMostBlocks = 1000;     // of an object header that goes on elsewhere
constexpr std::size_t kMostMessages = 20000;  // in all of them
constexpr std::size_t kMostAttributes = 200;  // Keras writes four
constexpr std::size_t kMostObjects = 100000;  // of a heap, looked at for one text
constexpr int kAttributeMessage = 0x0C;
constexpr int kContinuationMessage = 0x10;
constexpr int kFixedString = 3;     // datatype classes
constexpr int kVariableLength = 9;  // a string if its type says 1

// A part of the file. Reading beyond its end gives 0 and marks it.
class Cursor {
 public:
  Cursor(std::string_view bytes, std::uint64_t at) : bytes_(bytes), at_(at) {
    failed_ = at > bytes.size();
  }

  std::uint64_t Number(unsigned size) {
    if (failed_ || size > 8 || bytes_.size() - at_ < size) {
      failed_ = true;
      return 0;
    }
    std::uint64_t number = 0;
    for (unsigned i = 0; i < size; ++i) {
      number |= std::uint64_t{static_cast<unsigned char>(bytes_[at_ + i])} << (8 * i);
    }
    at_ += size;
    return number;
  }

  std::string_view Take(std::uint64_t size) {
    if (failed_ || bytes_.size() - at_ < size) {
      failed_ = true;
      return {};
    }
    const std::string_view taken = bytes_.substr(at_, size);
    at_ += size;
    return taken;
  }

  void Skip(std::uint64_t size) { Take(size); }
  bool failed() const { return failed_; }
  std::uint64_t at() const { return at_; }

 private:
  std::string_view bytes_;
  std::uint64_t at_;
  bool failed_ = false;
};

std::uint64_t Padded(std::uint64_t size) { return (size + 7) / 8 * 8; }

struct Block {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

class Walker {
 public:
  explicit Walker(std::string_view bytes) : bytes_(bytes) {}

  Hdf5Attributes Walk() {
    const std::optional<std::uint64_t> root = Superblock();
    if (!root) return Failed("the superblock is damaged");
    if (!Header(*root)) return Failed("the header of the root group is damaged");
    std::size_t messages = 0;
    // Continuations are added on the way.
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (!Messages(blocks_[i], &messages)) return Failed("the root group's messages are damaged");
    }
    return std::move(result_);
  }

 private:
  Hdf5Attributes Failed(const char* problem) {
    result_.problem = problem;
    return std::move(result_);
  }

  // The address of the root group's object header.
  std::optional<std::uint64_t> Superblock() {
    Cursor in(bytes_, kSignature.size());
    const std::uint64_t version = in.Number(1);
    if (version > 3) return std::nullopt;
    if (version < 2) in.Skip(4);
    offset_size_ = static_cast<unsigned>(in.Number(1));
    length_size_ = static_cast<unsigned>(in.Number(1));
    if (offset_size_ < 2 || offset_size_ > 8 || length_size_ < 2 || length_size_ > 8) {
      return std::nullopt;
    }
    // Reserved, tree sizes, flags; of version 1 a tree size more.
    in.Skip(version == 0 ? 9 : version == 1 ? 13 : 1);
    const std::uint64_t base = in.Number(offset_size_);
    in.Skip(offset_size_);
    const std::uint64_t end = in.Number(offset_size_);
    // The driver block and the entry's link name; of versions 2 and 3 nothing more.
    if (version < 2) in.Skip(2 * offset_size_);
    const std::uint64_t root = in.Number(offset_size_);
    if (in.failed() || base != 0) return std::nullopt;  // a user block is not looked behind
    result_.truncated = end > bytes_.size();
    return root;
  }

  bool Header(std::uint64_t address) {
    Cursor in(bytes_, address);
    if (address <= bytes_.size() && bytes_.substr(address, 4) == "OHDR") {
      in.Skip(5);
      flags_ = in.Number(1);
      if ((flags_ & 0x20) != 0) in.Skip(16);
      if ((flags_ & 0x10) != 0) in.Skip(4);
      const std::uint64_t size = in.Number(1u << (flags_ & 3));
      second_ = true;
      blocks_.push_back({in.at(), size});
      return !in.failed();
    }
    if (in.Number(1) != 1) return false;
    in.Skip(7);
    const std::uint64_t size = in.Number(4);
    in.Skip(4);
    blocks_.push_back({in.at(), size});
    return !in.failed();
  }

  bool Messages(const Block& block, std::size_t* messages) {
    const std::uint64_t most = bytes_.size() - std::min<std::uint64_t>(block.begin, bytes_.size());
    const bool whole = block.size <= most;
    const std::uint64_t end = block.begin + std::min(block.size, most);
    const std::uint64_t prefix = second_ ? 4 + ((flags_ & 4) != 0 ? 2 : 0) : 8;
    Cursor in(bytes_.substr(0, end), block.begin);
    while (end - in.at() >= prefix) {
      if (++*messages > kMostMessages) return false;
      const auto type = static_cast<int>(in.Number(second_ ? 1 : 2));
      const std::uint64_t size = in.Number(2);
      const std::uint64_t flags = in.Number(1);
      in.Skip(prefix - (second_ ? 4 : 5));
      const std::uint64_t begin = in.at();
      in.Skip(size);
      if (in.failed()) return false;
      // A shared message lies elsewhere; attributes never are by Keras.
      if (type == kAttributeMessage && (flags & 2) == 0 && ++attributes_ <= kMostAttributes) {
        Attribute(begin, begin + size);
      }
      if (type == kContinuationMessage && !Continue(begin, begin + size)) return false;
    }
    return whole;
  }

  bool Continue(std::uint64_t begin, std::uint64_t end) {
    Cursor in(bytes_.substr(0, end), begin);
    Block block;
    block.begin = in.Number(offset_size_);
    block.size = in.Number(length_size_);
    if (in.failed() || block.begin > bytes_.size() || blocks_.size() >= kMostBlocks) return false;
    if (second_) {
      // "OCHK" before, a checksum behind.
      if (block.size < 8) return false;
      block.begin += 4;
      block.size -= 8;
    }
    blocks_.push_back(block);
    return true;
  }

  void Attribute(std::uint64_t begin, std::uint64_t end) {
    Cursor in(bytes_.substr(0, end), begin);
    const std::uint64_t version = in.Number(1);
    if (version < 1 || version > 3) return;
    const std::uint64_t shared = in.Number(1);
    const std::uint64_t name_size = in.Number(2);
    const std::uint64_t type_size = in.Number(2);
    const std::uint64_t space_size = in.Number(2);
    if (version == 3) in.Skip(1);
    const auto take = [&](std::uint64_t size) {
      const std::string_view part = in.Take(size);
      if (version == 1) in.Skip(Padded(size) - size);
      return part;
    };
    const std::string_view name = take(name_size);
    const std::string_view type = take(type_size);
    const std::string_view space = take(space_size);
    if (in.failed() || (version > 1 && shared != 0) || !IsScalar(space) || type.size() < 8) return;
    Hdf5Attribute attribute;
    attribute.name = std::string(name.substr(0, name.find('\0')));
    Cursor described(type, 0);
    const auto type_class = static_cast<int>(described.Number(1) & 15);
    const std::uint64_t bits = described.Number(3);
    const std::uint64_t size = described.Number(4);
    if (type_class == kFixedString) {
      attribute.offset = in.at();
      attribute.text = in.Take(size);
    } else if (type_class == kVariableLength && (bits & 15) == 1) {
      const std::uint64_t length = in.Number(4);
      const std::uint64_t heap = in.Number(offset_size_);
      const std::uint64_t index = in.Number(4);
      if (in.failed()) return;
      Object(heap, index, length, &attribute);
    } else {
      return;
    }
    attribute.text = attribute.text.substr(0, attribute.text.find('\0'));
    if (!in.failed()) result_.texts.push_back(std::move(attribute));
  }

  // One element: rank 0, or one dimension of size 1.
  bool IsScalar(std::string_view space) const {
    Cursor in(space, 0);
    const std::uint64_t version = in.Number(1);
    const std::uint64_t rank = in.Number(1);
    if (version < 1 || version > 2 || in.failed()) return false;
    if (rank == 0) return true;
    in.Skip(version == 1 ? 6 : 2);
    return rank == 1 && in.Number(length_size_) == 1 && !in.failed();
  }

  // An object of a global heap collection.
  void Object(std::uint64_t heap, std::uint64_t index, std::uint64_t length,
              Hdf5Attribute* attribute) const {
    if (heap > bytes_.size() || bytes_.substr(heap, 4) != "GCOL") return;
    Cursor in(bytes_, heap + 8);
    const std::uint64_t collection = in.Number(length_size_);
    const std::uint64_t end = heap + std::min<std::uint64_t>(collection, bytes_.size() - heap);
    for (std::size_t i = 0; i < kMostObjects && !in.failed() && in.at() < end; ++i) {
      const std::uint64_t found = in.Number(2);
      in.Skip(6);
      const std::uint64_t size = in.Number(length_size_);
      if (found == 0) return;  // free space: the last object
      const std::uint64_t begin = in.at();
      const std::string_view object = in.Take(size);
      if (in.failed()) return;
      if (found == index) {
        attribute->offset = begin;
        attribute->text = object.substr(0, length);
        return;
      }
      in.Skip(Padded(size) - size);
    }
  }

  std::string_view bytes_;
  unsigned offset_size_ = 8;
  unsigned length_size_ = 8;
  std::uint64_t flags_ = 0;  // of a header of version 2
  bool second_ = false;      // the header is of version 2
  std::vector<Block> blocks_;
  std::size_t attributes_ = 0;
  Hdf5Attributes result_;
};

}  // namespace

bool IsHdf5(std::string_view bytes) { return bytes.substr(0, kSignature.size()) == kSignature; }

Hdf5Attributes ReadHdf5Attributes(std::string_view bytes) { return Walker(bytes).Walk(); }

}  // namespace onnxcheck::parsers
