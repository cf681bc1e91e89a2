// A column of counters: lines, steps, epochs.
#ifndef ONNXCHECK_ANALYZER_IR_COLUMN_H_
#define ONNXCHECK_ANALYZER_IR_COLUMN_H_

#include <bit>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <vector>

namespace onnxcheck::ir {

// Numbers that are appended, never changed, and read in any order. Of a block of them that goes on
// in equal steps only the first and the step are kept: a long log has a place for each record, and
// most of its memory would go into counting them. Every number comes back with all of its bits.
template <typename T>
class Column {
  static_assert(std::is_same_v<T, double> || std::is_unsigned_v<T>);

 public:
  class const_iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = T;

    const_iterator() = default;
    const_iterator(const Column* column, std::size_t index) : column_(column), index_(index) {}
    T operator*() const { return (*column_)[index_]; }
    T operator[](difference_type n) const { return *(*this + n); }
    const_iterator& operator+=(difference_type n) {
      index_ += static_cast<std::size_t>(n);
      return *this;
    }
    const_iterator& operator-=(difference_type n) { return *this += -n; }
    const_iterator& operator++() { return *this += 1; }
    const_iterator& operator--() { return *this += -1; }
    const_iterator operator++(int) { return ++*this - 1; }
    const_iterator operator--(int) { return --*this + 1; }
    friend const_iterator operator+(const_iterator it, difference_type n) { return it += n; }
    friend const_iterator operator+(difference_type n, const_iterator it) { return it += n; }
    friend const_iterator operator-(const_iterator it, difference_type n) { return it -= n; }
    friend difference_type operator-(const const_iterator& a, const const_iterator& b) {
      return static_cast<difference_type>(a.index_) - static_cast<difference_type>(b.index_);
    }
    friend bool operator==(const const_iterator& a, const const_iterator& b) {
      return a.index_ == b.index_;
    }
    friend auto operator<=>(const const_iterator& a, const const_iterator& b) {
      return a.index_ <=> b.index_;
    }

   private:
    const Column* column_ = nullptr;
    std::size_t index_ = 0;
  };
  using iterator = const_iterator;
  using value_type = T;

  // Some successive numbers of a column, which must outlive it.
  class Part {
   public:
    using const_iterator = Column::const_iterator;
    using iterator = const_iterator;
    using value_type = T;

    Part() = default;
    Part(const Column& column, std::size_t first, std::size_t count)
        : column_(&column), first_(first), count_(count) {}
    std::size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    T operator[](std::size_t i) const { return (*column_)[first_ + i]; }
    T front() const { return (*this)[0]; }
    T back() const { return (*this)[count_ - 1]; }
    const_iterator begin() const { return {column_, first_}; }
    const_iterator end() const { return {column_, first_ + count_}; }

   private:
    const Column* column_ = nullptr;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
  };

  Column() = default;
  Column(std::initializer_list<T> numbers) {
    for (const T number : numbers) push_back(number);
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T operator[](std::size_t i) const { return At(blocks_[i / kBlock], i % kBlock); }
  T front() const { return (*this)[0]; }
  T back() const { return (*this)[size_ - 1]; }
  const_iterator begin() const { return {this, 0}; }
  const_iterator end() const { return {this, size_}; }

  void push_back(T number) {
    if (!counts_ || !Same(number, next_)) return Interrupt(number);
    next_ += blocks_.back().step;
    counts_ = ++size_ % kBlock != 0;
  }

  // A copy of the first `count`.
  Column First(std::size_t count) const {
    Column first;
    const std::size_t full = count / kBlock;
    first.blocks_.assign(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(full));
    first.size_ = full * kBlock;
    while (first.size_ < count) first.push_back((*this)[first.size_]);
    return first;
  }

 private:
  static constexpr std::size_t kBlock = 256;
  struct Block {
    T first;
    T step;
    std::vector<T> numbers;  // empty: they go on in equal steps
  };

  // Appends what begins a block, or is not the next number of one.
  void Interrupt(T number) {
    const std::size_t i = size_++ % kBlock;
    if (i == 0) {
      blocks_.push_back({number, 0, {}});
      next_ = number;
      counts_ = Same(number + T{0}, number);  // which -0.0 is not
      return;
    }
    Block& block = blocks_.back();
    if (i == 1) block.step = StepTo(number, block.first);
    if (i == 1 && block.step != 0) {
      next_ = number + block.step;
      return;
    }
    if (block.numbers.empty()) {
      block.numbers.reserve(blocks_.size() > 1 ? kBlock : 2 * i);
      for (std::size_t k = 0; k < i; ++k) block.numbers.push_back(Counted(block, k));
    }
    block.numbers.push_back(number);
    counts_ = false;
  }

  static T Counted(const Block& block, std::size_t i) {
    return i == 0 ? block.first : block.first + block.step * static_cast<T>(i);
  }
  static T At(const Block& block, std::size_t i) {
    return block.numbers.empty() ? Counted(block, i) : block.numbers[i];
  }
  // 0: none. Whole numbers alone: their sums and multiples are exact, however they are computed.
  static T StepTo(T number, T first) {
    if constexpr (std::is_same_v<T, double>) {
      constexpr double kLargest = std::uint64_t{1} << 43;
      const bool whole = std::abs(first) <= kLargest && std::abs(number) <= kLargest &&
                         first == std::floor(first) && number == std::floor(number);
      if (!whole) return 0;
    }
    return number - first;
  }
  static bool Same(T a, T b) {
    if constexpr (std::is_same_v<T, double>) {
      return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
    } else {
      return a == b;
    }
  }

  std::vector<Block> blocks_;
  std::size_t size_ = 0;
  bool counts_ = false;  // the last block goes on in equal steps, and is not full
  T next_{};             // if it goes on like that
};

}  // namespace onnxcheck::ir

#endif  // ONNXCHECK_ANALYZER_IR_COLUMN_H_
