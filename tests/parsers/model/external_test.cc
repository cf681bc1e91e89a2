#include "parsers/model/external.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/parsers/model/support.h"

namespace onnxcheck::tests {
namespace {

namespace fs = std::filesystem;
using pb::TensorProto;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Entries = std::vector<std::pair<std::string, std::string>>;

constexpr char kNet[] = R"(
<ir_version: 8, opset_import: ["" : 17]>
net (float[2] x) => (float[2] y) { y = Relu(x) })";

class External : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(testing::TempDir()) / "external" / test->name();
    fs::remove_all(root_);
    fs::create_directories(root_ / "model");
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const fs::path& name, std::string_view content) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << content;
  }

  static void Add(pb::ModelProto* proto, const std::string& name, const Entries& entries) {
    Set(proto->mutable_graph()->add_initializer(), name, entries);
  }

  static void Set(TensorProto* tensor, const std::string& name, const Entries& entries) {
    tensor->set_name(name);
    tensor->set_data_type(TensorProto::FLOAT);
    tensor->add_dims(2);
    tensor->set_data_location(TensorProto::EXTERNAL);
    for (const auto& [key, value] : entries) {
      auto* entry = tensor->add_external_data();
      entry->set_key(key);
      entry->set_value(value);
    }
  }

  ir::Model ParseIn(const fs::path& name, const pb::ModelProto& proto) {
    return parsers::ParseOnnx(
        *parsers::Source::FromBytes((root_ / name).string(), proto.SerializeAsString()));
  }

  ir::Model With(const Entries& entries) {
    pb::ModelProto proto = Proto(kNet);
    Add(&proto, "w", entries);
    return ParseIn("model/m.onnx", proto);
  }

  // The one problem of a tensor with this location; nothing must lead to the file.
  ir::Problem Only(const std::string& location) {
    const ir::Model model = With({{"location", location}});
    EXPECT_EQ(model.input.problems.size(), 1u) << location;
    EXPECT_EQ(model.graph.initializers[0].payload.file, "") << location;
    EXPECT_EQ(model.graph.initializers[0].payload.encoding, ir::PayloadEncoding::kExternal);
    return model.input.problems.empty() ? ir::Problem() : model.input.problems[0];
  }

  fs::path root_;
};

TEST_F(External, IsResolvedAgainstTheModelsFolder) {
  Write("model/w.bin", std::string(24, 'x'));
  const ir::Model model = With({{"location", "w.bin"}, {"offset", "16"}});
  EXPECT_THAT(Problems(model), IsEmpty());
  const ir::Payload& payload = model.graph.initializers[0].payload;
  EXPECT_EQ(payload.file, (root_ / "model/w.bin").string());
  EXPECT_EQ(payload.offset, 16u);
  EXPECT_EQ(payload.length, 8u);
  ASSERT_EQ(model.data_files.size(), 1u);
  EXPECT_EQ(model.data_files[0].bytes, 24u);
  EXPECT_EQ(model.data_files[0].tensors, 1u);
}

TEST_F(External, EveryFormOfEscapeIsRefused) {
  Write("secret", "12345678");
  fs::create_symlink("../secret", root_ / "model/link");
  fs::create_directory_symlink("..", root_ / "model/up");
  fs::create_directories(root_ / "model/sub");
  for (const std::string& location :
       {std::string("../secret"), std::string("sub/../../secret"), std::string("./../secret"),
        (root_ / "secret").string(), std::string("/etc/passwd"), std::string("..\\secret"),
        std::string("sub\\..\\..\\secret"), std::string("\\\\server\\share\\w"),
        std::string("C:\\w"), std::string("c:/w"), std::string("C:w"), std::string("link"),
        std::string("up/secret"), std::string("sub/../link"), std::string(), std::string("."),
        std::string("sub/.."), std::string("w\0.bin", 6), std::string("*/_ORT_MEM_ADDR_/*")}) {
    EXPECT_EQ(Only(location).kind, ir::ProblemKind::kExternalDataEscapes) << location;
  }
}

