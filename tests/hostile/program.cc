#include "tests/hostile/program.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command.h"

namespace onnxcheck::tests {
namespace {

using nlohmann::json;

constexpr uid_t kNobody = 65534;

bool HasControlByte(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n') || byte == 0x7F;
  });
}

// C1 controls are control bytes to a terminal too, as U+0080 to U+009F.
bool HasC1(const std::string& text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\xC2' && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

bool IsUtf8(const std::string& text) {
  try {
    (void)json(text).dump();
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

void ExpectJson(const std::string& format, const std::string& out) {
  if (format != "jsonl") {
    EXPECT_TRUE(json::accept(out)) << format << ": " << out.substr(0, 500);
    return;
  }
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(json::accept(line)) << format << ": " << line.substr(0, 500);
  }
}

[[noreturn]] void RunAndLeave(const std::vector<std::string>& args, int pipe) {
  if (getuid() == 0) {
    if (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 || setuid(kNobody) != 0) _exit(125);
  }
  const Result result = Onnxcheck(args);
  const std::string text = std::to_string(result.status) + "\n" + result.out;
  const bool written = write(pipe, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  _exit(written ? 0 : 125);
}

}  // namespace

Result Onnxcheck(const std::vector<std::string>& args) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Result result;
  result.status = cli::Main(args, in, out, err);
  result.out = out.str();
  result.err = err.str();
  return result;
}

std::vector<std::string> FindingsOf(const std::string& report) {
  std::vector<std::string> findings;
  const json parsed = json::parse(report);
  for (const json& run : parsed["runs"]) {
    for (const json& finding : run["findings"]) {
      const json& place = finding["location"];
      const std::string path = place["path"];
      std::string text = finding["id"].get<std::string>() + " " +
                         finding["severity"].get<std::string>() + " " +
                         path.substr(path.rfind('/') + 1);
      for (const auto& [key, before] :
           {std::pair("line", ":"), std::pair("column", ":"), std::pair("offset", " @")}) {
        const bool of_text = place.contains("line") && std::string(key) == "offset";
        if (place.contains(key) && !of_text) text += before + place[key].dump();
      }
      if (place.contains("logical") && !place.contains("line")) {
        text += " " + place["logical"].get<std::string>();
      }
      findings.push_back(std::move(text));
    }
  }
  return findings;
}

std::vector<std::string> CheckInEveryFormat(const std::vector<std::string>& args, int status) {
  std::vector<std::string> findings;
  for (const char* format : {"text", "json", "jsonl", "sarif", "github"}) {
    std::vector<std::string> all = {"--output-format", format, "--color", "never", "-v"};
    all.insert(all.end(), args.begin(), args.end());
    const Result result = Onnxcheck(all);
    EXPECT_EQ(result.status, status) << format << "\n" << result.out << result.err;
    EXPECT_EQ(result.err.find("internal error"), std::string::npos) << format << result.err;
    for (const std::string& text : {result.out, result.err}) {
      EXPECT_FALSE(HasControlByte(text)) << format;
      EXPECT_FALSE(HasC1(text)) << format;
      EXPECT_TRUE(IsUtf8(text)) << format;
    }
    const std::string name = format;
    if (name == "json" || name == "jsonl" || name == "sarif") ExpectJson(name, result.out);
    if (name == "json" && json::accept(result.out)) findings = FindingsOf(result.out);
  }
  return findings;
}

std::string OutputWithoutPrivileges(const std::vector<std::string>& args) {
  int ends[2];
  if (pipe(ends) != 0) return "";
  const pid_t child = fork();
  if (child == 0) RunAndLeave(args, ends[1]);
  close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  const bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  EXPECT_TRUE(done || WEXITSTATUS(status) == 125) << "ended by " << status;
  return done ? text : "";
}

std::string Repeat(const std::string& text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

std::string Utf16(const std::string& ascii, bool big_endian, bool with_mark) {
  std::string bytes;
  if (with_mark) bytes = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : ascii) {
    if (big_endian) bytes.push_back('\0');
    bytes.push_back(c);
    if (!big_endian) bytes.push_back('\0');
  }
  return bytes;
}

std::string ZipOf(const std::string& name, const std::string& content) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(source);
  zip_t* archive = zip_open_from_source(source, ZIP_TRUNCATE, &error);
  zip_source_t* data = zip_source_buffer(archive, content.data(), content.size(), 0);
  if (zip_file_add(archive, name.c_str(), data, 0) < 0 || zip_close(archive) != 0) std::abort();
  zip_source_open(source);
  zip_source_seek(source, 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(source)), '\0');
  zip_source_seek(source, 0, SEEK_SET);
  zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  zip_source_free(source);
  return bytes;
}

std::string Field(int number, const std::string& content) {
  std::string bytes(1, static_cast<char>(number << 3 | 2));
  std::size_t size = content.size();
  for (; size >= 0x80; size >>= 7) bytes.push_back(static_cast<char>(size | 0x80));
  bytes.push_back(static_cast<char>(size));
  return bytes + content;
}

}  // namespace onnxcheck::tests
