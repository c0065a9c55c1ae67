# Step 9: topic, alarms, dashboard; and roll-outs that watch the alarms. No data is good news for errors, and bad news for
# what must always be there.
# shellcheck shell=bash disable=SC2154,SC2153
alarm() { # name metric namespace statistic threshold comparison missing periods period dimension…
  local name=$1 metric=$2 namespace=$3 statistic=(--statistic "$4") threshold=$5 comparison=$6 missing=$7 periods=$8 period=$9
  case $4 in p[0-9]*) statistic=(--extended-statistic "$4") ;; esac
  shift 9
  change "alarm $name" cloudwatch put-metric-alarm --alarm-name "$SERVICE-$name" --alarm-description "Runbook: deploy/README.md" \
    --metric-name "$metric" --namespace "$namespace" "${statistic[@]}" --threshold "$threshold" --comparison-operator "$comparison" \
    --treat-missing-data "$missing" --evaluation-periods "$periods" --period "$period" --alarm-actions "$TOPIC_ARN" \
    --ok-actions "$TOPIC_ARN" --dimensions "$@" >/dev/null
}
make_alarms() {
  # shellcheck disable=SC2054  # AWS's own commas
  local ecs=(Name=ClusterName,Value="$CLUSTER" Name=ServiceName,Value="$SERVICE") alb=(Name=LoadBalancer,Value="$ALB_LABEL")
  # shellcheck disable=SC2054
  local target=(Name=TargetGroup,Value="$TARGET_GROUP_LABEL" "${alb[@]}") database=(Name=DBInstanceIdentifier,Value="$DB_INSTANCE")
  local more=GreaterThanThreshold less=LessThanThreshold node
  alarm high-cpu CPUUtilization AWS/ECS Average 80 $more breaching 2 300 "${ecs[@]}"
  alarm high-memory MemoryUtilization AWS/ECS Average 80 $more breaching 2 300 "${ecs[@]}"
  alarm target-errors HTTPCode_Target_5XX_Count AWS/ApplicationELB Sum 10 $more notBreaching 2 60 "${target[@]}"
  alarm load-balancer-errors HTTPCode_ELB_5XX_Count AWS/ApplicationELB Sum 10 $more notBreaching 2 60 "${alb[@]}"
  alarm latency TargetResponseTime AWS/ApplicationELB p99 2 $more notBreaching 3 60 "${target[@]}"
  # As a roll-out begins, its new tasks are unhealthy for a moment: five minutes are not a moment.
  alarm unhealthy-targets UnHealthyHostCount AWS/ApplicationELB Maximum 0 $more notBreaching 5 60 "${target[@]}"
  alarm no-targets HealthyHostCount AWS/ApplicationELB Minimum 1 $less breaching 1 60 "${target[@]}"
  alarm database-cpu CPUUtilization AWS/RDS Average 80 $more breaching 3 300 "${database[@]}"
  alarm database-storage FreeStorageSpace AWS/RDS Minimum 4000000000 $less breaching 1 300 "${database[@]}"
  alarm database-memory FreeableMemory AWS/RDS Average 64000000 $less breaching 3 300 "${database[@]}"
  alarm database-connections DatabaseConnections AWS/RDS Maximum "${DB_CONNECTIONS_ALARM:-300}" $more breaching 2 60 "${database[@]}"
  for node in 001 002; do
    alarm "cache-cpu-$node" EngineCPUUtilization AWS/ElastiCache Average 80 $more breaching 3 300 Name=CacheClusterId,Value="$CACHE-$node"
    alarm "cache-memory-$node" DatabaseMemoryUsagePercentage AWS/ElastiCache Average 80 $more breaching 3 300 Name=CacheClusterId,Value="$CACHE-$node"
  done
}
step_9() {
  begin 9 monitoring
  local file subscribed configuration
  load_labels
  # Says which it is, if it is there.
  TOPIC_ARN=$(change "topic $TOPIC" sns create-topic --name "$TOPIC" --query TopicArn)
  if [ -n "${ALARM_EMAIL:-}" ]; then
    subscribed=$(ask sns list-subscriptions-by-topic --topic-arn "$TOPIC_ARN" --query "Subscriptions[?Endpoint=='$ALARM_EMAIL'].Endpoint | [0]")
    if [ -z "$subscribed" ]; then
      change "mails of alarms to $ALARM_EMAIL: the first asks to confirm" sns subscribe --topic-arn "$TOPIC_ARN" --protocol email \
        --notification-endpoint "$ALARM_EMAIL" >/dev/null
    fi
  fi
  make_alarms
  file=$(render dashboard.json)
  change "dashboard $DASHBOARD" cloudwatch put-dashboard --dashboard-name "$DASHBOARD" --dashboard-body "file://$file" >/dev/null
  configuration=$(deployment_configuration)
  change 'roll-outs that watch the alarms' ecs update-service --cluster "$CLUSTER" --service "$SERVICE" \
    --deployment-configuration "$configuration" >/dev/null
}
