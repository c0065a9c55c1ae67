"""The image for authors of plugins: a plugin built in it, added to the gateway's image by COPY, pinned, and used.

Usage: run (beside this file), which starts what it runs beside.
"""

import hashlib
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import containers
from containers import Container

SDK = "localhost/identity-gateway-sdk:test"
DERIVED = "localhost/identity-gateway:with-static"
EXAMPLE = containers.ROOT / "examples" / "provider_static"
PLUGINS = "/usr/lib/identity-gateway/plugins"

DOCKERFILE = f"""\
FROM {SDK} AS plugin
COPY . .
RUN cmake -S . -B build -G Ninja -D CMAKE_BUILD_TYPE=Release && cmake --build build && \\
    ctest --test-dir build --output-on-failure --no-tests=error && cp "$(find build -name static.so)" /static.so
FROM {containers.IMAGE}
COPY --from=plugin --chown=0:0 --chmod=0444 /static.so {PLUGINS}/static.so
"""


def setUpModule():
    containers.build_image()
    containers.build_image(SDK, target="sdk")


class PluginImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.folder.chmod(0o755)
        shutil.copytree(EXAMPLE, cls.folder / "example")
        (cls.folder / "example" / "Dockerfile").write_text(DOCKERFILE)
        containers.build(DERIVED, cls.folder / "example" / "Dockerfile", cls.folder / "example")
        cls.people = EXAMPLE / "users.json"
        root = containers.podman("image", "mount", DERIVED).stdout.strip()
        cls.addClassCleanup(containers.podman, "image", "unmount", DERIVED)
        cls.digest = hashlib.sha256(pathlib.Path(root + PLUGINS + "/static.so").read_bytes()).hexdigest()

    def start(self, digest):
        container = Container(
            DERIVED,
            containers.free_port(),
            {
                "Plugins__Providers": json.dumps([{"Name": "static", "Sha256": digest}]),
                "Static__File": "/people.json",
                "Plugins__Policies": "[]",
            },
            [(self.people, "/people.json")],
        )
        self.addCleanup(container.close)
        return container

    def test_it_is_loaded_under_its_pin_and_used(self):
        container = self.start(self.digest)
        container.wait_ready()
        status, answer = containers.request(
            container.url + "/api/v1/auth/login", {"email": "ada@example.com", "password": "Only-an-example-1!"}
        )
        self.assertEqual(status, 200, answer)

    def test_another_digest_is_refused(self):
        container = self.start("0" * 64)
        containers.until("it has ended", lambda: not container.inspect()["State"]["Running"])
        self.assertNotEqual(container.inspect()["State"]["ExitCode"], 0)
        self.assertIn("SHA-256", container.logs())


if __name__ == "__main__":
    unittest.main(verbosity=2)
