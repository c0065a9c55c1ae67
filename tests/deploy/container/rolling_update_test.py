"""Rolling updates behind a load balancer lose no request; with SIGKILL they do, which shows that the test can fail.

Two containers of a version are replaced by two of another as ECS does it with 100 and 200 %: the new ones first, then the
old ones drained and told to end. The other version has a migration more, which a task of its own runs before.
"""

import json
import pathlib
import tempfile
import unittest

import containers
from backing import Backing
from containers import Container, run_once
from load import Load
from load_balancer import LoadBalancer

NEXT = "localhost/identity-gateway:next"
PLUGIN = containers.ROOT / "build/release/tests/deploy/next_version/postgres.so"
SLOTS = [("a1", "a2"), ("b1", "b2")]
UPDATES = 10
PASSWORD = "Str0ng#Enough"


def setUpModule():
    containers.build_image()
    with tempfile.TemporaryDirectory() as folder:
        containers.derive_image(
            NEXT, folder, files={"/usr/lib/identity-gateway/plugins/postgres.so": PLUGIN}.items(),
            labels={"org.opencontainers.image.version": "next"}.items(),
        )  # fmt: skip


class Fleet:
    """The containers of the version that serves, behind the load balancer."""

    def __init__(self, folder, environment, mounts):
        self._environment, self._mounts = environment, mounts
        self.balancer = LoadBalancer(folder, [slot for pair in SLOTS for slot in pair])
        self._generation = 0
        self._serving = []

    def start(self, image):
        slots = SLOTS[self._generation % 2]
        self._generation += 1
        begun = [(slot, Container(image, containers.free_port(), self._environment, self._mounts)) for slot in slots]
        for slot, container in begun:
            container.wait_ready()
            self.balancer.add(slot, container.port)
        old, self._serving = self._serving, begun
        return old

    def update(self, image):
        """The old ones' exit statuses."""
        statuses = []
        for slot, container in self.start(image):
            self.balancer.drain(slot)
            statuses.append(container.stop())
            self.balancer.remove(slot)
            container.close()
        return statuses

    def replace_by_force(self, image):
        for _, container in self.start(image):
            container.signal("KILL")
            container.close()

    def close(self):
        for _, container in self._serving:
            container.close()
        self.balancer.close()


class RollingUpdateTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o755)
        self.backing = Backing(self.folder)
        self.environment = {
            "ConnectionStrings__IdentityServiceDb": self.backing.service,
            "ConnectionStrings__Redis": self.backing.redis,
            "Redis__RootCertificate": self.backing.redis_certificate,
            # Of the service, not of a container: each would name its own port.
            "Tokens__IssuerUrl": "https://id.example.com",
            "Plugins__Providers__0": "local",
            "Local__MemoryKiB": "1024",
            "Local__Iterations": "1",
            "Cors__AllowedOrigins__0": "https://app.example.com",
            "RateLimit__AuthEndpoints": "1000000",
            "RateLimit__ReadEndpoints": "1000000",
            "RateLimit__WriteEndpoints": "1000000",
            "ForwardedHeaders__Preset": "nginx",
            "Logging__LogLevel__Default": "Warning",
        }
        self.migrate(containers.IMAGE)
        self.fleet = Fleet(self.folder, self.environment, self.backing.mounts)
        self.addCleanup(self.fleet.close)
        self.fleet.start(containers.IMAGE)

    def migrate(self, image):
        arguments = ["migrate", "--connection", self.backing.owner, "--service-role", "identity_service"]
        done = run_once(image, arguments, self.environment, self.backing.mounts)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def token_of(self, email):
        person = {"email": email, "password": PASSWORD, "fullName": "Some One", "userType": 0}
        url = f"{self.fleet.balancer.url}/api/v1/auth"
        status, answer = containers.request(f"{url}/login", {"email": email, "password": PASSWORD})
        if status != 200:
            status, answer = containers.request(f"{url}/signup", person)
        self.assertEqual(status, 200, answer)
        return json.loads(answer)["data"]["idToken"]

    def begin_load(self):
        url = self.fleet.balancer.url
        token = self.token_of("reader@example.com")
        # Another: so many logins end the oldest sessions of who logs in.
        self.token_of("caller@example.com")
        login = {"email": "caller@example.com", "password": PASSWORD}
        loads = [
            Load(self.folder, "forward-auth", url, "/api/v1/auth/verify", connections=8,
                 headers={"Authorization": f"Bearer {token}"}),
            Load(self.folder, "login", url, "/api/v1/auth/login", connections=2, method="POST", body=json.dumps(login),
                 headers={"Content-Type": "application/json"}),
        ]  # fmt: skip
        for load in loads:
            self.addCleanup(load.close)
        return loads

    def end_load(self, loads):
        failed = {}
        for load in loads:
            sent, errors = load.stop()
            print(f"{load.name}: {sent} requests, failed: {errors} {load.first_refusal}")
            self.assertGreater(sent, 100)
            failed[load.name] = sum(errors.values())
        return failed

    def test_1_ten_updates_and_rollbacks_lose_nothing(self):
        loads = self.begin_load()
        self.assertIn("next", self.migrate(NEXT))
        for number in range(UPDATES):
            statuses = self.fleet.update(NEXT if number % 2 == 0 else containers.IMAGE)
            self.assertEqual(statuses, [0, 0], f"update {number + 1}")
        self.assertEqual(self.end_load(loads), {"forward-auth": 0, "login": 0})

    def test_2_by_force_they_lose_requests(self):
        loads = self.begin_load()
        for _ in range(3):
            self.fleet.replace_by_force(containers.IMAGE)
        self.assertGreater(sum(self.end_load(loads).values()), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
