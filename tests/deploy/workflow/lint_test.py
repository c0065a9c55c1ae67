#!/usr/bin/python3
"""deploy/ci/release.yaml has no fault that lint.py knows, and each of those, planted, is found. Exit: 77 as lint.py."""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FILE = HERE.parents[2] / "deploy/ci/release.yaml"
# What is replaced by what, and what is said then.
PLANTED = [
    ("needs: test", "needs: tests", "which is no job"),
    ("    runs-on: ubuntu-24.04\n", "    needs: release\n    runs-on: ubuntu-24.04\n", "lead back to it"),
    ("checkout@11bd71901bbe5b1630ceea73d27597364c9af683", "checkout@v4", "is not pinned"),
    ("configure-aws-credentials@b47578312673ae6fa5b5096b330d9fbac3d116df", "configure-aws-credentials", "is not pinned"),
    ("steps.image.outputs", "steps.imag.outputs", "no step before it has the id imag"),
    ("steps.update.outcome", "steps.later.outcome", "no step before it has the id later"),
    ("failure() &&", "failed() &&", "there is no failed"),
    ("vars.AWS_ROLE", "vars.AWS_ROL", "does not tell of AWS_ROL"),
    ("secrets.VERIFY", "secret.VERIFY", "there is no secret."),
    ('"$GITHUB_OUTPUT"', "$GITHUB_OUTPUT", "SC2086"),
    ("rollback.sh", "rolback.sh", "there is no deploy/aws-cli/rolback.sh"),
    ("timeout-minutes: 90", "timeout-minute: 90", "'timeout-minute' is nothing that a job has"),
    ("permissions:", "permission:", "none are named"),
    ("permissions:\n  contents: read\n", "permissions:\n  contents: read\n  id-token: write\n", "every job may write"),
    ('update.sh "${VERSION#v}"', 'update.sh "${{ github.ref_name }}"', "by env instead"),
]


def lint(file):
    return subprocess.run([HERE / "lint.py", file], capture_output=True, text=True)


def main():
    done = lint(FILE)
    if done.returncode:
        print(done.stdout, done.stderr)
        return done.returncode
    failed, text = 0, FILE.read_text()
    for old, new, said in PLANTED:
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text.replace(old, new))
            file.flush()
            done = lint(file.name)
        if old not in text or done.returncode != 1 or said not in done.stdout:
            failed += 1
            print(f"FAILED: {new.strip()}: {done.returncode} {done.stdout}{done.stderr}")
    print(f"{len(PLANTED) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
