#!/usr/bin/env bash
# The scripts of deploy/aws-cli against moto: a dry run changes nothing, everything is made as it should be, a second run makes
# nothing, updates and rollbacks arrive, and a fault in each step stops it and says where.
# Usage: with_cloud.py aws_cli_test.sh PROGRAM PLUGIN_FOLDER      the gateway that verify.sh asks
# shellcheck disable=SC2016  # what stands in single quotes is meant for jq and for other shells
set -uo pipefail
tests=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/system/checks.sh
source "$tests/../../system/checks.sh"
for tool in aws jq curl openssl; do
  command -v $tool >/dev/null || { echo "SKIPPED: there is no $tool on this machine"; exit 77; }
done
[ -x "${1:-}" ] || { echo "SKIPPED: there is no program ${1:-}: ./dev build makes it"; exit 77; }
program=$(realpath "$1") plugins=$(realpath "$2")
scripts=$(cd "$tests/../../../deploy/aws-cli" && pwd)
work=$(mktemp -d)
pid=''
cleanup() {
  [ -n "$pid" ] && kill "$pid" 2>/dev/null
  wait
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work" || exit 1
cloud() { aws --region us-east-1 --endpoint-url "$ENDPOINT_URL" --output text "$@"; }
# But that somebody asked for what is not there, which moto keeps.
dump() { curl -s "$MOTO_URL/moto-api/data.json" | jq -S "del(.ec2.Ami, .ecs.ClusterFailure)" >"$1"; }
calls() { mark=$(wc -l <"$CLOUD_DIR/calls"); }
calls_that() { tail -n "+$((mark + 1))" "$CLOUD_DIR/calls" | grep -E "$1"; }
calls_that_change() { calls_that '\.(Create|Put|Modify|Register|Run|Allocate|Attach|Associate|Authorize|Request|Subscribe|Update|Tag|Change|Delete|Set)|route53\.POST'; }
calls_that_make() {
  calls_that '\.(Create|Allocate|Register|Authorize|Attach|Associate|Request|Subscribe)' | grep -vE 'sns.CreateTopic|RegisterScalableTarget'
}
is() { # expected command…
  local expected=$1 got
  shift
  got=$("$@" 2>&1)
  [ "$got" = "$expected" ] || { echo "got '$got' instead of '$expected': $*" >&2; return 1; }
}
shows() { [[ $(cloud "${@:2}") = *"$1"* ]] || { echo "not '$1': $(cloud "${@:2}")" >&2; return 1; }; }

# A gateway for verify.sh; a tool that pushes as docker does; keys of nobody's.
: >serve.out
Plugins__Directory=$plugins GATEWAY_URLS=http://127.0.0.1:0 Logging__Format=Json "$program" serve >serve.out 2>serve.err &
pid=$!
port=''
for _ in $(seq 600); do
  port=$(sed -nE 's/.*"message":"listening".*"port":([0-9]+).*/\1/p' serve.out)
  [ -n "$port" ] && break
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.05
done
[ -n "$port" ] || { cat serve.err; echo 'the gateway did not start'; exit 1; }
mkdir bin
cat >bin/docker <<'TOOL'
#!/usr/bin/env bash
# docker, as far as the scripts use it: a push puts an image into moto's registry.
set -euo pipefail
case $1 in
  login) cat >/dev/null ;;
  tag) ;;
  push)
    name=${2#*/}
    digest=$(printf '%s' "$name" | sha256sum | cut -c1-64)
    aws --region us-east-1 --endpoint-url "$ENDPOINT_URL" ecr put-image --repository-name "${name%:*}" --image-tag "${name##*:}" --image-digest "sha256:$digest" --image-manifest \
      "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\",\"config\":{\"mediaType\":\"application/vnd.docker.container.image.v1+json\",\"size\":1,\"digest\":\"sha256:$digest\"},\"layers\":[]}" >/dev/null ;;
esac
TOOL
chmod +x bin/docker
# What an operator's shell may have.
export ACCOUNT_ID=999999999999 SERVICE_TASK=another
export PATH=$work/bin:$PATH VERIFY_URL=http://127.0.0.1:$port POLL_SECONDS=1 VERIFY_SECONDS=20 ROLLOUT_SECONDS=20
zone=$(cloud route53 create-hosted-zone --name realserv.com --caller-reference test --query HostedZone.Id)
printf 'AIzaNobodysKey\n' >api-key
printf '{"type":"service_account","project_id":"realserv-prod","private_key":"nobodys-private-key"}' >firebase.json
sed -e "s|^HOSTED_ZONE_ID=.*|HOSTED_ZONE_ID=${zone##*/}|" -e "s|^FIREBASE_API_KEY_FILE=.*|FIREBASE_API_KEY_FILE=$work/api-key|" \
  -e "s|^FIREBASE_CREDENTIALS_FILE=.*|FIREBASE_CREDENTIALS_FILE=$work/firebase.json|" "$scripts/settings.example.env" >settings.env
run() { # script arguments…
  local script=$1
  shift
  "$scripts/$script" --settings "$work/settings.env" "$@"
}

echo '== a dry run on an empty account'
# What is asked for the first time makes moto fill in what every account has.
check 'ends well' status_is 0 run deploy.sh --dry-run
dump before.json
calls
check 'again' status_is 0 run deploy.sh --dry-run
check 'calls nothing that changes' is '' calls_that_change
check 'but does call' test "$(wc -l <"$CLOUD_DIR/calls")" -gt "$mark"
dump after.json
check 'and changes nothing' cmp before.json after.json
check 'of a state that is told' jq -e '.route53.FakeZone | length == 1' after.json
check 'says what it would do' said 'would change database realserv-identity-db'

echo '== deploy'
# Another VPC with the same names in it.
other=$(cloud ec2 create-vpc --cidr-block 10.9.0.0/16 --query Vpc.VpcId)
cloud ec2 create-subnet --vpc-id "$other" --cidr-block 10.9.0.0/24 --tag-specifications 'ResourceType=subnet,Tags=[{Key=Name,Value=realserv-private-1}]' >other.out
for name in alb database; do cloud ec2 create-security-group --group-name realserv-$name --description other --vpc-id "$other" >other.out; done
check 'ends well' status_is 0 run deploy.sh
[ "$failed" -eq 0 ] || { echo 'there is no use in going on' >&2; exit 1; }
check 'database: encrypted, two zones, private, protected' is $'True\tTrue\tFalse\tTrue\trealserv_identity' cloud rds describe-db-instances \
  --query 'DBInstances[0].[StorageEncrypted,MultiAZ,PubliclyAccessible,DeletionProtection,DBName]'
check 'its master password is managed' shows arn: rds describe-db-instances --query 'DBInstances[0].MasterUserSecret.SecretArn'
check 'cache: TLS' is True cloud elasticache describe-replication-groups --query 'ReplicationGroups[0].TransitEncryptionEnabled'
check 'image: tags cannot move' is IMMUTABLE cloud ecr describe-repositories --query 'repositories[0].imageTagMutability'
check 'two NAT gateways' is 2 cloud ec2 describe-nat-gateways --query 'length(NatGateways)'
vpc=$(cloud ec2 describe-vpcs --filters Name=tag:Name,Values=realserv-vpc --query 'Vpcs[0].VpcId')
check 'nothing is let into the other VPC' is '' cloud ec2 describe-security-groups --filters "Name=vpc-id,Values=$other" --query 'SecurityGroups[].IpPermissions[].FromPort'
check 'its subnet is not taken for ours' is 4 cloud ec2 describe-subnets --filters "Name=vpc-id,Values=$vpc" --query 'length(Subnets)'
group() { cloud ec2 describe-security-groups --filters "Name=group-name,Values=realserv-$1" "Name=vpc-id,Values=$vpc" --query 'SecurityGroups[0].GroupId'; }
chain() { cloud ec2 describe-security-groups --filters "Name=group-name,Values=realserv-$1" "Name=vpc-id,Values=$vpc" --query 'SecurityGroups[0].IpPermissions[].[FromPort,UserIdGroupPairs[0].GroupId,IpRanges[0].CidrIp]'; }
check 'the internet reaches the load balancer' is $'443\tNone\t0.0.0.0/0\n80\tNone\t0.0.0.0/0' chain alb
check 'which reaches the tasks' is "8080	$(group alb)	None" chain tasks
check 'which reach the database' is "5432	$(group tasks)	None" chain database
check 'and the cache' is "6379	$(group tasks)	None" chain cache
check 'logs end' is 30 cloud logs describe-log-groups --log-group-name-prefix /ecs/identity-service --query 'logGroups[0].retentionInDays'
check "the database's as well" is 30 cloud logs describe-log-groups --log-group-name-prefix /aws/rds/instance/realserv-identity-db/postgresql --query 'logGroups[0].retentionInDays'
bucket=realserv-alb-logs-123456789012
check 'the load balancer writes down every request' is $'true\t'$bucket bash -c 'aws --region us-east-1 --endpoint-url "$ENDPOINT_URL" --output text elbv2 describe-load-balancer-attributes --load-balancer-arn "$1" \
  --query "[Attributes[?Key==\`access_logs.s3.enabled\`].Value | [0], Attributes[?Key==\`access_logs.s3.bucket\`].Value | [0]]"' _ "$(cloud elbv2 describe-load-balancers --query 'LoadBalancers[0].LoadBalancerArn')"
check 'in a bucket of which nothing is public' is $'True\tTrue\tTrue\tTrue' cloud s3api get-public-access-block --bucket $bucket \
  --query 'PublicAccessBlockConfiguration.[BlockPublicAcls,IgnorePublicAcls,BlockPublicPolicy,RestrictPublicBuckets]'
check 'encrypted' is AES256 cloud s3api get-bucket-encryption --bucket $bucket --query 'ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm'
check 'for as long as the other logs' is $'Enabled\t30' cloud s3api get-bucket-lifecycle-configuration --bucket $bucket --query 'Rules[0].[Status,Expiration.Days]'
cloud s3api get-bucket-policy --bucket $bucket --query Policy >bucket-policy.json
check 'where AWS writes the logs of this account and nobody anything' jq -e '[.Statement[] | select(.Effect == "Allow")] == [{Sid: "Delivery", Effect: "Allow",
  Principal: {Service: "logdelivery.elasticloadbalancing.amazonaws.com"}, Action: "s3:PutObject", Resource: "arn:aws:s3:::realserv-alb-logs-123456789012/AWSLogs/123456789012/*"}]' bucket-policy.json
