# Step 5: certificate, load balancer in two zones, target group on /api/v1/ready, HTTPS, and 80 sent to 443.
# shellcheck shell=bash disable=SC2154,SC2153
make_certificate() { # leaves ARN in CERTIFICATE
  local record name value status try
  CERTIFICATE=$(ask acm list-certificates --certificate-statuses ISSUED PENDING_VALIDATION --query "CertificateSummaryList[?DomainName=='$DOMAIN'].CertificateArn | [0]")
  if [ -z "$CERTIFICATE" ]; then
    CERTIFICATE=$(change "certificate for $DOMAIN" acm request-certificate --domain-name "$DOMAIN" --validation-method DNS \
      --tags "Key=Project,Value=$PROJECT" --query CertificateArn)
  fi
  if is_dry_run; then return 0; fi
  status=$(ask acm describe-certificate --certificate-arn "$CERTIFICATE" --query Certificate.Status)
  if [ "$status" = ISSUED ]; then return 0; fi
  # The record to prove the domain with is there some seconds after the request.
  for ((try = 0; try < 30; ++try)); do
    record=$(ask acm describe-certificate --certificate-arn "$CERTIFICATE" \
      --query 'Certificate.DomainValidationOptions[0].ResourceRecord.[Name,Value]')
    read -r name value <<<"$record"
    if [ -n "${value:-}" ] && [ "$value" != None ]; then break; fi
    sleep 2
  done
  if [ -z "${value:-}" ] || [ "$value" = None ]; then fail "ACM names no record for the validation of $DOMAIN"; fi
  jq -n --arg name "$name" --arg value "$value" '{Changes: [{Action: "UPSERT",
    ResourceRecordSet: {Name: $name, Type: "CNAME", TTL: 300, ResourceRecords: [{Value: $value}]}}]}' >"$work/validation.json"
  change "validation record of $DOMAIN" route53 change-resource-record-sets --hosted-zone-id "$HOSTED_ZONE_ID" \
    --change-batch "file://$work/validation.json" >/dev/null
  ask acm wait certificate-validated --certificate-arn "$CERTIFICATE"
}
make_listener() { # port json-action option…
  local there port=$1 action=$2
  shift 2
  there=$(ask elbv2 describe-listeners --load-balancer-arn "$ALB_ARN" --query "Listeners[?Port==\`$port\`].ListenerArn | [0]")
  if [ -z "$there" ]; then
    change "listener on $port" elbv2 create-listener --load-balancer-arn "$ALB_ARN" --port "$port" --default-actions "$action" "$@" >/dev/null
  fi
}
# Where the load balancer writes down who asked for what, until it is LOG_DAYS old. S3's own keys: it can write under no others.
make_log_bucket() {
  local there file place=()
  account_id
  LOG_BUCKET=$PROJECT-alb-logs-$ACCOUNT_ID
  export LOG_BUCKET
  there=$(ask s3api list-buckets --query "Buckets[?Name=='$LOG_BUCKET'].Name | [0]")
  if [ -z "$there" ]; then
    # The one region that must not be named.
    if [ "$AWS_REGION" != us-east-1 ]; then place=(--create-bucket-configuration "LocationConstraint=$AWS_REGION"); fi
    change "bucket $LOG_BUCKET" s3api create-bucket --bucket "$LOG_BUCKET" --object-ownership BucketOwnerEnforced "${place[@]}" >/dev/null
  fi
  change 'nothing of it is public' s3api put-public-access-block --bucket "$LOG_BUCKET" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true >/dev/null
  change 'encryption of the bucket' s3api put-bucket-encryption --bucket "$LOG_BUCKET" --server-side-encryption-configuration \
    '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}' >/dev/null
  jq -n --arg days "$LOG_DAYS" '{Rules: [{ID: "end", Status: "Enabled", Filter: {Prefix: ""}, Expiration: {Days: ($days | tonumber)},
    AbortIncompleteMultipartUpload: {DaysAfterInitiation: 7}}]}' >"$work/lifecycle.json"
  change "end of the logs after $LOG_DAYS days" s3api put-bucket-lifecycle-configuration --bucket "$LOG_BUCKET" \
    --lifecycle-configuration "file://$work/lifecycle.json" >/dev/null
  file=$(render access-logs-policy.json)
  change 'policy of the bucket' s3api put-bucket-policy --bucket "$LOG_BUCKET" --policy "file://$file" >/dev/null
}
step_5() {
  begin 5 'load balancer'
  local target_group action access_logs=("Key=access_logs.s3.enabled,Value=false")
  load_network
  make_certificate
  ALB_ARN=$(alb_value LoadBalancerArn)
  if [ -z "$ALB_ARN" ]; then
    ALB_ARN=$(change "load balancer $ALB" elbv2 create-load-balancer --name "$ALB" --type application --scheme internet-facing \
      --subnets "$PUBLIC_1" "$PUBLIC_2" --security-groups "$ALB_GROUP" --query 'LoadBalancers[0].LoadBalancerArn')
  fi
  if [ "$ACCESS_LOGS" = yes ]; then
    make_log_bucket
    access_logs=("Key=access_logs.s3.enabled,Value=true" "Key=access_logs.s3.bucket,Value=$LOG_BUCKET")
  fi
  # 60 s is below the gateway's own 75 s (Server:IdleTimeoutSeconds): it never meets a closing connection.
  change 'attributes of the load balancer' elbv2 modify-load-balancer-attributes --load-balancer-arn "$ALB_ARN" --attributes \
    Key=idle_timeout.timeout_seconds,Value=60 Key=deletion_protection.enabled,Value=true \
    Key=routing.http.drop_invalid_header_fields.enabled,Value=true Key=routing.http.desync_mitigation_mode,Value=strictest \
    "${access_logs[@]}" >/dev/null
  target_group=$(target_group_arn)
  if [ -z "$target_group" ]; then
    target_group=$(change "target group $TARGET_GROUP" elbv2 create-target-group --name "$TARGET_GROUP" --protocol HTTP --port 8080 \
      --vpc-id "$VPC_ID" --target-type ip --health-check-path /api/v1/ready --health-check-interval-seconds 10 \
      --health-check-timeout-seconds 5 --healthy-threshold-count 2 --unhealthy-threshold-count 2 --matcher HttpCode=200 \
      --query 'TargetGroups[0].TargetGroupArn')
  fi
  # As long as a request may take; the gateway drains for 25 s after it.
  change 'attributes of the target group' elbv2 modify-target-group-attributes --target-group-arn "$target_group" --attributes \
    Key=deregistration_delay.timeout_seconds,Value=30 Key=load_balancing.algorithm.type,Value=least_outstanding_requests >/dev/null
  action=$(jq -nc --arg arn "$target_group" '[{Type: "forward", TargetGroupArn: $arn}]')
  make_listener 443 "$action" --protocol HTTPS --certificates "CertificateArn=$CERTIFICATE" --ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06
  make_listener 80 '[{"Type":"redirect","RedirectConfig":{"Protocol":"HTTPS","Port":"443","StatusCode":"HTTP_301"}}]' --protocol HTTP
}
