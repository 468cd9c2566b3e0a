// How the addon is found, and what is said where it is not.
const load = 'lib/binding/load.ts';
const loadError = 'lib/binding/load-error.ts';

module.exports = [
  {
    rule: 'an addon built from the sources is preferred to a ready-made one',
    edits: [
      [
        load,
        'return [built(), readyMade(`${process.platform}-${process.arch}`, libc())];',
        'return [readyMade(`${process.platform}-${process.arch}`, libc()), built()];',
      ],
    ],
    test: ['e2e/loading', 'what was built from the sources is preferred'],
  },
  {
    rule: 'MINITALK_ADDON is preferred to all others',
    edits: [[load, 'if (named) return [path.resolve(named)];', '']],
    test: ['e2e/loading', 'MINITALK_ADDON is preferred to both'],
  },
  {
    rule: 'MINITALK_ADDON may be relative to the working directory',
    edits: [[load, '[path.resolve(named)]', '[named]']],
    test: ['e2e/loading', 'MINITALK_ADDON is preferred to both'],
  },
  {
    rule: 'the ready-made addon is the one for the C library of this Node',
    edits: [[load, "? 'musl' : 'glibc'", "? 'glibc' : 'musl'"]],
    test: ['e2e/loading', 'the ready-made one is loaded'],
  },
  {
    rule: 'tools that gather the files of a program find each ready-made addon',
    edits: [
      [
        load,
        "path.join(__dirname, '../../prebuilds/linux-arm64/minitalk.musl.node')",
        'path.join(__dirname, `../../prebuilds/${platform}/minitalk.${libc}.node`)',
      ],
    ],
    test: ['e2e/loading', 'the path of each ready-made one is written out'],
  },
  {
    rule: 'a checkout that was not built is told apart',
    edits: [[loadError, "if (isThere(join(root, 'binding.gyp'))) {", 'if (false) {']],
    test: ['e2e/loading', 'a checkout that was not built'],
  },
  {
    rule: 'what MINITALK_ADDON names and is not there is said to be named by it',
    edits: [[loadError, 'if (prebuilt === undefined)', 'if (false)']],
    test: ['e2e/loading', 'what MINITALK_ADDON names is not there'],
  },
  {
    rule: 'a missing addon is told apart from one that does not load',
    edits: [[load, 'if (file === undefined) throw notFound(files);', '']],
    test: ['e2e/loading', 'no binary for the platform'],
  },
  {
    rule: 'where the permission model keeps addons out, the missing option is said',
    edits: [[loadError, "if (code === 'ERR_DLOPEN_DISABLED')", "if (code === 'ERR_DLOPEN')"]],
    test: ['e2e/loading', 'the permission model without --allow-addons'],
  },
  {
    rule: 'a command loads the addon where its errors are reported',
    edits: [
      [
        'lib/cli/bin/minitalk-client.ts',
        '  return clientCommand(',
        "  require('../../binding/load.js');\n  return clientCommand(",
      ],
    ],
    test: ['e2e/loading', 'client: one line, and exit code 69'],
  },
];
