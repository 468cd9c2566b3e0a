// Who a signal's sender is to this process.
#ifndef MINITALK_HANDLER_SIGNALS_RELATION_H_
#define MINITALK_HANDLER_SIGNALS_RELATION_H_

#include <signal.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace minitalk {

// What says most comes first. The numbers are part of a record's layout, see
// record.h; the names are kRelations.
enum class Relation : uint32_t {
  kSelf,
  kParent,
  kInit,        // pid 1
  kAncestor,    // a parent's parent, and so on
  kSibling,     // has the same parent, which is not pid 1: that adopts orphans
  kDescendant,  // a child, a child's child, and so on
  kUnrelated,
  kOutside,  // of this pid namespace; or the kernel had no room for who it is
};
inline constexpr size_t kRelationCount = 8;
extern const char* const kRelations[kRelationCount];

// Several can hold: a parent is an ancestor, and may be pid 1. None: not known.
using RelationSet = uint32_t;

constexpr RelationSet Bit(Relation relation) {
  return RelationSet{1} << static_cast<uint32_t>(relation);
}

// Generations that are climbed either way; beyond them nothing is known.
inline constexpr int kMaxGenerations = 32;

// Whose child a process is, and since when, see proc.h.
struct Birth {
  pid_t parent;
  uint64_t start_time;
};

// `birth`: the sender's, if that has been read.
RelationSet FindRelations(const siginfo_t& info, const Birth* birth = nullptr);

// The same of a process. 0: it is gone, or /proc does not show what tells.
RelationSet FindRelationsOf(pid_t pid, const Birth* birth = nullptr);

// 1 + the one of the set that says most; 0: none.
uint32_t TellingRelation(RelationSet relations);

// Looks when it is first asked, and once: each look opens files.
class SenderRelations {
 public:
  explicit SenderRelations(const siginfo_t& info) : info_(info) {}
  bool looked() const { return looked_; }
  // Spares the look at a sender that may be gone by now.
  void Know(const Birth& birth) {
    birth_ = birth;
    has_birth_ = true;
  }
  RelationSet Get() {
    if (!looked_) found_ = FindRelations(info_, has_birth_ ? &birth_ : nullptr);
    looked_ = true;
    return found_;
  }

 private:
  const siginfo_t& info_;
  bool has_birth_ = false;
  Birth birth_ = {};
  bool looked_ = false;
  RelationSet found_ = 0;
};

}  // namespace minitalk

#endif  // MINITALK_HANDLER_SIGNALS_RELATION_H_
