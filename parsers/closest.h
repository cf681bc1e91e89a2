// The nearest of the words that would have been right.
#ifndef ONNXCHECK_PARSERS_CLOSEST_H_
#define ONNXCHECK_PARSERS_CLOSEST_H_

#include <string>
#include <string_view>
#include <vector>

namespace onnxcheck::parsers {

// The candidate with the fewest edits (insertions, deletions, changes and swaps of neighbours,
// whatever the case); empty when none is near enough to be meant.
std::string Closest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace onnxcheck::parsers

#endif  // ONNXCHECK_PARSERS_CLOSEST_H_
