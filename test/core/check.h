// A small test runner: each test is a sentence about behaviour and runs in a
// forked child with a time-out, so that a crash or a hang spoils no other. The
// checks look at no build flag: there is no way to compile them away.
#ifndef MINITALK_TEST_CORE_CHECK_H_
#define MINITALK_TEST_CORE_CHECK_H_

#include <cstdint>

#if defined(CHECK) || defined(CHECK_EQ) || defined(TEST)
#error "somebody else's CHECK would stand in for ours"
#endif

#define TEST(sentence) TEST_NAMED(sentence, __LINE__, Outcome::kPasses)

// For the runner's own tests: the body must be counted as failed.
#define TEST_THAT_FAILS(sentence) \
  TEST_NAMED(sentence, __LINE__, Outcome::kFails)

#define CHECK(condition)                        \
  ((condition) ? ::minitalk::test::CountCheck() \
               : ::minitalk::test::Fail(__FILE__, __LINE__, #condition))

// For integers of all kinds; a failure shows both values.
#define CHECK_EQ(actual, expected)                             \
  ::minitalk::test::CheckEqual(static_cast<int64_t>(actual),   \
                               static_cast<int64_t>(expected), \
                               #actual " == " #expected, __FILE__, __LINE__)

#define TEST_NAMED(sentence, line, outcome) TEST_JOINED(sentence, line, outcome)
#define TEST_JOINED(sentence, line, outcome)                           \
  static void TestBody##line();                                        \
  static ::minitalk::test::Test test##line(                            \
      sentence, __FILE__, &TestBody##line, ::minitalk::test::outcome); \
  static void TestBody##line()

namespace minitalk::test {

enum class Outcome { kPasses, kFails };

// Registers itself when the program starts.
struct Test {
  Test(const char* sentence, const char* file, void (*body)(), Outcome outcome);

  const char* sentence;
  const char* file;
  void (*body)();
  Outcome outcome;
  Test* next = nullptr;
};

// Says where and what, and ends this process with an error.
[[noreturn]] void Fail(const char* file, int line, const char* what);

void CheckEqual(int64_t actual, int64_t expected, const char* what,
                const char* file, int line);

// A test that checks nothing fails.
void CountCheck();

// `count` rounds of a stress test, fewer where a checker slows the program down
// (--percent), at least one.
uint64_t Rounds(uint64_t count);

}  // namespace minitalk::test

#endif  // MINITALK_TEST_CORE_CHECK_H_