check 'targets are asked whether they are ready' is $'/api/v1/ready\t8080' cloud elbv2 describe-target-groups --query 'TargetGroups[0].[HealthCheckPath,Port]'
check 'HTTPS with a policy; 80 leads there' is $'ELBSecurityPolicy-TLS13-1-2-2021-06\tHTTPS\tforward\nHTTP\tredirect' \
  cloud elbv2 describe-listeners --load-balancer-arn "$(cloud elbv2 describe-load-balancers --query 'LoadBalancers[0].LoadBalancerArn')" \
  --query '[Listeners[?Port==`443`].[SslPolicy,Protocol,DefaultActions[0].Type][], Listeners[?Port==`80`].[Protocol,DefaultActions[0].Type][]]'
cloud ecs describe-services --cluster realserv-production --services identity-service --output json >service.json
check 'roll-outs: 100/200, circuit breaker, back by itself, alarms' jq -e '.services[0] | .deploymentConfiguration | .minimumHealthyPercent == 100 and
  .maximumPercent == 200 and .deploymentCircuitBreaker == {enable: true, rollback: true} and .alarms.enable and .alarms.rollback and (.alarms.alarmNames | length == 3)' service.json
check 'no public address, no shell, time to start' jq -e '.services[0] | (.networkConfiguration.awsvpcConfiguration.assignPublicIp == "DISABLED") and
  (.enableExecuteCommand == false) and .healthCheckGracePeriodSeconds == 60 and .desiredCount == 2' service.json
