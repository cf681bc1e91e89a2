#include <cstdio>

int main() {
  std::fputs("onnxcheck: no verb is built in yet\n", stderr);
  return 2;
}
