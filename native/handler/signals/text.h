// Text put together in a fixed buffer. What does not fit is cut off.
#ifndef MINITALK_HANDLER_SIGNALS_TEXT_H_
#define MINITALK_HANDLER_SIGNALS_TEXT_H_

#include <cstddef>
#include <cstdint>

namespace minitalk {

class Text {
 public:
  Text(char* buffer, size_t size) : begin_(buffer), size_(size) {}

  Text& operator<<(char c) {
    if (length_ < size_) begin_[length_++] = c;
    return *this;
  }

  Text& operator<<(const char* text) {
    while (*text != '\0') *this << *text++;
    return *this;
  }

  Text& operator<<(uint64_t number) {
    char digits[20];
    size_t count = 0;
    do {
      digits[count++] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    while (count > 0) *this << digits[--count];
    return *this;
  }

  Text& operator<<(int64_t number) {
    if (number >= 0) return *this << static_cast<uint64_t>(number);
    return *this << '-' << (uint64_t{0} - static_cast<uint64_t>(number));
  }
  Text& operator<<(uint32_t number) { return *this << uint64_t{number}; }
  Text& operator<<(int32_t number) { return *this << int64_t{number}; }

  size_t length() const { return length_; }
  size_t room() const { return size_ - length_; }

 private:
  char* begin_;
  size_t size_;
  size_t length_ = 0;
};

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_TEXT_H_