cloud ecs describe-task-definition --task-definition identity-service --query taskDefinition --output json >task.json
check 'the image by digest' jq -e '.containerDefinitions[0].image | test("@sha256:[0-9a-f]{64}$")' task.json
check 'as nobody, on a root that is read only' jq -e '.containerDefinitions[0] | .user == "10001:10001" and .readonlyRootFilesystem and .stopTimeout == 30' task.json
check 'alive is asked of the program' jq -e '.containerDefinitions[0].healthCheck.command == ["CMD", "/usr/bin/identity-gateway", "healthcheck"]' task.json
check 'no secret among what anybody may read' bash -c '! grep -qE "AIza|nobodys|Password=|rediss://" task.json'
check 'secrets by their whole ARN' jq -e '[.containerDefinitions[0].secrets[].valueFrom] | length == 6 and all(test("^arn:aws:secretsmanager:.*-[A-Za-z0-9]{6}(:connection::)?$"))' task.json
check 'the origins' jq -e '[.containerDefinitions[0].environment[] | select(.name | startswith("Cors__")).value] == ["https://app.realserv.com", "https://admin.realserv.com"]' task.json
cloud secretsmanager get-secret-value --secret-id realserv/identity-service/db-connection --query SecretString >db.json
check 'the service has its own role, and checks the server' jq -e '.username == "identity_service" and (.connection | contains("SSL Mode=VerifyFull") and contains("Username=identity_service;")) and
  (.password as $p | .connection | contains("Password=\($p);")) and (.password | length == 64)' db.json
