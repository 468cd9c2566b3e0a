#include "handler/signals/relation.h"

#include <fcntl.h>
#include <unistd.h>

#include "handler/signals/identity.h"
#include "handler/signals/platform.h"
#include "handler/signals/proc.h"

namespace minitalk {

namespace {

constexpr pid_t kInit = 1;

enum class Answer { kNo, kYes, kUnknown };

bool ReadBirth(pid_t pid, Birth* out) {
  Stat stat;
  if (ReadStat(AT_FDCWD, ProcPath(pid, "/stat").get(), &stat) != 0) {
    return false;
  }
  *out = {stat.parent, stat.start_time};
  return true;
}

Answer Descends(Birth process, pid_t ancestor) {
  for (int i = 0; i < kMaxGenerations; ++i) {
    if (process.parent == ancestor) return Answer::kYes;
    if (process.parent <= kInit) return Answer::kNo;
    Birth parent;
    // Who is younger than its child has the pid of a parent that has ended.
    if (!ReadBirth(process.parent, &parent) ||
        parent.start_time > process.start_time) {
      return Answer::kUnknown;
    }
    process = parent;
  }
  return Answer::kUnknown;
}

}  // namespace

const char* const kRelations[kRelationCount] = {
    "self",    "parent",     "init",      "ancestor",
    "sibling", "descendant", "unrelated", "outside"};

RelationSet FindRelationsOf(pid_t pid, const Birth* birth) {
  const pid_t own = getpid();
  const pid_t parent = getppid();
  if (pid == own) return Bit(Relation::kSelf);
  const RelationSet init = pid == kInit ? Bit(Relation::kInit) : 0;
  if (pid == parent) {
    return init | Bit(Relation::kParent) | Bit(Relation::kAncestor);
  }
  if (!MINITALK_LINUX || !IsOwnProc()) return init;
  // The sender first, since it may be about to end.
  Birth sender;
  if (birth != nullptr) {
    sender = *birth;
  } else if (!ReadBirth(pid, &sender)) {
    return init;
  }
  if (parent > kInit && sender.parent == parent) {
    return Bit(Relation::kSibling);
  }
  const Answer below = Descends(sender, own);
  if (below == Answer::kYes) return Bit(Relation::kDescendant);
  Birth self;
  const Answer above =
      ReadBirth(own, &self) ? Descends(self, pid) : Answer::kUnknown;
  if (above == Answer::kYes) return init | Bit(Relation::kAncestor);
  if (init != 0) return init;
  return below == Answer::kNo && above == Answer::kNo
             ? Bit(Relation::kUnrelated)
             : 0;
}

RelationSet FindRelations(const siginfo_t& info, const Birth* birth) {
  switch (OriginOf(info)) {
    case Origin::kProcess:
    case Origin::kClaimed:
      return FindRelationsOf(SenderPid(info), birth);
    case Origin::kUnknown:
      // With another code it is the sender itself that says so.
      return IsFromKill(info.si_code) ? Bit(Relation::kOutside) : 0;
    case Origin::kKernel:
    case Origin::kChild:
    case Origin::kTimer:
      break;
  }
  return 0;
}

uint32_t TellingRelation(RelationSet relations) {
  for (uint32_t i = 0; i < kRelationCount; ++i) {
    if ((relations >> i & 1) != 0) return i + 1;
  }
  return 0;
}

}  // namespace minitalk
