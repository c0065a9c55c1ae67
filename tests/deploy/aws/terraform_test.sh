#!/usr/bin/env bash
# The Terraform module by itself: format, validate, its tests with a mocked provider, both variants; and faults planted in it, each of
# which validate passes and the tests must not.
# Usage: terraform_test.sh [--quick]      --quick: format, validate, and the defaults only
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
initialise || exit 1

check 'format' status_is 0 terraform fmt -check -recursive
check 'validate' status_is 0 terraform validate -no-color
if [ "${1:-}" = --quick ]; then
  check 'the defaults' status_is 0 terraform test -no-color -filter=tests/defaults.tftest.hcl
  grep -E 'passed|failed' out
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
fi
check 'test' status_is 0 terraform test -no-color
grep -E 'passed|failed' out
for variant in small large; do
  check "variant $variant" status_is 0 terraform test -no-color -filter=tests/choices.tftest.hcl -var-file=$variant.tfvars
done

plant() { # file from to
  cp "$1" "$work/whole"
  sed -i "s#$2#$3#" "$1"
  if cmp -s "$1" "$work/whole"; then echo "nothing to plant '$3' in" >&2; failed=$((failed + 1)); return; fi
  check "validate passes: $3" status_is 0 terraform validate -no-color
  check "the tests do not: $3" status_is 1 terraform test -no-color -filter=tests/defaults.tftest.hcl
  cp "$work/whole" "$1"
}
plant database.tf 'publicly_accessible    = false' 'publicly_accessible    = true'
plant security.tf 'referenced_security_group_id = aws_security_group.tasks.id' 'cidr_ipv4 = "0.0.0.0/0"'
plant task.tf 'containerPort = 8080' 'containerPort = 8081'
plant task.tf 'readonlyRootFilesystem = true' 'readOnlyRootFilesystem = true'
plant task.tf 'ForwardedHeaders__Preset = "alb"' 'Firebase__ApiKey = "AIza"'
plant service.tf 'minimum_healthy_percent = 100' 'minimum_healthy_percent = 50'
plant task.tf 'Metrics__Url = "http://0.0.0.0:9090"' 'Metrics__Url = "http://0.0.0.0:8080"'
plant scaling.tf 'ECSServiceAverageCPUUtilization' 'ECSServiceAverageCpuUtilization'
plant access_logs.tf 'Effect    = "Deny"' 'Effect    = "Allow"'
plant access_logs.tf 'restrict_public_buckets = true' 'restrict_public_buckets = false'
plant alarms.tf 'HTTPCode_Target_5XX_Count' '5XXError'
plant load_balancer.tf 'ELBSecurityPolicy-TLS13-1-2-2021-06' 'ELBSecurityPolicy-2016-08'
plant load_balancer.tf '/api/v1/ready' '/api/v1/health'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
