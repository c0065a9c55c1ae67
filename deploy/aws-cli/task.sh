#!/usr/bin/env bash
# Runs a command of the gateway as a one-off task, with the image, the settings and the secrets of the service that runs (--revision:
# of one that does not, as after an update that ECS took back), and prints what it logged. What it prints stays in the log group: so no command that prints or asks for a secret.
set -euo pipefail
# shellcheck source=deploy/aws-cli/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
for part in "$here"/lib/network.sh "$here"/lib/tasks.sh; do
  # shellcheck source=/dev/null
  source "$part"
done
usage() { echo 'task.sh [--revision N] [--settings FILE] [--dry-run] COMMAND…     such as: config check | config show | keys list | keys rotate | plugins list'; }
revision='' rest=()
while [ $# -gt 0 ]; do
  case $1 in
    --revision) revision=${2:?which revision?}; shift ;;
    *) rest+=("$1") ;;
  esac
  shift
done
read_arguments "${rest[@]}"
[ ${#positional[@]} -gt 0 ] || { usage >&2; fail 'which command?'; }
case ${positional[0]} in
  config | keys | plugins | version) ;;
  *) fail "${positional[0]} is not for a task: config, keys, plugins, version (users and keys of machine callers: by the API)" ;;
esac

begin task "${positional[*]}"
load_network
task=$(service_task)
[ -n "$task" ] || fail "there is no service $SERVICE: deploy.sh makes it"
if [ -n "$revision" ]; then task=$(task_definition "$SERVICE:$revision"); fi
jq -n --arg name "$SERVICE" '{containerOverrides: [{name: $name, command: $ARGS.positional}]}' --args -- "${positional[@]}" >"$work/command.json"
run_once "${positional[*]}" "$task" ecs "$SERVICE" "$work/command.json"
if is_dry_run; then exit 0; fi
print_log
