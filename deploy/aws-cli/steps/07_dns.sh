# Step 7: the name, an alias in the load balancer's own zone; UPSERT, so that it can be said again.
# shellcheck shell=bash disable=SC2154,SC2153
step_7() {
  begin 7 DNS
  local file
  ALB_DNS=$(alb_value DNSName); ALB_DNS=$(known "$ALB_DNS" 'load balancer')
  ALB_ZONE=$(alb_value CanonicalHostedZoneId); ALB_ZONE=$(known "$ALB_ZONE" 'load balancer')
  export ALB_DNS ALB_ZONE
  file=$(render dns-change.json)
  change "name $DOMAIN" route53 change-resource-record-sets --hosted-zone-id "$HOSTED_ZONE_ID" --change-batch "file://$file" >/dev/null
}
