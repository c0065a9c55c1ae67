# Step 4: cluster, log group, roles, the database's roles and schema, task definition.
# shellcheck shell=bash disable=SC2154,SC2153
make_role() { # name policy-file
  local there file
  there=$(find iam get-role --role-name "$1" --query Role.RoleName)
  file=$(render trust-policy.json)
  if [ -z "$there" ]; then
    change "role $1" iam create-role --role-name "$1" --assume-role-policy-document "file://$file" \
      --tags "Key=Project,Value=$PROJECT" >/dev/null
    new_roles=yes
  fi
  if [ -n "${2:-}" ]; then
    file=$(render "$2")
    change "policy of $1" iam put-role-policy --role-name "$1" --policy-name needed --policy-document "file://$file" >/dev/null
  fi
}
# The version that runs stays, whatever VERSION says: update.sh and rollback.sh change it.
keep_running_version() {
  local there running
  there=$(service_status)
  if [ -z "$there" ]; then return 0; fi
  there=$(service_task)
  running=$(ask ecs describe-task-definition --task-definition "$there" --include TAGS --query "tags[?key=='Version'].value | [0]")
  if [ -z "$running" ] || [ "$running" = "$VERSION" ]; then return 0; fi
  say "   $running runs and stays (VERSION=$VERSION was the first): update.sh changes it"
  VERSION=$running
}
step_4() {
  begin 4 'cluster, roles, schema, task definition'
  local there new_roles=no
  account_id
  keep_running_version
  find_image "$VERSION"
  load_network
  load_secret_arns
  # Of an account that never had a cluster: ECS makes it too late for the first one.
  there=$(ask iam list-roles --path-prefix /aws-service-role/ecs.amazonaws.com/ --query 'Roles[0].RoleName')
  if [ -z "$there" ]; then change "ECS's own role" iam create-service-linked-role --aws-service-name ecs.amazonaws.com >/dev/null; fi
  there=$(ask ecs describe-clusters --clusters "$CLUSTER" --query "clusters[?status=='ACTIVE'].clusterArn | [0]")
  if [ -z "$there" ]; then
    change "cluster $CLUSTER" ecs create-cluster --cluster-name "$CLUSTER" --settings name=containerInsights,value=enabled \
      --capacity-providers FARGATE --default-capacity-provider-strategy capacityProvider=FARGATE,weight=1 >/dev/null
  fi
  make_log_group "$LOG_GROUP"
  # The service can read its own secrets and not the database's owner; the task itself needs nothing of AWS.
  make_role "$EXECUTION_ROLE" task-execution-role-policy.json
  make_role "$SETUP_ROLE" setup-execution-role-policy.json
  make_role "$TASK_ROLE"
  # ECS learns of a new role some seconds after IAM has made it.
  if [ $new_roles = yes ] && ! is_dry_run; then sleep "${POLL_SECONDS:-15}"; fi
  run_sql 'roles in the database' roles.sql
  migrate_database
  there=$(render_service_task)
  register_task "$there" "$SERVICE"
  SERVICE_TASK=$REGISTERED
  export SERVICE_TASK
  say "   ${REGISTERED##*/}"
}
