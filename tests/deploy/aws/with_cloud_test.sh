#!/usr/bin/env bash
# with_cloud.py leaves no process and no folder behind: told to end, told twice, and no process either where it is killed.
# Usage: with_cloud_test.sh [WITH_CLOUD]
# shellcheck disable=SC2016  # what stands in single quotes is meant for another shell
set -uo pipefail
tests=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/system/checks.sh
source "$tests/../../system/checks.sh"
cloud=${1:-$tests/with_cloud.py}
command -v moto_server >/dev/null || { echo 'SKIPPED: there is no moto_server on this machine'; exit 77; }
command -v aws >/dev/null || { echo 'SKIPPED: there is no aws on this machine'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir tmp
# A call that is not answered, as a wait is in which it is told to end.
silence='import socket, time; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True); time.sleep(100)'
python3 -c "$silence" >port &
silent=$!
marked() { grep -lzsFx "WITH_CLOUD_TEST=$work" /proc/[0-9]*/environ; } # by what it inherits, whoever its parent is by now
await() { # condition…
  for _ in $(seq 300); do
    "$@" && return 0
    sleep 0.1
  done
  return 1
}
gone() { [ -z "$(marked)" ]; }
begin() { # seconds that its command takes to end
  rm -f ready
  env WITH_CLOUD_TEST="$work" TMPDIR="$work/tmp" "$cloud" bash -c 'trap "sleep $1; exit" TERM
    aws --endpoint-url "http://127.0.0.1:$(<port)" sts get-caller-identity & sleep 1
    echo $$ >ready; while :; do sleep 0.1; done' _ "$1" >out 2>err &
  pid=$!
  await test -s ready
}

await test -s port
check 'it begins' begin 0
check 'and has processes' test "$(marked | wc -l)" -ge 4
kill -TERM "$pid"
wait "$pid"
check 'told to end, it says so' test $? -eq 143
check 'and leaves no process, nor a call that is not answered' await gone
check 'it begins again' begin 2
kill -TERM "$pid"
sleep 0.5
kill -TERM "$pid"
wait "$pid"
check 'told twice, it leaves no process' await gone
check 'and no folder' test -z "$(ls tmp)"
check 'and once more' begin 0
kill -TERM "$(<ready)" # which would go on, as it may
kill -KILL "$pid"
wait "$pid" 2>/dev/null
check 'killed, it leaves no process' await gone
for process in $(marked); do kill -KILL "$(cut -d/ -f3 <<<"$process")"; done
kill "$silent"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
