wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"email":"' .. os.getenv("EMAIL") .. '","password":"' .. os.getenv("PASSWORD") .. '"}'

function done(summary, latency, requests)
  io.write(string.format("LOGINS %d %d %d\n", summary.requests, summary.duration, summary.errors.status))
  io.write(string.format("LOGIN_P99 %.3f\n", latency:percentile(99.0) / 1000))
end
