#!/usr/bin/env bash
# Step 10: the next version without dropping a request. Migrates first (the version that runs knows the new schema too), then lets
# ECS replace task by task; goes back by itself if tasks do not become healthy or an alarm goes off.
set -euo pipefail
# shellcheck source=deploy/aws-cli/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
for part in "$here"/lib/network.sh "$here"/lib/tasks.sh "$here"/steps/0[268]*.sh; do
  # shellcheck source=/dev/null
  source "$part"
done
usage() { echo 'update.sh VERSION [--settings FILE] [--dry-run]     pushes LOCAL_IMAGE as VERSION where the registry lacks it'; }
read_arguments "$@"
[ ${#positional[@]} -eq 1 ] || { usage >&2; fail 'which version?'; }
VERSION=${positional[0]}
check_version

begin 10.1 "image $VERSION"
account_id
digest=$(image_digest "$VERSION")
if [ -z "$digest" ]; then
  [ -n "${LOCAL_IMAGE:-}" ] || fail "the registry has no image $VERSION, and LOCAL_IMAGE names none to push"
  push_image "$VERSION"
fi
find_image "$VERSION"

begin 10.2 "schema and task definition of $VERSION"
load_network
load_secret_arns
before=$(service_task)
[ -n "$before" ] || fail "there is no service $SERVICE: deploy.sh makes it"
migrate_database
file=$(render_service_task)
register_task "$file" "$SERVICE"

begin 10.3 'roll-out'
if [ "$before" = "$REGISTERED" ]; then
  say "   ${before##*/} runs already"
else
  configuration=$(deployment_configuration)
  remember "$before"
  change "service $SERVICE to ${REGISTERED##*/}" ecs update-service --cluster "$CLUSTER" --service "$SERVICE" \
    --task-definition "$REGISTERED" --deployment-configuration "$configuration" >/dev/null
  wait_for_rollout "$REGISTERED"
fi
step_8
say "Done: $VERSION. Back: rollback.sh"
