#!/usr/bin/env bash
# Runs a task to its end, for terraform apply: TASK in CLUSTER, with SUBNETS, SECURITY_GROUP, REGION; what it said is in LOG_GROUP.
# One that never started is tried again: ECS learns of a new role some seconds after IAM has made it.
set -euo pipefail
ecs() { aws --region "$REGION" --output text ecs "$@"; }
for try in 1 2 3; do
  # shellcheck disable=SC2153  # TASK is given, task is started
  task=$(ecs run-task --cluster "$CLUSTER" --task-definition "$TASK" --launch-type FARGATE --count 1 --started-by terraform --network-configuration \
    "awsvpcConfiguration={subnets=[$SUBNETS],securityGroups=[$SECURITY_GROUP],assignPublicIp=DISABLED}" --query 'tasks[0].taskArn')
  [ "$task" != None ] || { echo "FAILED: ECS started no task of ${TASK##*/}" >&2; exit 1; }
  ecs wait tasks-stopped --cluster "$CLUSTER" --tasks "$task"
  code=$(ecs describe-tasks --cluster "$CLUSTER" --tasks "$task" --query 'tasks[0].containers[0].exitCode')
  [ "$code" = 0 ] && exit 0
  reason=$(ecs describe-tasks --cluster "$CLUSTER" --tasks "$task" --query 'tasks[0].stoppedReason')
  [ "$code" = None ] || break
  echo "task ${task##*/} never started ($reason): try $try of 3" >&2
  sleep 10
done
echo "FAILED: ${TASK##*/} ended with $code ($reason); its log is in $LOG_GROUP, task ${task##*/}" >&2
exit 1
