// Who a sender is to this process, and what a policy makes of it.
#include "handler/signals/relation.h"

#include <sys/wait.h>

#include <atomic>
#include <functional>

#include "check.h"
#include "handler/signals/identity.h"
#include "handler/signals/policy.h"
#include "support.h"

namespace minitalk::test {

namespace {

constexpr RelationSet kNotKnown = 0;

siginfo_t From(pid_t pid, int code = SI_USER) {
  siginfo_t info = {};
  info.si_signo = SIGTERM;
  info.si_code = code;
  info.si_pid = pid;
  return info;
}

bool Allows(const Policy& policy, const siginfo_t& info) {
  SenderRelations sender(info);
  return policy.Allows(info, kNoUid, sender);
}

// What `body` finds in a process that is so many generations younger.
void InGeneration(int generation, const std::function<void()>& body) {
  if (generation == 0) return body();
  Child child([&] { InGeneration(generation - 1, body); });
  child.Join();
}

// A child that has a child, both waiting.
class Family {
 public:
  Family()
      : child_([this] {
          const Child grandchild([this] {
            grandchild_->store(getpid());
            for (;;) pause();
          });
          for (;;) pause();
        }) {
    Await([&] { return grandchild_->load() != 0; });
  }
  pid_t child() const { return child_.pid(); }
  pid_t grandchild() const { return grandchild_->load(); }

