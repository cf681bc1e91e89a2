#include "cli/options.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/did_you_mean.h"
#include "cli/report/report.h"

namespace onnxcheck::cli {
namespace {

constexpr std::array<std::pair<std::string_view, Verb>, 6> kVerbs = {
    {{"check", Verb::kCheck},
     {"parse", Verb::kParse},
     {"rules", Verb::kRules},
     {"explain", Verb::kExplain},
     {"completion", Verb::kCompletion},
     {"version", Verb::kVersion}}};

// Named in the plans of the program, so that people try them.
constexpr std::array<std::string_view, 4> kLaterVerbs = {"audit", "replay", "baseline", "config"};
constexpr std::array<std::string_view, 5> kLaterOptions = {"--baseline", "--script", "--cache",
                                                           "--report", "--steps"};
constexpr std::array<std::string_view, 3> kLaterFormats = {"gitlab", "junit", "html"};

constexpr std::string_view kHelp =
    R"(onnxcheck finds what went wrong in a training run: in its model, its logs, its configuration,
its script.

usage:
  onnxcheck [check] PATH... [--logs FILE...] [--config FILE...] [--script FILE...]
                                                                  lint files or folders of runs
  onnxcheck parse FILE                                            what was understood of a file, as JSON
  onnxcheck rules                                                 every rule, one a line
  onnxcheck explain RULE                                          a rule, by id (A001) or name
  onnxcheck completion bash|zsh|fish                              completions for a shell
  onnxcheck version

