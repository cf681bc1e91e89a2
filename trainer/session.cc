#include "trainer/session.h"

#include <ATen/Parallel.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <iostream>
#include <string>

#include "trainer/arm.h"
#include "trainer/plan.h"
#include "trainer/replay.h"

namespace onnxcheck::trainer {
namespace {

// A single operator may overrun the deadline between two steps; after this
// much longer the process is ended.
constexpr double kGraceSeconds = 2;

// RLIMIT_DATA counts private writable memory alone. RLIMIT_AS would count the
// 500 MB of libraries that libtorch maps and hardly touches.
void LimitMemory(std::uint64_t bytes) {
  const rlimit limit{bytes, bytes};
  setrlimit(RLIMIT_DATA, &limit);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
}

void LimitTime(double seconds) {
  constexpr double kDay = 86'400;
  const double whole = std::floor(std::min(seconds + kGraceSeconds, kDay));
  itimerval timer{};
  timer.it_value.tv_sec = static_cast<time_t>(whole);
  timer.it_value.tv_usec = 1;
  setitimer(ITIMER_REAL, &timer, nullptr);  // SIGALRM ends the process
}

Clock::time_point DeadlineIn(double seconds) {
  constexpr double kDay = 86'400;
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                            std::chrono::duration<double>(std::min(seconds, kDay)));
}

}  // namespace

int RunSession(std::istream& in, std::ostream& out) {
  const auto reply = [&out](const Reply& value) { out << WriteReply(value) << '\n' << std::flush; };
  std::string line;
  std::getline(in, line);
  const std::variant<Plan, std::string> read = ReadPlan(line);
  if (const std::string* error = std::get_if<std::string>(&read)) {
    Verdict verdict;
    verdict.text = "the plan cannot be read: " + *error;
    reply(verdict);
    return 2;
  }
  const Plan& plan = std::get<Plan>(read);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // never outlives who started it
  LimitMemory(plan.limits.memory_bytes);
  LimitTime(plan.limits.seconds);
  at::set_num_threads(plan.limits.threads);
  reply(Replay(plan, DeadlineIn(plan.limits.seconds), [&reply](const Progress& p) { reply(p); }));
  return 0;
}

}  // namespace onnxcheck::trainer