for role in execution setup-execution; do
  cloud iam get-role-policy --role-name identity-service-$role --policy-name needed --query PolicyDocument --output json >$role.json
done
check 'the execution role reads its own secrets only' jq -e '[.Statement[] | select(.Sid == "Secrets").Resource[]] | length == 6 and all(test("secret:realserv/identity-service/"))' execution.json
check 'and nothing of the owner' bash -c '! grep -q db-owner execution.json'
check 'for this account only' shows 123456789012 iam get-role --role-name identity-service-execution --query 'Role.AssumeRolePolicyDocument'
check 'the task needs nothing of AWS' is '' cloud iam list-role-policies --role-name identity-service-task --query PolicyNames
check 'the alias is in the zone of the load balancer' is "$(cloud elbv2 describe-load-balancers --query 'LoadBalancers[0].CanonicalHostedZoneId')" \
  cloud route53 list-resource-record-sets --hosted-zone-id "$zone" --query "ResourceRecordSets[?Type=='A'].AliasTarget.HostedZoneId | [0]"
check 'ECS has its own role' shows AWSServiceRoleFor iam list-roles --path-prefix /aws-service-role/ecs.amazonaws.com/ --query 'Roles[].RoleName'
check 'scaling by CPU and requests' is $'ALBRequestCountPerTarget\tECSServiceAverageCPUUtilization' bash -c \
  'aws --region us-east-1 --endpoint-url "$ENDPOINT_URL" --output text application-autoscaling describe-scaling-policies --service-namespace ecs --query "sort(ScalingPolicies[].TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType)"'
cloud cloudwatch describe-alarms --output json >alarms.json
check 'every alarm tells somebody and knows what silence means' jq -e '[.MetricAlarms[] | select(.AlarmName | startswith("identity-service-"))] | length == 15 and all((.AlarmActions | length == 1) and
  (.Dimensions | length > 0) and (.TreatMissingData | IN("breaching", "notBreaching")))' alarms.json
check 'a dashboard' shows IdentityServiceDashboard cloudwatch list-dashboards --query 'DashboardEntries[].DashboardName'
check 'roles and schema were made by tasks' is 2 bash -c "grep -c 'ecs.RunTask' '$CLOUD_DIR/calls'"
check 'no secret was said' bash -c '! grep -qE "AIza|nobodys|$(jq -r .password db.json)" out err'

echo '== deploy again'
calls
check 'ends well' status_is 0 run deploy.sh
check 'makes nothing anew' is '' calls_that_make
check 'keeps the passwords' jq -e --slurpfile before db.json '. == $before[0]' <(cloud secretsmanager get-secret-value --secret-id realserv/identity-service/db-connection --query SecretString)
# moto cannot print this state; that nothing was called which changes says the same.
calls
check 'a dry run now' status_is 0 run deploy.sh --dry-run
check 'changes nothing either' is '' calls_that_change

