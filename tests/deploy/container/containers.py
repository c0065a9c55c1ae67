"""Images and containers without an engine: buildah, podman and runc with a storage of their own below build/deploy.

A container here has what a Fargate task of the documented size has: half a core, 1 GB, a read-only file system, no
capabilities. Its network is the host's, since the tests' servers listen on loopback.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
PLACE = ROOT / "build" / "deploy"
BASE = "docker.io/library/debian:bookworm-slim"
# GATEWAY_IMAGE: test this one, which is there, instead of building it.
IMAGE = os.environ.get("GATEWAY_IMAGE", "localhost/identity-gateway:test")
TOOLS = ("buildah", "podman", "runc", "mmdebstrap")

CONTAINERS_CONF = """\
[containers]
netns="host"
default_ulimits=["nofile=16384:16384","nproc=8192:8192"]
[engine]
runtime="runc"
cgroup_manager="cgroupfs"
"""

FARGATE = [
    "--cpus", "0.5", "--memory", "1g", "--memory-swap", "1g", "--pids-limit", "256",
    "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
]  # fmt: skip


def missing_tools():
    return [tool for tool in TOOLS if shutil.which(tool) is None]


def _environment():
    PLACE.mkdir(parents=True, exist_ok=True)
    (PLACE / "containers.conf").write_text(CONTAINERS_CONF)
    (PLACE / "storage.conf").write_text(
        f'[storage]\ndriver="overlay"\ngraphroot="{PLACE}/storage"\nrunroot="{PLACE}/run"\n'
    )
    return os.environ | {
        "CONTAINERS_CONF": str(PLACE / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(PLACE / "storage.conf"),
        "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
    }


def run(*command, check=True, timeout=120):
    """Runs a command to its end; its output is kept, and shown where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=_environment())
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done


def podman(*arguments, **options):
    return run("podman", *arguments, **options)


def image_exists(name):
    return podman("image", "exists", name, check=False).returncode == 0


def build(name, dockerfile, context, *arguments):
    # Shown as it comes: it takes minutes.
    subprocess.run(
        ["buildah", "bud", "--isolation", "chroot", "--format", "docker", "--pull-never", "--layers", "-t", name,
         *arguments, "-f", str(dockerfile), str(context)],
        check=True, env=_environment(), stdout=sys.stderr, timeout=3600,
    )  # fmt: skip


def build_image(name=IMAGE, target="runtime"):
    """An image of deploy/Dockerfile, on a base of Debian's packages as they are today."""
    if name == os.environ.get("GATEWAY_IMAGE"):
        return
    if not image_exists(BASE):
        base = PLACE / "base.tar"
        run("mmdebstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", str(base), timeout=600)
        podman("import", "-c", 'CMD ["bash"]', str(base), BASE, timeout=300)
        base.unlink()
    build(name, ROOT / "deploy" / "Dockerfile", ROOT, "--target", target)


def derive_image(name, folder, files=(), labels=()):
    """An image on the one under test with files more: {path in the image: file}."""
    folder = pathlib.Path(folder)
    lines = [f"FROM {IMAGE}"]
    for target, source in dict(files).items():
        shutil.copy(source, folder / pathlib.Path(source).name)
        lines.append(f"COPY --chown=0:0 --chmod=0444 {pathlib.Path(source).name} {target}")
    lines += [f'LABEL {key}="{value}"' for key, value in dict(labels).items()]
    (folder / "Dockerfile").write_text("\n".join(lines) + "\n")
    build(name, folder / "Dockerfile", folder)


class Container:
    """A gateway in a container, until close()."""

    def __init__(self, image, port, environment, mounts=()):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        arguments = ["run", "-d", "--health-interval=disable", "--stop-timeout", "30", *FARGATE]
        for key, value in (environment | {"ASPNETCORE_URLS": f"http://0.0.0.0:{port}"}).items():
            arguments += ["-e", f"{key}={value}"]
        for source, target in mounts:
            arguments += ["-v", f"{source}:{target}:ro"]
        self.id = podman(*arguments, image).stdout.strip()

    def logs(self):
        done = podman("logs", self.id, check=False)
        return done.stdout + done.stderr

    def inspect(self):
        return json.loads(podman("inspect", self.id).stdout)[0]

    def get(self, path, timeout=5, headers=None):
        return request(self.url + path, timeout=timeout, headers=headers)

    def is_healthy(self):
        """As the agent of ECS asks: the image's own check."""
        return podman("healthcheck", "run", self.id, check=False).returncode == 0

    def wait_ready(self, deadline_s=60):
        def is_ready():
            if self.get("/api/v1/ready")[0] == 200:
                return True
            if not self.inspect()["State"]["Running"]:
                raise AssertionError(f"it ended\n{self.logs()[-3000:]}")
            return False

        until(f"{self.url} is ready", is_ready, deadline_s, self.logs)

    def signal(self, name):
        podman("kill", "--signal", name, self.id)

    def stop(self):
        """SIGTERM, then the exit status; at the latest SIGKILL, which shows as 137."""
        podman("stop", "-t", "30", self.id)
        return self.inspect()["State"]["ExitCode"]

    def close(self):
        podman("rm", "-f", "-t", "5", self.id, check=False)


def run_once(image, arguments, environment, mounts=()):
    """A task of the same image that ends by itself, as the migration is."""
    options = []
    for key, value in environment.items():
        options += ["-e", f"{key}={value}"]
    for source, target in mounts:
        options += ["-v", f"{source}:{target}:ro"]
    return podman("run", "--rm", "--health-interval=disable", *FARGATE, *options, image, *arguments, check=False)


def request(url, body=None, headers=None, timeout=5):
    """Status and answer; (0, reason) where there was none."""
    sent = urllib.request.Request(url, headers=headers or {})
    if body is not None:
        sent.data = json.dumps(body).encode()
        sent.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(sent, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError as gone:
        return 0, str(gone)


def until(what, condition, deadline_s=30, explain=lambda: ""):
    end = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline_s} s: {what}\n{explain()[-3000:]}")
        time.sleep(0.05)


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
