#include "raw_client.h"

#include <unistd.h>

#include "handler/calls.h"
#include "process.h"

namespace minitalk::test {

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

void RawClient::Query(uint32_t question, uint32_t grant) {
  Queue(SIGUSR2, Word{Word::kQuery, session_, question, grant, 0});
}

void RawClient::Queue(int signo, const Word& word) {
  CHECK_EQ(QueueSignal(server_, thread_, signo, word.Value()), 0);
}

Word RawClient::Reply(int signo) {
  siginfo_t info;
  const struct timespec limit = {10, 0};
  CHECK_EQ(sigtimedwait(&both_, &info, &limit), signo);
  CHECK_EQ(info.si_code, SI_QUEUE);
  CHECK_EQ(info.si_pid, server_);
  return Word::Parse(SignalValue(info));
}

void RawClient::SendTaken(int signo, uint32_t grant, uint32_t count) {
  Send(signo);
  const Word ack = Reply(SIGUSR1);
  CHECK_EQ(ack.kind, Word::kAck);
  CHECK_EQ(ack.session, session_);
  CHECK_EQ(ack.question, 0);
  CHECK_EQ(ack.grant, grant);
  CHECK_EQ(ack.count, count);
}

void RawClient::Ask(uint32_t question, uint32_t grant, uint32_t count) {
  Query(question, grant);
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

RawServer::RawServer(Stage* stage, size_t capacity)
    : watch_({SIGUSR1, SIGUSR2}, After::kStop, capacity) {
  CHECK_EQ(ClaimServer(watch_.channel()), 0);
  stage->thread.store(ThreadId());
}

RawServer::~RawServer() { ReleaseServer(watch_.channel()); }

void RawServer::Grant(uint32_t number, uint32_t session, pid_t client,
                      uint32_t bits, int pidfd) {
  SetGrant(watch_.channel(),
           GrantRequest{number, session, client, client, pidfd, bits});
}

}  // namespace minitalk::test
