{
  "variables": {
    # --sanitize=address builds for AddressSanitizer and UBSan (CONTRIBUTING.md).
    "sanitize%": "",
  },
  "targets": [
    {
      "target_name": "minitalk",
      "sources": [
        "native/core/affinity.cc",
        "native/core/channel.cc",
        "native/core/disposition.cc",
        "native/core/grant.cc",
        "native/core/payload.cc",
        "native/core/process.cc",
        "native/core/receive.cc",
        "native/core/transmit.cc",
        "native/core/waiting.cc",
        "native/core/handler/calls.cc",
        "native/core/handler/chain.cc",
        "native/core/handler/handler.cc",
        "native/core/handler/protocol.cc",
        "native/core/handler/publish.cc",
        "native/core/handler/report.cc",
        "native/core/handler/sender.cc",
        "native/binding/addon.cc",
        "native/binding/channel_object.cc",
        "native/binding/exit_object.cc",
        "native/binding/loop_handles.cc",
        "native/binding/transmitter_object.cc",
      ],
      "include_dirs": [
        "native/core",
        "<!(node -p \"require('node-addon-api').include_dir\")",
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
          "cflags_cc": ["-fsanitize=address,undefined", "-fno-omit-frame-pointer", "-g"],
          "ldflags": ["-fsanitize=address,undefined"],
        }],
      ],
    },
  ],
}
