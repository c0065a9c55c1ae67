#!/usr/bin/env python3
"""Runs a command beside a moto_server of its own: with_cloud.py COMMAND [ARGUMENT...]

The command finds the endpoint in ENDPOINT_URL and dummy credentials, and nothing else that could lead to AWS. Between it
and moto stands a front, which
- writes every call to $CLOUD_DIR/calls, one "service.Action" a line;
- answers a call that stands in $CLOUD_DIR/fault with an error;
- adds what moto leaves out: user groups and member clusters of ElastiCache, exit codes of tasks ($CLOUD_DIR/exit_code,
  default 0), a start of the service's task, what a service was told about roll-outs, a roll-out that went back ($CLOUD_DIR/went_back holds the task definition), tags of scaling.
Exit: that of the command. 77 where there is no moto_server.
"""
import http.client
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
import quick_aws  # noqa: E402

ACCOUNT = "123456789012"
REMEMBERED = ("deploymentConfiguration", "healthCheckGracePeriodSeconds", "enableExecuteCommand", "platformVersion", "propagateTags",
              "availabilityZoneRebalancing")
DROPPED = ("transfer-encoding", "content-length", "connection", "date", "server")


class Front(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder = ""
    moto = ("127.0.0.1", 0)
    services = {}
    groups = {}
    facts = {}
    lock = threading.Lock()

    def log_message(self, *_):
        pass

    def note(self, name):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8") as file:
            return file.read().strip()

    def name_of_call(self, body):
        scope = re.search(r"Credential=[^/]*/[^/]*/[^/]*/([^/]*)/", self.headers.get("Authorization", ""))
        service = scope.group(1) if scope else "none"
        target = self.headers.get("X-Amz-Target", "")
        if target:
            return f"{service}.{target.split('.')[-1]}"
        if "/operation/" in self.path:
            return f"{service}.{self.path.rsplit('/', 1)[-1]}"
        if service == "s3":
            parts = urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query, keep_blank_values=True)
            return f"s3.{self.command.capitalize()}Bucket{parts[0][0]}" if parts else f"s3.{'CreateBucket' if self.command == 'PUT' else self.command}"
        form = urllib.parse.parse_qs(body.decode("utf-8", "replace")) if b"Action=" in body else {}
        if "Action" in form:
            return f"{service}.{form['Action'][0]}"
        return f"{service}.{self.command}"

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in DROPPED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer_json(self, value, status=200):
        self.answer(status, [("Content-Type", "application/x-amz-json-1.1")], json.dumps(value).encode())

    def refuse(self):
        message = "PlantedFault: this call was made to fail"
        if self.headers.get("X-Amz-Target"):
            self.answer_json({"__type": "PlantedFault", "message": message}, 400)
            return
        code = f"<Error><Code>PlantedFault</Code><Message>{message}</Message></Error>"
        text = f"<Response><Errors>{code}</Errors></Response>" if ".ec2" in self.headers.get("Host", "") else f"<ErrorResponse>{code}</ErrorResponse>"
        if "Credential" in self.headers.get("Authorization", "") and "/s3/aws4_request" in self.headers["Authorization"]:
            text = code
        self.answer(400, [("Content-Type", "text/xml")], text.encode())

    def user_groups(self, action, body):
        form = {name: values[0] for name, values in urllib.parse.parse_qs(body.decode()).items()}
        name = form.get("UserGroupId", "")
        if action == "CreateUserGroup":
            self.facts["tags"] = [(value, form.get(key[:-3] + "Value", "")) for key, value in form.items() if re.fullmatch(r"Tags\..*\.Key", key)]
            self.groups[name] = [value for key, value in sorted(form.items()) if key.startswith("UserIds.")]
        elif action == "DeleteUserGroup":
            self.groups.pop(name, None)
        elif name and name not in self.groups:
            text = "<ErrorResponse><Error><Code>UserGroupNotFound</Code><Message>not there</Message></Error></ErrorResponse>"
            self.answer(404, [("Content-Type", "text/xml")], text.encode())
            return

        def one(key):
            users = "".join(f"<member>{user}</member>" for user in self.groups.get(key, []))
            return (f"<UserGroupId>{key}</UserGroupId><Status>active</Status><Engine>redis</Engine><UserIds>{users}</UserIds>"
                    f"<ARN>arn:aws:elasticache:us-east-1:{ACCOUNT}:usergroup:{key}</ARN>")
        if action == "ListTagsForResource":
            tags = "".join(f"<Tag><Key>{key}</Key><Value>{value}</Value></Tag>" for key, value in self.facts.get("tags", []))
            inner = f"<TagList>{tags}</TagList>"
        elif action == "DescribeUserGroups":
            inner = "".join(f"<member>{one(key)}</member>" for key in self.groups if name in ("", key))
            inner = f"<UserGroups>{inner}</UserGroups>"
        else:
            inner = one(name)
        text = f'<{action}Response xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><{action}Result>{inner}</{action}Result></{action}Response>'
        self.answer(200, [("Content-Type", "text/xml")], text.encode())

    def member_clusters(self, body):
        asked, made = ({name: values[0] for name, values in urllib.parse.parse_qs(text.decode()).items()} for text in (body, self.facts["replication"]))
        same = ("CacheNodeType", "Engine", "EngineVersion", "CacheSubnetGroupName", "TransitEncryptionEnabled", "AtRestEncryptionEnabled")
        inner = "".join(f"<{name}>{made[name]}</{name}>" for name in same if name in made)
        groups = "".join(f"<member><SecurityGroupId>{value}</SecurityGroupId><Status>active</Status></member>"
                         for name, value in made.items() if name.startswith("SecurityGroupIds."))
        inner += (f"<CacheClusterId>{asked.get('CacheClusterId', '')}</CacheClusterId><CacheClusterStatus>available</CacheClusterStatus>"
                  f"<ReplicationGroupId>{made['ReplicationGroupId']}</ReplicationGroupId><NumCacheNodes>1</NumCacheNodes>"
                  "<AutoMinorVersionUpgrade>true</AutoMinorVersionUpgrade><SnapshotRetentionLimit>0</SnapshotRetentionLimit>"
                  "<CacheParameterGroup><CacheParameterGroupName>default.redis7</CacheParameterGroupName></CacheParameterGroup>"
                  f"<SecurityGroups>{groups}</SecurityGroups>")
        action = "DescribeCacheClusters"
        text = (f'<{action}Response xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><{action}Result><CacheClusters>'
                f"<CacheCluster>{inner}</CacheCluster></CacheClusters></{action}Result></{action}Response>")
        self.answer(200, [("Content-Type", "text/xml")], text.encode())

    def complete(self, call, request, reply):
        """What moto leaves out of an answer of ECS."""
        if call == "ecs.DescribeTasks":
            code = int(self.note("exit_code") or 0)
            for task in reply.get("tasks", []):
                for container in task.get("containers") or [{}]:
                    if task.get("lastStatus") == "STOPPED":
                        container["exitCode"] = code
        if call in ("ecs.CreateService", "ecs.UpdateService", "ecs.DescribeServices"):
            name = request.get("serviceName") or request.get("service") or ""
            if name:
                kept = self.services.setdefault(name.split("/")[-1], {})
                kept.update({key: request[key] for key in REMEMBERED if key in request})
            for service in reply.get("services", [reply.get("service") or {}]):
                service.update(self.services.get(service.get("serviceName"), {}))
                for deployment in service.get("deployments", []):
                    deployment["taskDefinition"] = service.get("taskDefinition")
                    deployment["rolloutState"] = "COMPLETED"
                    if call == "ecs.DescribeServices" and self.note("went_back"):
                        deployment["taskDefinition"] = self.note("went_back")
        return reply

    @staticmethod
    def startable(body):
        """moto starts only tasks whose containers have cpu and memory of their own, which the service's has not: the migration's then."""
        request = json.loads(body)
        request["taskDefinition"] = re.sub(r"(identity-service):\d+$", r"\1-migrate", request["taskDefinition"])
        return json.dumps(request).encode()

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = self.name_of_call(body)
        with self.lock, open(os.path.join(self.folder, "calls"), "a", encoding="utf-8") as file:
            file.write(call + "\n")
        if call in self.note("fault").split():
            self.refuse()
            return
        service, action = call.split(".", 1)
        if service == "elasticache" and (action.endswith(("UserGroup", "UserGroups")) or b"%3Ausergroup%3A" in body):
            self.user_groups(action, body)
            return
        if call == "elasticache.CreateReplicationGroup":
            self.facts["replication"] = body
        if call == "elasticache.DescribeCacheClusters" and "replication" in self.facts:
            self.member_clusters(body)
            return
        if call == "application-autoscaling.RegisterScalableTarget":
            self.facts["scaling"] = json.loads(body).get("Tags", self.facts.get("scaling", {}))
        if call == "application-autoscaling.ListTagsForResource":
            self.answer_json({"Tags": self.facts.get("scaling", {})})
            return
        if call == "ecs.RunTask":
            body = self.startable(body)
        connection = http.client.HTTPConnection(*self.moto, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "content-length"}
        connection.request(self.command, self.path, body, headers | ({"Content-Length": str(len(body))} if "Content-Length" in self.headers else {}))
        reply = connection.getresponse()
        data = reply.read()
        if call == "elasticache.DescribeReplicationGroups" and "replication" in self.facts:
            name = urllib.parse.parse_qs(self.facts["replication"].decode())["ReplicationGroupId"][0]
            members = "".join(f"<ClusterId>{name}-{number}</ClusterId>" for number in ("001", "002"))
            data = re.sub(rb"<MemberClusters\s*/>|<MemberClusters>.*?</MemberClusters>", b"", data, flags=re.S)
            data = data.replace(b"</ReplicationGroup>", f"<MemberClusters>{members}</MemberClusters></ReplicationGroup>".encode())
        if service == "ecs" and reply.status == 200:
            data = json.dumps(self.complete(call, json.loads(body or b"{}"), json.loads(data))).encode()
        self.answer(reply.status, reply.getheaders(), data)
        connection.close()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = serve


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def post(port, path, value):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", path, json.dumps(value), {"Content-Type": "application/json"})
    assert connection.getresponse().status < 300, path
    connection.close()


