// What the walk makes of a script: calls that are resolved, values that are folded, names that are
// unbound.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parsers/script/script.h"

namespace onnxcheck {
namespace {

using ir::script::Context;
using ir::script::kNone;
using ir::script::Step;
using ir::script::Value;
using ir::script::ValueId;
using testing::ElementsAre;
using testing::IsEmpty;

ir::Script Parse(const std::string& text) {
  return parsers::ParseScript(*parsers::Source::FromBytes("train.py", text));
}

std::string Show(const ir::Script& script, ValueId id) {
  const Value& value = script.values[id];
  const auto list = [&](const std::vector<ValueId>& items) {
    std::string text;
    for (const ValueId item : items) text += (text.empty() ? "" : ", ") + Show(script, item);
    return text;
  };
  switch (value.kind) {
    case Value::Kind::kConstant:
      if (const auto* text = std::get_if<std::string>(&value.constant)) return "'" + *text + "'";
      if (const auto* flag = std::get_if<bool>(&value.constant)) return *flag ? "True" : "False";
      if (const auto* whole = std::get_if<std::int64_t>(&value.constant)) {
        return std::to_string(*whole);
      }
      if (const auto* real = std::get_if<double>(&value.constant)) {
        std::string text = std::to_string(*real);
        return text.substr(0, text.find_last_not_of('0') + 1);
      }
      return "None";
    case Value::Kind::kList:
      return "[" + list(value.items) + (value.open ? ", ..." : "") + "]";
    case Value::Kind::kName:
      return value.text;
    case Value::Kind::kResult:
      return "#" + std::to_string(script.steps[value.index].mark.line);
    case Value::Kind::kDerived:
      return value.text + "(" + list(value.items) + ")";
    case Value::Kind::kUnion:
      return "{" + list(value.items) + "}";
    case Value::Kind::kUnbound:
      return "unbound";
    default:
      return "?";
  }
}

// Calls as "receiver.name(arguments)"; results as the line they were made on.
std::vector<std::string> Calls(const ir::Script& script) {
  std::vector<std::string> calls;
  for (const Step& step : script.steps) {
    if (step.kind != Step::Kind::kCall) continue;
    std::string text = step.is_method ? Show(script, step.receiver) + "." : "";
    text += step.name.empty() ? Show(script, step.callee) : step.name;
    text += "(";
    for (const auto& argument : step.arguments) {
      if (text.back() != '(') text += ", ";
      if (!argument.keyword.empty()) text += argument.keyword + "=";
      text += Show(script, argument.value);
    }
    calls.push_back(text + ")");
  }
  return calls;
}

std::vector<std::string> Unbound(const ir::Script& script) {
  std::vector<std::string> names;
  for (const auto& use : script.unbound) {
    std::string text = use.name + ":" + std::to_string(use.mark.line);
    if (use.later != kNone) text += " later";
    if (use.elsewhere != kNone) text += " elsewhere";
    names.push_back(text);
  }
  return names;
}

TEST(Walk, ResolvesImportsByTheirAliases) {
  EXPECT_THAT(Calls(Parse("import torch.nn as nn\n"
                          "import torch.optim\n"
                          "from tensorflow import keras as k\n"
                          "from keras.layers import Dense as D, Dropout\n"
                          "nn.Linear(1, 2)\ntorch.optim.SGD()\nk.layers.Flatten()\nD(3)\n")),
              ElementsAre("torch.nn.Linear(1, 2)", "torch.optim.SGD()",
                          "tensorflow.keras.layers.Flatten()", "keras.layers.Dense(3)"));
}

TEST(Walk, FoldsConstantsAndDefaultsOfTheCommandLine) {
  const ir::Script script = Parse(
      "import argparse, os\n"
      "p = argparse.ArgumentParser()\n"
      "p.add_argument('-l', '--learning-rate', type=float, default=0.25)\n"
      "p.add_argument('--verbose', action='store_true')\n"
      "a = p.parse_args()\n"
      "base = 4\n"
      "print(a.learning_rate * 2, base ** 2 - 1, f'run-{base}', os.path.join('x', 'y'), -base // "
      "3)\n"
      "config = {'lr': 1e-3}\n"
      "config['epochs'] = 5\n"
      "print(config['lr'], config['epochs'], a.verbose, a.other)\n");
  const auto calls = Calls(script);
  EXPECT_THAT(calls, testing::Contains("print(0.5, 15, 'run-4', 'x/y', -2)"));
  EXPECT_THAT(calls, testing::Contains("print(0.001, 5, False, .other(#5))"));
}

TEST(Walk, FollowsOwnFunctionsWithTheirArguments) {
  const ir::Script script = Parse(
      "def build(units, rate=0.5, *rest, **options):\n"
      "    return make(units, rate, rest, options['deep'])\n"
      "model = build(10, 0.1, 7, deep=True)\n"
      "model.fit()\n");
  EXPECT_THAT(Calls(script), ElementsAre("build(10, 0.1, 7, deep=True)",
                                         "unbound(10, 0.1, [7], True)", "#2.fit()"));
  ASSERT_NE(script.steps[0].body, kNone);
  EXPECT_EQ(script.contexts[script.steps[0].body].step, 0u);
}

TEST(Walk, KeepsWhatIsStoredOnSelf) {
  EXPECT_THAT(Calls(Parse("import torch\n"
                          "class Net(torch.nn.Module):\n"
                          "    def __init__(self, n):\n"
                          "        super().__init__()\n"
                          "        self.fc = torch.nn.Linear(n, 2)\n"
                          "    def forward(self, x):\n"
                          "        return self.fc(x)\n"
                          "net = Net(4).cuda()\n"
                          "net(1)\n")),
              ElementsAre("Net(4)", "super()", "#4.__init__()", "torch.nn.Linear(4, 2)",
                          "#8.cuda()", "#8(1)", "#5(1)"));
}

TEST(Walk, JoinsBranches) {
  EXPECT_THAT(
      Calls(Parse("if x():\n    a = 1\nelif y():\n    a = 2\nelse:\n    raise E\nprint(a)\n")),
      testing::Contains("print({1, 2})"));
  EXPECT_THAT(Calls(Parse("n = 0\nfor i in range(3):\n    n = n + 1\n    print(n)\nprint(n)\n")),
              ElementsAre("range(3)", "print(+({0, ?}, 1))", "print(+({0, ?}, 1))"));
}

TEST(Walk, ContextsCrossCalls) {
  const ir::Script script = Parse(
      "def step():\n    work()\nfor epoch in range(2):\n    try:\n        step()\n"
      "    except ValueError:\n        pass\n");
  const Step& work = script.steps.back();
  std::vector<Context::Kind> kinds;
  for (std::uint32_t at = work.context; at != 0; at = script.contexts[at].parent) {
    kinds.push_back(script.contexts[at].kind);
  }
  EXPECT_THAT(kinds,
              ElementsAre(Context::Kind::kFunction, Context::Kind::kTry, Context::Kind::kLoop));
}

TEST(Walk, NamesWithoutAValue) {
  EXPECT_THAT(Unbound(Parse("model.fit()\nmodel = 1\n")), ElementsAre("model:1 later"));
  EXPECT_THAT(Unbound(Parse("def f():\n    model = 1\nf()\nmodel.fit()\n")),
              ElementsAre("model:4 elsewhere"));
  EXPECT_THAT(Unbound(Parse("def f():\n    x = x + 1\nx = 0\nf()\n")),
              ElementsAre("x:2 elsewhere"));
  EXPECT_THAT(Unbound(Parse("class A:\n    def go(self):\n        self.model.fit()\nA().go()\n")),
              ElementsAre("model:3"));
}

TEST(Walk, NamesThatMayHaveAValue) {
  for (const char* text : {
           "if a():\n    x = 1\nprint(x)\n",
           "def a(): pass\ntry:\n    x = a()\nexcept Exception:\n    pass\nprint(x)\n",
           "from somewhere import *\nprint(x)\n",
           "for i in range(3):\n    if i > 0:\n        print(x)\n    x = 1\n",
           "while True:\n    try:\n        x = 1\n        break\n    except OSError:\n"
           "        continue\nprint(x)\n",
           "exec('x = 1')\nprint(x)\n",
           "def f():\n    global x\n    x = 1\nf()\nprint(x)\n",
           "x = [i for i in range(3)]\nprint(x)\n",
           "with open('f') as x:\n    pass\nprint(x)\n",
           "class A:\n    def set(self):\n        self.x = 1\n    def get(self):\n"
           "        return self.x\nA().get()\n",
           "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n"
           "    def get(self):\n        return self.x\n",
           "try:\n    x\nexcept NameError:\n    x = 1\n",
           "class A(Base):\n    def get(self):\n        return self.x\n",
           "match a:\n    case [x, 1]:\n        print(x)\n",
           "import os.path\nprint(os, __file__, __name__)\n",
       }) {
    const ir::Script script = Parse(text);
    std::vector<std::string> names = Unbound(script);
    std::erase_if(names, [](const std::string& name) { return name[0] != 'x' && name[0] != 'o'; });
    EXPECT_THAT(names, IsEmpty()) << text;
  }
}

TEST(Walk, ReadsPythonTwoHalfFilesAndTabs) {
  EXPECT_THAT(Calls(Parse("print 'a', 1\nfor i in xrange(2):\n\tprint i\n")),
              ElementsAre("print('a', 1)", "xrange(2)", "print(for(#2))"));
  const ir::Script half = Parse("a = f(1)\ndef g(:\n    return (\nb = f(2\n");
  EXPECT_THAT(Calls(half), testing::Contains("?(1)"));
  EXPECT_TRUE(half.partial);
  ASSERT_EQ(half.input.problems.size(), 1u);
  EXPECT_EQ(half.input.problems[0].kind, ir::ProblemKind::kMalformedScript);
}

TEST(Walk, RecursionAndDepthHaveAnEnd) {
  EXPECT_FALSE(Parse("def f(n):\n    return f(n - 1)\nf(3)\n").partial);
  std::string deep = "x = ";
  for (int i = 0; i < 5000; ++i) deep += "(";
  EXPECT_TRUE(Parse(deep).partial);
  std::string doubling = "def f0(): pass\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "f" + std::to_string(i - 1) + "()";
    doubling += "def f" + std::to_string(i) + "(): " + before + "; " + before + "\n";
  }
  EXPECT_LT(Parse(doubling + "f59()\n").steps.size(), 5000u);
}

TEST(Walk, EveryCutIsRead) {
  const std::string text =
      "import torch\nclass N(torch.nn.Module):\n    def f(self, *a, **k):\n        return [x for "
      "x in a if x]\nfor e in range(3):\n    with open(f'{e}.txt', 'w') as h:\n        print(e, "
      "file=h)\ntry:\n    N().f(1, **{'a': 2})\nexcept (OSError, ValueError) as error:\n    "
      "raise\nfinally:\n    x, *y = 1, 2\n";
  for (std::size_t size = 0; size <= text.size(); ++size) Parse(text.substr(0, size));
}

TEST(Notebook, CellsAreOneScriptInTheOrderTheyRan) {
  const std::string text = R"json({
 "cells": [
  {"cell_type": "markdown", "source": ["# Title"]},
  {"cell_type": "code", "execution_count": 2, "source": [
    "%matplotlib inline\n",
    "model.fit(x)"
  ], "outputs": [{"output_type": "stream", "text": ["Epoch 1/2\n", "loss: 0.5\n"]}]},
  {"cell_type": "code", "execution_count": 1, "source": "!pip install keras\nimport keras\nmodel = keras.Sequential()"}
 ], "nbformat": 4})json";
  const auto source = parsers::Source::FromBytes("a.ipynb", text);
  const ir::Script script = parsers::ParseNotebook(*source);
  EXPECT_TRUE(script.partial);  // not from top to bottom
  ASSERT_THAT(Calls(script), ElementsAre("keras.Sequential()", "#8.fit(unbound)"));
  const ir::Location place = ir::PlaceOf(script, script.steps.back().name_mark);
  EXPECT_EQ(place.line, 6u);
  EXPECT_EQ(place.logical, "cell[2]:2");
  const auto log = parsers::ParseNotebookOutputs(*source);
  ASSERT_TRUE(log.has_value());
  ASSERT_EQ(log->series.size(), 1u);
  EXPECT_EQ(ir::LineLocation(*log, 2).path, "a.ipynb#cell[2]");
}

}  // namespace
}  // namespace onnxcheck
