"""deploy/compose.yaml as it stands, brought up by Docker Compose on podman: people sign up and in, and are still there
after it was taken down and brought up again; a migration that fails keeps the gateway from starting.

Usage: compose (beside this file). The images of PostgreSQL and Redis are stand-ins (stand_ins/README.md). podman asks health
checks by systemd's timers; here a thread does.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest

import containers

FILE = containers.ROOT / "deploy" / "compose.yaml"
STAND_INS = {"postgres": "docker.io/library/postgres:16", "redis": "docker.io/library/redis:7"}
URL = "http://127.0.0.1:8080/api/v1"
PERSON = {"email": "ada@example.com", "password": "Str0ng#Enough"}

NETWORK_CONF = """\
[containers]
default_ulimits=["nofile=16384:16384","nproc=8192:8192"]
[engine]
runtime="runc"
cgroup_manager="cgroupfs"
[network]
network_backend="netavark"
network_config_dir="{folder}/networks"
"""

BROKEN = """\
services:
  migrate:
    command: [migrate, --connection, "Host=postgres;Database=identity;Username=identity_owner;Password=wrong;SSL Mode=Disable"]
"""


def build():
    containers.build_image()
    for name, image in STAND_INS.items():
        folder = pathlib.Path(__file__).parent / "stand_ins"
        containers.build(image, folder / f"{name}.Dockerfile", folder)


class Engine:
    """podman with Docker's API, for a project of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "containers.conf").write_text(NETWORK_CONF.format(folder=folder))
        socket = f"unix://{folder}/engine.sock"
        self.environment = os.environ | {
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(containers.PLACE / "storage.conf"),
            "DISABLE_HC_SYSTEMD": "true",
            "DOCKER_HOST": socket,
            "COMPOSE_PROJECT_NAME": "gateway-test",
            "GATEWAY_IMAGE": containers.IMAGE,
        }
        self.log = open(self.folder / "engine.log", "w")
        self._process = subprocess.Popen(
            ["podman", "system", "service", "--time", "0", socket], env=self.environment, stdout=self.log, stderr=self.log
        )
        containers.until("the engine listens", (self.folder / "engine.sock").exists, 30, self._said)
        self.compose("down", "--volumes", "--timeout", "10")  # of a run that was broken off
        self._ended = threading.Event()
        self._timer = threading.Thread(target=self._ask_for_health)
        self._timer.start()

    def _said(self):
        return (self.folder / "engine.log").read_text()

    def podman(self, *arguments):
        return subprocess.run(["podman", *arguments], env=self.environment, capture_output=True, text=True, timeout=120)

    def _ask_for_health(self):
        while not self._ended.wait(1):
            for name in self.podman("ps", "--format", "{{.ID}}").stdout.split():
                self.podman("healthcheck", "run", name)

    def compose(self, *arguments, files=(FILE,)):
        command = ["docker-compose", *(part for file in files for part in ("-f", str(file))), *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=300)

    def state(self, service):
        """Of the service's container, also where it has ended; None where there is none."""
        found = self.podman("ps", "-a", "-q", "--filter", f"label=com.docker.compose.service={service}").stdout.split()
        return json.loads(self.podman("inspect", found[0]).stdout)[0] if found else None

    def close(self):
        self.compose("down", "--volumes", "--timeout", "10")
        self._ended.set()
        self._timer.join()
        self._process.terminate()
        self._process.wait()
        self.log.close()


def post(path, body):
    status, answer = containers.request(f"{URL}/{path}", body)
    return status, json.loads(answer or "{}") if status else answer


class ComposeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.engine = Engine(folder.name)
        self.addCleanup(self.engine.close)

    def up(self, files=(FILE,)):
        done = self.engine.compose("up", "-d", files=files)
        return done.returncode, done.stdout + done.stderr

    def bring_up(self):
        status, said = self.up()
        self.assertEqual(status, 0, said)
        containers.until("it is ready", lambda: containers.request(f"{URL}/ready")[0] == 200, 60, lambda: self.logs("gateway"))

    def logs(self, service):
        return self.engine.compose("logs", service).stdout

    def log_in(self):
        status, answer = post("auth/login", PERSON)
        self.assertEqual(status, 200, answer)
        token = answer["data"]["idToken"]
        status, answer = containers.request(f"{URL}/auth/me", headers={"Authorization": f"Bearer {token}"})
        self.assertEqual(status, 200, answer)
        self.assertEqual(json.loads(answer)["data"]["email"], PERSON["email"])

    def in_service(self, service, *command):
        done = self.engine.podman("exec", self.engine.state(service)["Id"], *command)
        return done.returncode, done.stdout + done.stderr

    def test_1_people_sign_up_and_stay(self):
        self.bring_up()
        health = json.loads(containers.request(f"{URL}/health")[1])
        self.assertEqual((health["status"], health["database"]), ("healthy", "connected"))
        status, answer = post("auth/signup", PERSON | {"fullName": "Ada", "userType": 0})
        self.assertEqual(status, 200, answer)
        self.log_in()

        migrate, gateway = self.engine.state("migrate")["State"], self.engine.state("gateway")
        self.assertEqual((migrate["Status"], migrate["ExitCode"]), ("exited", 0))
        self.assertTrue(gateway["HostConfig"]["ReadonlyRootfs"])
        self.assertEqual(gateway["EffectiveCaps"] or [], [])
        self.assertEqual(gateway["Config"]["User"], "10001:10001")
        self.assertIn("no-new-privileges", " ".join(gateway["HostConfig"]["SecurityOpt"]))
        # Its own role, which makes no tables; and limits are counted in Redis.
        sql = ["psql", "-U", "identity_service", "-d", "identity", "-qAtc"]
        self.assertEqual(self.in_service("postgres", *sql, "SELECT count(*) FROM users"), (0, "1\n"))
        self.assertIn("permission denied", self.in_service("postgres", *sql, "CREATE TABLE mine (id int)")[1])
        keys = self.in_service("redis", "redis-cli", "-a", "only-for-trying-out", "--no-auth-warning", "keys", "*")
        self.assertIn("identity-gateway:", keys[1])

        down = self.engine.compose("down")
        self.assertEqual(down.returncode, 0, down.stderr)
        self.assertIsNone(self.engine.state("gateway"))
        self.bring_up()
        self.log_in()
        down = self.engine.compose("down", "--volumes")
        self.assertEqual(down.returncode, 0, down.stderr)
        left = self.engine.podman("volume", "ls", "-q", "--filter", "label=com.docker.compose.project=gateway-test")
        self.assertEqual(left.stdout, "")

    def test_2_a_migration_that_fails_keeps_the_gateway_from_starting(self):
        broken = self.engine.folder / "broken.yaml"
        broken.write_text(BROKEN)
        status, said = self.up(files=(FILE, broken))
        self.assertNotEqual(status, 0, said)
        self.assertNotEqual(self.engine.state("migrate")["State"]["ExitCode"], 0)
        gateway = self.engine.state("gateway")
        self.assertTrue(gateway is None or gateway["State"]["Status"] != "running", said)
        self.assertEqual(containers.request(f"{URL}/live")[0], 0)


if __name__ == "__main__":
    if sys.argv[1:] == ["build"]:
        build()
    else:
        unittest.main(verbosity=2)
