#!/usr/bin/env bash
# The Terraform module against moto: an apply makes everything, its one-off tasks run in order, a second plan has nothing to do but
# what moto is to blame for, a new image replaces the task definition alone, and no password that is drawn stands in the state.
# Usage: with_cloud.py terraform_moto_test.sh
# shellcheck disable=SC2016  # what stands in single quotes is meant for jq
set -uo pipefail
tests=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/system/checks.sh
source "$tests/../../system/checks.sh"
# shellcheck source=tests/deploy/aws/terraform.sh
source "$tests/terraform.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
module=$(copy_module "$work")
cd "$module" || exit 1

# Every service at the front; the tasks' aws as well.
services='acm applicationautoscaling cloudwatch cloudwatchlogs dynamodb ec2 ecr ecs elasticache elbv2 iam rds route53 s3 secretsmanager sns sts'
{
  for alias in '' 'alias = "draw"'; do
    echo "provider \"aws\" {"
    echo "  $alias"
    echo '  access_key = "testing"'
    echo '  secret_key = "testing"'
    echo '  skip_credentials_validation = true'
    echo '  skip_metadata_api_check = true'
    echo '  max_retries = 2'
    echo '  s3_use_path_style = true'
    echo '  endpoints {'
    for service in $services; do echo "    $service = \"$ENDPOINT_URL\""; done
    echo '  }'
    echo '}'
  done
} >moto_override.tf
aws=$(command -v aws) || skip 'there is no aws on this machine'
mkdir "$work/bin"
printf '#!/bin/sh\nexec %s --endpoint-url %s "$@"\n' "$aws" "$ENDPOINT_URL" >"$work/bin/aws"
chmod +x "$work/bin/aws"
export PATH=$work/bin:$PATH
cloud() { "$work/bin/aws" --region us-east-1 --output text "$@"; }
zone=$(cloud route53 create-hosted-zone --name realserv.com --caller-reference test --query HostedZone.Id)
registry=123456789012.dkr.ecr.us-east-1.amazonaws.com/realserv/identity-service@sha256
# docker, as far as push_image.sh uses it.
mkdir "$work/images"
export DOCKER_IMAGES=$work/images PATH=$work/bin:$PATH
cp "$tests/../workflow/stand_ins/docker" "$work/bin/"
export TF_CLI_ARGS=-no-color TF_CLI_ARGS_apply='-input=false -auto-approve -parallelism=20'
initialise || exit 1
image() { # digit: of the digest of version 1.0.(digit - 1)
  printf '%s:%s' "$registry" "$(printf "$1%.0s" $(seq 64))"
}
for digit in 1 2 3; do printf 'sha256:%s' "$(printf "$digit%.0s" $(seq 64))" >"$DOCKER_IMAGES/identity-gateway:1.0.$((digit - 1))"; done
push() { status_is 0 ./push_image.sh "identity-gateway:1.0.$(($1 - 1))" "1.0.$(($1 - 1))"; }

