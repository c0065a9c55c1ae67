# Step 1: the settings make sense, the files are there, AWS knows us. Changes nothing.
# shellcheck shell=bash disable=SC2154,SC2153
step_1() {
  begin 1 configuration
  need_tools aws jq openssl curl
  need_file FIREBASE_API_KEY_FILE
  need_file FIREBASE_CREDENTIALS_FILE
  case $ARCHITECTURE in ARM64 | X86_64) ;; *) fail "ARCHITECTURE is $ARCHITECTURE: ARM64 or X86_64" ;; esac
  case $CPU/$MEMORY in
    256/512 | 256/1024 | 256/2048 | 512/1024 | 512/2048 | 512/3072 | 512/4096) ;;
    1024/2048 | 1024/3072 | 1024/4096 | 1024/5120 | 1024/6144 | 1024/7168 | 1024/8192) ;;
    2048/4096 | 2048/8192 | 2048/16384 | 4096/8192 | 4096/16384) ;;
    *) fail "CPU $CPU with MEMORY $MEMORY is no pair that Fargate has (256/512, 512/1024, 1024/2048, …)" ;;
  esac
  case $ACCESS_LOGS in yes | no) ;; *) fail "ACCESS_LOGS is $ACCESS_LOGS: yes or no" ;; esac
  if [ "$MIN_TASKS" -lt 2 ]; then fail "MIN_TASKS is $MIN_TASKS: two are needed for two zones"; fi
  if [ "$MAX_TASKS" -lt "$MIN_TASKS" ]; then fail "MAX_TASKS is below MIN_TASKS"; fi
  local project zone
  project=$(jq -r '.project_id // empty' "$FIREBASE_CREDENTIALS_FILE" 2>/dev/null) || project=''
  if [ "$project" != "$FIREBASE_PROJECT_ID" ]; then
    fail "FIREBASE_CREDENTIALS_FILE is the key of '$project', not of FIREBASE_PROJECT_ID ($FIREBASE_PROJECT_ID)"
  fi
  account_id
  zone=$(ask route53 get-hosted-zone --id "$HOSTED_ZONE_ID" --query HostedZone.Name)
  if [[ $DOMAIN. != *."$zone" && $DOMAIN. != "$zone" ]]; then fail "DOMAIN $DOMAIN is not in the zone $zone ($HOSTED_ZONE_ID)"; fi
  say "   account $ACCOUNT_ID, region $AWS_REGION, https://$DOMAIN"
}
