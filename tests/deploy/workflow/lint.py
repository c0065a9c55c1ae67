#!/usr/bin/python3
"""What a runner would find wrong with deploy/ci/release.yaml only once a release is under way. Usage: lint.py [FILE]
Exit: 0, 1 with a line for each fault, 77 where something is missing here, which is said.
"""

import pathlib
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
try:
    import runner
except ImportError as missing:
    print(f"SKIPPED: {missing} (python3-yaml)")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[3]
# By its commit: what a branch or a tag holds tomorrow is another action, beside the role at AWS.
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
CONTEXTS = {"github", "env", "vars", "secrets", "steps", "needs", "runner", "job"}
FUNCTIONS = {"success", "failure", "always", "cancelled"}


def strings(value, path=""):
    """Every string in it, with where it is."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from strings(inner, f"{path}[{number}]")
    elif isinstance(value, str):
        yield path, value


class Lint:
    def __init__(self, file):
        self.faults = []
        self._guide = (ROOT / "deploy/ci/README.md").read_text()
        self._workflow = runner.load(file)
        for name, job in self._workflow["jobs"].items():
            self._job(name, job)
        self._graph()
        if "permissions" not in self._workflow:
            self._tell("permissions", "none are named: the token may do everything")
        elif "write" in self._workflow["permissions"].values():
            self._tell("permissions", "every job may write: in the job that does")

    def _tell(self, where, what):
        self.faults.append(f"{where}: {what}")

    def _job(self, name, job):
        for key in set(job) - runner.KNOWN_JOB:
            self._tell(name, f"'{key}' is nothing that a job has here")
        if "timeout-minutes" not in job:
            self._tell(name, "it may hang for six hours: no timeout-minutes")
        known = set()
        for number, step in enumerate(job["steps"]):
            where = f"{name}, step {number + 1}"
            for key in set(step) - runner.KNOWN_STEP:
                self._tell(where, f"'{key}' is nothing that a step has here")
            if ("run" in step) == ("uses" in step):
                self._tell(where, "either run or uses")
            if "uses" in step and not PINNED.fullmatch(step["uses"]):
                self._tell(where, f"{step['uses']} is not pinned by a commit")
            if "run" in step:
                self._script(where, step["run"], "sh" if "container" in job else "bash")
            for path, text in strings(step):
                found = runner.expressions(text)
                if path == ".if" and not found:
                    found = [text]
                for expression in found:
                    self._expression(f"{where}{path}", expression, known)
            known |= {step["id"]} if "id" in step else set()

    def _expression(self, where, expression, steps):
        try:
            names = runner.names_in(expression)
        except ValueError as fault:
            self._tell(where, str(fault))
            return
        for name in names:
            first, *rest = name.split(".")
            if not rest and name in FUNCTIONS:
                continue
            if first not in CONTEXTS:
                self._tell(where, f"there is no {name}")
            elif first == "steps" and rest[0] not in steps:
                self._tell(where, f"no step before it has the id {rest[0]}")
            elif first in ("vars", "secrets") and not re.search(rf"\b{rest[0]}\b", self._guide):
                self._tell(where, f"deploy/ci/README.md does not tell of {rest[0]}")

    def _script(self, where, text, shell):
        # What somebody may write into a name or a message would be run.
        if runner.expressions(text):
            self._tell(where, "an expression inside of run is put into the script as it stands: by env instead")
        done = subprocess.run(["shellcheck", "--shell", shell, "-"], input=text, capture_output=True, text=True)
        if done.returncode != 0:
            self._tell(where, done.stdout.strip())
        for path in re.findall(r"(?<![\w/$])(?:\./)?((?:deploy/[\w./-]+|dev)(?=\s|$))", text):
            if path.endswith("settings.env"):
                continue
            if not (ROOT / path).exists():
                self._tell(where, f"there is no {path}")

    def _graph(self):
        jobs = self._workflow["jobs"]
        for name, job in jobs.items():
            for needed in runner.needs_of(job):
                if needed not in jobs:
                    self._tell(name, f"it needs {needed}, which is no job")
        done = set()
        while more := {name for name, job in jobs.items() if name not in done and set(runner.needs_of(job)) & set(jobs) <= done}:
            done |= more
        for name in set(jobs) - done:
            self._tell(name, "its needs lead back to it")


def main():
    if not shutil.which("shellcheck"):
        print("SKIPPED: there is no shellcheck on this machine")
        return 77
    faults = Lint(sys.argv[1] if len(sys.argv) > 1 else ROOT / "deploy/ci/release.yaml").faults
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