// A folder beside the model's whose name begins alike is not inside it.
TEST_F(External, FoldersAreComparedByComponent) {
  Write("model2/secret", "12345678");
  fs::create_symlink("../model2/secret", root_ / "model/link");
  EXPECT_EQ(Only("link").kind, ir::ProblemKind::kExternalDataEscapes);
}

TEST_F(External, NoPipeOrDeviceIsOpened) {
  ASSERT_EQ(mkfifo((root_ / "model/pipe").c_str(), 0600), 0);
  EXPECT_EQ(Only("pipe").kind, ir::ProblemKind::kExternalDataEscapes);
  fs::create_symlink("/dev/zero", root_ / "model/zero");
  EXPECT_EQ(Only("zero").kind, ir::ProblemKind::kExternalDataEscapes);
}

// As in Hugging Face's cache: snapshots/x/model.onnx -> ../../blobs/1, and its data as well.
TEST_F(External, LinksWithinTheFolderAndIntoAStoreAreFine) {
  Write("blobs/2", "12345678");
  Write("blobs/1", "");
  fs::create_symlink("../blobs/1", root_ / "model/m.onnx");
  fs::create_symlink("../blobs/2", root_ / "model/w.bin");
  EXPECT_THAT(Problems(With({{"location", "w.bin"}})), IsEmpty());
  fs::remove(root_ / "model/m.onnx");
  EXPECT_EQ(Only("w.bin").kind, ir::ProblemKind::kExternalDataEscapes);
  Write("model/sub/w.bin", "12345678");
  fs::create_symlink("sub/w.bin", root_ / "model/inside");
  EXPECT_THAT(Problems(With({{"location", "inside"}})), IsEmpty());
}

