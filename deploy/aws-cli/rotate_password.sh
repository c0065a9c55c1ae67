#!/usr/bin/env bash
# Another password for the role that the service connects as: drawn, written to its secret, set in the database, and taken up by new
# tasks. Those that run keep the connections that they have until they are replaced. Run it again where it broke off.
set -euo pipefail
# shellcheck source=deploy/aws-cli/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
for part in "$here"/lib/network.sh "$here"/lib/tasks.sh "$here"/steps/03_secrets.sh; do
  # shellcheck source=/dev/null
  source "$part"
done
usage() { echo 'rotate_password.sh [--settings FILE] [--dry-run]'; }
read_arguments "$@"
[ ${#positional[@]} -eq 0 ] || fail "what is ${positional[0]}?"

begin rotation 'password of the service'
account_id
load_network
load_secret_arns
task=$(service_task)
[ -n "$task" ] || fail "there is no service $SERVICE: deploy.sh makes it"
read_secret db-connection "$work/now"
jq --rawfile new <(openssl rand -hex 32 | tr -d '\n') '.password as $old | .password = $new | .connection |= (split("Password=\($old);") | join("Password=\($new);"))' \
  "$work/now" >"$work/then" || fail 'the secret db-connection is no JSON'
jq -e '.password as $new | .connection | contains("Password=\($new);")' "$work/then" >/dev/null || fail 'the secret db-connection has another password in its connection string'
change 'secret db-connection' secretsmanager put-secret-value --secret-id "$SECRETS/db-connection" --secret-string "file://$work/then" >/dev/null
run_sql 'passwords in the database' roles.sql
change "new tasks of $SERVICE" ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --force-new-deployment >/dev/null
wait_for_rollout "$task"
