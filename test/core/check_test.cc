// The runner itself: a failure that it did not see would make all else here
// worthless.
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "support.h"

namespace minitalk::test {

TEST_THAT_FAILS("a check that is not met fails its test") { CHECK(1 + 1 == 3); }

TEST_THAT_FAILS("two integers that differ fail their test") {
  CHECK_EQ(1 + 1, 3);
}

TEST_THAT_FAILS("a test that checks nothing fails") {}

TEST_THAT_FAILS("a test that hangs fails") {
  CHECK(true);
  for (;;) pause();
}

TEST_THAT_FAILS("a test that exits by itself fails") {
  CHECK(true);
  exit(0);
}

TEST_THAT_FAILS("a test that is killed by a signal fails") {
  CHECK(true);
  kill(getpid(), SIGKILL);
}

TEST_THAT_FAILS("a check that is not met in a helper process fails the test") {
  Child child([] { CHECK(false); });
  child.Join();
}

#if defined(__SANITIZE_THREAD__)
TEST_THAT_FAILS("an allocation in a handler fails its test") {
  static void* volatile kept;  // or the compiler would see that it is not used
  SetHandler(SIGUSR1, [](int) { kept = malloc(10); });
  CHECK_EQ(raise(SIGUSR1), 0);
  free(kept);
}
#endif

#if defined(__SANITIZE_ADDRESS__)
TEST_THAT_FAILS("a use after free fails its test") {
  volatile char* byte = new char[1];
  delete[] byte;
  CHECK(*byte != 1 || *byte == 1);
}
#endif

}  // namespace minitalk::test