echo '== update and rollback'
runs() { cloud ecs describe-services --cluster realserv-production --services identity-service --query 'services[0].taskDefinition'; }
first=$(runs)
calls
check 'a dry run' status_is 0 run update.sh 1.0.1 --dry-run
check 'changes nothing' is '' calls_that_change
check 'update' status_is 0 run update.sh 1.0.1
second=$(runs)
check 'another revision runs' test "$first" != "$second"
check 'with the image of that version' test "$(cloud ecs describe-task-definition --task-definition "$second" --query 'taskDefinition.containerDefinitions[0].image')" != "$(jq -r '.containerDefinitions[0].image' task.json)"
calls
check 'the same version again' status_is 0 run update.sh 1.0.1
check 'rolls nothing out' is '' calls_that 'UpdateService|RegisterTask'
check 'deploy.sh after an update' status_is 0 run deploy.sh --from 4
check 'leaves what runs' is "$second" runs
check 'which is said' said '1.0.1 runs and stays'
check 'rollback from a version that does not run' status_is 0 run rollback.sh --only-from 1.0.2
check 'says so' said 'is 1.0.1, not 1.0.2: nothing to go back from'
check 'and does nothing' is "$second" runs
check 'rollback' status_is 0 run rollback.sh --only-from 1.0.1
check 'goes back' is "$first" runs
check 'rollback, run again' status_is 0 run rollback.sh
check 'does not go forward' is "$first" runs
check 'deploy.sh after a rollback' status_is 0 run deploy.sh --only 6
check 'leaves that as well' is "$first" runs
check 'rollback to a revision that is not there' status_is 1 run rollback.sh 99
check 'says so' said 'there is no task definition identity-service:99'
echo 1 >"$CLOUD_DIR/exit_code"
check 'an update whose migration fails' status_is 1 run update.sh 1.0.2
check 'says so' said 'FAILED at step 10.2 (schema and task definition of 1.0.2): migrations of 1.0.2: the task ended with 1'
check 'and leaves the service alone' is "$first" runs
rm "$CLOUD_DIR/exit_code"
echo "$first" >"$CLOUD_DIR/went_back"
check 'a roll-out that went back' status_is 1 run update.sh 1.0.3
check 'is no success' said 'FAILED at step 10.3 (roll-out): ECS went back to identity-service:1'
rm "$CLOUD_DIR/went_back"
check 'an administrator' status_is 0 run make_admin.sh ada@example.com

echo '== one-off commands, another password, the role of a pipeline'
calls
check 'dry runs' status_is 0 run task.sh keys rotate --dry-run
check 'dry runs' status_is 0 run rotate_password.sh --dry-run
check 'dry runs' status_is 0 run ci_role.sh ada/gateway --dry-run
check 'change nothing' is '' calls_that_change
calls
check 'of a revision that is not there' status_is 1 run task.sh --revision 99 config check
check 'says so' said 'there is no task definition identity-service:99'
check 'of one that does not run' status_is 0 run task.sh --revision 2 config check
calls
check 'a command of the gateway' status_is 0 run task.sh keys rotate
check 'is a task' is 1 bash -c "tail -n +$((mark + 1)) '$CLOUD_DIR/calls' | grep -c 'ecs.RunTask'"
check 'and its log is read' calls_that 'logs.GetLogEvents'
echo 1 >"$CLOUD_DIR/exit_code"
check 'one that fails' status_is 1 run task.sh config check
check 'says so' said 'FAILED at step task (config check): config check: the task ended with 1'
rm "$CLOUD_DIR/exit_code"
check 'one that prints a secret is refused' status_is 1 run task.sh api-keys create
check 'which is said' said 'api-keys is not for a task'
check 'another password' status_is 0 run rotate_password.sh
cloud secretsmanager get-secret-value --secret-id realserv/identity-service/db-connection --query SecretString >rotated.json
check 'is in the secret, alone' jq -e --slurpfile before db.json '.password != $before[0].password and (.password | length == 64) and .username == "identity_service" and
  (.password as $new | $before[0].connection | sub("Password=[0-9a-f]+;"; "Password=\($new);")) == .connection' rotated.json
check 'is said nowhere' bash -c '! grep -qE "$(jq -r .password rotated.json)|$(jq -r .password db.json)" out err'
check 'and new tasks take it up' calls_that 'ecs.UpdateService'
echo ecs.RunTask >"$CLOUD_DIR/fault"
check 'a rotation that breaks off' status_is 1 run rotate_password.sh
check 'says where' said 'FAILED at step rotation (password of the service): aws ecs run-task: '
rm "$CLOUD_DIR/fault"
check 'and is run again' status_is 0 run rotate_password.sh
check 'the role of a pipeline' status_is 0 run ci_role.sh ada/gateway
check 'is told' is arn:aws:iam::123456789012:role/identity-service-release cat out
check 'again' status_is 0 run ci_role.sh ada/gateway
cloud iam get-role --role-name identity-service-release --query Role.AssumeRolePolicyDocument --output json >trust.json
check 'is of one repository and environment' jq -e '.Statement | length == 1 and .[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repo:ada/gateway:environment:production"' trust.json
check 'no repository, no role' status_is 1 run ci_role.sh gateway

