-- Each request is from another address (X-Forwarded-For), ADDRESSES of them, and then the thread is done; every second one
-- is an IPv6 address of a /64 of its own. For one thread.
local wanted = tonumber(os.getenv("ADDRESSES"))
local number = 0

function request()
  number = number + 1
  if number >= wanted then wrk.thread:stop() end
  local address
  if number % 2 == 0 then
    address = string.format("2001:db8:%x:%x::1", math.floor(number / 65536), number % 65536)
  else
    address = string.format("11.%d.%d.%d", math.floor(number / 65536), math.floor(number / 256) % 256, number % 256)
  end
  return "GET /api/v1/info HTTP/1.1\r\nHost: api.example.com\r\nX-Forwarded-For: " .. address .. "\r\n\r\n"
end

function done(summary, latency, requests)
  io.write(string.format("ADDRESSES %d %d\n", summary.requests, summary.errors.status))
end
