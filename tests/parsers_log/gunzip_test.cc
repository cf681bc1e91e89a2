// Compressed logs: read like others, within a limit, whatever they expand to.
#include "parsers/log/gunzip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "parsers/load.h"
#include "tests/support/cases.h"

namespace onnxcheck::parsers {
namespace {

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

constexpr char kLog[] = "epoch 1 loss: 0.5\nepoch 2 loss: 0.4\nepoch 3 loss: 0.3\n";

TEST(GunzipTest, MembersFollowEachOther) {
  const log::Gunzipped got = log::Gunzip(Gzip("one\n") + Gzip("two\n") + std::string(9, '\0'), 100);
  EXPECT_EQ(got.text, "one\ntwo\n");
  EXPECT_FALSE(got.damaged);
  EXPECT_FALSE(got.limited);
}

TEST(GunzipTest, CutAnywhere) {
  const std::string whole = Gzip(kLog);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const log::Gunzipped got = log::Gunzip(whole.substr(0, size), 1000);
    EXPECT_TRUE(got.damaged) << size;
    EXPECT_TRUE(std::string(kLog).starts_with(got.text)) << size;
  }
}

TEST(GunzipTest, StopsAtTheLimit) {
  const log::Gunzipped got = log::Gunzip(Gzip(std::string(50 << 20, ' ')), 5 << 20);
  EXPECT_EQ(got.text.size(), std::size_t{5} << 20);
  EXPECT_TRUE(got.limited);
}

TEST(GunzipTest, LoadedAsALog) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.path() + "/train.log.1.gz";
  tests::WriteFile(path, Gzip(kLog));
  tests::WriteFile(folder.path() + "/data.gz", Gzip("no log\n"));
  const ir::Run run = LoadRun(folder.path(), {{path}});
  ASSERT_EQ(run.logs.size(), 1u);
  EXPECT_THAT(run.logs[0].series.at(0).value, testing::ElementsAre(0.5, 0.4, 0.3));
  EXPECT_TRUE(run.logs[0].input.problems.empty());
  const ir::Run other = LoadRun(folder.path(), {{folder.path() + "/data.gz", std::nullopt, false}});
  EXPECT_TRUE(other.logs.empty());
}

}  // namespace
}  // namespace onnxcheck::parsers