 private:
  Shared<std::atomic<pid_t>> grandchild_;
  Child child_;
};

}  // namespace

TEST("a process knows itself, its parent, and that this is an ancestor") {
  CHECK_EQ(FindRelationsOf(getpid()), Bit(Relation::kSelf));
  CHECK_EQ(FindRelationsOf(getppid()),
           Bit(Relation::kParent) | Bit(Relation::kAncestor));
  const pid_t own = getpid();
  InGeneration(
      2, [&] { CHECK_EQ(FindRelationsOf(own), Bit(Relation::kAncestor)); });
}

TEST("children and theirs are descendants, also when they have just ended") {
  const Family family;
  CHECK_EQ(FindRelationsOf(family.child()), Bit(Relation::kDescendant));
  CHECK_EQ(FindRelationsOf(family.grandchild()), Bit(Relation::kDescendant));
  Child ended([] {});
  siginfo_t info;
  CHECK_EQ(
      waitid(P_PID, static_cast<id_t>(ended.pid()), &info, WEXITED | WNOWAIT),
      0);
  CHECK_EQ(FindRelationsOf(ended.pid()), Bit(Relation::kDescendant));
  ended.Join();
  CHECK_EQ(FindRelationsOf(ended.pid()), kNotKnown);
}

TEST("a sibling has the same parent, and its child is no relative") {
  const Family family;
  InGeneration(1, [&] {
    CHECK_EQ(FindRelationsOf(family.child()), Bit(Relation::kSibling));
    CHECK_EQ(FindRelationsOf(family.grandchild()), Bit(Relation::kUnrelated));
  });
}

TEST("pid 1 is init, and nobody's sibling by it") {
  CHECK((FindRelationsOf(1) & Bit(Relation::kInit)) != 0);
  CHECK_EQ(TellingRelation(Bit(Relation::kInit) | Bit(Relation::kAncestor)),
           1 + static_cast<uint32_t>(Relation::kInit));
  CHECK_EQ(TellingRelation(Bit(Relation::kInit) | Bit(Relation::kParent)),
           1 + static_cast<uint32_t>(Relation::kParent));
  CHECK_EQ(TellingRelation(kNotKnown), 0);
}

TEST("beyond 32 generations nothing is known") {
  const pid_t own = getpid();
  InGeneration(kMaxGenerations, [&] {
    CHECK_EQ(FindRelationsOf(own), Bit(Relation::kAncestor));
  });
  InGeneration(kMaxGenerations + 1,
               [&] { CHECK_EQ(FindRelationsOf(own), kNotKnown); });
}

TEST("only what the kernel says is outside, and nobody is related by a timer") {
  CHECK_EQ(FindRelations(From(0)), Bit(Relation::kOutside));
  CHECK_EQ(FindRelations(From(0, SI_TKILL)), Bit(Relation::kOutside));
  CHECK_EQ(FindRelations(From(0, SI_QUEUE)), kNotKnown);
  CHECK_EQ(FindRelations(From(getpid(), SI_QUEUE)), Bit(Relation::kSelf));
  CHECK_EQ(FindRelations(From(getpid(), SI_TIMER)), kNotKnown);
  CHECK_EQ(FindRelations(From(getpid(), SI_KERNEL)), kNotKnown);
}

TEST("a policy takes those whose relation it names") {
  Policy policy;
  policy.set = true;
  policy.only.relations = Bit(Relation::kAncestor) | Bit(Relation::kSelf);
  const Family family;
  CHECK(Allows(policy, From(getpid())));
  CHECK(Allows(policy, From(getppid())));
  CHECK(!Allows(policy, From(family.child())));
  CHECK(!Allows(policy, From(0)));
  CHECK(!Allows(policy, From(getpid(), SI_QUEUE)));
  CHECK(Allows(policy, From(0, SI_KERNEL)));
  policy.only.pid_count = 1;
  policy.only.pids[0] = family.child();
  CHECK(Allows(policy, From(family.child())));
  CHECK(!Allows(policy, From(family.grandchild())));
}

TEST("who is outside is allowed by name alone, though nobody attests it") {
  Policy policy;
  policy.set = true;
  CHECK(!Allows(policy, From(0)));
  policy.only.relations = Bit(Relation::kOutside);
  CHECK(Allows(policy, From(0)));
  CHECK(!Allows(policy, From(0, SI_QUEUE)));
  CHECK(!Allows(policy, From(getpid())));
}

TEST("a policy takes nobody whom it excepts, nor who may be one of them") {
  Policy policy;
  policy.set = true;
  policy.never.relations = Bit(Relation::kDescendant);
  const Family family;
  Child gone([] {});
  gone.Join();
  CHECK(Allows(policy, From(getpid())));
  CHECK(Allows(policy, From(getppid())));
  CHECK(!Allows(policy, From(family.grandchild())));
  CHECK(!Allows(policy, From(gone.pid())));
  policy.only.relations = Bit(Relation::kDescendant);
  CHECK(!Allows(policy, From(family.child())));
  policy = Policy{};
  policy.set = true;
  policy.never.pid_count = policy.never.uid_count = 1;
  policy.never.pids[0] = getpid();
  policy.never.uids[0] = 7;
  CHECK(!Allows(policy, From(getpid())));
  CHECK(Allows(policy, From(gone.pid())));
  siginfo_t info = From(gone.pid());
  info.si_uid = 7;
  CHECK(!Allows(policy, info));
}

TEST("a relation is looked for once, and only if somebody asks") {
  const siginfo_t info = From(getppid());
  SenderRelations sender(info);
  Policy policy;
  policy.set = true;
  CHECK(policy.Allows(info, kNoUid, sender));
  CHECK(!sender.looked());
  policy.only.relations = Bit(Relation::kParent);
  CHECK(policy.Allows(info, kNoUid, sender));
  CHECK(sender.looked());
}

TEST("of whom it is known whose child it was that need not be there any more") {
  Child gone([] {});
  gone.Join();
  const siginfo_t info = From(gone.pid());
  SenderRelations not_known(info);
  CHECK_EQ(not_known.Get(), kNotKnown);
  SenderRelations known(info);
  known.Know({getpid(), UINT64_MAX});
  CHECK_EQ(known.Get(), Bit(Relation::kDescendant));
}

TEST("a record has the relation where a policy or a snapshot has looked") {
  Watch watch({SIGUSR2}, After::kStop);
  const auto relation = [&] {
    raise(SIGUSR2);
    return watch.Take(1)[0].extra >> kRelationShift;
  };
  CHECK_EQ(relation(), 0);
  watch.channel()->policy.set = true;
  watch.channel()->policy.only.relations = Bit(Relation::kSelf);
  CHECK_EQ(relation(), 1 + static_cast<uint32_t>(Relation::kSelf));
  watch.channel()->policy = Policy{};
  CHECK_EQ(EnableSnapshots(watch.channel()), 0);
  CHECK_EQ(relation(), 1 + static_cast<uint32_t>(Relation::kSelf));
}

}  // namespace minitalk::test
