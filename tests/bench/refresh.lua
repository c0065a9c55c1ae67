-- A refresh with a token of nobody's: an auth endpoint of which each request is one decision of the limits, and which looks
-- nothing else up in Redis.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"refreshToken":"a-token-of-nobodys"}'

local wrong = 0
local threads = {}
function setup(thread) threads[#threads + 1] = thread end
function response(status)
  if status ~= 401 then failed = (failed or 0) + 1 end
end

function done(summary, latency, requests)
  for _, thread in ipairs(threads) do wrong = wrong + (thread:get("failed") or 0) end
  io.write(string.format("REFRESHES %d %d %.1f\n", summary.requests, wrong, latency:percentile(50)))
end
