// Messages on their way to the consumer.
const budget = 'lib/minitalk/server/budget.ts';
const consumer = 'lib/minitalk/server/consumer.ts';
const deliveries = 'lib/minitalk/server/deliveries.ts';
const incoming = 'lib/minitalk/server/incoming.ts';
const bits = 'lib/minitalk/server/intake/bits.ts';
const endpoint = 'lib/minitalk/peer/endpoint.ts';
const grantHeader = 'native/handler/minitalk/grant.h';
const server = 'native/core/minitalk/server.cc';
const taking = 'native/core/signals/taking.cc';
const words = 'lib/minitalk/server/intake/words.ts';
const message = 'lib/minitalk/server/message.ts';

module.exports = [
  {
    rule: '[4.27] a message that was admitted once is not counted twice',
    edits: [[budget, 'if (admitted.has(message)) return true;', '']],
    test: ['unit/budget', 'a message counts once, however often it is admitted or dropped'],
  },
  {
    rule: '[4.27] messages wait for room',
    edits: [[budget, 'if (held + message.length > limit) return false;', '']],
    test: ['unit/budget', 'four messages of the greatest length have room, and not a byte'],
  },
  {
    rule: '[4.27] what fills the room exactly is admitted',
    edits: [[budget, 'held + message.length > limit', 'held + message.length >= limit']],
    test: ['unit/budget', 'four messages of the greatest length have room, and not a byte'],
  },
  {
    rule: '[4.27] four of the longest messages have room',
    edits: [[budget, 'const LONGEST_MESSAGES = 4;', 'const LONGEST_MESSAGES = 3;']],
    test: ['unit/budget', 'four messages of the greatest length have room, and not a byte'],
  },
  {
    rule: '[4.27] there is room for 1 MiB at least',
    edits: [[budget, 'const LEAST_BUDGET = 2 ** 20;', 'const LEAST_BUDGET = 0;']],
    test: ['unit/budget', 'there is room for 1 MiB, however short the longest message is'],
  },
  {
    rule: '[4.27] what a message held comes free',
    edits: [
      [
        budget,
        'if (admitted.delete(message)) held -= message.length;',
        'admitted.delete(message);',
      ],
    ],
    test: ['unit/budget', 'a message counts once, however often it is admitted or dropped'],
  },
  {
    rule: '[4.27] room is given back once',
    edits: [
      [budget, 'if (admitted.delete(message)) held', 'admitted.delete(message);\n      held'],
    ],
    test: ['unit/budget', 'a message counts once, however often it is admitted or dropped'],
  },
  {
    rule: "[4.44] a listener's throw means that nobody has the message",
    edits: [
      [
        consumer,
        '        throw error;\n      });\n      throw error;',
        '        throw error;\n      });\n      return undefined;',
      ],
    ],
    test: ['unit/consumer', 'a listener that throws does not, and its error is uncaught'],
  },
  {
    rule: "a listener's throw is an uncaught exception",
    edits: [[consumer, 'queueMicrotask(() => {\n        throw error;\n      });', '']],
    test: ['unit/consumer', 'a listener that throws does not, and its error is uncaught'],
  },
  {
    rule: '[4.43] while somebody iterates a message is taken by the loop only',
    edits: [
      [
        consumer,
        'if (isIterating) return toIterator(message);',
        'if (isIterating) void toIterator(message);',
      ],
    ],
    test: ['unit/consumer', 'an iterator that waits has the message at once, and once'],
  },
  {
    rule: '[4.44] a message that nobody takes was not delivered',
    edits: [
      [
        consumer,
        "if (!isHeard && deliver === undefined) throw new Error('nobody takes messages');",
        '',
      ],
    ],
    test: ['unit/consumer', 'a listener is not there: nobody has it'],
  },
  {
    rule: 'with a deliver option no listener is needed',
    edits: [[consumer, '!isHeard && deliver === undefined', '!isHeard']],
    test: ['unit/consumer', 'the deliver option needs no listener'],
  },
  {
    rule: '[4.43] a message is delivered when the busy loop takes it, not before',
    edits: [
      [
        consumer,
        'return new Promise((taken, dropped) => backlog.push({ message, taken, dropped }));',
        'backlog.push({ message, taken: () => {}, dropped: () => {} });\n      return undefined;',
      ],
    ],
    test: ['unit/consumer', 'an iterator that waits has the message at once, and once'],
  },
  {
    rule: 'an iterator gets each message once',
    edits: [
      [
        consumer,
        '    awaiting({ done: false, value: message });\n    awaiting = undefined;',
        '    awaiting({ done: false, value: message });',
      ],
    ],
    test: ['unit/consumer', 'an iterator that waits has the message at once, and once'],
  },
  {
    rule: '[4.44] what waits for the loop is dropped at the end',
    edits: [
      [
        consumer,
        "for (const { dropped } of backlog.splice(0)) dropped(new Error('nobody takes messages'));",
        '',
      ],
    ],
    test: ['unit/consumer', 'an iterator that is left has not taken what waited for it'],
  },
  {
    rule: 'listeners hear after deliver has ended',
    edits: [
      [consumer, '? taken.then(() => toListeners(message))', '? (toListeners(message), taken)'],
    ],
    test: ['unit/consumer', 'the deliver option has the message when its promise is resolved;'],
  },
  {
    rule: 'messages go to one iterator',
    edits: [[consumer, '      if (isIterating) {\n', '      if (false as boolean) {\n']],
    test: ['unit/consumer', 'an iterator is the only one until it is left'],
  },
  {
    rule: 'the loop gets what waited, in order',
    edits: [[consumer, 'const entry = backlog.shift();', 'const entry = backlog.pop();']],
    test: ['unit/consumer', 'an iterator that is busy has each when it takes it, in their'],
  },
  {
    rule: '[4.43] what the loop takes is delivered',
    edits: [[consumer, '            entry.taken();\n', '']],
    test: ['unit/consumer', 'an iterator that is busy has each when it takes it, in their'],
  },
  {
    rule: 'the iteration ends with the server',
    edits: [[consumer, 'if (isEnded) return Promise.resolve(DONE);', '']],
    test: ['unit/consumer', 'an iterator ends with the server, also one that waits'],
  },
  {
    rule: 'a loop that waits ends with the server',
    edits: [[consumer, '      awaiting?.(DONE);\n', '']],
    test: ['unit/consumer', 'an iterator ends with the server, also one that waits'],
  },
  {
    rule: 'who leaves the loop frees the iterator',
    edits: [[consumer, '          isIterating = false;\n', '']],
    test: ['unit/consumer', 'an iterator is the only one until it is left'],
  },
  {
    rule: '[4.44] who leaves the loop has not taken what waited',
    edits: [[consumer, '          dropBacklog();\n          return', '          return']],
    test: ['unit/consumer', 'an iterator that is left has not taken what waited for it'],
  },
  {
    rule: '[4.43, 4.44] delivered is said when the consumer has it',
    edits: [[deliveries, 'if (work !== undefined) await work;', '']],
    test: ['unit/reception', 'a message that is being delivered is told as delivered'],
  },
  {
    rule: '[4.44] a consumer that fails has not taken it',
    edits: [[deliveries, 'isTaken = false;\n    }', '}']],
    test: ['unit/consumer', 'a delivery has failed when the consumer throws'],
  },
  {
    rule: 'close waits for the consumer',
    edits: [[deliveries, '      running.add(delivery);\n', '']],
    test: ['unit/consumer', 'a delivery is finished when the consumer has the message'],
  },
  {
    rule: 'what is settled is forgotten',
    edits: [[deliveries, '        running.delete(delivery);\n', '']],
    test: ['unit/consumer', 'a delivery'],
    unnoticed: 'only memory: what is settled is waited for no longer',
  },
  {
    rule: '[4.42, 6.13] a frame whose checksum fails is awaited again',
    edits: [
      [
        incoming,
        'if (body !== undefined) this.#bodies.push(body);',
        'this.#bodies.push(body ?? wire);',
      ],
    ],
    test: ['unit/incoming', 'a frame whose checksum fails stays awaited, and nothing of it is'],
  },
  {
    rule: '[4.37] what was kept is dropped with its frame',
    edits: [[incoming, '    this.#part = undefined;\n', '']],
    test: ['unit/incoming', 'a frame whose checksum fails stays awaited, and nothing of it is'],
  },
  {
    rule: 'verified bytes are at most the message',
    edits: [[incoming, 'return Math.min(total, this.length);', 'return total;']],
    test: ['unit/incoming', 'a message is whole with its last frame'],
  },
  {
    rule: 'the first bit counts, not a later one',
    edits: [[incoming, '    if (this.#firstTime !== undefined) return;\n', '']],
    test: ['unit/incoming', 'it takes from its first data signal to its last'],
  },
  {
    rule: '[2.18] the first bit names the attested uid',
    edits: [[incoming, '    this.#uid = uid;\n', '']],
    test: ['unit/incoming', 'it takes from its first data signal to its last'],
  },
  {
    rule: 'a message takes time from its first bit to its last',
    edits: [[incoming, '    this.#lastTime = time;\n', '']],
    test: ['unit/incoming', 'it takes from its first data signal to its last'],
  },
  {
    rule: 'a message without data took no time',
    edits: [[incoming, 'this.#firstTime === undefined ? 0 : Number', 'Number']],
    test: ['unit/incoming', 'it takes from its first data signal to its last'],
  },
  {
    rule: '[3.1] a message of one frame is whole with it',
    edits: [[incoming, 'return this.frame === this.#frames;', 'return this.frame > this.#frames;']],
    test: ['unit/incoming', 'a message is whole with its last frame'],
  },
  {
    rule: '[4.39] bits go on behind those that are kept',
    edits: [[server, 'first_bits_ = bit_count_ = request.count;', 'first_bits_ = bit_count_ = 0;']],
    core: 'bits are put together in any order',
  },
  {
    rule: '[4.37] the bits that are kept are put back',
    edits: [[bits, '      message.part?.bytes.copy(bytes);\n', '']],
    test: ['unit/intake', 'a frame of bits begins with none, or with those that were kept'],
  },
  {
    rule: '[4.37] a kept part has its last bits',
    edits: [[bits, '(count + 7) >> 3', 'count >> 3']],
    test: ['unit/intake', 'of the bits behind the part that is kept nothing is'],
  },
  {
    rule: '[4.40] data that are not all here are not kept',
    edits: [[bits, '      if (count > memory.bitCount()) return undefined;\n', '']],
    test: ['unit/intake', 'a part of a frame of bits is kept only where all that was'],
  },
  {
    rule: "a frame's first bit begins its message",
    edits: [[bits, '      message.begins(batch.time(i), batch.uid(i));\n', '']],
    test: ['unit/intake', 'a frame of bits is its message from the first bit'],
  },
  {
    rule: "a frame's last bit may end its message",
    edits: [[bits, '      message.ends(batch.time(i));', '      ']],
    test: ['unit/intake', 'a frame of bits is its message from the first bit'],
  },
  {
    rule: 'a frame of bits is whole with all of them',
    edits: [[bits, 'memory.bitCount() < 8 * bytes', 'memory.bitCount() < 8 * bytes - 1']],
    test: ['unit/intake', 'a frame of bits is whole with its last one'],
  },
  {
    rule: 'the loop sees the first bit of a frame',
    edits: [
      [server, 'return bit_count_ != first_bits_ + 1 &&\n         bit_count_', 'return bit_count_'],
    ],
    core: 'the loop sees the first one and the last one',
  },
  {
    rule: 'the loop sees the last bit of a frame',
    edits: [
      [
        server,
        'return bit_count_ != first_bits_ + 1 &&\n         bit_count_ < latest_->bits.load(std::memory_order_relaxed);',
        'return bit_count_ != first_bits_ + 1;',
      ],
    ],
    core: 'the loop sees the first one and the last one',
  },
  {
    rule: 'a stray is no bit for who puts them together',
    edits: [[server, 'if (record.tag == 0 || latest_ == nullptr', 'if (latest_ == nullptr']],
    core: 'what is no bit of the latest grant',
  },
  {
    rule: 'bits of an earlier grant are not put together',
    edits: [
      [
        server,
        'Mode::kBit ||\n      GrantOf(record.tag) != latest_->number.load(std::memory_order_relaxed)) {',
        'Mode::kBit) {',
      ],
    ],
    core: 'what is no bit of the latest grant',
  },
  {
    rule: 'what is left of bits is put into no frame of words',
    edits: [
      [
        server,
        'latest_->mode.load(std::memory_order_relaxed) != Mode::kBit ||\n      GrantOf',
        'GrantOf',
      ],
    ],
    core: 'what is no bit of the latest grant',
  },
  {
    rule: 'data leave room in the ring to words and strangers',
    edits: [
      [
        'native/handler/minitalk/grant.cc',
        'return has_room ? ring.Claim() : nullptr;',
        'return ring.Claim();',
      ],
    ],
    core: 'a ring that is full but for strays',
  },
  {
    rule: 'a batch of records that were taken is no reason to stop',
    edits: [[taking, 'if (is_empty || count == limit) return count;', 'return count;']],
    core: 'records that are taken leave room',
  },
  {
    rule: '[4.34] a frame of words is whole with its last one',
    edits: [[words, '      hasLast = true;\n', '']],
    test: ['unit/incoming', 'a frame of data words is whole with the record of its last word,'],
  },
  {
    rule: "[4.34] a frame's last word is its own",
    edits: [[words, '      hasLast = false;\n', '']],
    test: ['unit/incoming', 'a frame of data words is whole with the record of its last word,'],
  },
  {
    rule: '[4.39] words that are kept are put back',
    edits: [[words, 'if (message.part !== undefined) memory.restore(message.part.bytes);', '']],
    test: ['unit/incoming', 'a frame of data words goes on where its beginning was kept'],
  },
  {
    rule: '[4.37] what came of a frame of words is kept',
    edits: [[words, '      memory.copy(bytes);\n      return { count', '      return { count']],
    test: ['unit/incoming', 'a frame of data words goes on where its beginning was kept'],
  },
  {
    rule: 'a kept part is not longer than its frame',
    edits: [
      [words, 'Math.min(LARGEST_PAYLOAD * count, message.awaitedBytes)', 'LARGEST_PAYLOAD * count'],
    ],
    test: ['unit/incoming', 'a frame of data words goes on where its beginning was kept'],
  },
  {
    rule: '[4.37] all that 24 bytes a word can bring is kept',
    edits: [[words, 'const LARGEST_PAYLOAD = 24;', 'const LARGEST_PAYLOAD = 8;']],
    test: ['unit/incoming', 'a frame of data words goes on where its beginning was kept'],
  },
  {
    rule: 'words take time from the first grant',
    edits: [[words, '      message.begins(process.hrtime.bigint());\n', '']],
    test: ['unit/incoming', 'a frame of data words takes from its grant to its last word'],
  },
  {
    rule: 'words take time to the last one',
    edits: [[words, '      message.ends(batch.time(i));\n', '']],
    test: ['unit/incoming', 'a frame of data words takes from its grant to its last word'],
  },
  {
    rule: 'text is given for UTF-8 alone',
    edits: [[message, '{ fatal: true, ignoreBOM: true }', '{ ignoreBOM: true }']],
    test: ['unit/incoming', 'text is there for UTF-8 alone, with its byte order mark'],
  },
  {
    rule: 'a BOM is part of the text',
    edits: [[message, '{ fatal: true, ignoreBOM: true }', '{ fatal: true }']],
    test: ['unit/incoming', 'text is there for UTF-8 alone, with its byte order mark'],
  },
  {
    rule: '[2.18] the uid of bits is the attested one',
    edits: [[message, 'uid: message.uid ?? session.uid', 'uid: session.uid']],
    test: ['unit/incoming', 'the uid of bits is attested, that of data words is what was'],
  },
  {
    rule: '[2.18] data words are not attested',
    edits: [[message, 'attested: message.uid !== undefined', 'attested: true']],
    test: ['unit/incoming', 'the uid of bits is attested, that of data words is what was'],
  },
  {
    rule: '[2.18] bits are attested',
    edits: [[message, 'attested: message.uid !== undefined', 'attested: false']],
    test: ['unit/incoming', 'the uid of bits is attested, that of data words is what was'],
  },
  {
    rule: 'a partial message tells what was announced',
    edits: [[message, 'expected: message.length', 'expected: message.verifiedBytes']],
    test: ['unit/incoming', 'a partial message tells what came and what was announced'],
  },
  {
    rule: '[9.12] of the round that is not complete nothing is kept',
    edits: [[bits, 'if (rest > 0) (bytes[count >> 3] as number) &= 0xff00 >> rest;', 'void rest;']],
    test: ['unit/intake', 'of the bits behind the part that is kept nothing is'],
  },
  {
    rule: '[9.12] the bits in the last byte that is kept stay',
    edits: [[bits, '0xff00 >> rest', '0xff00 >> 8']],
    test: ['unit/intake', 'of the bits behind the part that is kept nothing is'],
  },
  {
    rule: '[9.12] what is kept has as many data as the handler counted',
    edits: [[bits, 'return { count, bytes };', 'return { count: memory.bitCount(), bytes };']],
    test: ['unit/intake', 'of the bits behind the part that is kept nothing is'],
  },
  {
    rule: '[9.4] a bit is put where its number says',
    edits: [[server, 'PutOne(BeforeOf(record.tag))', 'PutOne(bit_count_)']],
    core: 'bits are put together in any order',
  },
  {
    rule: 'a frame of bits begins with none',
    edits: [[bits, '      memory.restore(bytes);\n', '']],
    test: ['unit/intake', 'a frame of bits begins with none, or with those that were kept'],
  },
  {
    rule: '[9.4] the number of a bit is in its record',
    edits: [[grantHeader, 'return (tag - 1) >> 12;', 'return 0 * tag;']],
    test: ['unit/by-lanes', 'a message comes whole by lanes, in bit mode'],
  },
  {
    rule: "[9.4] a record's grant is beside its number",
    edits: [[endpoint, '(tag - 1) & 0xfff', 'tag - 1']],
    test: ['unit/by-lanes', 'a message comes whole by lanes, in word mode'],
  },
  {
    rule: '[9.7] a frame of words by lanes is whole with all of them',
    edits: [[words, '!hasLast || !memory.isWhole()', '!hasLast']],
    test: ['unit/incoming', 'a frame of data words by lanes is not whole with the record of'],
  },
];
