// What both ends of a transmission keep together.
const calls = 'native/handler/signals/calls.cc';
const transmit = 'native/core/minitalk/transmit.cc';
const protocol = 'native/handler/minitalk/protocol.cc';
const waiting = 'native/core/signals/waiting.cc';

module.exports = [
  {
    rule: '[1.1, 4.7] a bit is sent to a thread',
    edits: [
      [
        calls,
        'return syscall(SYS_tgkill, pid, thread, signo) == 0 ? 0 : -errno;',
        '(void)thread;\n  return kill(pid, signo) == 0 ? 0 : -errno;',
      ],
    ],
    core: 'transmit_test',
  },
  {
    rule: '[3.5] the most significant bit is sent first',
    edits: [[transmit, '(7 - index % 8)', '(index % 8)']],
    core: 'transmit_test',
  },
  {
    rule: '[4.54, 6.9] no data are sent again without a question',
    edits: [
      [
        transmit,
        'if (HasExited(pidfd_)) return -ESRCH;\n      const int error = SendQuestion(now);',
        'if (HasExited(pidfd_)) return -ESRCH;\n      sent_ = asked_ = taken_;\n      const int error = started_ ? SendData(now) : SendQuestion(now);',
      ],
    ],
    core: 'transmit_trouble_test',
  },
  {
    rule: '[4.36, 5.18] the handler answers each question',
    edits: [
      [protocol, '  Reply(grant, Now(), SIGUSR2,', '  if (false) Reply(grant, Now(), SIGUSR2,'],
    ],
    core: 'transmit_test',
  },
  {
    rule: '[4.50, 6.8] an ANSWER that counts the outstanding data is as good as their ACK',
    edits: [[transmit, 'if (!started_ || sent_ > taken_) NoteTaken', 'if (!started_) NoteTaken']],
    core: 'transmit_steps_test',
  },
  {
    rule: '[7.4] what the transmitting thread takes has the code that the kernel gave it',
    edits: [
      [
        waiting,
        'return syscall(SYS_rt_sigtimedwait, &mask, info,\n                 ns == kForever ? nullptr : &limit, sizeof mask) > 0;',
        'sigset_t set = {};\n  __builtin_memcpy(&set, &mask, sizeof mask);\n  return sigtimedwait(&set, info, ns == kForever ? nullptr : &limit) > 0;',
      ],
    ],
    core: 'transmit_both_ways_test',
  },
  {
    rule: '[8.9] who may not use a CPU sends without it',
    edits: [
      [
        transmit,
        'if (cpu >= 0) hold.Acquire(cpu);',
        'if (cpu >= 0 && hold.Acquire(cpu) != 0) return -EPERM;',
      ],
    ],
    test: ['e2e/placement', 'a client that may not use the CPU of its server'],
  },
];
