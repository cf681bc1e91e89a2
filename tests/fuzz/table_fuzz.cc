// Any bytes as the rows of a table, with and without a header, and as a table of their own.
#include <cstdint>
#include <string>

#include "tests/fuzz/read_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using onnxcheck::fuzz::ReadLog;
  const std::string rows(reinterpret_cast<const char*>(data), size);
  ReadLog("metrics.csv", "epoch,loss,val_loss\n0,0.75,0.5\n1,0.5,0.25\n" + rows);
  ReadLog("results.txt", "0\t0.75\t0.5\n1\t0.5\t0.25\n2\t0.25\t0.125\n" + rows);
  ReadLog("history.csv", rows);
  return 0;
}
