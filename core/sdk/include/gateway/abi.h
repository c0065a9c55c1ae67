/* The gateway's plugin ABI, draft 0.2. Plain C11; this file is the whole boundary. C++ authors use gateway/plugin.hpp.
 *
 * Rules for both sides
 * - Text is UTF-8, not terminated by NUL, and valid only during the call it came with. Who wants to keep it copies it.
 * - Every struct begins with its own size. Fields are only ever appended; a field lies inside struct_size or is absent.
 * - Nothing is allocated on one side and freed on the other. Answers go through a sink of the caller.
 * - No exception, longjmp or signal crosses. No thread of a plugin may call the host after stop() has returned.
 * - Any function may be called from any thread, several at once, unless it says otherwise.
 * - Messages are JSON objects. Unknown members are ignored and missing ones have defaults, so either side can be newer.
 */
#ifndef GATEWAY_ABI_H
#define GATEWAY_ABI_H

#include <stddef.h>
#include <stdint.h>

#define GATEWAY_ABI_MAJOR 0u /* differs: refused. While it is 0, a differing minor is refused as well */
#define GATEWAY_ABI_MINOR 2u

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gateway_text {
  const char* data;
  size_t size;
} gateway_text;

/* 0: done, the sink holds the answer. Otherwise one of ErrorKind (result.hpp): "could not be decided or done"; the sink
 * may hold {"detail": text for the operator's log, "retry_after_ms": number, "of_storage": bool}. */
typedef int32_t gateway_status;

typedef struct gateway_sink {
  size_t struct_size;
  void* context;
  gateway_status (*write)(void* context, gateway_text chunk); /* appends; non-zero: the answer's bound is reached */
} gateway_sink;

typedef struct gateway_call {
  size_t struct_size;
  gateway_text operation;  /* "password.sign_in", "users.create", … */
  gateway_text request;    /* a JSON object */
  gateway_text request_id; /* for logs; may be empty */
  int64_t deadline_ms;     /* on the scale of gateway_host.monotonic_ms; an answer after it is thrown away */
} gateway_call;

/* What the host does for a plugin. Valid from create() until destroy() returns. */
typedef struct gateway_host {
  size_t struct_size;
  void* context;
  void (*log)(void* context, int32_t level, gateway_text message); /* 0 trace … 5 critical; never a secret */
  int64_t (*wall_ms)(void* context);                               /* Unix time, milliseconds */
  int64_t (*monotonic_ms)(void* context);
  gateway_status (*random)(void* context, void* bytes, size_t count); /* cryptographically strong */
  void (*count)(void* context, gateway_text metric, double amount);   /* adds to a counter named after the plugin */
  gateway_status (*call)(void* context, const gateway_call* call, gateway_sink* reply); /* host.hpp lists the operations */
  gateway_text environment; /* "Production", "Development", …: what the operator called it */
} gateway_host;

/* One request as a policy sees it, without copies. Only valid during the hook. */
typedef struct gateway_request {
  size_t struct_size;
  const void* context;
  gateway_text method, path, route, client_address, request_id;
  gateway_text user_id, user_type; /* empty until the request is authenticated */
  int32_t route_class;             /* RouteClass in policy.hpp */
  /* The index-th field of that name (case-insensitive): 1 and *value, or 0. */
  int32_t (*header)(const void* context, gateway_text name, size_t index, gateway_text* value);
  uint64_t* memo; /* the policy's own word for this request, from hook to hook: 0 until it writes to it */
} gateway_request;

/* The answer as a policy may change it. */
typedef struct gateway_reply {
  size_t struct_size;
  void* context;
  int32_t status; /* in on_response: the answer's status */
  void (*set_header)(void* context, gateway_text name, gateway_text value); /* replaces all of that name */
  void (*add_header)(void* context, gateway_text name, gateway_text value);
  void (*remove_header)(void* context, gateway_text name);
  /* Ends the request here, with the contract's error envelope. retry_after_s 0: none. */
  void (*reject)(void* context, int32_t status, gateway_text code, gateway_text message, int64_t retry_after_s);
  void (*finish)(void* context, int32_t status); /* ends the request here, with an empty body */
} gateway_reply;

/* Hooks return 0: go on; 1: this policy has ended the request through its reply; else: could not decide, the request
 * fails closed. Hooks that may_block are run by a worker, the others on an I/O thread, where they must not block. */
typedef struct gateway_policy {
  size_t struct_size;
  int32_t (*on_request)(void* instance, const gateway_request* request, gateway_reply* reply);
  int32_t (*on_authenticated)(void* instance, const gateway_request* request, gateway_reply* reply);
  int32_t (*on_response)(void* instance, const gateway_request* request, gateway_reply* reply);
  int32_t (*may_block)(void* instance, int32_t route_class); /* asked once, at start */
} gateway_policy;

typedef struct gateway_plugin {
  size_t struct_size;
  uint32_t abi_major, abi_minor;
  gateway_text manifest; /* JSON, see manifest.hpp; valid for ever */
  /* create: checks the configuration; no I/O, no threads. start: may do I/O. stop: no work remains afterwards. Each is
   * called once, in this order, by one thread. A failed create or start explains itself in `fault`, in plain text, or
   * create as ConfigRefusal (config_fault.hpp). Calls come between start and stop, "store.migrate" also before start. */
  gateway_status (*create)(const gateway_host* host, gateway_text config, gateway_sink* fault, void** instance);
  gateway_status (*start)(void* instance, gateway_sink* fault);
  gateway_status (*call)(void* instance, const gateway_call* call, gateway_sink* reply);
  void (*stop)(void* instance);
  void (*destroy)(void* instance);
  const gateway_policy* policy; /* NULL unless the plugin is a policy */
} gateway_plugin;

/* The one exported function. Called from one thread; the answer is valid for ever. */
typedef const gateway_plugin* (*gateway_plugin_entry)(void);
#define GATEWAY_PLUGIN_SYMBOL "gateway_plugin_v1"

#ifdef __cplusplus
}
#endif
#endif