TEST_F(External, MissingFilesAreExplained) {
  EXPECT_THAT(Only("w.bin").message, HasSubstr("is not there"));
  Write("model/W.bin", "12345678");
  EXPECT_THAT(Only("w.bin").message, HasSubstr("'W.bin' is"));
  Write("model/sub/w.bin", "12345678");
  EXPECT_THAT(Only("sub\\w.bin").help, HasSubstr("Windows"));
  EXPECT_THAT(Only("sub").message, HasSubstr("is a directory"));
  fs::create_symlink("gone", root_ / "model/dangling");
  EXPECT_THAT(Only("dangling").message, HasSubstr("link to a file that is not there"));
  fs::create_symlink("loop", root_ / "model/loop");
  EXPECT_EQ(Only("loop").kind, ir::ProblemKind::kExternalDataMissing);
  EXPECT_EQ(Only("no/such/folder/w").kind, ir::ProblemKind::kExternalDataMissing);
  EXPECT_EQ(Only(std::string(10'000, 'x')).kind, ir::ProblemKind::kExternalDataMissing);
}

TEST_F(External, BoundsAndNumbersAreChecked) {
  Write("model/w.bin", std::string(20, 'x'));
  const auto problems = [&](const Entries& entries) {
    Entries all = {{"location", "w.bin"}};
    all.insert(all.end(), entries.begin(), entries.end());
    const ir::Model model = With(all);
    if (!model.input.problems.empty()) {
      EXPECT_EQ(model.graph.initializers[0].payload.file, "");
    }
    return Problems(model);
  };
  EXPECT_THAT(problems({{"offset", "12"}, {"length", "8"}}), IsEmpty());
  EXPECT_THAT(problems({{"offset", "0"}, {"length", "0"}}), IsEmpty());
  EXPECT_THAT(problems({{"offset", "13"}}),
              ElementsAre("graph/initializer[0]:w: external data 'w.bin' has 20 bytes, but tensor "
                          "'w' needs 8 from byte 13 on"));
  EXPECT_THAT(problems({{"offset", "18446744073709551615"}}), ElementsAre(HasSubstr("needs 8")));
  EXPECT_THAT(problems({{"length", "12"}}), ElementsAre(HasSubstr("float[2] takes 8")));
  EXPECT_THAT(problems({{"offset", "-4"}}), ElementsAre(HasSubstr("'-4'")));
  EXPECT_THAT(problems({{"offset", "99999999999999999999"}}), ElementsAre(HasSubstr("number")));
  EXPECT_THAT(problems({{"length", "8 bytes"}}), ElementsAre(HasSubstr("'8 bytes'")));
}

TEST_F(External, TensorsEverywhereAreResolvedAndFindingsAreOneAFile) {
  pb::ModelProto proto = Proto(R"(
<ir_version: 8, opset_import: ["" : 17, "my" : 1]>
net (float[2] x, bool c) => (float[2] y, float[2] z) {
  z = my.f(x)
  y = If (c) <
    then_branch = t () => (float[2] a) { a = Identity(x) },
    else_branch = e () => (float[2] b) { b = Neg(x) }>
}
<domain: "my", opset_import: ["" : 17]>
f (x) => (y) { k = Constant<value = float[2] {1, 2}>() y = Add(x, k) })");
  const Entries gone = {{"location", "gone.bin"}};
  const auto reset = [&](TensorProto* tensor, const std::string& name) {
    tensor->Clear();
    Set(tensor, name, gone);
  };
  reset(proto.mutable_functions(0)->mutable_node(0)->mutable_attribute(0)->mutable_t(), "k");
  pb::GraphProto* branch = nullptr;
  for (auto& attribute : *proto.mutable_graph()->mutable_node(1)->mutable_attribute()) {
    if (attribute.name() == "then_branch") branch = attribute.mutable_g();
  }
  reset(branch->add_initializer(), "inner");
  auto* sparse = proto.mutable_graph()->add_sparse_initializer();
  sparse->add_dims(100);
  reset(sparse->mutable_values(), "s");
  sparse->mutable_indices()->set_name("i");
  sparse->mutable_indices()->set_data_type(TensorProto::INT64);
  sparse->mutable_indices()->add_dims(2);
  sparse->mutable_indices()->add_int64_data(1);
  sparse->mutable_indices()->add_int64_data(7);
  auto* training = proto.add_training_info()->mutable_algorithm();
  training->set_name("step");
  reset(training->add_initializer(), "lr");
  const ir::Model model = ParseIn("model/m.onnx", proto);
  EXPECT_THAT(Problems(model),
              ElementsAre("graph/sparse_initializer[0]:s: external data 'gone.bin' is not there (4 "
                          "tensors)"));
  ASSERT_EQ(model.data_files.size(), 1u);
  EXPECT_EQ(model.data_files[0].tensors, 4u);
}

TEST_F(External, ManyTensorsAndFilesStayBounded) {
  pb::ModelProto proto = Proto(kNet);
  for (int i = 0; i < 40'000; ++i) {
    Add(&proto, "w" + std::to_string(i), {{"location", "f" + std::to_string(i)}});
  }
  const ir::Model model = ParseIn("model/m.onnx", proto);
  EXPECT_EQ(model.data_files.size(), parsers::kMaxDataFiles);
  EXPECT_EQ(Count(model, ir::ProblemKind::kResourceLimit), 1u);
}

TEST_F(External, ChecksumsAreOfTheWholeFile) {
  Write("model/w.bin", "12345678");
  const std::string right = "7c222fb2927d828af22f592134e8932480637c0d";
  const auto verify = [](const ir::Model& model) {
    return parsers::VerifyChecksum(model, model.data_files.at(0));
  };
  EXPECT_FALSE(verify(With({{"location", "w.bin"}, {"checksum", right}})));
  EXPECT_FALSE(verify(With({{"location", "w.bin"}})));
  // Not a SHA-1: nobody says what it is.
  EXPECT_FALSE(verify(With({{"location", "w.bin"}, {"checksum", "crc:12"}})));
  const auto wrong = verify(With({{"location", "w.bin"}, {"checksum", std::string(40, 'A')}}));
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->kind, ir::ProblemKind::kExternalDataMissing);
  EXPECT_THAT(wrong->message, AllOf(HasSubstr(right), HasSubstr(std::string(40, 'a'))));
}

}  // namespace
}  // namespace onnxcheck::tests
