# Task definitions and one-off tasks; sourced.
# shellcheck shell=bash disable=SC2154

# Registers what a file says, unless its latest revision says the same already (its digest is a tag). Leaves ARN in REGISTERED.
register_task() { # rendered-file family
  local digest latest tags=() before
  digest=$(jq -S . "$1" | sha256sum | cut -c1-64)
  latest=$(find ecs describe-task-definition --task-definition "$2" --query taskDefinition.taskDefinitionArn)
  if [ -n "$latest" ]; then
    before=$(ask ecs describe-task-definition --task-definition "$2" --include TAGS --query "tags[?key=='Digest'].value | [0]")
    if [ "$before" = "$digest" ]; then REGISTERED=$latest; return 0; fi
  fi
  tags=("key=Digest,value=$digest" "key=Project,value=$PROJECT" "key=Version,value=$VERSION")
  REGISTERED=$(change "task definition $2" ecs register-task-definition --cli-input-json "file://$1" --tags "${tags[@]}" \
    --query taskDefinition.taskDefinitionArn)
}

make_log_group() { # name
  local there
  there=$(ask logs describe-log-groups --log-group-name-prefix "$1" --query "logGroups[?logGroupName=='$1'].arn | [0]")
  if [ -z "$there" ]; then change "log group $1" logs create-log-group --log-group-name "$1" >/dev/null; fi
  change "retention of $1" logs put-retention-policy --log-group-name "$1" --retention-in-days "$LOG_DAYS" >/dev/null
}
task_definition() { # family:revision; prints its ARN
  local arn
  arn=$(find ecs describe-task-definition --task-definition "$1" --query "taskDefinition.[taskDefinitionArn][?starts_with(@, 'arn:')] | [0]")
  [ -n "$arn" ] || fail "there is no task definition $1"
  printf '%s' "$arn"
}
# The service's: what task-definition.json says, and the origins that the settings allow.
render_service_task() {
  local file
  file=$(render task-definition.json)
  jq --arg origins "${CORS_ORIGINS:-}" '.containerDefinitions[0].environment +=
    ($origins | split(" ") | map(select(. != "")) | to_entries | map({name: "Cors__AllowedOrigins__\(.key)", value: .value}))' \
    "$file" >"$work/service-task.json"
  printf '%s' "$work/service-task.json"
}

# What the last one-off task logged, oldest first.
print_log() {
  find logs get-log-events --log-group-name "$LOG_GROUP" --log-stream-name "$TASK_LOG" --limit "${1:-200}" --query 'events[].[message]'
  printf '\n'
}
# Runs one task to its end; what it logged is told if it failed. Its log stream is left in TASK_LOG.
run_once() { # what task-definition log-prefix container [overrides-file]
  local task code reason overrides=()
  if [ -n "${5:-}" ]; then overrides=(--overrides "file://$5"); fi
  task=$(change "$1" ecs run-task --cluster "$CLUSTER" --task-definition "$2" --launch-type FARGATE --count 1 \
    --network-configuration "$(task_network)" --started-by deploy-script "${overrides[@]}" --query 'tasks[0].taskArn')
  if is_dry_run; then return 0; fi
  if [ -z "$task" ]; then fail "$1: ECS started no task"; fi
  ask ecs wait tasks-stopped --cluster "$CLUSTER" --tasks "$task"
  TASK_LOG=$3/$4/${task##*/}
  code=$(ask ecs describe-tasks --cluster "$CLUSTER" --tasks "$task" --query 'tasks[0].containers[0].exitCode')
  if [ "$code" = 0 ]; then return 0; fi
  reason=$(ask ecs describe-tasks --cluster "$CLUSTER" --tasks "$task" --query 'tasks[0].stoppedReason')
  print_log 20 >&2
  fail "$1: the task ended with ${code:-no exit code} (${reason:-no reason given}); its log is $TASK_LOG in $LOG_GROUP"
}

migrate_database() {
  local file
  file=$(render migrate-task-definition.json)
  register_task "$file" "$SERVICE-migrate"
  run_once "migrations of $VERSION" "$REGISTERED" migrate migrate
}
run_sql() { # what file [variable value]
  local file
  file=$(render database-task-definition.json)
  register_task "$file" "$SERVICE-database"
  jq -n --rawfile script "$here/$2" --arg name "${3:-NOTHING}" --arg value "${4:-}" \
    '{containerOverrides: [{name: "psql", environment: [{name: "SCRIPT", value: $script}, {name: $name, value: $value}]}]}' >"$work/sql.json"
  run_once "$1" "$REGISTERED" database psql "$work/sql.json"
}

deployment_alarms() { printf '%s %s %s' "$SERVICE-target-errors" "$SERVICE-unhealthy-targets" "$SERVICE-latency"; }
# What every roll-out obeys: never fewer than wanted, twice as many at most, back by itself if it fails or an alarm goes off.
deployment_configuration() { # prints JSON; alarms only once they are there
  local there names
  read -ra names <<<"$(deployment_alarms)"
  there=$(ask cloudwatch describe-alarms --alarm-names "${names[@]}" --query 'length(MetricAlarms)')
  jq -nc --arg there "$there" '{minimumHealthyPercent: 100, maximumPercent: 200,
    deploymentCircuitBreaker: {enable: true, rollback: true}} +
    (if $there == ($ARGS.positional | length | tostring)
     then {alarms: {alarmNames: $ARGS.positional, enable: true, rollback: true}} else {} end)' --args "${names[@]}"
}

service_status() {
  find ecs describe-services --cluster "$CLUSTER" --services "$SERVICE" --query "services[?status=='ACTIVE'].status | [0]"
}
service_task() {
  ask ecs describe-services --cluster "$CLUSTER" --services "$SERVICE" --query 'services[0].taskDefinition'
}
# ECS also becomes stable by going back: so the question is whether what runs is what was meant.
wait_for_rollout() { # task-definition
  if is_dry_run; then return 0; fi
  local deadline=$((SECONDS + ${ROLLOUT_SECONDS:-1200})) answer number state running desired current
  while :; do
    # shellcheck disable=SC2016  # the back quotes are of the query
    answer=$(ask ecs describe-services --cluster "$CLUSTER" --services "$SERVICE" --query \
      'services[0].[length(deployments), deployments[?status==`PRIMARY`].rolloutState | [0], runningCount, desiredCount, deployments[?status==`PRIMARY`].taskDefinition | [0]]')
    read -r number state running desired current <<<"$answer"
    if [ "$current" != "$1" ]; then fail "ECS went back to ${current##*/}: ${1##*/} did not become healthy, or an alarm went off"; fi
    if [ "$state" = FAILED ]; then fail "the roll-out of ${1##*/} failed: see the service's events"; fi
    if [ "$number" = 1 ] && [ "$state" = COMPLETED ] && [ "$running" = "$desired" ]; then break; fi
    if [ $SECONDS -ge $deadline ]; then fail "the roll-out of ${1##*/} is not done: $running of $desired tasks run"; fi
    sleep "${POLL_SECONDS:-10}"
  done
  say "   $running of $desired tasks run ${1##*/}"
}
