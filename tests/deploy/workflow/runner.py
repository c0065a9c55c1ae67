"""Runs the jobs of a workflow of GitHub Actions here, step by step, as a runner does: a `run` by its shell in the
workspace, with the step's environment, the files behind GITHUB_OUTPUT, GITHUB_ENV and GITHUB_PATH, conditions, and
jobs that wait for others. A `uses`, and a `run` that cannot be had here, are stand-ins that the caller names; they are
told. What this runner does not know is an error, never passed over.
"""

import pathlib
import re
import subprocess

import yaml

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<op>==|!=|&&|\|\||[!()])|(?P<name>[A-Za-z_][\w.-]*))")
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.S)
KNOWN_JOB = {"name", "runs-on", "container", "needs", "if", "steps", "env", "environment", "permissions", "timeout-minutes"}
KNOWN_STEP = {"name", "id", "if", "env", "run", "uses", "with"}


def load(path):
    """The workflow; YAML takes its key `on` for a truth."""
    workflow = yaml.safe_load(pathlib.Path(path).read_text())
    workflow["on"] = workflow.pop(True, workflow.get("on"))
    return workflow


def expressions(text):
    return [found.strip() for found in _EXPRESSION.findall(text)]


def names_in(expression):
    """Every name in it, functions too."""
    return [token.group("name") for token in _tokens(expression) if token.group("name")]


def _tokens(expression):
    position, found = 0, []
    expression = expression.rstrip()
    while position < len(expression):
        token = _TOKEN.match(expression, position)
        if not token:
            raise ValueError(f"this expression is not understood: {expression}")
        found.append(token)
        position = token.end()
    return found


class Expression:
    """`a.b == 'c' && failure()`, over contexts: nested dictionaries; a name that is not there is the empty string."""

    def __init__(self, text, contexts, functions):
        self._tokens = _tokens(text)
        self._text, self._contexts, self._functions = text, contexts, functions

    def value(self):
        result = self._either()
        if self._tokens:
            raise ValueError(f"this expression is not understood: {self._text}")
        return result

    def _next(self, *ops):
        if self._tokens and self._tokens[0].group("op") in ops:
            return self._tokens.pop(0).group("op")
        return None

    def _either(self):
        left = self._both()
        while self._next("||"):
            right = self._both()
            left = left or right
        return left

    def _both(self):
        left = self._compared()
        while self._next("&&"):
            right = self._compared()
            left = left and right
        return left

    def _compared(self):
        left = self._one()
        while op := self._next("==", "!="):
            equal = str(left).lower() == str(self._one()).lower()
            left = equal if op == "==" else not equal
        return left

    def _one(self):
        if self._next("!"):
            return not self._one()
        if self._next("("):
            value = self._either()
            self._expect(")")
            return value
        token = self._tokens.pop(0)
        if token.group("text"):
            return token.group("text")[1:-1].replace("''", "'")
        name = token.group("name")
        if name is None:
            raise ValueError(f"this expression is not understood: {self._text}")
        if self._next("("):
            self._expect(")")
            return self._functions[name]()
        value = self._contexts
        for part in name.split("."):
            value = value.get(part, "") if isinstance(value, dict) else ""
        return value

    def _expect(self, op):
        if not self._next(op):
            raise ValueError(f"this expression is not understood: {self._text}")