echo '== restoring, as deploy/README.md says'
mkdir elsewhere
printf '#!/bin/sh\nexec %s --region us-east-1 --endpoint-url %s "$@"\n' "$(command -v aws)" "$ENDPOINT_URL" >elsewhere/aws
printf '#!/bin/sh\n' >elsewhere/sleep
chmod +x elsewhere/*
awk '/^[*][*]Restoring/ { here = 1 } here && /^```/ { if (inside) exit; inside = 1; next } inside' "$scripts/../README.md" |
  sed "s|^deploy/aws-cli/deploy.sh|$scripts/deploy.sh --settings $work/settings.env|" >restore.sh
check 'there are commands' grep -q restore-db-instance-to-point-in-time restore.sh
check 'that run' status_is 0 env PATH="$work/elsewhere:$PATH" bash -e restore.sh
check 'two instances: the one before, and the restored one by its name' is $'realserv-identity-db\trealserv-identity-db-before' cloud rds describe-db-instances --query 'sort(DBInstances[].DBInstanceIdentifier)'
check 'which is as private as that' is $'False\tTrue' cloud rds describe-db-instances --db-instance-identifier realserv-identity-db --query 'DBInstances[0].[PubliclyAccessible,StorageEncrypted]'

echo '== a fault in each step'
fault() { # step call what-is-said
  echo "$2" >"$CLOUD_DIR/fault"
  check "step $1 stops at $2" status_is 1 run deploy.sh --from "$1"
  check 'and says where' said "FAILED at step $3"
  check 'and why' said PlantedFault
  check 'once' is 1 grep -c FAILED err
  check 'and goes no further' bash -c '! grep -q "^== step '$(($1 + 1))'" err'
  rm "$CLOUD_DIR/fault"
}
fault 1 sts.GetCallerIdentity '1 (configuration): aws sts get-caller-identity: '
fault 1 route53.GET '1 (configuration): aws route53 get-hosted-zone: '
fault 2 ecr.PutLifecyclePolicy '2 (image): aws ecr put-lifecycle-policy: '
fault 3 ec2.DescribeSubnets '3 (infrastructure: network): aws ec2 describe-subnets: '
fault 3 secretsmanager.DescribeSecret '3 (infrastructure: secrets): aws secretsmanager describe-secret: '
fault 3 elasticache.DescribeUsers '3 (infrastructure: database and cache): aws elasticache describe-users: '
fault 4 iam.PutRolePolicy '4 (cluster, roles, schema, task definition): aws iam put-role-policy: '
fault 5 s3.PutBucketpolicy '5 (load balancer): aws s3api put-bucket-policy: '
fault 5 elasticloadbalancing.ModifyTargetGroupAttributes '5 (load balancer): aws elbv2 modify-target-group-attributes: '
fault 6 ecs.UpdateService '6 (service): aws ecs update-service: '
fault 7 route53.POST '7 (DNS): aws route53 change-resource-record-sets: '
fault 8 ecs.DescribeServices '8.1 (service): aws ecs describe-services: '
fault 9 monitoring.PutMetricAlarm '9 (monitoring): aws cloudwatch put-metric-alarm: '
settings_fault() { # setting value what-is-said
  sed "s|^$1=.*|$1=$2|" settings.env >other.env
  check "$1=$2 is refused" status_is 1 "$scripts/deploy.sh" --settings "$work/other.env" --dry-run
  check "which is said" said "$3"
}
settings_fault MEMORY 768 'no pair that Fargate has'
settings_fault FIREBASE_PROJECT_ID another 'is the key of'
settings_fault DOMAIN api.example.com 'is not in the zone'
settings_fault FIREBASE_API_KEY_FILE /nowhere 'cannot read /nowhere'
settings_fault ACCESS_LOGS maybe 'yes or no'
settings_fault MIN_TASKS 1 'two are needed'
settings_fault PROJECT Real--Serv 'small letters, digits and single hyphens'
settings_fault SERVICE 'a,Tags=[]' 'small letters, digits and single hyphens'
check 'what is no version is refused' status_is 1 run update.sh --dryrun
check 'which is said' said '--dryrun is no version'
kill -TERM "$pid"
wait "$pid"
pid=''
check 'without a gateway that answers' status_is 1 env VERIFY_SECONDS=1 "$scripts/verify.sh" --settings "$work/settings.env" --url "$VERIFY_URL"
check 'verify.sh says so' said 'FAILED at step 8.2 (health): ready: GET /api/v1/ready answered'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
