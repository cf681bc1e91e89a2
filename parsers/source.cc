#include "parsers/source.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace onnxcheck::parsers {
namespace {

ir::Problem Unreadable(const std::string& path, std::string message, std::string help = "") {
  ir::Problem problem;
  problem.kind = ir::ProblemKind::kUnreadable;
  problem.location.path = path;
  problem.message = std::move(message);
  problem.help = std::move(help);
  return problem;
}

// Closes the descriptor on every way out.
struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

}  // namespace

std::variant<std::shared_ptr<const Source>, ir::Problem> Source::Open(const std::string& path) {
  // O_NONBLOCK: opening a FIFO must not wait for its writer.
  Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) {
    const int error = errno;
    return Unreadable(
        path, std::string("cannot be opened: ") + std::strerror(error),
        error == EACCES || error == EPERM ? "check the permissions" : "check the path");
  }
  struct stat status {};
  if (fstat(file.fd, &status) != 0) {
    return Unreadable(path, std::string("cannot be examined: ") + std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) {
    return Unreadable(path, "is a directory where a file was expected", "name a file");
  }
  if (!S_ISREG(status.st_mode)) {
    return Unreadable(path, "is not a regular file", "name a file, not a device or a pipe");
  }
  auto source = std::shared_ptr<Source>(new Source);
  source->path_ = path;
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return source;
  void* mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.fd, 0);
  if (mapping == MAP_FAILED) {
    return Unreadable(path, std::string("cannot be mapped: ") + std::strerror(errno));
  }
  source->mapping_ = mapping;
  source->guard_ = Guard(mapping, size);
  source->bytes_ = {static_cast<const char*>(mapping), size};
  return source;
}

std::shared_ptr<const Source> Source::FromBytes(std::string path, std::string bytes) {
  auto source = std::shared_ptr<Source>(new Source);
  source->path_ = std::move(path);
  source->owned_ = std::move(bytes);
  source->bytes_ = source->owned_;
  return source;
}

Source::~Source() {
  if (mapping_ == nullptr) return;
  Unguard(guard_);
  munmap(mapping_, bytes_.size());
}

void Source::Release(std::uint64_t begin, std::uint64_t end) const {
  // Only a file can be read again: memory of our own would come back as zeros.
  if (mapping_ == nullptr || end > bytes_.size()) return;
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  begin = (begin + page - 1) / page * page;
  end = end / page * page;
  if (begin < end) madvise(static_cast<char*>(mapping_) + begin, end - begin, MADV_DONTNEED);
}

bool Source::Shrunk() const { return guard_ != nullptr && WasCut(*guard_); }

std::string_view Source::Line(std::uint32_t line, std::size_t limit) const {
  // The line may stand behind gigabytes, which need not stay in memory for it.
  constexpr std::size_t kReleaseStep = std::size_t{8} << 20;
  std::size_t begin = 0;
  std::size_t released = 0;
  for (std::uint32_t current = 1; current < line; ++current) {
    const std::size_t end = bytes_.find('\n', begin);
    if (end == std::string_view::npos) return {};
    begin = end + 1;
    if (begin < released + kReleaseStep) continue;
    Release(released, begin);
    released = begin;
  }
  if (line == 0 || begin >= bytes_.size()) return {};
  std::string_view rest = bytes_.substr(begin, limit);
  rest = rest.substr(0, rest.find('\n'));
  if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
  return rest;
}

ir::Problem OutOfMemory(const Source& source, const std::exception& error) {
  ir::Problem problem;
  problem.kind = ir::ProblemKind::kResourceLimit;
  problem.location.path = source.path();
  problem.message = std::string("cannot be read with the memory at hand: ") + error.what();
  problem.help = "name fewer files at once, or a smaller one";
  return problem;
}

}  // namespace onnxcheck::parsers
