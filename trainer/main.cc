// onnxcheck-trainer: a plan on standard input, verdicts on standard output.
#include <cstring>
#include <iostream>

#include "trainer/session.h"

int main(int argc, char** argv) {
  if (argc > 1 && (std::strcmp(argv[1], "--help") == 0 || std::strcmp(argv[1], "-h") == 0)) {
    std::cout << "usage: onnxcheck-trainer < plan.json\n\n"
                 "Replays one experiment and answers in JSON lines. It is started by\n"
                 "onnxcheck --confirm and is of little use by itself; docs/trainer.md\n"
                 "describes what goes in and what comes out.\n";
    return 0;
  }
  std::ios::sync_with_stdio(false);
  return onnxcheck::trainer::RunSession(std::cin, std::cout);
}
