// What a lane does with a signal: docs/protocol.md, section 9. Each is the
// channel of one outstanding bit by itself.
#ifndef MINITALK_HANDLER_MINITALK_LANE_H_
#define MINITALK_HANDLER_MINITALK_LANE_H_

#include <signal.h>

#include "handler/minitalk/protocol_state.h"
#include "handler/minitalk/word.h"

namespace minitalk {

// For the lane's own thread, with every signal blocked. False: not the grant's,
// and like any other signal.
bool TakeInLane(Lane* lane, const siginfo_t& info);

// The grant's data are to come by lanes, as its first QUERY says. To be called
// before it is started.
void OpenLanes(Grant* grant, const LaneQuery& query);

// Says where lanes are to run from now on: with the grant's client, or
// anywhere.
void PlaceLanes(const Grant* grant);

// Data signals of the frame that are there for good: complete rounds, by lanes.
uint32_t KeptCount(const Grant* grant);

// To be called once the grant has ended: with a whole frame of it nothing is
// pending any more in its lanes.
void SettleLanes(const Grant* grant);

// Whether those are all of a frame that comes by lanes.
bool IsWholeByLanes(const Grant* grant);

}  // namespace minitalk

#endif  // MINITALK_HANDLER_MINITALK_LANE_H_
