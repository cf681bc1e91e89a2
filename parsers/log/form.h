// The form of a record: what stands still in it, and where its numbers stand.
//
//   "epoch 3 | loss: 0.25 | acc 93.5%"  ->  "epoch #| loss: #.#| acc #.#%"
#ifndef ONNXCHECK_PARSERS_LOG_FORM_H_
#define ONNXCHECK_PARSERS_LOG_FORM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onnxcheck::parsers::log {

// Match() reads at most this far, whatever stands there.
inline constexpr std::size_t kMaxFormReach = 8192;

class Form {
 public:
  enum class Kind : std::uint8_t {
    kNumbers,  // what the scanner takes for a number of its own becomes a slot
    kDigits,   // and digits that are part of a word, if they are few
    kJson,     // what is a number of JSON, and digits in its strings
  };
  // Digits elsewhere stand still. nullopt: too long, too many slots, or something in it depends on
  // how long a number is.
  static std::optional<Form> Of(std::string_view text, Kind kind);

  struct Slot {
    bool whole = true;          // digits alone; otherwise there is a point or an exponent
    bool any_sign = false;      // a minus may stand in front
    bool negative = false;      // a minus stands in front, as part of what stands still
    bool glued = false;         // it is part of a word
    bool quoted = false;        // it stands in a string of JSON, where 007 is as good as 7
    bool value = true;          // the number is wanted
    bool exponent = true;       // it may have one
    std::uint8_t digits = 1;    // that a whole number had the last time, 1 to 7
    std::uint8_t fraction = 0;  // and another one behind its point, or 0: see digits.h
  };
  const std::vector<Slot>& slots() const { return slots_; }
  // The slot's number is wanted by no one.
  void Drop(std::size_t slot) { slots_[slot].value = slots_[slot].exponent = false; }
  // No letter may come or go.
  void ForbidExponents() {
    for (Slot& slot : slots_) slot.exponent = false;
  }

  // Matches the form at `text`, of which kMaxFormReach bytes can be read. Returns the end, nullptr
  // if something else stands there or a number is so long that the general reader must see it.
  // `numbers` has a target for every slot; those of dropped ones are undefined, and all if it does
  // not match.
  const char* Match(const char* text, double* const* numbers);

  // Match() of a text that ends where the form does.
  bool Matches(std::string_view text);

  // The record with other numbers in its slots.
  std::string With(const std::vector<std::string>& numbers) const;

 private:
  struct Piece {
    std::uint64_t head = 0;  // the first eight bytes
    std::uint64_t mask = 0;  // those of them that count
    std::uint64_t tail = 0;  // the last eight, if there are more
    std::uint32_t begin = 0;
    std::uint32_t length = 0;
  };
  void AddPiece(std::size_t begin, std::size_t end);
  bool StandsAt(const Piece& piece, const char* text) const;

  std::string text_;
  std::vector<Piece> pieces_;  // one more than slots: one before each, and the rest
  std::vector<Slot> slots_;
  bool json_ = false;
};

}  // namespace onnxcheck::parsers::log

#endif  // ONNXCHECK_PARSERS_LOG_FORM_H_
