"""deploy/Dockerfile: what the image is, and that it runs as documented within Fargate's limits.

Usage: run (beside this file), which starts what it runs beside.
"""

import json
import os
import pathlib
import signal
import stat
import subprocess
import tempfile
import unittest

import containers
from backing import Backing, Emulator, postgres_process
from containers import Container, podman, run_once

DOCUMENTED = containers.ROOT / "tests" / "system" / "documented" / "appsettings.Production.json"
HOST = {"Host": "api.realserv.com"}


def setUpModule():
    containers.build_image()


class ImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.facts = json.loads(podman("image", "inspect", containers.IMAGE).stdout)[0]
        cls.root = pathlib.Path(podman("image", "mount", containers.IMAGE).stdout.strip())
        cls.addClassCleanup(podman, "image", "unmount", containers.IMAGE)

    def files(self):
        for folder, _, names in os.walk(self.root):
            for name in names:
                yield pathlib.Path(folder) / name

    def test_it_is_small(self):
        self.assertLess(self.facts["Size"], 60_000_000)

    def test_how_it_is_run(self):
        config = self.facts["Config"]
        self.assertEqual(config["User"], "10001:10001")
        self.assertEqual(config["Entrypoint"], ["/usr/bin/identity-gateway"])
        self.assertEqual(config["Cmd"], ["serve"])
        self.assertEqual(config["WorkingDir"], "/app")
        self.assertEqual(config["StopSignal"], "SIGTERM")
        self.assertEqual(list(config["ExposedPorts"]), ["8080/tcp"])
        self.assertEqual(config["Labels"]["org.opencontainers.image.licenses"], "Apache-2.0")
        self.assertEqual(self.facts["Healthcheck"]["Test"], ["CMD", "/usr/bin/identity-gateway", "healthcheck"])

    def test_there_is_nothing_to_run_but_the_gateway(self):
        runnable = {
            str(path.relative_to(self.root))
            for path in self.files()
            if not path.is_symlink() and path.stat().st_mode & 0o111 and ".so" not in path.name
        }
        self.assertEqual(runnable, {"usr/bin/identity-gateway"})

    def test_nothing_can_be_written_and_nothing_gives_rights(self):
        for folder, _, names in os.walk(self.root):
            for path in [pathlib.Path(folder), *(pathlib.Path(folder) / name for name in names)]:
                status = path.lstat()
                if stat.S_ISLNK(status.st_mode):
                    continue
                self.assertEqual(status.st_uid, 0, path)
                self.assertFalse(status.st_mode & (stat.S_ISUID | stat.S_ISGID), path)
                if path != self.root / "tmp":
                    self.assertFalse(status.st_mode & 0o022, path)

    def test_it_is_stripped(self):
        program = self.root / "usr/bin/identity-gateway"
        plugins = list((self.root / "usr/lib/identity-gateway/plugins").glob("*.so"))
        self.assertGreaterEqual(len(plugins), 8)
        for path in [program, *plugins]:
            sections = subprocess.run(["readelf", "-S", "-W", path], capture_output=True, text=True, check=True).stdout
            self.assertNotIn(".debug_info", sections, path)

    def test_scanners_see_each_library_s_package(self):
        packages = {path.name for path in (self.root / "var/lib/dpkg/status.d").iterdir()}
        self.assertLessEqual({"libc6", "libssl3", "libpq5", "libpistache0", "ca-certificates"}, packages)
        for name in packages:
            text = (self.root / "var/lib/dpkg/status.d" / name).read_text()
            self.assertIn("\nVersion: ", text, name)
            self.assertTrue((self.root / "usr/share/doc" / name / "copyright").exists(), name)


