#include "parsers/config/python_literal.h"

#include "gtest/gtest.h"
#include "tests/parsers_config/support.h"

namespace onnxcheck::parsers {
namespace {

// "key=value" for each leaf, in order.
std::string Leaves(std::string_view text, std::size_t begin = 0) {
  const PythonLiteral literal = ReadPythonLiteral(text, begin);
  if (literal.document.roots.empty()) return "none";
  ir::Config config;
  Flatten(literal.document, "", config);
  std::string leaves;
  for (const ir::Entry& entry : config.entries) {
    leaves += entry.key + "=" + entry.text;
    leaves += std::holds_alternative<std::string>(entry.value) ? "s " : " ";
  }
  return leaves;
}

TEST(PythonLiteral, Namespace) {
  EXPECT_EQ(Leaves("Namespace(lr=0.1, name='it\\'s', betas=[0.9, 0.999], amp=False, x=None)"),
            "lr=0.1 name='it\\'s's betas[0]=0.9 betas[1]=0.999 amp=False x=None ");
  EXPECT_EQ(Leaves("Namespace()"), "");
  EXPECT_EQ(Leaves("Namespace(p=PosixPath('a/b'), d=device(type='cpu'), t=torch.float16)"),
            "p='a/b's d.type='cpu's t=torch.float16s ");
}

TEST(PythonLiteral, Dicts) {
  EXPECT_EQ(Leaves("{'a': {'b': 1e-05, 2: (1, 'x'),}, \"c\": <class 'int'>}"),
            "a.b=1e-05 a.2[0]=1 a.2[1]='x's c=<class 'int'>s ");
  EXPECT_EQ(Leaves("{'long': 'one '\n         'two',\n 'n': -3}"),
            "long='one '\n         'two's n=-3 ");
  EXPECT_EQ(Leaves("{\"lr\": 0.1, \"amp\": true, \"path\": null}"), "lr=0.1 amp=true path=null ");
}

TEST(PythonLiteral, Places) {
  const std::string text = "args:\nNamespace(lr=0.1,\n          name='x')\nloss 1\n";
  const PythonLiteral literal = ReadPythonLiteral(text, 6);
  EXPECT_EQ(text.substr(literal.end), "\nloss 1\n");
  const Node& name = literal.document.nodes.back();
  EXPECT_EQ(name.line, 3u);
  EXPECT_EQ(name.column, 16u);
  EXPECT_EQ(text.substr(name.offset, name.length), "'x'");
}

TEST(PythonLiteral, WhatIsNoValue) {
  for (const char* text : {"", "{", "{'a': 1", "{'a'}", "[1, 2", "('x'", "'open", "Namespace(lr=",
                           "Namespace(lr=0.1", "{'a': 'x\n'}", "=", "{1, 2}", "f(1"}) {
    EXPECT_EQ(Leaves(text), "none") << text;
  }
  const std::string deep(100'000, '[');
  EXPECT_EQ(Leaves(deep), "none");
  EXPECT_EQ(Leaves(std::string(5000, '<')), "none");
}

TEST(PythonLiteral, CutAtEachByte) {
  const std::string text = "Namespace(a=[1, 'x'], b={'c': OrderedDict([('k', 1.5)])}, d=b'\\x00')";
  // "Namespace" alone is a name.
  for (std::size_t size = 10; size < text.size(); ++size) {
    EXPECT_EQ(Leaves(text.substr(0, size)), "none") << size;
  }
  EXPECT_NE(Leaves(text), "none");
}

}  // namespace
}  // namespace onnxcheck::parsers