def await_moto(process, port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("moto_server did not start")


def run(command, environment):
    """Its exit status; where this program is told to end, the command is told first, so that it can tidy up."""
    with subprocess.Popen(command, env=environment) as child:
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not shutil.which("moto_server"):
        print("SKIPPED: there is no moto_server on this machine")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_EC2_METADATA_DISABLED="true",
                           AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, AWS_DEFAULT_REGION="us-east-1")
        os.environ.clear()  # what is forked from here inherits it
        os.environ.update(environment)
        quick = moto = None
        try:
            quick = quick_aws.start(folder)
            if quick:
                environment["PATH"] = f"{quick[0]}:{environment['PATH']}"
            with open(os.path.join(folder, "moto.log"), "w", encoding="utf-8") as log:
                moto = subprocess.Popen(["moto_server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log, preexec_fn=quick_aws.end_with_parent,
                                        env={**environment, "MOTO_ECS_SERVICE_RUNNING": "2", "MOTO_ACM_VALIDATION_WAIT": "0"})
            await_moto(moto, port)
            post(port, "/moto-api/state-manager/set-transition", {"model_name": "ecs::task", "transition": {"progression": "immediate"}})
            Front.folder, Front.moto = folder, ("127.0.0.1", port)
            front = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front)
            threading.Thread(target=front.serve_forever, daemon=True).start()
            environment.update(ENDPOINT_URL=f"http://127.0.0.1:{front.server_port}", CLOUD_DIR=folder, MOTO_URL=f"http://127.0.0.1:{port}")
            status = run(sys.argv[1:], environment)
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)  # told twice to end, it still tidies up
            if moto:
                moto.terminate()
                moto.wait()
            if quick:
                os.kill(quick[1], signal.SIGTERM)
                os.waitpid(quick[1], 0)
    sys.exit(status)


if __name__ == "__main__":
    main()
