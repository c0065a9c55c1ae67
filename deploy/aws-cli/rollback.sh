#!/usr/bin/env bash
# Back to the revision before, or to one that is named. The schema stays as it is: a version runs on the schema of the one after it
# (migrations/README.md), so one step back is always possible, and more than one only where the notes of the release say so.
set -euo pipefail
# shellcheck source=deploy/aws-cli/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
for part in "$here"/lib/network.sh "$here"/lib/tasks.sh "$here"/steps/0[68]*.sh; do
  # shellcheck source=/dev/null
  source "$part"
done
usage() {
  cat <<'TEXT'
rollback.sh [REVISION] [--only-from VERSION] [--settings FILE] [--dry-run]
REVISION: a number of the task definition. --only-from: does nothing where another version runs, as after an update that
ended before its roll-out: going back from there would leave what works.
TEXT
}
only_from='' rest=()
while [ $# -gt 0 ]; do
  case $1 in
    --only-from) only_from=${2:?which version?}; shift ;;
    *) rest+=("$1") ;;
  esac
  shift
done
read_arguments "${rest[@]}"

begin 10.4 rollback
account_id
current=$(service_task)
[ -n "$current" ] || fail "there is no service $SERVICE"
if [ -n "$only_from" ]; then
  running=$(ask ecs describe-task-definition --task-definition "$current" --include TAGS --query "tags[?key=='Version'].value | [0]")
  if [ "$running" != "$only_from" ]; then
    say "   ${current##*/} is ${running:-of no version}, not $only_from: nothing to go back from"
    exit 0
  fi
fi
if [ ${#positional[@]} -gt 0 ]; then
  wanted=$SERVICE:${positional[0]}
else
  wanted=$(ask ecs list-tags-for-resource --resource-arn "arn:aws:ecs:$AWS_REGION:$ACCOUNT_ID:$RESOURCE_ID" --query "tags[?key=='Previous'].value | [0]")
  [ -n "$wanted" ] || fail 'there is no revision to go back to: nothing was updated yet'
fi
target=$(task_definition "$wanted")
# What it came from is not remembered: run again, it stays where it is instead of going forward to what was bad.
if [ "$target" = "$current" ]; then
  say "   ${current##*/} runs already (rollback.sh REVISION goes further back)"
else
  configuration=$(deployment_configuration)
  change "service $SERVICE from ${current##*/} back to ${target##*/}" ecs update-service --cluster "$CLUSTER" --service "$SERVICE" \
    --task-definition "$target" --deployment-configuration "$configuration" >/dev/null
  wait_for_rollout "$target"
fi
step_8