class Job:
    """One job in a workspace of its own. `contexts`: github, vars, secrets; `environment`: the machine's."""

    def __init__(self, name, workflow, contexts, environment, folder, stand_ins):
        self.name, self._job, self._stand_ins = name, workflow["jobs"][name], stand_ins
        self._refuse_unknown(self._job, KNOWN_JOB)
        self.workspace, self.temp = pathlib.Path(folder) / "workspace", pathlib.Path(folder) / "temp"
        for place in (self.workspace, self.temp):
            place.mkdir(parents=True)
        self._steps = {}
        self.results = []  # (step, outcome, what it said)
        self._failed = False
        self.environment = dict(environment) | {
            "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(self.workspace), "RUNNER_TEMP": str(self.temp),
            "GITHUB_SHA": contexts["github"]["sha"], "GITHUB_REF_NAME": contexts["github"]["ref_name"],
        }  # fmt: skip
        self._contexts = contexts | {"steps": self._steps, "env": {}}
        self._of_workflow(workflow.get("env"))
        self._of_workflow(self._job.get("env"))

    @staticmethod
    def _refuse_unknown(given, known):
        unknown = set(given) - known
        if unknown:
            raise ValueError(f"this runner does not know {sorted(unknown)}")

    def _of_workflow(self, values):
        for name, value in (values or {}).items():
            self._contexts["env"][name] = self.environment[name] = self.filled(value)

    def evaluate(self, expression):
        functions = {
            "success": lambda: not self._failed,
            "failure": lambda: self._failed,
            "always": lambda: True,
            "cancelled": lambda: False,
        }
        return Expression(expression, self._contexts, functions).value()

    def filled(self, text):
        return _EXPRESSION.sub(lambda found: str(self.evaluate(found.group(1))), str(text))

    def _is_wanted(self, step):
        condition = str(step.get("if", "success()"))
        condition = (expressions(condition) or [condition])[0]
        # Without one of these a condition holds only where nothing failed.
        if not re.search(r"\b(success|failure|always|cancelled)\(", condition):
            condition = f"success() && ({condition})"
        return bool(self.evaluate(condition))

    def run(self):
        for number, step in enumerate(self._job["steps"], 1):
            self._refuse_unknown(step, KNOWN_STEP)
            title = step.get("name") or step.get("uses") or step["run"].splitlines()[0]
            outcome, said, outputs = "skipped", "", {}
            if self._is_wanted(step):
                done, said, outputs = self._run_step(number, step)
                outcome = "success" if done else "failure"
                self._failed = self._failed or not done
            if "id" in step:
                self._steps[step["id"]] = {"outcome": outcome, "conclusion": outcome, "outputs": outputs}
            self.results.append((title, outcome, said))
        return not self._failed

    def _run_step(self, number, step):
        own = {name: self.filled(value) for name, value in step.get("env", {}).items()}
        stand_in = self._stand_ins.find(self.name, step)
        if stand_in:
            given = {name: self.filled(value) for name, value in step.get("with", {}).items()}
            try:
                return True, stand_in(self, given) or "", {}
            except Exception as fault:  # what it finds wrong is the step's failure
                return False, f"{type(fault).__name__}: {fault}", {}
        if "uses" in step:
            raise ValueError(f"there is no stand-in for {step['uses']}")
        files = {name: self.temp / f"{name}.{number}" for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH")}
        for file in files.values():
            file.touch()
        script = self.temp / f"step.{number}.sh"
        script.write_text(self.filled(step["run"]))
        # Without `shell`: bash where there is one; in a container, sh.
        shell = ["sh", "-e"] if "container" in self._job else ["bash", "-e"]
        environment = self.environment | own | {name: str(file) for name, file in files.items()}
        done = subprocess.run([*shell, str(script)], cwd=self.workspace, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=3600)  # fmt: skip
        for line in files["GITHUB_PATH"].read_text().splitlines():
            self.environment["PATH"] = f"{line}:{self.environment['PATH']}"
        self.environment |= self._assignments(files["GITHUB_ENV"])
        return done.returncode == 0, done.stdout, self._assignments(files["GITHUB_OUTPUT"])

    @staticmethod
    def _assignments(file):
        """NAME=VALUE lines; with NAME<<END, the lines up to END."""
        lines, found = file.read_text().splitlines(), {}
        while lines:
            line = lines.pop(0)
            if found_block := re.fullmatch(r"(\w+)<<(\S+)", line):
                end = lines.index(found_block.group(2))
                found[found_block.group(1)], lines = "\n".join(lines[:end]), lines[end + 1 :]
            else:
                name, _, value = line.partition("=")
                found[name] = value
        return found


def run_workflow(workflow, contexts, environment, folder, stand_ins):
    """Every job in the order of its needs; {name: Job, or None where one that it needs did not succeed}."""
    waiting, jobs, succeeded = dict(workflow["jobs"]), {}, set()
    while waiting:
        name = next(name for name, job in waiting.items() if set(needs_of(job)) <= set(jobs))
        if not set(needs_of(waiting.pop(name))) <= succeeded:
            jobs[name] = None
            continue
        jobs[name] = Job(name, workflow, contexts, environment, pathlib.Path(folder) / name, stand_ins)
        if jobs[name].run():
            succeeded.add(name)
    return jobs


def needs_of(job):
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs
