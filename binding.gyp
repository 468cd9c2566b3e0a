{
  "variables": {
    # --sanitize=address builds for AddressSanitizer and UBSan (CONTRIBUTING.md).
    "sanitize%": "",
  },
  "targets": [
    {
      "target_name": "minitalk",
      "sources": [
        "native/core/minitalk/affinity.cc",
        "native/core/signals/channel.cc",
        "native/core/signals/disposition.cc",
        "native/core/signals/execute.cc",
        "native/core/signals/held_loop.cc",
        "native/core/signals/standing.cc",
        "native/core/signals/taking.cc",
        "native/core/minitalk/server.cc",
        "native/core/minitalk/payload.cc",
        "native/core/minitalk/send_word.cc",
        "native/core/signals/process.cc",
        "native/core/signals/reporting.cc",
        "native/core/signals/restorer.cc",
        "native/core/signals/signal_scope.cc",
        "native/core/minitalk/receive.cc",
        "native/core/minitalk/transmit.cc",
        "native/core/minitalk/waiting.cc",
        "native/handler/signals/calls.cc",
        "native/handler/signals/cgroup.cc",
        "native/handler/signals/below.cc",
        "native/handler/signals/chain.cc",
        "native/handler/signals/default_action.cc",
        "native/handler/signals/grace.cc",
        "native/handler/signals/handler.cc",
        "native/handler/signals/late.cc",
        "native/handler/signals/marks.cc",
        "native/handler/signals/proc.cc",
        "native/handler/signals/program.cc",
        "native/handler/minitalk/protocol.cc",
        "native/handler/signals/publish.cc",
        "native/handler/signals/relation.cc",
        "native/handler/signals/report.cc",
        "native/handler/signals/report_json.cc",
        "native/handler/signals/report_target.cc",
        "native/handler/signals/report_text.cc",
        "native/handler/signals/report_words.cc",
        "native/handler/signals/sender.cc",
        "native/handler/signals/signal_table.cc",
        "native/handler/signals/status.cc",
        "native/handler/signals/watchers.cc",
        "native/binding/addon.cc",
        "native/binding/signals/channel_object.cc",
        "native/binding/signals/exit_object.cc",
        "native/binding/signals/loop_handles.cc",
        "native/binding/signals/loop_hold.cc",
        "native/binding/minitalk/server_object.cc",
        "native/binding/minitalk/transmitter_object.cc",
      ],
      "include_dirs": [
        "native",
        # As it is called here: a copy with a link to node_modules finds nothing to compile.
        "<!(node --preserve-symlinks -p \"require('node-addon-api').include_dir\")",
      ],
      "defines": [
        "NAPI_VERSION=9",
        "NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS",
        # A Worker that is terminated inside a call must not end the process.
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
      ],
      "cflags_cc": [
        "-std=c++17", "-fno-exceptions", "-fno-rtti", "-fvisibility=hidden",
        "-Wall", "-Wextra", "-O2",
      ],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-std=c++20", "-O3"],
      "conditions": [
        ["OS=='linux'", {
          # A handler outlives the environment that loaded it: never unmap it.
          "ldflags": ["-Wl,-z,nodelete"],
          "libraries": ["-ldl"],
        }],
        ["OS=='mac'", {
          "xcode_settings": {
            "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
            "GCC_ENABLE_CPP_EXCEPTIONS": "NO",
            "MACOSX_DEPLOYMENT_TARGET": "11.0",
          },
        }],
        ["sanitize=='address'", {
          "cflags_cc": ["-fsanitize=address,undefined", "-fno-omit-frame-pointer", "-g", "-O1"],
          "ldflags": ["-fsanitize=address,undefined"],
        }],
      ],
    },
  ],
}
