#!/usr/bin/env bash
# Every script of deploy/ and of its tests by bash and ShellCheck; every JSON file of deploy/ is JSON.
# Usage: lint.sh
set -uo pipefail
cd "$(dirname "$0")/../../.." || exit 1
failed=0
mapfile -t scripts < <(git ls-files 'deploy/*.sh' 'tests/deploy/*.sh' deploy/image/make_root deploy/image/use_snapshot \
  deploy/systemd/p\* tests/deploy/run_all tests/deploy/container/{run,compose,package,without_serve} tests/deploy/container/stand_ins/postgres_entrypoint \
  tests/deploy/workflow/run tests/deploy/workflow/stand_ins/{curl,aws} dev)
[ ${#scripts[@]} -gt 10 ] || { echo 'there are no scripts to look at' >&2; exit 1; }
for script in "${scripts[@]}"; do bash -n "$script" || failed=1; done
for file in $(git ls-files 'deploy/*.json'); do jq empty "$file" || { echo "$file is no JSON" >&2; failed=1; }; done
if command -v shellcheck >/dev/null; then
  shellcheck --external-sources --source-path=. "${scripts[@]}" || failed=1
else
  echo 'SKIPPED: there is no shellcheck on this machine'
  [ $failed -eq 1 ] || exit 77
fi
exit $failed
