#include <unistd.h>

#include "handler/signals/identity.h"
#include "handler/signals/report_format.h"
#include "handler/signals/report_words.h"
#include "handler/signals/state.h"

namespace minitalk {

namespace {

void AddUid(Text& text, uint32_t uid) {
  text << " uid " << uid;
  if (uid == state.unmapped_uid.load(std::memory_order_relaxed)) {
    text << " (not mapped here)";
  }
}

void AddSeconds(Text& text, uint64_t ms) {
  const uint64_t tenths = ms / 100;
  text << tenths / 10 << '.' << tenths % 10 << " s";
}

void AddRelation(Text& text, const ReportFacts& facts) {
  const Sender* sender = facts.sender;
  const uint32_t telling = TellingRelation(facts.relations);
  if (telling == 0) return;
  const auto relation = static_cast<Relation>(telling - 1);
  switch (relation) {
    case Relation::kSelf:
      text << ", this process itself";
      break;
    case Relation::kParent:
      text << ", this process's parent";
      break;
    case Relation::kInit:
      text << ", init";
      break;
    case Relation::kAncestor:
      text << ", an ancestor of this process";
      break;
    case Relation::kSibling:
      text << ", a sibling of this process";
      break;
    case Relation::kDescendant:
      if (sender != nullptr && sender->parent == getpid()) {
        text << ", started by this process ";
      } else {
        text << ", a descendant of this process";
        if (sender == nullptr) break;
        text << ", started ";
      }
      AddSeconds(text, sender->age);
      text << " ago";
      break;
    case Relation::kUnrelated:
      text << ", unrelated";
      break;
    case Relation::kOutside:
      break;
  }
}

void AddPlace(Text& text, const Sender& sender) {
  if (sender.cgroup_length == 0) return;
  constexpr uint16_t kShortId = 12;  // as docker ps shows it
  if (sender.container_length > 0) {
    text << ", container ";
    AddForeign(text, sender.cgroup + sender.container_at, kShortId, false);
  } else if (sender.unit_length > 0) {
    text << ", unit ";
    AddForeign(text, sender.cgroup + sender.unit_at, sender.unit_length, false);
  } else {
    text << ", cgroup ";
    AddForeign(text, sender.cgroup, sender.cgroup_length, false);
  }
  if (sender.shares_cgroup != 0) text << " (ours)";
}

void AddSentence(Text& text, const ReportFacts& facts) {
  const siginfo_t& info = facts.info;
  const Sender* sender = facts.sender;
  AddSignal(text, info.si_signo);
  switch (OriginOf(info)) {
    case Origin::kProcess:
      text << " from pid " << SenderPid(info);
      if (sender != nullptr) {
        text << " (";
        AddProgram(text, *sender, false);
        text << ')';
      }
      AddUid(text, SenderUid(info));
      text << ", attested";
      AddRelation(text, facts);
      if (sender == nullptr) break;
      if (sender->parent > 0) text << ", parent " << sender->parent;
      if (sender->parent > 0 && sender->parent_name_length > 0) {
        text << " (";
        AddForeign(text, sender->parent_name, sender->parent_name_length,
                   false);
        text << ')';
      }
      AddPlace(text, *sender);
      break;
    case Origin::kClaimed:
      text << " from a sender that claims pid " << SenderPid(info);
      AddUid(text, SenderUid(info));
      text << ", not attested (";
      AddCode(text, info.si_code);
      text << "), value " << SignalValue(info);
      if (sender != nullptr) {
        text << "; that pid is (";
        AddProgram(text, *sender, false);
        text << ')';
        AddRelation(text, facts);
      }
      break;
    case Origin::kKernel:
      text << " from the kernel (";
      AddCode(text, info.si_code);
      text << ')';
      break;
    case Origin::kChild:
      text << " about child " << SenderPid(info);
      break;
    case Origin::kTimer:
      text << " from a timer, not attested (SI_TIMER)";
      break;
    case Origin::kUnknown:
      text << " from an unknown sender: outside this pid namespace (for pid 1 "
              "of a container: its runtime), or its details were lost";
      break;
  }
}

}  // namespace

void AddText(Text& text, const ReportFacts& facts) {
  const Sender& receiver = state.reporter.receiver;
  AddDate(text, facts.date);
  text << " pid " << state.owner.load(std::memory_order_relaxed);
  if (receiver.name_length > 0) {
    text << " (";
    AddProgram(text, receiver, false);
    text << ')';
  }
  text << ": ";
  AddSentence(text, facts);
}

}  // namespace minitalk
