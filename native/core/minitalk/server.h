// The process's one server, as the handler sees it: who may send a frame now.
#ifndef MINITALK_CORE_MINITALK_SERVER_H_
#define MINITALK_CORE_MINITALK_SERVER_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/minitalk/lanes.h"
#include "core/signals/taking.h"
#include "handler/minitalk/protocol_state.h"

namespace minitalk {

struct GrantRequest {
  uint32_t number;   // 0..4095
  uint32_t session;  // 1..2^20-1
  pid_t pid;
  pid_t thread;
  int status;     // of the thread, see status.h; -1: not known
  uint32_t bits;  // 1..65535; for data words 8 times as many as kMaxFrameBytes
  Mode mode = Mode::kBit;
  int cpu = -1;        // where the owner's thread takes the data; -1: anywhere
  uint32_t count = 0;  // data signals of the frame that are there already
  uint32_t lanes = 0;  // by which they may come
  bool together = false;  // where the client says that it runs
};

// A claim on being the server, and what it may do: without the claim nothing,
// -EBADF. For one thread. The claim ends with the object. It puts the bits of a
// frame together, each from its record.
class Server : public Sift {
 public:
  Server() = default;
  ~Server() { Release(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Makes `channel` the process's server channel, which takes bursts on
  // `burst_signal` (0: none). 0, or -EADDRINUSE when there is a server,
  // -EALREADY when it is this one, -EINVAL when there is no such signal.
  int Claim(Channel* channel, int burst_signal = 0);
  // No data count any more. Safe to repeat.
  void Release();

  // Replaces the present grant. Data count once a QUERY has named the new one.
  // Also -EINVAL for what no word can say.
  int SetGrant(const GrantRequest& request);
  // Returns how many data signals of its frame are there. From then on no
  // handler writes into the frame, and all that was counted has its record.
  int ClearGrant();
  // Changes where the data of the present grant are taken: by the owner's
  // thread, and by lanes.
  int Place(int cpu, bool together);
  // Data signals taken under the present grant, or -1 when it is not started or
  // there is none.
  int32_t GrantCount() const;
  // By how many lanes the present grant's data come; 0: not by lanes, or not
  // yet.
  uint32_t GrantLanes() const;
  // Whether a grant by lanes would start without a round for that.
  bool AreLanesSettled() const;
  // The records of the latest grant's bits, but the first, and the one with
  // which their frame is whole.
  bool Takes(const Record& record) override;
  // Bits of the latest grant's frame that are put together, with those that
  // were there before it.
  uint32_t bit_count() const { return bit_count_; }
  // Copies the first `size` bytes of the frame out.
  int CopyFrame(uint8_t* out, size_t size) const;
  // Puts the beginning of the next grant's frame back; of bits all of it, as
  // only ones are put into it. -EBUSY during a grant.
  int RestoreFrame(const uint8_t* bytes, size_t size);

  // Whether all data of the latest grant's frame are there, where they came by
  // lanes: the records of the last round alone do not tell. Else true.
  bool IsFrameWhole() const;
  // The thread ids of the lanes, in order; made now if there are fewer than
  // `count`, 1 to kMaxLanes, as far as the system gives threads.
  std::vector<pid_t> StartLanes(uint32_t count);
  // -EBUSY during a grant that names them.
  int EndLanes();

  // The files that tell of this server, there or about to be.
  int Announce(std::vector<std::string> paths);
  // Removes them: their owner has ended and can not.
  void TakeBack();

  // Null without the claim.
  Channel* channel() const { return channel_; }
  int cpu() const { return cpu_; }

 private:
  Channel* channel_ = nullptr;
  const Grant* latest_ = nullptr;
  uint32_t first_bits_ = 0;  // that were there before the latest grant
  uint32_t bit_count_ = 0;
  int cpu_ = -1;
  Lanes lanes_;
  std::vector<std::string> announcement_;
};

}  // namespace minitalk

#endif  // MINITALK_CORE_MINITALK_SERVER_H_
