# Where things are: found by their names, so that any step can be run by itself. Sourced.
# shellcheck shell=bash

by_name() { # ec2-call result name [filter…]
  ask ec2 "$1" --filters "Name=tag:Name,Values=$3" "${@:4}" --query "$2"
}
# What is in a VPC is looked for in ours: others may have the same names.
vpc_id() { by_name describe-vpcs 'Vpcs[0].VpcId' "$PROJECT-vpc"; }
subnet_id() { by_name describe-subnets 'Subnets[0].SubnetId' "$PROJECT-$1" "Name=vpc-id,Values=$VPC_ID"; } # public-1, private-2, …
security_group_id() { # alb, tasks, database, cache
  ask ec2 describe-security-groups --filters "Name=group-name,Values=$PROJECT-$1" "Name=vpc-id,Values=$VPC_ID" --query 'SecurityGroups[0].GroupId'
}
tagged() { printf 'ResourceType=%s,Tags=[{Key=Name,Value=%s},{Key=Project,Value=%s}]' "$1" "$PROJECT-$2" "$PROJECT"; }
known() { # value what: ends where it is not there, but in a dry run
  if [ -n "$1" ]; then printf '%s' "$1"; elif is_dry_run; then printf 'dry-run:%s' "${2// /-}"; else fail "there is no $2: run the steps before this one first"; fi
}
load_network() {
  local id
  id=$(vpc_id); VPC_ID=$(known "$id" vpc)
  id=$(subnet_id public-1); PUBLIC_1=$(known "$id" 'public subnet 1')
  id=$(subnet_id public-2); PUBLIC_2=$(known "$id" 'public subnet 2')
  id=$(subnet_id private-1); PRIVATE_1=$(known "$id" 'private subnet 1')
  id=$(subnet_id private-2); PRIVATE_2=$(known "$id" 'private subnet 2')
  id=$(security_group_id alb); ALB_GROUP=$(known "$id" 'security group alb')
  id=$(security_group_id tasks); TASKS_GROUP=$(known "$id" 'security group tasks')
  export VPC_ID PUBLIC_1 PUBLIC_2 PRIVATE_1 PRIVATE_2 ALB_GROUP TASKS_GROUP
}
task_network() {
  printf 'awsvpcConfiguration={subnets=[%s,%s],securityGroups=[%s],assignPublicIp=DISABLED}' \
    "$PRIVATE_1" "$PRIVATE_2" "$TASKS_GROUP"
}

target_group_arn() { find elbv2 describe-target-groups --names "$TARGET_GROUP" --query 'TargetGroups[0].TargetGroupArn'; }
alb_value() { find elbv2 describe-load-balancers --names "$ALB" --query "LoadBalancers[0].$1"; }
secret_arn() { find secretsmanager describe-secret --secret-id "$SECRETS/$1" --query ARN; }
load_secret_arns() {
  local arn
  arn=$(secret_arn db-connection); DB_SECRET=$(known "$arn" 'secret db-connection')
  arn=$(secret_arn db-owner); DB_OWNER_SECRET=$(known "$arn" 'secret db-owner')
  arn=$(secret_arn redis); REDIS_SECRET=$(known "$arn" 'secret redis')
  arn=$(secret_arn firebase-project-id); PROJECT_ID_SECRET=$(known "$arn" 'secret firebase-project-id')
  arn=$(secret_arn firebase-api-key); API_KEY_SECRET=$(known "$arn" 'secret firebase-api-key')
  arn=$(secret_arn firebase-credentials); CREDENTIALS_SECRET=$(known "$arn" 'secret firebase-credentials')
  arn=$(secret_arn key-encryption-key); KEY_SECRET=$(known "$arn" 'secret key-encryption-key')
  arn=$(find rds describe-db-instances --db-instance-identifier "$DB_INSTANCE" --query 'DBInstances[0].MasterUserSecret.SecretArn')
  MASTER_SECRET=$(known "$arn" 'managed master secret of the database')
  DB_HOST=$(find rds describe-db-instances --db-instance-identifier "$DB_INSTANCE" --query 'DBInstances[0].Endpoint.Address')
  DB_HOST=$(known "$DB_HOST" 'database')
  export DB_SECRET DB_OWNER_SECRET REDIS_SECRET PROJECT_ID_SECRET API_KEY_SECRET CREDENTIALS_SECRET KEY_SECRET MASTER_SECRET DB_HOST
}
