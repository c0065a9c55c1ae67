#!/usr/bin/python3
"""deploy/Dockerfile and deploy/compose.yaml as far as reading shows; faults that are planted in them are found.
Exit: 77 where something is missing here, which is said."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import yaml
except ImportError:
    print("SKIPPED: there is no python3-yaml on this machine")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[3]
TASK = json.loads(re.sub(r"\$\{\w+\}", "x", (ROOT / "deploy/aws-cli/task-definition.json").read_text()))["containerDefinitions"][0]


def instructions(text):
    """(word, rest) of each, its lines joined."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.M))
    return [tuple(re.split(r"\s+", line.strip(), maxsplit=1)) for line in joined.splitlines() if line.strip()]


def dockerfile_faults(text, root=ROOT):
    faults, stages, final = [], set(), []
    admitted = re.findall(r"^!(.+)$", (root / ".dockerignore").read_text(), re.M)
    for word, rest in instructions(text):
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            if base not in stages and base not in ("scratch", "${DEBIAN}"):
                faults.append(f"no stage {base}, nor is it the base that can be chosen")
            stages.add(name)
            final = []
        elif word in ("COPY", "ADD"):
            options = re.findall(r"--(\w+)=(\S+)", rest)
            *sources, _ = [part for part in rest.split() if not part.startswith("--")]
            if word == "ADD":
                faults.append("ADD fetches and unpacks: COPY")
            if "from" in dict(options):
                if dict(options)["from"] not in stages:
                    faults.append(f"no stage {dict(options)['from']}")
            elif not any(list(root.glob(source)) if source != "." else True for source in sources):
                faults.append(f"nothing to copy: {sources}")
            for source in sources:
                if "*" not in source and "from" not in dict(options) and not (root / source).exists():
                    faults.append(f"there is no {source}")
                if "from" not in dict(options) and source != "." and not any(source == name or source.startswith(f"{name}/") for name in admitted):
                    faults.append(f".dockerignore keeps {source} out")
        elif word in ("ENV", "ARG") and re.search(r"(?i)password|secret|token|credential", rest):
            faults.append(f"a secret in {word}")
        final.append((word, rest))
    last = dict(final)
    for word in ("ENTRYPOINT", "CMD"):
        if not last.get(word, "").startswith("["):
            faults.append(f"{word} wants a shell, which the image has not")
    if last.get("USER") != TASK["user"]:
        faults.append(f"USER is {last.get('USER')}, the task's is {TASK['user']}")
    if last.get("FROM", "").split()[0] != "scratch":
        faults.append("the last stage has what it is built on")
    if [rest for word, rest in final if word == "COPY" and "--from=" not in rest and "--chmod=0444 " not in rest]:
        faults.append("what is copied keeps the mode that it has outside: the program may not be able to read it")
    if [rest for word, rest in final if word == "RUN"]:
        faults.append("the last stage has no shell to RUN anything")
    if last.get("STOPSIGNAL") != "SIGTERM":
        faults.append("STOPSIGNAL")
    check = last.get("HEALTHCHECK", "")
    if json.loads("[" + check.partition("CMD [")[2] or "[]") != TASK["healthCheck"]["command"][1:]:
        faults.append(f"HEALTHCHECK is not the task's: {check}")
    for option, key in (("interval", "interval"), ("timeout", "timeout"), ("start-period", "startPeriod"), ("retries", "retries")):
        if not re.search(rf"--{option}={TASK['healthCheck'][key]}s?(\s|$)", check):
            faults.append(f"HEALTHCHECK: {option} is not the task's")
    if f"EXPOSE {TASK['portMappings'][0]['containerPort']}" != f"EXPOSE {last.get('EXPOSE')}":
        faults.append("EXPOSE is not the port of the task")
    return faults


