#include "raw_client.h"

#include <unistd.h>

#include "core/signals/process.h"
#include "handler/signals/calls.h"

namespace minitalk::test {

uint8_t Pattern(const DataHeader& header, size_t index) {
  return static_cast<uint8_t>(31 * header.number + 7 * index + 1);
}

void PutPattern(siginfo_t* info, const DataHeader& header) {
  info->si_errno = header.Value();
  uint8_t payload[kMaxPayload];
  for (size_t i = 0; i < kMaxPayload; ++i) payload[i] = Pattern(header, i);
  PutPayload(info, payload, kMaxPayload);
}

RawClient::RawClient(Stage* stage, uint32_t session)
    : server_(getppid()), session_(session) {
  sigemptyset(&both_);
  sigaddset(&both_, SIGUSR1);
  sigaddset(&both_, SIGUSR2);
  CHECK_EQ(sigprocmask(SIG_BLOCK, &both_, nullptr), 0);
  Await([&] { return stage->thread.load() != 0; });
  thread_ = stage->thread.load();
}

void RawClient::Send(int signo) {
  CHECK_EQ(KillThread(server_, thread_, signo), 0);
}

void RawClient::Query(uint32_t question, uint32_t grant, int signo) {
  Queue(signo, Word{Word::kQuery, session_, question, grant, 0});
}

void RawClient::Queue(int signo, const Word& word) {
  CHECK_EQ(QueueSignal(server_, thread_, signo, word.Value()), 0);
}

void RawClient::SendData(int signo, const DataHeader& header) {
  siginfo_t info = QueuedInfo(getpid(), getuid(), signo, 0);
  PutPattern(&info, header);
  CHECK_EQ(QueueInfo(server_, thread_, info), 0);
}

Word RawClient::Reply(int signo) {
  siginfo_t info;
  const struct timespec limit = {10, 0};
  CHECK_EQ(sigtimedwait(&both_, &info, &limit), signo);
  CHECK_EQ(info.si_code, SI_QUEUE);
  CHECK_EQ(info.si_pid, server_);
  return Word::Parse(SignalValue(info));
}

void RawClient::ExpectAck(uint32_t grant, uint32_t count) {
  const Word ack = Reply(SIGUSR1);
  CHECK_EQ(ack.kind, Word::kAck);
  CHECK_EQ(ack.session, session_);
  CHECK_EQ(ack.question, 0);
  CHECK_EQ(ack.grant, grant);
  CHECK_EQ(ack.count, count);
}

void RawClient::SendTaken(int signo, uint32_t grant, uint32_t count) {
  Send(signo);
  ExpectAck(grant, count);
}

void RawClient::Ask(uint32_t question, uint32_t grant, uint32_t count,
                    int signo) {
  Query(question, grant, signo);
#if defined(__SANITIZE_THREAD__)
  // Its runtime drops a signal while an earlier one of that number is late.
  const auto has_reply = [] {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGUSR1) == 1 ||
           sigismember(&pending, SIGUSR2) == 1;
  };
  if (!Within(1000, has_reply)) Query(question, grant, signo);
#endif
  const Word answer = Reply(SIGUSR2);
  CHECK_EQ(answer.kind, Word::kAnswer);
  CHECK_EQ(answer.session, session_);
  CHECK_EQ(answer.question, question);
  CHECK_EQ(answer.grant, grant);
  CHECK_EQ(answer.count, count);
}

void RawClient::ExpectSilence() {
  const struct timespec limit = {0, 30'000'000};
  CHECK_EQ(sigtimedwait(&both_, nullptr, &limit), -1);
}

RawServer::RawServer(Stage* stage, size_t capacity, int burst_signal)
    : watch_({SIGUSR1, SIGUSR2, kBurstSignal}, After::kStop, capacity) {
  CHECK_EQ(claim_.Claim(watch_.channel(), burst_signal), 0);
  stage->thread.store(ThreadId());
}

void RawServer::Grant(uint32_t number, uint32_t session, pid_t client,
                      uint32_t bits, int status, Mode mode) {
  CHECK_EQ(
      claim_.SetGrant({number, session, client, client, status, bits, mode}),
      0);
  protocol.server.defers_acks.store(false);  // as in Receive
}

}  // namespace minitalk::test
