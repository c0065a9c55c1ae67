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
usage() { echo 'rollback.sh [REVISION] [--settings FILE] [--dry-run]     REVISION: a number of the task definition'; }
read_arguments "$@"

begin 10.4 rollback
account_id
current=$(service_task)
[ -n "$current" ] || fail "there is no service $SERVICE"
if [ ${#positional[@]} -gt 0 ]; then
  wanted=$SERVICE:${positional[0]}
else
  wanted=$(ask ecs list-tags-for-resource --resource-arn "arn:aws:ecs:$AWS_REGION:$ACCOUNT_ID:$RESOURCE_ID" --query "tags[?key=='Previous'].value | [0]")
  [ -n "$wanted" ] || fail 'there is no revision to go back to: nothing was updated yet'
fi
target=$(find ecs describe-task-definition --task-definition "$wanted" --query "taskDefinition.[taskDefinitionArn][?starts_with(@, 'arn:')] | [0]")
[ -n "$target" ] || fail "there is no task definition $wanted"
if [ "$target" = "$current" ]; then
  say "   ${current##*/} runs already"
else
  configuration=$(deployment_configuration)
  change "service $SERVICE from ${current##*/} back to ${target##*/}" ecs update-service --cluster "$CLUSTER" --service "$SERVICE" \
    --task-definition "$target" --deployment-configuration "$configuration" >/dev/null
  remember "$current"
  wait_for_rollout "$target"
fi
step_8
