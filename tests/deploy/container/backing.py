"""The servers that a test of containers runs beside, as tests/support/with_postgres and with_redis announce them."""

import json
import os
import pathlib
import re
import shutil
import subprocess

_CERTIFICATES = "/certificates"
_FIREBASE = pathlib.Path(__file__).resolve().parents[2] / "firebase"


class Backing:
    """Connection strings as a container sees them: the certificates are mounted, readable for its user."""

    def __init__(self, folder):
        self.certificates = pathlib.Path(folder) / "certificates"
        self.certificates.mkdir()
        self.certificates.chmod(0o755)
        self.owner = self._postgres(os.environ["GATEWAY_TEST_POSTGRES_EMPTY_OWNER"])
        self.service = self._postgres(os.environ["GATEWAY_TEST_POSTGRES_EMPTY"])
        self.redis = os.environ["GATEWAY_TEST_REDIS"]
        self._take(os.environ["GATEWAY_TEST_REDIS_CERTIFICATE"], "redis.crt")
        self.redis_certificate = f"{_CERTIFICATES}/redis.crt"
        self.mounts = [(self.certificates, _CERTIFICATES)]

    def _take(self, source, name):
        shutil.copyfile(source, self.certificates / name)
        (self.certificates / name).chmod(0o644)

    def _postgres(self, connection_string):
        path = re.search(r"Root Certificate=([^;]+)", connection_string).group(1)
        self._take(path, "postgres.crt")
        return connection_string.replace(path, f"{_CERTIFICATES}/postgres.crt")


def postgres_process():
    """The server's process, to be ended as the last thing that a test does with it."""
    folder = pathlib.Path(os.environ["GATEWAY_TEST_POSTGRES_LOG"]).parent
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


class Emulator:
    """Google's Auth emulator, for a test that ends it: at a port of its own, or again at that of one before."""

    def __init__(self, port=""):
        command = [_FIREBASE / "parts", "run", _FIREBASE / "emulator.mjs", str(port)]
        self._process = subprocess.Popen(
            [argument for argument in command if argument], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = json.loads(self._process.stdout.readline())["port"]
        self.host = f"127.0.0.1:{self.port}"

    def close(self):
        self._process.kill()
        self._process.communicate()
