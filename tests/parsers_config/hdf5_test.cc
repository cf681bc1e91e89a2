// Files made by hand from the specification; what h5py writes is in testdata/configs.
#include "parsers/config/hdf5.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace onnxcheck::parsers {
namespace {

std::string Le(std::uint64_t number, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFF);
  return bytes;
}

// Superblock 2, 8-byte sizes, the root group's header behind it.
std::string File(const std::string& messages, std::uint64_t header_size) {
  const std::string superblock = "\x89HDF\r\n\x1a\n" + Le(2, 1) + Le(8, 1) + Le(8, 1) + Le(0, 1) +
                                 Le(0, 8) + Le(~std::uint64_t{0}, 8) + Le(1000, 8) + Le(48, 8) +
                                 Le(0, 4);
  // Version 2, a size of two bytes; a checksum that nobody looks at.
  return superblock + "OHDR" + Le(2, 1) + Le(1, 1) + Le(header_size, 2) + messages + Le(0, 4);
}

// An attribute of version 3 with a scalar string of fixed size.
std::string Attribute(const std::string& name, const std::string& text) {
  const std::string body = Le(3, 1) + Le(0, 1) + Le(name.size() + 1, 2) + Le(8, 2) + Le(4, 2) +
                           Le(0, 1) + name + Le(0, 1) + Le(0x13, 1) + Le(0, 3) +
                           Le(text.size(), 4) + Le(2, 1) + Le(0, 3) + text;
  return Le(0x0C, 1) + Le(body.size(), 2) + Le(0, 1) + body;
}

std::string Continuation(std::uint64_t at, std::uint64_t size) {
  return Le(0x10, 1) + Le(16, 2) + Le(0, 1) + Le(at, 8) + Le(size, 8);
}

TEST(Hdf5, VersionTwoHeader) {
  const std::string messages = Attribute("backend", "tensorflow") + Attribute("x", "{}");
  const std::string file = File(messages, messages.size());
  ASSERT_TRUE(IsHdf5(file));
  const Hdf5Attributes read = ReadHdf5Attributes(file);
  EXPECT_EQ(read.problem, "");
  EXPECT_TRUE(read.truncated);  // it says that it ends at 1000
  ASSERT_EQ(read.texts.size(), 2u);
  EXPECT_EQ(read.texts[0].name, "backend");
  EXPECT_EQ(read.texts[0].text, "tensorflow");
  EXPECT_EQ(file.substr(read.texts[1].offset, 2), "{}");
}

TEST(Hdf5, HeadersThatNeverEnd) {
  // A block that continues with itself.
  const std::string self = Continuation(52, 8 + 24);
  EXPECT_NE(ReadHdf5Attributes(File(self, self.size())).problem, "");
  // A header that is larger than the file, an attribute that is, a name that is.
  const std::string one = Attribute("a", "b");
  EXPECT_EQ(ReadHdf5Attributes(File(one, 60000)).problem, "the root group's messages are damaged");
  EXPECT_TRUE(ReadHdf5Attributes(File(Le(0x0C, 1) + Le(0xFFFF, 2) + Le(0, 1), 4)).texts.empty());
  EXPECT_TRUE(ReadHdf5Attributes(File(Le(0x0C, 1) + Le(9, 2) + Le(0, 1) + Le(3, 1) + Le(0, 1) +
                                          Le(0xFFFF, 2) + Le(8, 2) + Le(4, 2) + Le(0, 1),
                                      13))
                  .texts.empty());
}

TEST(Hdf5, EveryByteChanged) {
  const std::string messages = Attribute("model_config", "{}") + Continuation(60, 40);
  const std::string file = File(messages, messages.size());
  for (std::size_t i = 8; i < file.size(); ++i) {
    for (const int byte : {0x00, 0x01, 0x7F, 0xFF}) {
      std::string damaged = file;
      damaged[i] = static_cast<char>(byte);
      for (const Hdf5Attribute& attribute : ReadHdf5Attributes(damaged).texts) {
        ASSERT_LE(attribute.offset + attribute.text.size(), damaged.size());
      }
    }
  }
}

}  // namespace
}  // namespace onnxcheck::parsers
