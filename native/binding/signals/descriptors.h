// The file descriptors that an environment has open through the addon.
#ifndef MINITALK_BINDING_SIGNALS_DESCRIPTORS_H_
#define MINITALK_BINDING_SIGNALS_DESCRIPTORS_H_

#include <errno.h>
#include <unistd.h>

#include <set>

namespace minitalk {

// An environment's instance data. Nobody else closes what a Worker has open
// that is terminated: its JavaScript runs no more.
class Descriptors {
 public:
  Descriptors() = default;
  ~Descriptors() {
    for (const int descriptor : open_) close(descriptor);
  }
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;

  // Takes a negative errno, too; passes it through.
  int Keep(int descriptor) {
    if (descriptor >= 0) open_.insert(descriptor);
    return descriptor;
  }
  // 0 or a negative errno.
  int Close(int descriptor) {
    open_.erase(descriptor);
    return close(descriptor) == 0 ? 0 : -errno;
  }

 private:
  std::set<int> open_;
};

}  // namespace minitalk

#endif  // MINITALK_BINDING_SIGNALS_DESCRIPTORS_H_
