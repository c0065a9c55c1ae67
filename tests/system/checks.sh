# What the system tests say and count; sourced. `check` counts in $passed and $failed; what a checked command said is in
# the files out and err of the current folder.
# shellcheck shell=bash
passed=0 failed=0
check() { # name condition…
  local name=$1
  shift
  if "$@" >/dev/null; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $name" >&2; fi
}
status_is() { # expected command…
  local expected=$1
  shift
  "$@" >out 2>err
  local status=$?
  [ $status -eq "$expected" ] || { echo "status $status instead of $expected: $*" >&2; head -c 2000 out err >&2; return 1; }
}
said() { grep -qF -- "$1" out err; }
