#include "cli/trainer_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>
#include <variant>

#include "absl/strings/str_cat.h"

namespace onnxcheck::cli {
namespace {

using trainer::Verdict;
using Clock = std::chrono::steady_clock;

// The trainer ends itself at its limit; this much later it is ended from here.
constexpr double kGraceSeconds = 5;
constexpr double kLongestWait = 86'400;
constexpr std::size_t kMostOutput = 4 << 20;  // a verdict is a few KiB

Verdict Inconclusive(std::string text) {
  Verdict verdict;
  verdict.text = std::move(text);
  return verdict;
}

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void Set(int fd) { fd_ = fd; }
  int get() const { return fd_; }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// What the child is connected to. Its input is a socket and not a pipe, so that
// writing to a child that is gone is an error and not a signal.
struct Channel {
  Descriptor plan_here;
  Descriptor plan_there;
  Descriptor reply_here;
  Descriptor reply_there;
};

bool Open(Channel& channel) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return false;
  channel.plan_here.Set(pair[0]);
  channel.plan_there.Set(pair[1]);
  if (pipe2(pair, O_CLOEXEC) != 0) return false;
  channel.reply_here.Set(pair[0]);
  channel.reply_there.Set(pair[1]);
  return true;
}

int Spawn(const std::string& executable, const Channel& channel, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, channel.plan_there.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, channel.reply_there.get(), STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string name = executable;
  char* arguments[] = {name.data(), nullptr};
  const int error = posix_spawn(&child, executable.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

void Send(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;  // the child is gone: its end says why
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

enum class End { kClosed, kTimeUp, kTooMuch };

// Everything the child writes, until it closes its output.
End Receive(int pipe, Clock::time_point deadline, std::string& output) {
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return End::kTimeUp;
    pollfd waiting{pipe, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready < 0 && errno != EINTR) return End::kClosed;
    if (ready <= 0) continue;
    char buffer[65'536];
    const ssize_t got = read(pipe, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return End::kClosed;
    output.append(buffer, static_cast<std::size_t>(got));
    if (output.size() > kMostOutput) return End::kTooMuch;
  }
}

// The last verdict among the lines; progress before it is of no use here.
std::optional<Verdict> LastVerdict(std::string_view output) {
  std::optional<Verdict> last;
  while (!output.empty()) {
    const std::size_t end = output.find('\n');
    const std::optional<trainer::Reply> reply = trainer::ReadReply(output.substr(0, end));
    if (reply && std::holds_alternative<Verdict>(*reply)) last = std::get<Verdict>(*reply);
    if (end == output.npos) break;
    output.remove_prefix(end + 1);
  }
  return last;
}

std::string HowItEnded(int status) {
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGALRM) return "the replay ran out of time";
    return absl::StrCat("the trainer was ended by signal ", signal, " (", strsignal(signal), ")");
  }
  return absl::StrCat("the trainer ended with status ", WEXITSTATUS(status),
                      " and without a verdict");
}

}  // namespace

Verdict RunTrainer(const std::string& executable, const trainer::Plan& plan) {
  Channel channel;
  if (!Open(channel)) return Inconclusive("the trainer could not be started: no more files");
  pid_t child = -1;
  if (const int error = Spawn(executable, channel, child); error != 0) {
    return Inconclusive(
        absl::StrCat("the trainer could not be started: ", std::generic_category().message(error)));
  }
  channel.plan_there.Close();
  channel.reply_there.Close();
  const double seconds = std::min(plan.limits.seconds + kGraceSeconds, kLongestWait);
  const Clock::time_point deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                        std::chrono::duration<double>(seconds));

  Send(channel.plan_here.get(), trainer::WritePlan(plan) + "\n");
  channel.plan_here.Close();
  std::string output;
  const End end = Receive(channel.reply_here.get(), deadline, output);
  if (end != End::kClosed) kill(child, SIGKILL);
  // A child that closed its output and lives on is not waited for either.
  int status = 0;
  pid_t waited = 0;
  while ((waited = waitpid(child, &status, WNOHANG)) == 0 && Clock::now() < deadline) {
    usleep(1000);
  }
  if (waited == 0) {
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }

  if (end == End::kTimeUp) return Inconclusive("the replay ran out of time");
  if (end == End::kTooMuch) return Inconclusive("the trainer answered without end");
  if (std::optional<Verdict> verdict = LastVerdict(output)) return *std::move(verdict);
  return Inconclusive(HowItEnded(status));
}

std::string FindTrainer(const std::string& named) {
  std::string path = named;
  if (path.empty()) {
    if (const char* variable = std::getenv("ONNXCHECK_TRAINER")) path = variable;
  }
  if (path.empty()) {
    char self[4096];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self);
    if (length <= 0 || length == static_cast<ssize_t>(sizeof self)) return "";
    const std::string_view program(self, static_cast<std::size_t>(length));
    path = std::string(program.substr(0, program.rfind('/') + 1)) + "onnxcheck-trainer";
  }
  return access(path.c_str(), X_OK) == 0 ? path : "";
}

}  // namespace onnxcheck::cli
