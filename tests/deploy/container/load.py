"""wrk as the clients: forward-auth with a known token and logins, until stopped; then what was sent and what failed."""

import json
import pathlib
import signal
import subprocess

_SCRIPT = """\
wrk.method = {method}
wrk.path = {path}
wrk.body = {body}
{headers}
local threads = {{}}
function setup(thread) table.insert(threads, thread) end
refused, first = 0, ""
function response(status, headers, body)
  if status >= 400 then
    if refused == 0 then first = status .. " " .. (body or "") end
    refused = refused + 1
  end
end
function done(summary)
  local e = summary.errors
  for _, thread in ipairs(threads) do io.write("\\nFIRST " .. thread:get("first") .. "\\n") end
  io.write(string.format("\\nRESULT %d %d %d %d %d %d\\n", summary.requests, e.connect, e.read, e.write, e.status,
    e.timeout))
end
"""


class Load:
    def __init__(self, folder, name, url, path, *, connections, method="GET", body=None, headers=()):
        script = pathlib.Path(folder) / f"{name}.lua"
        lines = "\n".join(f"wrk.headers[{json.dumps(k)}] = {json.dumps(v)}" for k, v in dict(headers).items())
        script.write_text(
            _SCRIPT.format(
                method=json.dumps(method),
                path=json.dumps(path),
                body=json.dumps(body) if body else "nil",
                headers=lines,
            )
        )
        self.name = name
        self._process = subprocess.Popen(
            ["wrk", "-t", "1", "-c", str(connections), "-d", "3600", "--timeout", "10", "-s", str(script), url],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def stop(self):
        """Requests that were answered, and by kind those that failed."""
        self._process.send_signal(signal.SIGINT)
        output, _ = self._process.communicate(timeout=60)
        found = [line for line in output.splitlines() if line.startswith("RESULT ")]
        if not found:
            raise RuntimeError(f"{self.name}: wrk said\n{output[-3000:]}")
        fields = found[0].split()[1:]
        sent, *failed = map(int, fields)
        self.first_refusal = next(line for line in output.splitlines() if line.startswith("FIRST "))[6:]
        return sent, dict(zip(("connect", "read", "write", "status", "timeout"), failed))

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