def compose_faults(text, folder=ROOT / "deploy"):
    faults, services = [], yaml.safe_load(text)["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            if other not in services:
                faults.append(f"{name} waits for {other}, which is no service")
            elif how["condition"] == "service_healthy" and "healthcheck" not in services[other]:
                faults.append(f"{other} has no healthcheck to wait for")
        for port in service.get("ports", []):
            if not str(port).startswith("127.0.0.1:"):
                faults.append(f"{name}: others reach port {port}")
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith(".") and not (folder / source).exists():
                faults.append(f"{name}: there is no {source}")
        if service.get("privileged") or service.get("network_mode") == "host":
            faults.append(f"{name}: more than it needs")
        if service["image"].endswith(":latest"):
            faults.append(f"{name}: {service['image']} is another one tomorrow")
    gateway, migrate = services["gateway"], services["migrate"]
    if gateway["image"] != migrate["image"]:
        faults.append("another image migrates")
    if not gateway.get("read_only") or gateway.get("cap_drop") != ["ALL"] or "no-new-privileges:true" not in gateway.get("security_opt", []):
        faults.append("the gateway may do more than in a task")
    if gateway["depends_on"].get("migrate", {}).get("condition") != "service_completed_successfully":
        faults.append("the gateway does not wait for its schema")
    if "Username=identity_service" not in gateway["environment"]["ConnectionStrings__IdentityServiceDb"]:
        faults.append("the gateway is not its own role")
    return faults


class FilesTest(unittest.TestCase):
    dockerfile = (ROOT / "deploy/Dockerfile").read_text()
    compose = (ROOT / "deploy/compose.yaml").read_text()

    def planted(self, find, text, plants):
        for old, new, said in plants:
            with self.subTest(new):
                self.assertIn(old, text)
                self.assertIn(said, " ".join(find(text.replace(old, new))))

    def test_dockerfile(self):
        self.assertEqual(dockerfile_faults(self.dockerfile), [])

    def test_faults_in_the_dockerfile(self):
        self.planted(dockerfile_faults, self.dockerfile, [
            ("FROM build AS root", "FROM builder AS root", "no stage builder"),
            ("--from=root", "--from=roots", "no stage roots"),
            ("COPY dev dev", "COPY develop dev", "there is no develop"),
            ("0444 LICENSE appsettings", "0444 LICENSE SECURITY.md appsettings", ".dockerignore keeps SECURITY.md out"),
            ("COPY --chmod=0444 LICENSE", "ADD LICENSE", "COPY"),
            ("--chmod=0444 LICENSE", "LICENSE", "keeps the mode"),
            ("USER 10001:10001", "USER root", "USER is root"),
            ("FROM scratch", "FROM tools", "has what it is built on"),
            ('CMD ["serve"]', "CMD serve", "CMD wants a shell"),
            ("--retries=3", "--retries=30", "retries"),
            ('"healthcheck"]', '"healthcheck", "--ready"]', "HEALTHCHECK is not"),
            ("EXPOSE 8080", "EXPOSE 8081", "EXPOSE"),
            ("ARG REVISION=", "ARG DB_PASSWORD=", "a secret in ARG"),
            ("WORKDIR /app", "RUN true", "no shell to RUN"),
        ])  # fmt: skip

    def test_compose(self):
        self.assertEqual(compose_faults(self.compose), [])

    def test_faults_in_compose(self):
        self.planted(compose_faults, self.compose, [
            ("127.0.0.1:8080:8080", "8080:8080", "others reach port"),
            ("read_only: true", "read_only: false", "may do more"),
            ("cap_drop: [ALL]", "cap_drop: []", "may do more"),
            ("service_completed_successfully", "service_started", "does not wait"),
            ("./compose/service_role.sql", "./compose/roles.sql", "there is no ./compose/roles.sql"),
            ("redis: {condition", "cache: {condition", "waits for cache"),
            ("healthcheck:", "health_check:", "no healthcheck to wait for"),
            ("Username=identity_service", "Username=identity_owner", "its own role"),
        ])  # fmt: skip

    @unittest.skipUnless(shutil.which("docker-compose"), "there is no docker-compose on this machine")
    def test_compose_takes_it(self):
        def config(text):
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(text)
                file.flush()
                return subprocess.run(["docker-compose", "-f", file.name, "config", "--quiet"], capture_output=True, text=True)

        done = config(self.compose)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotEqual(config(self.compose.replace("cap_drop", "capdrop")).returncode, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
