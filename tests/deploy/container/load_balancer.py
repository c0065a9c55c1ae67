"""HAProxy where the documented load balancer stands: slots for targets, checks of their readiness, drained one by one.

It repeats nothing and sends nothing elsewhere, so that each request that fails is a request that failed.
"""

import csv
import io
import pathlib
import socket
import subprocess

from containers import free_port, until

_CONFIGURATION = """\
global
  stats socket {folder}/admin.sock mode 600 level admin
  maxconn 4000
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  retries 0
  no option redispatch
frontend front
  bind 127.0.0.1:{port}
  default_backend gateways
backend gateways
  balance roundrobin
  option forwardfor
  option httpchk
  http-check send meth GET uri /api/v1/ready ver HTTP/1.1 hdr Host target
  http-check expect status 200
{servers}
"""


class LoadBalancer:
    """Until close()."""

    def __init__(self, folder, slots):
        self._folder = pathlib.Path(folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        servers = "\n".join(
            f"  server {slot} 127.0.0.1:1 check inter 200ms fall 2 rise 1 disabled" for slot in slots
        )
        configuration = self._folder / "haproxy.cfg"
        configuration.write_text(_CONFIGURATION.format(folder=self._folder, port=self.port, servers=servers))
        self._log = (self._folder / "haproxy.log").open("w+")
        self._process = subprocess.Popen(
            ["haproxy", "-db", "-f", str(configuration)], stdout=self._log, stderr=subprocess.STDOUT
        )
        until("HAProxy is there", (self._folder / "admin.sock").exists)

    def _ask(self, command):
        with socket.socket(socket.AF_UNIX) as admin:
            admin.connect(str(self._folder / "admin.sock"))
            admin.sendall(command.encode() + b"\n")
            answer = b""
            while chunk := admin.recv(65536):
                answer += chunk
        return answer.decode()

    def _row(self, slot):
        rows = csv.DictReader(io.StringIO(self._ask("show stat").lstrip("# ")))
        return next(row for row in rows if row["pxname"] == "gateways" and row["svname"] == slot)

    def add(self, slot, port):
        """In as soon as its check says so. `ready` alone would count it as up before."""
        self._ask(f"set server gateways/{slot} addr 127.0.0.1 port {port}")
        self._ask(f"set server gateways/{slot} state drain")
        self._ask(f"set server gateways/{slot} health down")
        until(f"{slot} passes its check", lambda: self._row(slot)["check_status"] == "L7OK")
        self._ask(f"set server gateways/{slot} state ready")
        until(f"{slot} is up", lambda: self._row(slot)["status"] == "UP")

    def drain(self, slot):
        """No new requests, and those under way have ended: the deregistration delay."""
        self._ask(f"set server gateways/{slot} state drain")
        until(f"{slot} has nothing to do", lambda: self._row(slot)["scur"] == "0")

    def remove(self, slot):
        self._ask(f"set server gateways/{slot} state maint")

    def close(self):
        self._process.terminate()
        self._process.wait(timeout=10)
        self._log.close()
