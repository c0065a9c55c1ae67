"""The Debian package: what it holds, its unit, and that it runs where it is installed, in a system made for it.

Usage: package_test.py (needs root and mmdebstrap; ends with 77 where they are missing).
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import containers

ROOT = pathlib.Path(__file__).resolve().parents[3]
RELEASE = ROOT / "build" / "release"
UNIT = ROOT / "deploy" / "systemd" / "identity-gateway.service"


def run(*command, check=True, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600, **options)
    if check and done.returncode != 0:
        raise RuntimeError(f"{command}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        run("cpack", "--config", RELEASE / "CPackConfig.cmake", "-B", cls.folder / "package", cwd=RELEASE)
        cls.package = next((cls.folder / "package").glob("identity-gateway_*.deb"))
        cls.system = cls.folder / "system"
        # A Debian with nothing but this package and what it depends on.
        run(
            "mmdebstrap", "--variant=minbase", f"--include={cls.package}",
            "--hook-dir=/usr/share/mmdebstrap/hooks/file-mirror-automount", "bookworm", cls.system,
        )  # fmt: skip

    def inside(self, *command, check=True):
        return run("chroot", "--userspec=65534:65534", self.system, *command, check=check)

    def test_it_runs_where_it_is_installed(self):
        self.assertIn("identity-gateway", self.inside("/usr/bin/identity-gateway", "version").stdout)
        self.inside("/usr/bin/identity-gateway", "config", "check", "--config", "/etc/identity-gateway")
        self.inside("/usr/bin/identity-gateway", "plugins", "check", "/usr/lib/identity-gateway/plugins/redis.so")

    def test_only_root_can_change_it(self):
        for line in run("dpkg-deb", "-c", self.package).stdout.splitlines():
            mode, owner = line.split()[:2]
            self.assertEqual(owner, "root/root", line)
            self.assertRegex(mode, "^.....-..-.$", line)

    def test_the_configuration_is_the_administrator_s(self):
        conffiles = run("dpkg-deb", "-I", self.package, "conffiles").stdout
        self.assertEqual(conffiles.strip(), "/etc/identity-gateway/appsettings.json")

    def test_removing_it_leaves_the_configuration_and_purging_nothing(self):
        run("chroot", self.system, "dpkg", "--remove", "identity-gateway")
        self.assertFalse((self.system / "usr/bin/identity-gateway").exists())
        self.assertTrue((self.system / "etc/identity-gateway/appsettings.json").exists())
        run("chroot", self.system, "dpkg", "--purge", "identity-gateway")
        self.assertFalse((self.system / "etc/identity-gateway").exists())


class UnitTest(unittest.TestCase):
    def test_it_is_understood_and_hardened(self):
        rated = run("systemd-analyze", "security", "--offline=true", UNIT).stdout
        level = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", rated).group(1))
        self.assertLess(level, 1.5)

    def test_the_gateway_needs_no_system_call_that_is_refused(self):
        """As many as a start, a request and an end make."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            program = RELEASE / "bin" / "identity-gateway"
            trace = folder / "trace"
            process = subprocess.Popen(
                ["strace", "-D", "-f", "-qq", "-c", "-o", trace, program, "serve",
                 "--set", f"Plugins:Directory={RELEASE / 'plugins'}"],
                cwd=folder, env=os.environ | {"GATEWAY_URLS": "http://127.0.0.1:0"},
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
            for line in process.stdout:
                if "listening" in line:
                    break
            process.send_signal(15)
            process.communicate(timeout=60)
            containers.until("strace has written", lambda: trace.exists() and "total" in trace.read_text())
            used = {line.split()[-1] for line in trace.read_text().splitlines()[2:-2]}
        refused = {
            call
            for group in ("@privileged", "@resources")
            for call in run("systemd-analyze", "syscall-filter", group).stdout.split()
            if not call.startswith(("@", "#"))
        }
        allowed = set(re.findall(r"^SystemCallFilter=([a-z_0-9]+)$", UNIT.read_text(), re.M))
        refused -= allowed
        self.assertGreater(len(used), 20)
        self.assertEqual(used & refused, set())


if __name__ == "__main__":
    missing = [tool for tool in ("mmdebstrap", "cpack", "systemd-analyze", "strace") if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        print(f"SKIPPED: package: no {', '.join(missing) or 'root'} here")
        sys.exit(77)
    unittest.main(verbosity=2)