echo '== without an image'
export TF_VAR_zone_id=${zone##*/} TF_VAR_domain=api.realserv.com
check 'nothing is made' status_is 1 terraform apply
check 'which is said' said 'push one by push_image.sh'

echo '== apply, as README.md says'
unset TF_VAR_zone_id TF_VAR_domain
printf 'AIzaNobodysKey\n' >firebase-api-key.txt
printf '{"key":"nobodys-private-key"}' >firebase-admin-sdk.json
awk '/^```/ { if (inside) exit; inside = 1; next } inside' README.md | sed "s/Z1234567890ABC/${zone##*/}/; s/ -var-file=small.tfvars//" >commands.sh
check 'it has commands' grep -q '^./push_image.sh' commands.sh
check 'all is made' status_is 0 bash -e commands.sh
check 'the image is named by its digest' grep -qF "$(image 1)" image.auto.tfvars
[ "$failed" -eq 0 ] || { echo 'there is no use in going on' >&2; exit 1; }
check 'the database is private and encrypted' test "$(cloud rds describe-db-instances --query 'DBInstances[0].[PubliclyAccessible,StorageEncrypted]')" = $'False\tTrue'
check 'the load balancer writes to a bucket' test "$(cloud elbv2 describe-load-balancer-attributes --load-balancer-arn "$(cloud elbv2 describe-load-balancers --query 'LoadBalancers[0].LoadBalancerArn')" \
  --query 'Attributes[?Key==`access_logs.s3.bucket`].Value | [0]')" = realserv-alb-logs-123456789012
check 'of which nothing is public' test "$(cloud s3api get-public-access-block --bucket realserv-alb-logs-123456789012 --query 'PublicAccessBlockConfiguration.RestrictPublicBuckets')" = True
check 'which is the one of the scripts' jq -es '.[0] == .[1]' <(cloud s3api get-bucket-policy --bucket realserv-alb-logs-123456789012 --query Policy) \
  <(sed "s/[$]{LOG_BUCKET}/realserv-alb-logs-123456789012/g; s/[$]{ACCOUNT_ID}/123456789012/g" ../aws-cli/access-logs-policy.json)
check 'the API key is where the service finds it' test "$(cloud secretsmanager get-secret-value --secret-id realserv/identity-service/firebase-api-key --query SecretString)" = AIzaNobodysKey
cloud secretsmanager get-secret-value --secret-id realserv/identity-service/db-connection --query SecretString >login.json
check 'the service has a login of its own' jq -e '.username == "identity_service" and (.password | length == 48) and (.password as $p | .connection | contains("Password=\($p);SSL Mode=VerifyFull"))' login.json
cloud secretsmanager get-secret-value --secret-id realserv/identity-service/key-encryption-key --query SecretString >key
check 'the key is 32 bytes' test "$(base64 -d <key | wc -c)" -eq 32
check 'no password that was drawn is in the state' bash -c '! grep -qE "AIza|nobodys|$1|$2" terraform.tfstate' _ "$(jq -r .password login.json)" "$(tr -d '\n' <key)"
check 'two one-off tasks before the service' test "$(grep -E 'ecs\.(RunTask|CreateService)' "$CLOUD_DIR/calls" | tr '\n' ' ')" = 'ecs.RunTask ecs.RunTask ecs.CreateService '

echo '== plan again'
terraform plan -input=false -detailed-exitcode -out=again >plan.out 2>plan.err
status=$?
terraform show -json again >again.json
jq -r '.resource_changes[] | select(.change.actions != ["no-op"] and .mode == "managed") | .address as $address | .change |
  if .actions != ["update"] then "\($address) \(.actions | join("+"))"
  else .before as $before | .after_unknown as $unknown | .after | to_entries[] | select(.value != $before[.key] and ($unknown[.key] | not)) | "\($address) \(.key)" end' \
  again.json >again.txt
# moto forgets how a parameter is applied.
cat >explained.txt <<'TEXT'
aws_db_parameter_group.main parameter
TEXT
check 'it could be planned' test $status -ne 1
check 'nothing to do but what moto forgets' bash -c '! grep -vxFf explained.txt again.txt'
cat again.txt

echo '== a new image'
check 'is pushed' push 2
terraform plan -input=false -out=next >plan.out 2>plan.err
terraform show -json next | jq -r '.resource_changes[] | select(.change.actions != ["no-op"] and .mode == "managed") | .address' | sort >next.txt
check 'changes the tasks and the service' bash -c 'diff <(grep -vxFf <(cut -d" " -f1 again.txt) next.txt) - <<<"$1"' _ \
  $'aws_ecs_service.main\naws_ecs_task_definition.service\naws_ecs_task_definition.setup["migrate"]\nterraform_data.migration["migrate"]'
check 'and is applied' status_is 0 env TF_CLI_ARGS_apply= terraform apply -input=false next
check 'by one more task' test "$(grep -c 'ecs\.RunTask' "$CLOUD_DIR/calls")" -eq 3
check 'the version before is still there' test "$(cloud ecs describe-task-definition --task-definition identity-service:1 --query taskDefinition.status)" = ACTIVE

echo '== the scripts find what Terraform made'
check 'an administrator' status_is 0 ../aws-cli/make_admin.sh ada@example.com --settings ../aws-cli/settings.example.env
check 'by one more task' test "$(grep -c 'ecs\.RunTask' "$CLOUD_DIR/calls")" -eq 4
check 'another password' status_is 0 env POLL_SECONDS=1 ../aws-cli/rotate_password.sh --settings ../aws-cli/settings.example.env
check 'is in the secret' test "$(cloud secretsmanager get-secret-value --secret-id realserv/identity-service/db-connection --query SecretString | jq -r .password)" != "$(jq -r .password login.json)"
terraform plan -input=false -out=rotated >plan.out 2>plan.err
check 'and Terraform has nothing to say about it' test "$(terraform show -json rotated | jq '[.resource_changes[] | select(.change.actions != ["no-op"] and (.type | test("secret|task_definition")))] | length')" = 0
check 'and verify.sh the service' status_is 1 env VERIFY_SECONDS=1 POLL_SECONDS=1 ../aws-cli/verify.sh --settings ../aws-cli/settings.example.env --url http://127.0.0.1:1
check 'which does not answer here' said 'FAILED at step 8.2 (health)'

echo '== a migration that fails'
first=$(cloud ecs describe-services --cluster realserv-production --services identity-service --query 'services[0].taskDefinition')
echo 1 >"$CLOUD_DIR/exit_code"
check 'an image' push 3
check 'stops the apply' status_is 1 terraform apply
check 'says why' said 'ended with 1'
check 'and leaves the service alone' test "$(cloud ecs describe-services --cluster realserv-production --services identity-service --query 'services[0].taskDefinition')" = "$first"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
