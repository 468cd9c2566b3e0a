// What an object says that a call is given.
#ifndef MINITALK_BINDING_SIGNALS_FIELDS_H_
#define MINITALK_BINDING_SIGNALS_FIELDS_H_

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace minitalk {

// Reads by the plain calls: node-addon-api's go on with an empty value, and
// abort the process, when the environment is a Worker's that is terminated in
// the middle of the call and can read no property any more.
class Fields {
 public:
  explicit Fields(const Napi::Value& object)
      : env_(object.Env()), object_(object) {}

  uint32_t Unsigned(const char* name) {
    uint32_t number = 0;
    Note(napi_get_value_uint32(env_, Get(name), &number));
    return number;
  }

  int32_t Signed(const char* name) {
    int32_t number = 0;
    Note(napi_get_value_int32(env_, Get(name), &number));
    return number;
  }

  bool Boolean(const char* name) {
    bool value = false;
    Note(napi_get_value_bool(env_, Get(name), &value));
    return value;
  }

  const uint8_t* Bytes(const char* name, size_t* size) {
    void* bytes = nullptr;
    *size = 0;
    Note(napi_get_typedarray_info(env_, Get(name), nullptr, size, &bytes,
                                  nullptr, nullptr));
    return static_cast<const uint8_t*>(bytes);
  }

  // Of a Int32Array.
  std::vector<int32_t> Numbers(const char* name) {
    void* numbers = nullptr;
    size_t count = 0;
    Note(napi_get_typedarray_info(env_, Get(name), nullptr, &count, &numbers,
                                  nullptr, nullptr));
    const auto* first = static_cast<const int32_t*>(numbers);
    return first == nullptr ? std::vector<int32_t>()
                            : std::vector<int32_t>(first, first + count);
  }

  // False when one of those asked for could not be read.
  bool are_complete() const { return are_complete_; }

 private:
  // Null when it can not be read: whoever is to convert that fails, too.
  napi_value Get(const char* name) {
    napi_value value = nullptr;
    Note(napi_get_named_property(env_, object_, name, &value));
    return value;
  }

  void Note(napi_status status) {
    if (status != napi_ok) are_complete_ = false;
  }

  napi_env env_;
  napi_value object_;
  bool are_complete_ = true;
};

}  // namespace minitalk

#endif  // MINITALK_BINDING_SIGNALS_FIELDS_H_
