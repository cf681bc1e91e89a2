#include "trainer/npz.h"

#include <zip.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <vector>

#include "trainer/ops/operator.h"
#include "trainer/tensors.h"

namespace onnxcheck::trainer {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

// The text between the quotes or brackets that follow 'key': in the header, a
// Python dict that NumPy itself always writes in one form.
std::string_view HeaderField(std::string_view header, std::string_view key) {
  const std::size_t at = header.find("'" + std::string(key) + "'");
  const std::size_t colon = at == header.npos ? header.npos : header.find(':', at);
  if (colon == header.npos) throw Unsupported("an npy header without " + std::string(key));
  std::string_view rest = header.substr(colon + 1);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  const char open = rest.empty() ? ' ' : rest.front();
  const char close = open == '(' ? ')' : open == '\'' ? '\'' : ',';
  if (close != ',') rest.remove_prefix(1);
  return rest.substr(0, rest.find(close));
}

std::vector<std::int64_t> ParseShape(std::string_view text) {
  std::vector<std::int64_t> shape;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    if (!part.empty()) {
      std::int64_t dim = 0;
      const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), dim);
      if (error != std::errc() || dim < 0) throw Unsupported("an npy shape that is no shape");
      shape.push_back(dim);
    }
    if (comma == text.npos) break;
    text.remove_prefix(comma + 1);
  }
  return shape;
}

ir::ElementType TypeOf(std::string_view descr) {
  struct Name {
    std::string_view descr;
    ir::ElementType type;
  };
  static constexpr Name kNames[] = {
      {"<f4", ir::ElementType::kFloat},   {"<f8", ir::ElementType::kDouble},
      {"<f2", ir::ElementType::kFloat16}, {"<i8", ir::ElementType::kInt64},
      {"<i4", ir::ElementType::kInt32},   {"<i2", ir::ElementType::kInt16},
      {"|i1", ir::ElementType::kInt8},    {"|u1", ir::ElementType::kUint8},
      {"<u2", ir::ElementType::kUint16},  {"<u4", ir::ElementType::kUint32},
      {"|b1", ir::ElementType::kBool}};
  for (const Name& name : kNames) {
    if (name.descr == descr) return name.type;
  }
  throw Unsupported("an array of type " + std::string(descr));
}

struct CloseZip {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseMember {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};

}  // namespace

at::Tensor ReadNpy(std::string_view bytes) {
  if (bytes.size() < 10 || bytes.substr(0, kMagic.size()) != kMagic) {
    throw Unsupported("not an npy array");
  }
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  std::size_t start = 10;
  std::size_t length = byte(8) | byte(9) << 8;
  if (byte(6) >= 2) {
    if (bytes.size() < 12) throw Unsupported("a cut-off npy array");
    start = 12;
    length |= byte(10) << 16 | byte(11) << 24;
  }
  if (length > bytes.size() - start) throw Unsupported("a cut-off npy header");
  const std::string_view header = bytes.substr(start, length);
  std::vector<std::int64_t> shape = ParseShape(HeaderField(header, "shape"));
  const bool fortran = HeaderField(header, "fortran_order").substr(0, 4) == "True";
  if (fortran) std::ranges::reverse(shape);
  const at::Tensor array =
      FromRaw(bytes.substr(start + length), TypeOf(HeaderField(header, "descr")), shape);
  if (!fortran) return array;
  std::vector<std::int64_t> order(shape.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = static_cast<std::int64_t>(order.size() - 1 - i);
  }
  return array.permute(order).contiguous();
}

at::Tensor ReadNpzMember(const std::string& path, const std::string& name, std::uint64_t limit) {
  int error = 0;
  const std::unique_ptr<zip_t, CloseZip> archive(zip_open(path.c_str(), ZIP_RDONLY, &error));
  if (archive == nullptr) throw Unsupported("the data file " + path + " is not an npz archive");
  const std::string member_name = name + ".npy";
  zip_stat_t stat;
  if (zip_stat(archive.get(), member_name.c_str(), 0, &stat) != 0 ||
      (stat.valid & ZIP_STAT_SIZE) == 0) {
    throw Unsupported("the data file has no array \"" + name + "\"");
  }
  if (stat.size > limit) throw Unsupported("array \"" + name + "\" of the data file is too large");
  const std::unique_ptr<zip_file_t, CloseMember> member(
      zip_fopen(archive.get(), member_name.c_str(), 0));
  std::string bytes(stat.size, '\0');
  if (member == nullptr || zip_fread(member.get(), bytes.data(), bytes.size()) !=
                               static_cast<zip_int64_t>(bytes.size())) {
    throw Unsupported("array \"" + name + "\" of the data file is damaged");
  }
  return ReadNpy(bytes);
}

}  // namespace onnxcheck::trainer