class DocumentedTest(unittest.TestCase):
    """The documented configuration and environment; Google's emulator in Google's place."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        pathlib.Path(folder.name).chmod(0o755)
        cls.backing = Backing(folder.name)
        # As documented but for what emulated accounts are refused with: Production, and the key of a real project.
        settings = json.loads(DOCUMENTED.read_text())
        del settings["Firebase"]["CredentialsPath"]
        file = pathlib.Path(folder.name) / "appsettings.json"
        file.write_text(json.dumps(settings))
        cls.mounts = [*cls.backing.mounts, (file, "/app/appsettings.Test.json")]
        cls.environment = {
            "ASPNETCORE_ENVIRONMENT": "Test",
            "IDENTITY_DB_CONNECTION_STRING": cls.backing.service,
            "FIREBASE_PROJECT_ID": "demo-gateway",
            "FIREBASE_API_KEY": "an-api-key",
            "Firebase__Emulator__Host": os.environ["Firebase__Emulator__Host"],
            "Firebase__Emulator__AllowUnsignedTokens": "true",
            "ConnectionStrings__Redis": cls.backing.redis,
            "Redis__RootCertificate": cls.backing.redis_certificate,
            "Logging__LogLevel__app": "Information",
        }
        migrate = ["migrate", "--connection", cls.backing.owner, "--service-role", "identity_service"]
        cls.migrations = [run_once(containers.IMAGE, migrate, cls.environment, cls.mounts) for _ in range(2)]

    def start(self, **environment):
        port = containers.free_port()
        container = Container(containers.IMAGE, port, self.environment | environment, self.mounts)
        self.addCleanup(container.close)
        container.wait_ready()
        return container

    def test_1_the_image_migrates_as_a_task_of_its_own_as_often_as_asked(self):
        for done in self.migrations:
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_2_the_documented_health_and_sign_up(self):
        container = self.start()
        status, answer = container.get("/api/v1/health", headers=HOST)
        self.assertEqual(status, 200, answer)
        health = json.loads(answer)
        self.assertEqual(health["status"], "healthy")
        self.assertEqual(health["database"], "connected")
        self.assertEqual(health["firebase"], "connected")
        status, answer = containers.request(
            container.url + "/api/v1/auth/signup",
            {"email": "production-test@example.com", "password": "Test@123456", "fullName": "Production Test", "userType": 0},
            HOST,
        )  # fmt: skip
        self.assertEqual(status, 200, answer)
        self.assertTrue(json.loads(answer)["data"]["idToken"])
        self.assertTrue(container.is_healthy())
        limits = container.inspect()["HostConfig"]
        self.assertTrue(limits["ReadonlyRootfs"])
        self.assertEqual(limits["Memory"], 1 << 30)
        self.assertEqual(container.stop(), 0, container.logs())
        self.assertNotIn("only for", container.logs())
        self.assertNotIn("an-api-key", container.logs())

    def test_3_a_wedged_process_is_unhealthy(self):
        container = self.start()
        self.assertTrue(container.is_healthy())
        container.signal("STOP")
        self.assertFalse(container.is_healthy())
        container.signal("CONT")
        containers.until("healthy again", container.is_healthy)

    def test_4_without_google_it_is_alive_and_known_people_are_served(self):
        container = self.start(Firebase__Emulator__Host=f"127.0.0.1:{containers.free_port()}")
        status, answer = container.get("/api/v1/health", headers=HOST)
        self.assertEqual(json.loads(answer)["firebase"], "disconnected")
        self.assertEqual(container.get("/api/v1/ready")[0], 200)
        self.assertTrue(container.is_healthy())

    def health(self, container):
        return json.loads(container.get("/api/v1/health", headers=HOST)[1])

    def test_5_google_goes_and_comes_back_while_it_runs(self):
        emulator = Emulator()
        self.addCleanup(lambda: emulator.close())
        container = self.start(Firebase__Emulator__Host=emulator.host)
        self.assertEqual(self.health(container)["firebase"], "connected")
        emulator.close()
        containers.until("Google is missed", lambda: self.health(container)["firebase"] == "disconnected", 60)
        status, answer = container.get("/api/v1/health", headers=HOST)
        health = json.loads(answer)
        self.assertEqual((status, health["status"], health["database"]), (200, "degraded", "connected"), answer)
        # As often as ECS would ask before it replaces a task: three times in a row.
        for _ in range(3):
            self.assertTrue(container.is_healthy())
            self.assertEqual(container.get("/api/v1/ready")[0], 200)
        emulator = Emulator(emulator.port)
        containers.until("Google is back", lambda: self.health(container)["status"] == "healthy", 90)
        self.assertEqual(container.stop(), 0, container.logs())

    def test_6_without_its_database_it_is_alive_and_not_ready(self):
        container = self.start()
        os.kill(postgres_process(), signal.SIGINT)
        containers.until("not ready", lambda: container.get("/api/v1/ready", headers=HOST)[0] == 503)
        self.assertEqual(container.get("/api/v1/live")[0], 200)
        for _ in range(3):
            self.assertTrue(container.is_healthy())
        status, answer = container.get("/api/v1/health", headers=HOST)
        self.assertEqual((status, json.loads(answer)["database"]), (503, "disconnected"), answer)
        self.assertEqual(container.stop(), 0, container.logs())


if __name__ == "__main__":
    unittest.main(verbosity=2)
