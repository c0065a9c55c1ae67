-- Each request carries the next token of the file TOKENS. There must be more tokens than the run can use: the caller
-- checks that, since a token that comes twice is no longer cold.
local tokens = {}
local next_token = 0
local counter = 0

function setup(thread)
  thread:set("share", counter)
  counter = counter + 1
end

function init(args)
  local line_number = 0
  for line in io.lines(os.getenv("TOKENS")) do
    if line_number % tonumber(os.getenv("THREADS")) == share then tokens[#tokens + 1] = line end
    line_number = line_number + 1
  end
end

function request()
  next_token = next_token + 1
  local token = tokens[math.min(next_token, #tokens)]
  return "GET /api/v1/auth/verify HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " .. token .. "\r\n\r\n"
end

function done(summary, latency, requests)
  io.write(string.format("COLD %d %d %d\n", summary.requests, summary.duration, summary.errors.status))
end
