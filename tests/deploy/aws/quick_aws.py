"""The installed AWS CLI, started once: its modules are loaded here, and each call is a fork. A start of its own takes most of a
second, and the tests make a thousand. Where the CLI is no Python package of this interpreter, it is called as it is.
"""
import ctypes
import os
import signal
import socket
import struct
import sys

CLIENT = """#!{python} -IS
import array, os, socket, struct, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    names = [os.getcwd(), *sys.argv[1:]]
    text = b"\\0".join(os.fsencode(name) for name in names)
    server.sendmsg([struct.pack("I", len(text))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
    server.sendall(text)
    sys.exit(struct.unpack("i", server.recv(4))[0])
"""


def end_with_parent():
    """Called in a child: it is told to end when its parent does, even where that is killed and can tell nobody."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG


def start(folder):
    """Makes folder/bin/aws, which asks a child of this process: that folder and the child's id, or None."""
    try:
        import awscli.clidriver  # the tool under PATH, as a module
        import botocore.parsers, botocore.serialize, awscli.customizations.commands  # noqa: F401, E401
    except ImportError:
        return None
    address = os.path.join(folder, "aws.socket")
    bin_folder = os.path.join(folder, "bin")
    os.mkdir(bin_folder)
    client = os.path.join(bin_folder, "aws")
    with open(client, "w", encoding="utf-8") as file:
        file.write(CLIENT.format(python=os.path.realpath(sys.executable), address=address))
    os.chmod(client, 0o755)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(8)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)  # with the calls that it makes
        signal.signal(signal.SIGTERM, lambda *_: os.killpg(0, signal.SIGKILL))
        end_with_parent()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if os.getppid() != parent:  # which ended before it was asked for
            os._exit(1)
        driver = awscli.clidriver.create_clidriver()
        for service in ("ec2", "ecs", "ecr", "rds", "elasticache", "elbv2", "iam", "logs", "secretsmanager", "acm", "route53", "sts",
                        "sns", "cloudwatch", "application-autoscaling"):
            driver.session.get_service_model(service)
            driver.session.get_component("data_loader").load_service_model(service, "endpoint-rule-set-1")
        serve(listener, driver.main)
        os._exit(0)
    listener.close()
    return bin_folder, child


def serve(listener, main):
    while True:
        peer, _ = listener.accept()
        if os.fork() == 0:
            if os.fork() == 0:  # not this process's child: nobody has to wait for it
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                listener.close()
                run(peer, main)
            os._exit(0)
        peer.close()
        os.wait()


def run(peer, main):
    status = 255
    try:
        head, files, _, _ = socket.recv_fds(peer, 4, 3)
        text, size = b"", struct.unpack("I", head)[0]
        while len(text) < size:
            text += peer.recv(size - len(text))
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        sys.stdin, sys.stdout, sys.stderr = (open(n, mode, encoding="utf-8", closefd=False) for n, mode in ((0, "r"), (1, "w"), (2, "w")))
        names = [os.fsdecode(name) for name in text.split(b"\0")]
        os.chdir(names[0])
        sys.argv = ["aws", *names[1:]]
        try:
            status = main() or 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    finally:
        peer.sendall(struct.pack("i", status))
        os._exit(0)