  onnxcheck model.onnx --logs run.log      one run
  onnxcheck experiments/                   every run below a folder

exit status: 0 nothing found at or above the threshold, 1 findings, 2 wrong usage or internal error
options of a verb: onnxcheck VERB --help
)";

template <std::size_t n>
bool IsOneOf(std::string_view word, const std::array<std::string_view, n>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const Verb* FindVerb(std::string_view word) {
  const auto found = std::find_if(kVerbs.begin(), kVerbs.end(),
                                  [&](const auto& verb) { return verb.first == word; });
  return found == kVerbs.end() ? nullptr : &found->second;
}

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  for (const NamedReporter& reporter : Reporters()) names.emplace_back(reporter.name);
  return names;
}

void AddOutputOptions(CLI::App& app, Options& options) {
  app.add_option("-o,--output", options.output_file, "write the report to a file")
      ->type_name("FILE");
}

void AddWeightsOption(CLI::App& app, Options& options) {
  app.add_option_function<std::string>(
         "--weights",
         [&options](const std::string& value) {
           const std::map<std::string, ir::WeightMode> modes = {{"auto", ir::WeightMode::kAuto},
                                                                {"always", ir::WeightMode::kAlways},
                                                                {"never", ir::WeightMode::kNever}};
           const auto found = modes.find(value);
           if (found == modes.end()) {
             throw UsageError("--weights: \"" + value + "\" is none of auto, always, never" +
                              DidYouMean(value, {"auto", "always", "never"}));
           }
           options.weights = found->second;
         },
         "read the weights of models: auto (default; up to 256 MiB), always, never")
      ->type_name("WHEN");
}

void AddCheckOptions(CLI::App& app, Options& options) {
  app.add_option("PATH", options.paths, "models, logs, configurations, or folders of runs");
  app.add_option("--logs", options.logs, "logs of the run (a *.onnx among them is its model)")
      ->type_name("FILE...");
  app.add_option("--config", options.configs, "configurations of the run")->type_name("FILE...");
  app.add_option("--script", options.scripts, "scripts or notebooks of the run")
      ->type_name("FILE...");
  app.add_option("--output-format", options.format, absl::StrJoin(FormatNames(), ", "))
      ->type_name("FORMAT");
  AddOutputOptions(app, options);
  app.add_option("--select", options.select, "rules to check: ids, beginnings of ids, names, ALL")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("RULE,...");
  app.add_option("--ignore", options.ignore, "rules not to check")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("RULE,...");
  const std::map<std::string, Severity> severities = {
      {"error", Severity::kError}, {"warning", Severity::kWarning}, {"info", Severity::kInfo}};
  app.add_option_function<std::string>(
         "--fail-on",
         [severities, &options](const std::string& value) {
           const auto found = severities.find(value);
           if (found == severities.end()) {
             throw UsageError("--fail-on: \"" + value + "\" is none of error, warning, info" +
                              DidYouMean(value, {"error", "warning", "info"}));
           }
           options.fail_on = found->second;
         },
         "least severity for exit status 1: error, warning (default), info")
      ->type_name("SEVERITY");
  app.add_flag("--exit-zero", options.exit_zero, "exit 0 whatever is found");
  app.add_flag("--confirm", options.confirm,
               "replay what can be replayed, and say what came of it");
  app.add_option("--data", options.data, "the run's own examples (npz) for --confirm")
      ->type_name("FILE");
  app.add_option("-j,--jobs", options.jobs,
                 "threads that read and check (default: one a processor)")
      ->type_name("N")
      ->check(CLI::Range(1U, 1024U));
  app.add_option_function<std::string>(
         "--color",
         [&options](const std::string& value) {
           const std::map<std::string, ColorMode> modes = {{"auto", ColorMode::kAuto},
                                                           {"always", ColorMode::kAlways},
                                                           {"never", ColorMode::kNever}};
           const auto found = modes.find(value);
           if (found == modes.end()) {
             throw UsageError("--color: \"" + value + "\" is none of auto, always, never" +
                              DidYouMean(value, {"auto", "always", "never"}));
           }
           options.color = found->second;
         },
         "auto (default), always, never")
      ->type_name("WHEN");
  AddWeightsOption(app, options);
  app.add_flag("--no-config", options.no_config, "read no onnxcheck.toml or pyproject.toml");
  app.add_flag("-q,--quiet", options.quiet, "findings only, no summary");
  app.add_flag("-v,--verbose", options.verbose, "say on stderr what is read; time in JSON");
}

std::unique_ptr<CLI::App> AppOf(Verb verb, const std::string& name, Options& options) {
  auto app = std::make_unique<CLI::App>("", "onnxcheck " + name);
  app->allow_extras();
  app->set_help_flag("-h,--help", "this help");
  switch (verb) {
    case Verb::kCheck:
      app->description("Lints runs. `check` may be left out.");
      AddCheckOptions(*app, options);
      break;
    case Verb::kParse:
      app->description("Prints what the parsers understood of a file, as JSON.");
      app->add_option("FILE", options.paths, "a model, log or configuration");
      AddWeightsOption(*app, options);
      app->add_flag("--points", options.points,
                    "with every point: [line, step, epoch, value], and the time if stated");
      AddOutputOptions(*app, options);
      break;
    case Verb::kRules:
      app->description("Lists every rule.");
      app->add_option("--output-format", options.format, "text, json")->type_name("FORMAT");
      break;
    case Verb::kExplain:
      app->description("Prints a rule's documentation, in Markdown.");
      app->add_option("RULE", options.paths, "an id (A001) or a name (softmax-with-mse)");
      break;
    case Verb::kCompletion:
      app->description("Prints a completion script.");
      app->add_option("SHELL", options.paths, "bash, zsh, fish");
      break;
    case Verb::kVersion:
    case Verb::kHelp:
      app->description("Prints the version.");
      break;
  }
  return app;
}

std::vector<std::string> LongOptions(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

void RefuseUnknown(const CLI::App& app) {
  const std::vector<std::string> extras = app.remaining();
  if (extras.empty()) return;
  const auto option = std::find_if(extras.begin(), extras.end(), [](const std::string& word) {
    return word.size() > 1 && word[0] == '-';
  });
  if (option == extras.end()) throw UsageError("unexpected argument \"" + extras[0] + "\"");
  const std::string name = option->substr(0, option->find('='));
  if (IsOneOf(name, kLaterOptions)) throw UsageError(name + " is not available yet");
  // Every letter is one letter away from every other: that is no hint.
  const std::string hint = name.size() > 2 ? DidYouMean(name, LongOptions(app)) : "";
  throw UsageError("unknown option " + name + hint);
}

// A first word that is neither a file nor a verb, but nearly a verb.
void RefuseMistypedVerb(const std::string& word) {
  std::error_code error;
  if (word.find_first_of("/.") != std::string::npos || std::filesystem::exists(word, error)) return;
  if (IsOneOf(word, kLaterVerbs)) {
    throw UsageError("the verb \"" + word + "\" is not available yet");
  }
  const std::string hint = DidYouMean(word, VerbNames());
  if (!hint.empty()) throw UsageError("there is no verb or file \"" + word + "\"" + hint);
}

void CheckFormat(const Options& options) {
  std::vector<std::string> names = FormatNames();
  if (options.verb == Verb::kRules) names = {"text", "json"};
  if (std::find(names.begin(), names.end(), options.format) != names.end()) return;
  const bool later = IsOneOf(options.format, kLaterFormats) && options.verb == Verb::kCheck;
  throw UsageError(absl::StrCat(
      "output format \"", options.format, "\" ", later ? "is not available yet" : "does not exist",
      later ? "" : DidYouMean(options.format, names), "; there are ", absl::StrJoin(names, ", ")));
}

void CheckData(const Options& options) {
  if (options.data.empty()) return;
  if (!options.confirm) throw UsageError("--data is for --confirm, which is not given");
  std::error_code error;
  if (!std::filesystem::is_regular_file(options.data, error)) {
    throw UsageError("--data: there is no file \"" + options.data + "\"");
  }
}

void CheckArguments(const Options& options) {
  const std::size_t count = options.paths.size();
  switch (options.verb) {
    case Verb::kCheck:
      if (count + options.logs.size() + options.configs.size() + options.scripts.size() == 0) {
        throw UsageError("nothing to check: name a file or a folder");
      }
      CheckData(options);
      break;
    case Verb::kParse:
      if (count != 1) throw UsageError("parse takes one file");
      break;
    case Verb::kExplain:
      if (count != 1) throw UsageError("explain takes one rule: an id (A001) or a name");
      break;
    case Verb::kCompletion:
      if (count != 1) throw UsageError("completion takes one shell: bash, zsh or fish");
      break;
    case Verb::kRules:
    case Verb::kVersion:
    case Verb::kHelp:
      break;
  }
}

// `onnxcheck --logs run.log model.onnx` is what people type.
void MoveModels(std::vector<std::string>& files, std::vector<std::string>& paths) {
  const auto models = std::stable_partition(
      files.begin(), files.end(), [](const std::string& file) { return !file.ends_with(".onnx"); });
  paths.insert(paths.end(), models, files.end());
  files.erase(models, files.end());
}

}  // namespace

std::vector<std::string> VerbNames() {
  std::vector<std::string> names;
  names.reserve(kVerbs.size());
  for (const auto& verb : kVerbs) names.emplace_back(verb.first);
  return names;
}

std::vector<std::string> OptionNames(const std::string& verb) {
  const Verb* found = FindVerb(verb);
  if (found == nullptr) return {};
  Options options;
  return LongOptions(*AppOf(*found, verb, options));
}

Options ParseOptions(std::span<const std::string> args) {
  Options options;
  std::vector<std::string> words(args.begin(), args.end());
  if (words.empty()) throw UsageError("nothing to check: name a file or a folder");
  if (words[0] == "-h" || words[0] == "--help" || words[0] == "help") {
    options.help_text = kHelp;
    return options;
  }
  if (words[0] == "-V" || words[0] == "--version") words[0] = "version";
  std::string name = "check";
  if (FindVerb(words[0]) != nullptr) {
    name = words[0];
    words.erase(words.begin());
  } else if (words[0].substr(0, 1) != "-") {
    RefuseMistypedVerb(words[0]);
  }
  options.verb = *FindVerb(name);
  const std::unique_ptr<CLI::App> app = AppOf(options.verb, name, options);
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app->parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    options.verb = Verb::kHelp;
    options.help_text = app->help();
    return options;
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  RefuseUnknown(*app);
  CheckFormat(options);
  MoveModels(options.logs, options.paths);
  MoveModels(options.configs, options.paths);
  MoveModels(options.scripts, options.paths);
  CheckArguments(options);
  return options;
}

}  // namespace onnxcheck::cli
