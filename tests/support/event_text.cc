#include "tests/support/event_text.h"

#include <cstring>
#include <sstream>
#include <stdexcept>

#include "parsers/log/crc32c.h"

namespace onnxcheck::tests {
namespace {

constexpr double kFirstTime = 1700000000;
constexpr double kSecondsApart = 10;

template <typename T>
std::string LittleEndian(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

std::string Varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

std::string Crc(std::string_view bytes) {
  return LittleEndian(parsers::log::MaskCrc(parsers::log::Crc32cTable(bytes)));
}

std::string Timed(double wall_time, std::string_view rest) {
  return "\x09" + LittleEndian(wall_time) + std::string(rest);
}

}  // namespace

std::string TfRecord(std::string_view payload) {
  const std::string length = LittleEndian(static_cast<std::uint64_t>(payload.size()));
  return length + Crc(length) + std::string(payload) + Crc(payload);
}

std::string BytesField(std::uint32_t number, std::string_view value) {
  return Varint(number << 3 | 2) + Varint(value.size()) + std::string(value);
}

std::string VarintField(std::uint32_t number, std::uint64_t value) {
  return Varint(number << 3) + Varint(value);
}

std::string ScalarEvent(std::string_view tag, double step, float value, double wall_time) {
  const std::string number = BytesField(1, tag) + "\x15" + LittleEndian(value);
  return Timed(wall_time,
               VarintField(2, static_cast<std::uint64_t>(static_cast<std::int64_t>(step))) +
                   BytesField(5, BytesField(1, number)));
}

std::string EventsFromText(std::string_view text) {
  std::string file;
  double time = kFirstTime;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line); time += kSecondsApart) {
    std::istringstream words(line);
    std::string first;
    if (!(words >> first)) continue;
    if (first == "version") {
      file += TfRecord(Timed(time, BytesField(3, "brain.Event:2")));
      continue;
    }
    if (first == "graph") {
      std::size_t bytes = 0;
      words >> bytes;
      file += TfRecord(Timed(time, BytesField(4, std::string(bytes, 'g'))));
      continue;
    }
    const bool damaged = first == "damaged";
    const bool cut = first == "cut";
    double step = 0;
    if (damaged || cut) {
      words >> step;
    } else {
      step = std::stod(first);
    }
    std::string tag;
    std::string value;
    while (words >> tag >> value) {
      std::string record = TfRecord(ScalarEvent(tag, step, std::stof(value), time));
      if (damaged) record[record.size() - 6] = static_cast<char>(record[record.size() - 6] ^ 1);
      if (cut) record.resize(record.size() / 2);
      file += record;
    }
  }
  return file;
}

}  // namespace onnxcheck::tests
