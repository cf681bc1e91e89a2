// A script of a thousand lines and a notebook of two hundred cells, read and judged by every rule:
// script_bench
//
// Prints the best of seven times each, and how the time grows from a thousand lines to ten
// thousand, and with three thousand compiled models for three hundred. Exits with 1 above 20 ms for
// the script, 50 ms for the notebook, or where ten times as much takes more than twenty times as
// long.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "analyzer/engine/check.h"
#include "analyzer/engine/settings.h"
#include "analyzer/ir/run.h"
#include "parsers/script/script.h"
#include "parsers/source.h"
#include "rules/catalogue.h"

namespace onnxcheck {
namespace {

constexpr double kMostScript = 20;    // milliseconds
constexpr double kMostNotebook = 50;  // milliseconds
constexpr double kMostGrowth = 20;    // for ten times the lines
constexpr int kRounds = 7;

// Functions, classes, loops and calls as training scripts have them; 25 lines a round.
std::string Part(int number) {
  const std::string n = std::to_string(number);
  return "class Net" + n +
         "(nn.Module):\n"
         "    def __init__(self, width=64):\n"
         "        super().__init__()\n"
         "        self.first = nn.Linear(16, width)\n"
         "        self.last = nn.Linear(width, 10)\n"
         "\n"
         "    def forward(self, x):\n"
         "        return self.last(F.relu(self.first(x)))\n"
         "\n"
         "def train" +
         n +
         "(net, loader, optimizer, epochs=10):\n"
         "    criterion = nn.CrossEntropyLoss()\n"
         "    for epoch in range(epochs):\n"
         "        net.train()\n"
         "        for step, (x, y) in enumerate(loader):\n"
         "            optimizer.zero_grad()\n"
         "            loss = criterion(net(x), y)\n"
         "            loss.backward()\n"
         "            optimizer.step()\n"
         "            if step % 100 == 0:\n"
         "                print(f\"epoch {epoch} step {step} loss {loss.item():.4f}\")\n"
         "    return net\n"
         "\n"
         "net" +
         n + " = Net" + n +
         "(width=32 * 2)\n"
         "loader" +
         n +
         " = torch.utils.data.DataLoader(data, batch_size=64, shuffle=True)\n"
         "train" +
         n + "(net" + n + ", loader" + n + ", torch.optim.Adam(net" + n +
         ".parameters(), lr=1e-3))\n";
}

constexpr int kPartLines = 25;
constexpr char kImports[] =
    "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n";

std::string Script(int lines) {
  std::string text = kImports;
  for (int i = 0; i < lines / kPartLines; ++i) text += Part(i);
  return text;
}

std::string Models(int count) {
  std::string text = "from tensorflow import keras\n";
  for (int i = 0; i < count; ++i) {
    const std::string name = "model" + std::to_string(i);
    text += name + " = keras.Sequential()\n" + name + ".add(keras.layers.Dense(4))\n" + name +
            ".add(keras.layers.Dense(1, activation=\"sigmoid\"))\n" + name +
            ".compile(loss=\"binary_crossentropy\")\n" + name + ".fit(x, y)\n";
  }
  return text;
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\n') {
      quoted += "\\n";
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string Notebook(int cells) {
  std::string text = "{\"cells\": [\n";
  // One cell in ten defines and trains, the others look at what came of it.
  for (int i = 0; i < cells; ++i) {
    if (i > 0) text += ",\n";
    const std::string looks = "print(len(data), data[" + std::to_string(i) +
                              "])\nfor name, values in history.items():\n    "
                              "plt.plot(values, label=name)\nplt.legend()\nplt.show()\n";
    const std::string code = i == 0 ? kImports : i % 10 == 1 ? Part(i) : looks;
    text += "{\"cell_type\": \"code\", \"execution_count\": " + std::to_string(i + 1) +
            ", \"source\": " + Quoted(code) +
            ", \"outputs\": [{\"output_type\": \"stream\", \"text\": "
            "\"epoch 0 step 0 loss 2.3026\\n\"}]}";
  }
  return text + "\n], \"nbformat\": 4}\n";
}

double Milliseconds(const std::string& text, bool notebook) {
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto source = parsers::Source::FromBytes(notebook ? "a.ipynb" : "a.py", text);
    const auto start = std::chrono::steady_clock::now();
    ir::Run run;
    if (notebook) {
      run.scripts.push_back(parsers::ParseNotebook(*source));
      if (auto log = parsers::ParseNotebookOutputs(*source)) run.logs.push_back(*std::move(log));
    } else {
      run.scripts.push_back(parsers::ParseScript(*source));
    }
    CheckRun(run, rules::Catalogue(), Settings(), {});
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, taken.count());
  }
  return best;
}

}  // namespace
}  // namespace onnxcheck

int main() {
  using namespace onnxcheck;  // NOLINT(google-build-using-namespace)
  const double script = Milliseconds(Script(1000), false);
  const double longer = Milliseconds(Script(10000), false);
  const double models = Milliseconds(Models(300), false);
  const double more = Milliseconds(Models(3000), false);
  const double notebook = Milliseconds(Notebook(200), true);
  std::printf("1000 lines    %6.1f ms (at most %.0f)\n", script, kMostScript);
  std::printf("10000 lines   %6.1f ms (%.1f times as long; at most %.0f times)\n", longer,
              longer / script, kMostGrowth);
  std::printf("300 models    %6.1f ms\n", models);
  std::printf("3000 models   %6.1f ms (%.1f times as long; at most %.0f times)\n", more,
              more / models, kMostGrowth);
  std::printf("200 cells     %6.1f ms (at most %.0f)\n", notebook, kMostNotebook);
  const bool holds = script <= kMostScript && notebook <= kMostNotebook &&
                     longer <= kMostGrowth * script && more <= kMostGrowth * models;
  return holds ? 0 : 1;
}
