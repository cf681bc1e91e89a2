// completion: scripts for shells, from the verbs, options and rules there are.
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>

#include <algorithm>
#include <ostream>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/did_you_mean.h"
#include "cli/report/report.h"
#include "cli/rule_page.h"

namespace onnxcheck::cli {
namespace {

constexpr std::string_view kBash = R"(_onnxcheck() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
  case $previous in
    explain|--select|--ignore) COMPREPLY=($(compgen -W "@RULES@" -- "$word")); return ;;
    completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")); return ;;
    --fail-on) COMPREPLY=($(compgen -W "error warning info" -- "$word")); return ;;
    --color|--weights) COMPREPLY=($(compgen -W "auto always never" -- "$word")); return ;;
    --output-format) COMPREPLY=($(compgen -W "@FORMATS@" -- "$word")); return ;;
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "@OPTIONS@" -- "$word"))
  elif [[ $COMP_CWORD == 1 ]]; then
    COMPREPLY=($(compgen -W "@VERBS@" -- "$word") $(compgen -f -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _onnxcheck onnxcheck
)";

constexpr std::string_view kZsh = R"(#compdef onnxcheck
autoload -U +X bashcompinit && bashcompinit
)";

constexpr std::string_view kFish = R"(complete -c onnxcheck -n __fish_use_subcommand -a "@VERBS@"
complete -c onnxcheck -n "__fish_seen_subcommand_from explain" -x -a "@RULES@"
complete -c onnxcheck -n "__fish_seen_subcommand_from completion" -x -a "bash zsh fish"
complete -c onnxcheck -l select -x -a "@RULES@"
complete -c onnxcheck -l ignore -x -a "@RULES@"
complete -c onnxcheck -l fail-on -x -a "error warning info"
complete -c onnxcheck -l color -x -a "auto always never"
complete -c onnxcheck -l weights -x -a "auto always never"
complete -c onnxcheck -l output-format -x -a "@FORMATS@"
@FISH_OPTIONS@)";

std::string FishOptions(const std::vector<std::string>& options) {
  std::string text;
  for (const std::string& option : options) {
    if (option.substr(0, 2) == "--") text += "complete -c onnxcheck -l " + option.substr(2) + "\n";
  }
  return text;
}

}  // namespace

int CompletionCommand(const Options& options, std::ostream& out) {
  std::vector<std::string> names;
  for (const Rule* rule : AllRules()) {
    names.emplace_back(rule->id);
    names.emplace_back(rule->name);
  }
  std::vector<std::string> formats;
  for (const NamedReporter& reporter : Reporters()) formats.emplace_back(reporter.name);
  const std::vector<std::string> check_options = OptionNames("check");
  std::string script;
  const std::string& shell = options.paths[0];
  if (shell == "bash") {
    script = kBash;
  } else if (shell == "zsh") {
    script = std::string(kZsh) + std::string(kBash);
  } else if (shell == "fish") {
    script = kFish;
  } else {
    throw UsageError("there are completions for bash, zsh and fish" +
                     DidYouMean(shell, {"bash", "zsh", "fish"}));
  }
  out << absl::StrReplaceAll(script, {{"@RULES@", absl::StrJoin(names, " ")},
                                      {"@VERBS@", absl::StrJoin(VerbNames(), " ")},
                                      {"@OPTIONS@", absl::StrJoin(check_options, " ")},
                                      {"@FORMATS@", absl::StrJoin(formats, " ")},
                                      {"@FISH_OPTIONS@", FishOptions(check_options)}});
  return kClean;
}

}  // namespace onnxcheck::cli
