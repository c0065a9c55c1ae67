#!/usr/bin/python3
"""deploy/ci/release.yaml, run here job by job and step by step (runner.py) on moto: a release; one whose verification fails and
that goes back; one whose migration fails, where there is nothing to go back from; one whose image or tests fail, which never
reaches AWS. What is no real part is printed.

Usage: run (beside this file).
"""

import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
import runner  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WORKFLOW = ROOT / "deploy/ci/release.yaml"
ADMIN, PASSWORD = "ada@example.com", "Str0ng#Enough"
PROGRAM, PLUGINS = sys.argv[1:3]


def aws(*arguments):
    command = ["aws", "--region", "us-east-1", "--endpoint-url", os.environ["ENDPOINT_URL"], "--output", "text", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def running():
    return aws("ecs", "describe-services", "--cluster", "realserv-production", "--services", "identity-service",
               "--query", "services[0].taskDefinition")  # fmt: skip


class Gateway:
    """The real program on a real database, with an administrator, behind a front that can be told to spoil sign-up."""

    def __init__(self):
        environment = os.environ | {
            "Plugins__Directory": PLUGINS, "ConnectionStrings__IdentityServiceDb": os.environ["GATEWAY_TEST_POSTGRES"],
            "Plugins__Storage": "postgres", "Plugins__Policies__0": "security-headers", "GATEWAY_URLS": "http://127.0.0.1:0",
            "Logging__Format": "Json",
        }  # fmt: skip
        subprocess.run([PROGRAM, "users", "create", "--email", ADMIN, "--type", "Admin", "--password-stdin"], env=environment,
                       input=PASSWORD, text=True, check=True, capture_output=True)  # fmt: skip
        self._process = subprocess.Popen([PROGRAM, "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self._process.stdout:
            said = json.loads(line)
            if said["message"] == "listening":
                break
        threading.Thread(target=self._process.stdout.read, daemon=True).start()
        gateway = f"http://127.0.0.1:{said['port']}"
        self.is_spoiled = lambda: False

        class Front(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(front):
                body = front.rfile.read(int(front.headers.get("Content-Length") or 0)) or None
                if front.path.endswith("/signup") and self.is_spoiled():
                    status, said = 500, b'{"success":false,"error":{"code":"INTERNAL_ERROR"}}'
                else:
                    headers = {name: value for name, value in front.headers.items() if name not in ("Host", "Content-Length")}
                    request = urllib.request.Request(gateway + front.path, body, headers, method=front.command)
                    try:
                        with urllib.request.urlopen(request, timeout=30) as answer:
                            status, said = answer.status, answer.read()
                    except urllib.error.HTTPError as refused:
                        status, said = refused.code, refused.read()
                front.send_response(status)
                front.send_header("Content-Length", str(len(said)))
                front.end_headers()
                front.wfile.write(said)

            do_GET = do_POST = do_DELETE = answer

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def accounts(self):
        """Those that are left."""
        login = urllib.request.Request(f"{self.url}/api/v1/auth/login", json.dumps({"email": ADMIN, "password": PASSWORD}).encode(),
                                       {"Content-Type": "application/json"})  # fmt: skip
        with urllib.request.urlopen(login) as answer:
            token = json.load(answer)["data"]["idToken"]
        users = urllib.request.Request(f"{self.url}/api/v1/users", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(users) as answer:
            return [user["email"] for user in json.load(answer)["data"]["items"] if user["status"] != "Deleted"]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._process.terminate()
        self._process.wait()


class StandIns:
    """What is no real part, by job and step; each says what it takes the place of."""

    def __init__(self):
        self.told = {}
        self.fault = None
        self.role = ""

    def find(self, job, step):
        if "uses" in step:
            action = step["uses"].split("@")[0]
            return {"actions/checkout": self.checkout, "aquasecurity/trivy-action": self.scan,
                    "aws-actions/configure-aws-credentials": self.credentials}.get(action)  # fmt: skip
        if job == "test":
            return self.container_step(step["run"])
        return None

    def _tell(self, what, instead):
        self.told[what] = instead

    def container_step(self, script):
        def stand_in(job, _):
            self._tell(f"test: {script}", "not run: its container is Debian, and the tests are what CI runs")
            if self.fault == "test":
                raise RuntimeError("a test fails")

        return stand_in

    def checkout(self, job, _):
        self._tell("actions/checkout", "a copy of this tree")
        names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                               capture_output=True, text=True).stdout  # fmt: skip
        for name in filter(None, names.split("\0")):
            if not (ROOT / name).exists():
                continue
            (job.workspace / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, job.workspace / name)

    def scan(self, job, given):
        self._tell("aquasecurity/trivy-action", "the image is looked for, not into")
        if set(given) != {"image-ref", "severity", "ignore-unfixed", "exit-code"} or given["exit-code"] != "1":
            raise RuntimeError(f"{given}")
        if not (pathlib.Path(job.environment["DOCKER_IMAGES"]) / given["image-ref"]).exists():
            raise RuntimeError(f"no such image: {given['image-ref']}")

    def credentials(self, job, given):
        self._tell("aws-actions/configure-aws-credentials", "keys of nobody's")
        if given != {"role-to-assume": self.role, "aws-region": "us-east-1"}:
            raise RuntimeError(f"{given}")
        job.environment |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": given["aws-region"]}


class WorkflowTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.gateway = Gateway()
        cls.addClassCleanup(cls.gateway.close)
        cls.stand_ins = StandIns()
        cls.addClassCleanup(lambda: print(*(f"no real part: {what}: {how}" for what, how in cls.stand_ins.told.items()), sep="\n"))
        cls.workflow = runner.load(WORKFLOW)
        certificates = cls.folder / "certificates.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                        "-subj", "/CN=nobody", "-keyout", os.devnull, "-out", certificates], check=True, capture_output=True)  # fmt: skip
        (cls.folder / "images").mkdir()
        cls.environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_ACCESS") and name != "AWS_SECRET_ACCESS_KEY"}
        cls.environment |= {
            "PATH": f"{HERE}/stand_ins:{os.environ['PATH']}", "REAL_CURL": shutil.which("curl"), "REAL_AWS": shutil.which("aws"),
            "RDS_CERTIFICATES": str(certificates),
            "DOCKER_IMAGES": str(cls.folder / "images"), "POLL_SECONDS": "1", "VERIFY_SECONDS": "20", "ROLLOUT_SECONDS": "20",
        }  # fmt: skip
        cls.stand_ins._tell("AWS", "moto")
        cls.stand_ins._tell("curl", "certificates of nobody's; otherwise curl")
        cls.stand_ins._tell("the service behind https://DOMAIN", "the program on PostgreSQL, beside")
        engine = "DOCKER_ENGINE" in os.environ
        cls.stand_ins._tell("docker", "buildah and podman on GATEWAY_IMAGE; a push goes to moto" if engine else "build and run are looked at only; a push goes to moto")
        cls._deploy_first()

    @classmethod
    def _deploy_first(cls):
        """The service as deploy.sh makes it, of version 1.0.0."""
        zone = aws("route53", "create-hosted-zone", "--name", "realserv.com", "--caller-reference", "test", "--query", "HostedZone.Id")
        (cls.folder / "key").write_text("AIzaNobodysKey")
        (cls.folder / "firebase.json").write_text('{"type":"service_account","project_id":"realserv-prod","private_key":"nobodys"}')
        settings = (ROOT / "deploy/aws-cli/settings.example.env").read_text()
        settings += (f"HOSTED_ZONE_ID={zone.split('/')[-1]}\nFIREBASE_API_KEY_FILE={cls.folder}/key\nFIREBASE_CREDENTIALS_FILE={cls.folder}/firebase.json\n"
                     f"VERIFY_URL={cls.gateway.url}\nVERIFY_ADMIN_EMAIL={ADMIN}\n")  # fmt: skip
        cls.settings = settings
        (cls.folder / "password").write_text(PASSWORD)
        (cls.folder / "settings.env").write_text(settings + f"VERIFY_ADMIN_PASSWORD_FILE={cls.folder}/password\n")
        (cls.folder / "images" / "identity-gateway:1.0.0").write_text("sha256:" + "0" * 64)
        done = subprocess.run([ROOT / "deploy/aws-cli/deploy.sh", "--settings", cls.folder / "settings.env"], capture_output=True, text=True,
                              env=cls.environment | {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"})  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        done = subprocess.run([ROOT / "deploy/aws-cli/ci_role.sh", "ada/gateway", "--settings", cls.folder / "settings.env"], capture_output=True,
                              text=True, check=True, env=cls.environment | {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"})  # fmt: skip
        cls.stand_ins.role = done.stdout.strip()
        cls.before_releases = len(pathlib.Path(os.environ["CLOUD_DIR"], "calls").read_text().splitlines())

    def release(self, tag, environment=()):
        contexts = {
            "github": {"ref_name": tag, "sha": "1" * 40},
            "vars": {"AWS_REGION": "us-east-1", "AWS_ROLE": self.stand_ins.role, "SETTINGS": self.settings},
            "secrets": {"VERIFY_ADMIN_PASSWORD": PASSWORD},
        }
        return runner.run_workflow(self.workflow, contexts, self.environment | dict(environment), self.folder / tag, self.stand_ins)

    def outcomes(self, job):
        return {title: outcome for title, outcome, _ in job.results}

    def said(self, job):
        return "\n".join(f"== {title}: {outcome}\n{said}" for title, outcome, said in job.results)

    def version(self, task):
        return aws("ecs", "describe-task-definition", "--task-definition", task, "--include", "TAGS", "--query", "tags[?key=='Version'].value | [0]")

    def test_1_a_release(self):
        before = running()
        jobs = self.release("v1.0.1")
        said = self.said(jobs["release"])
        self.assertEqual(set(self.outcomes(jobs["test"]).values()), {"success"}, said)
        outcomes = self.outcomes(jobs["release"])
        self.assertEqual(outcomes.pop("roll back"), "skipped", said)
        self.assertEqual(set(outcomes.values()), {"success"}, said)
        self.assertNotEqual(running(), before)
        self.assertEqual(self.version(running()), "1.0.1")
        image = aws("ecs", "describe-task-definition", "--task-definition", running(), "--query", "taskDefinition.containerDefinitions[0].image")
        self.assertEqual(image.split("@")[1], (self.folder / "images/identity-gateway:1.0.1").read_text(), "what was scanned is what runs")
        # Migrated, then rolled out, then verified by a sign-up whose account is gone again.
        self.assertLess(said.index("migrations of 1.0.1"), said.index("service identity-service to"))
        self.assertLess(said.index("service identity-service to"), said.index("the test account is gone"))
        self.assertEqual(self.gateway.accounts(), [ADMIN])
        self.assertNotIn(PASSWORD, said)
        for file in (jobs["release"].workspace / "deploy/aws-cli/settings.env", jobs["release"].temp / "password"):
            self.assertEqual(file.stat().st_mode & 0o077, 0, f"{file} can be read by others")

    def test_2_verification_fails_and_it_goes_back(self):
        before = running()
        self.gateway.is_spoiled = lambda: self.version(running()) == "1.0.2"
        self.addCleanup(setattr, self.gateway, "is_spoiled", lambda: False)
        job = self.release("v1.0.2")["release"]
        outcomes, said = self.outcomes(job), self.said(job)
        self.assertEqual((outcomes["migrate, update, verify"], outcomes["roll back"]), ("failure", "success"), said)
        self.assertIn("FAILED at step 8.3 (authentication): sign-up", said)
        self.assertEqual(running(), before)
        self.assertEqual(self.gateway.accounts(), [ADMIN])

    def test_3_a_migration_fails_and_there_is_nothing_to_go_back_from(self):
        before = running()
        code = pathlib.Path(os.environ["CLOUD_DIR"], "exit_code")
        code.write_text("1")
        self.addCleanup(code.unlink)
        job = self.release("v1.0.3")["release"]
        outcomes, said = self.outcomes(job), self.said(job)
        self.assertEqual((outcomes["migrate, update, verify"], outcomes["roll back"]), ("failure", "success"), said)
        self.assertIn("migrations of 1.0.3: the task ended with 1", said)
        self.assertIn("nothing to go back from", said)
        self.assertEqual(running(), before)

    def test_4_without_an_image_nothing_is_touched(self):
        before, calls = running(), pathlib.Path(os.environ["CLOUD_DIR"], "calls")
        seen = calls.stat().st_size
        job = self.release("v1.0.4", {"RDS_CERTIFICATES": "/nowhere"})["release"]
        outcomes, said = self.outcomes(job), self.said(job)
        self.assertEqual(outcomes["certificates of RDS"], "failure", said)
        after = list(outcomes.values())[list(outcomes).index("certificates of RDS") + 1 :]
        self.assertEqual(set(after), {"skipped"}, said)
        self.assertEqual(calls.stat().st_size, seen)
        self.assertEqual(running(), before)

    def test_5_a_test_that_fails_releases_nothing(self):
        self.stand_ins.fault = "test"
        self.addCleanup(setattr, self.stand_ins, "fault", None)
        self.assertIsNone(self.release("v1.0.5")["release"])

    def test_6_without_credentials_it_does_not_end_well(self):
        """Which shows that the steps have only what the steps before gave them."""
        before = running()
        self.addCleanup(setattr, self.stand_ins, "credentials", self.stand_ins.credentials)
        self.stand_ins.credentials = lambda job, given: None
        outcomes = self.outcomes(self.release("v1.0.6")["release"])
        self.assertEqual(outcomes["migrate, update, verify"], "failure")
        self.assertEqual(running(), before)

    def test_7_the_role_may_do_what_the_releases_did_and_no_more(self):
        calls = pathlib.Path(os.environ["CLOUD_DIR"], "calls").read_text().splitlines()[self.before_releases :]
        # CloudWatch signs by the name that it once had; and what this test asks is among them.
        done = {call.replace("monitoring.", "cloudwatch.").replace(".", ":") for call in calls} - {"sts:GetCallerIdentity"}
        document = aws("iam", "get-role-policy", "--role-name", "identity-service-release", "--policy-name", "needed",
                       "--query", "PolicyDocument", "--output", "json")  # fmt: skip
        allowed = set()
        for statement in json.loads(document)["Statement"]:
            allowed |= {statement["Action"]} if isinstance(statement["Action"], str) else set(statement["Action"])
        self.assertEqual(done - allowed - {"iam:GetRolePolicy"}, set())
        of_docker = {"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:GetDownloadUrlForLayer",
                     "ecr:InitiateLayerUpload", "ecr:UploadLayerPart"}  # fmt: skip
        self.assertEqual(allowed - done - of_docker, {"iam:PassRole"})


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
