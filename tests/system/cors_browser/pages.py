"""pages.py FOLDER: a web server of the test's own, on two free loopback ports, with Python's standard library alone.

Serves page.html beside this file and FOLDER/setup.json to whoever asks, under any host name; what a page posts becomes
FOLDER/results/N.json, whole. Its ports are in FOLDER/ports once it listens. Ends when it is terminated.
"""
import http.server
import os
import pathlib
import sys
import threading

folder = pathlib.Path(sys.argv[1])
page = pathlib.Path(__file__).with_name("page.html").read_bytes()
results = folder / "results"
results.mkdir()
numbers = iter(range(1, 1000))
MOST_BYTES = 1 << 20


class Pages(http.server.BaseHTTPRequestHandler):
    def answer(self, status, kind="text/plain", body=b""):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/":
            self.answer(200, "text/html; charset=utf-8", page)
        elif self.path == "/setup.json":
            self.answer(200, "application/json", (folder / "setup.json").read_bytes())
        else:
            self.answer(404)

    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MOST_BYTES))
        number = next(numbers)
        unfinished = results / f"{number}.part"
        unfinished.write_bytes(body)
        unfinished.rename(results / f"{number}.json")
        self.answer(204)

    def log_message(self, *_):
        pass


servers = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) for _ in range(2)]
ports = folder / "ports.part"
ports.write_text(" ".join(str(server.server_port) for server in servers) + "\n")
ports.rename(folder / "ports")
threading.Thread(target=servers[1].serve_forever, daemon=True).start()
try:
    servers[0].serve_forever()
finally:
    os._exit(0)
