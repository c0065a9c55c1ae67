wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"

-- EMAIL: one or several, separated by spaces, taken in turn: logins of one account that are under way at once count
-- against it until they have succeeded (Attempts:Account:Free).
local requests = {}
local at = 0

function init()
  for email in string.gmatch(os.getenv("EMAIL"), "%S+") do
    local body = '{"email":"' .. email .. '","password":"' .. os.getenv("PASSWORD") .. '"}'
    requests[#requests + 1] = wrk.format(nil, nil, nil, body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, requests)
  io.write(string.format("LOGINS %d %d %d\n", summary.requests, summary.duration, summary.errors.status))
  io.write(string.format("LOGIN_P99 %.3f\n", latency:percentile(99.0) / 1000))
end
