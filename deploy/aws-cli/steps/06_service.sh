# Step 6: the service and its scaling. A service that is there keeps its number of tasks: that is the scaling's to say.
# shellcheck shell=bash disable=SC2154,SC2153
load_labels() { # what CloudWatch and the scaling call load balancer and target group
  local arn
  arn=$(alb_value LoadBalancerArn); arn=$(known "$arn" 'load balancer')
  ALB_LABEL=${arn#*:loadbalancer/}
  arn=$(target_group_arn); arn=$(known "$arn" 'target group')
  TARGET_GROUP_ARN=$arn
  TARGET_GROUP_LABEL=targetgroup/${arn#*:targetgroup/}
  export ALB_LABEL TARGET_GROUP_LABEL TARGET_GROUP_ARN
}
make_service() {
  local status task configuration current
  status=$(service_status)
  # Of step 4; by itself this step leaves what runs, which after a rollback is not the latest.
  task=${SERVICE_TASK:-}
  if [ -z "$task" ] && [ -n "$status" ]; then task=$(service_task); fi
  if [ -z "$task" ]; then task=$(find ecs describe-task-definition --task-definition "$SERVICE" --query taskDefinition.taskDefinitionArn); fi
  task=$(known "$task" "task definition $SERVICE")
  configuration=$(deployment_configuration)
  if [ -z "$status" ]; then
    change "service $SERVICE" ecs create-service --cluster "$CLUSTER" --service-name "$SERVICE" --task-definition "$task" \
      --desired-count "$MIN_TASKS" --launch-type FARGATE --platform-version LATEST \
      --network-configuration "$(task_network)" --deployment-configuration "$configuration" \
      --load-balancers "targetGroupArn=$TARGET_GROUP_ARN,containerName=$SERVICE,containerPort=8080" \
      --health-check-grace-period-seconds 60 --disable-execute-command --propagate-tags SERVICE \
      --tags "key=Project,value=$PROJECT" >/dev/null
  else
    current=$(service_task)
    change "service $SERVICE" ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --task-definition "$task" \
      --network-configuration "$(task_network)" --deployment-configuration "$configuration" \
      --health-check-grace-period-seconds 60 >/dev/null
    if [ "$current" != "$task" ]; then remember "$current"; fi
  fi
  wait_for_rollout "$task"
}
# Where rollback.sh goes back to.
remember() { # task-definition
  local service=arn:aws:ecs:$AWS_REGION:$ACCOUNT_ID:$RESOURCE_ID
  change "the revision to go back to: ${1##*/}" ecs tag-resource --resource-arn "$service" --tags "key=Previous,value=${1##*/}" >/dev/null
}
step_6() {
  begin 6 service
  local file target
  account_id
  load_network
  load_labels
  make_service
  target=(--service-namespace ecs --resource-id "$RESOURCE_ID" --scalable-dimension ecs:service:DesiredCount)
  change "scaling between $MIN_TASKS and $MAX_TASKS" application-autoscaling register-scalable-target "${target[@]}" \
    --min-capacity "$MIN_TASKS" --max-capacity "$MAX_TASKS" >/dev/null
  file=$(render scaling-policy.json)
  change 'scaling by CPU' application-autoscaling put-scaling-policy "${target[@]}" --policy-name cpu-scaling-policy \
    --policy-type TargetTrackingScaling --target-tracking-scaling-policy-configuration "file://$file" >/dev/null
  file=$(render scaling-policy-requests.json)
  change 'scaling by requests' application-autoscaling put-scaling-policy "${target[@]}" --policy-name request-scaling-policy \
    --policy-type TargetTrackingScaling --target-tracking-scaling-policy-configuration "file://$file" >/dev/null
}
