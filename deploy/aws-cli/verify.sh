#!/usr/bin/env bash
# Whether what was deployed works: tasks, readiness, health, sign-up, login, and a token that is taken and refused. The account
# that it signs up goes again, whatever happens; without an administrator who could remove it none is made.
set -euo pipefail
# shellcheck source=deploy/aws-cli/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=deploy/aws-cli/lib/tasks.sh
source "$here/lib/tasks.sh"
usage() { echo 'verify.sh [--settings FILE] [--url URL] [--no-aws]     URL: default https://DOMAIN; --no-aws: do not ask ECS'; }
url='' with_aws=yes rest=()
while [ $# -gt 0 ]; do
  case $1 in
    --url) url=${2:?which URL?}; shift ;;
    --no-aws) with_aws=no ;;
    *) rest+=("$1") ;;
  esac
  shift
done
read_arguments "${rest[@]}"
url=${url:-https://$DOMAIN}
need_tools curl jq openssl
account='' admin_token=''

# Answer to $work/answer; prints the status. Bodies and tokens go by file: arguments can be seen by others on this machine.
request() { # method path [body-file] [token]
  local options=(--silent --show-error --max-time 30 --output "$work/answer" --write-out '%{http_code}' --request "$1")
  if [ -n "${3:-}" ]; then options+=(--header 'Content-Type: application/json' --data-binary "@$3"); fi
  if [ -n "${VERIFY_HOST:-}" ]; then options+=(--header "Host: $VERIFY_HOST"); fi
  printf 'header = "Accept: application/json"\n' >"$work/headers"
  if [ -n "${4:-}" ]; then printf 'header = "Authorization: Bearer %s"\n' "$4" >>"$work/headers"; fi
  local status
  if status=$(curl --config "$work/headers" "${options[@]}" "$url$2" 2>"$work/curl"); then printf '%s' "$status"; else printf 'nothing (%s)' "$(tail -n 1 "$work/curl")"; fi
}
expect() { # what status method path [body] [token]
  local what=$1 wanted=$2 got
  shift 2
  got=$(request "$@")
  if [ "$got" != "$wanted" ]; then
    fail "$what: $1 $2 answered $got instead of $wanted$(jq -r '.error.code // empty | ": " + .' "$work/answer" 2>/dev/null)"
  fi
  say "   $what"
}
credentials() { # email password-file
  jq -n --arg email "$1" --rawfile password "$2" '{email: $email, password: ($password | rtrimstr("\n"))}'
}
remove_account() {
  [ -n "$account" ] || return 0
  local id=$account got
  account=''
  got=$(request DELETE "/api/v1/users/$id" '' "$admin_token")
  if [ "$got" != 200 ]; then
    say "FAILED at $step: the test account $id is still there (DELETE answered $got): remove it"
    : >"$work/told"
    return 1
  fi
  say '   the test account is gone'
}
at_end() {
  local status=$?
  remove_account || status=1
  [ $status -eq 0 ] || [ -e "$work/told" ] || printf 'FAILED at %s\n' "$step" >&2
  rm -rf "$work"
  exit $status
}
trap at_end EXIT

begin 8.1 service
if [ $with_aws = yes ]; then
  status=$(service_status)
  [ -n "$status" ] || fail "there is no service $SERVICE in $CLUSTER"
  task=$(service_task)
  wait_for_rollout "$task"
fi

begin 8.2 health
# A new name may take a minute to be known everywhere.
deadline=$((SECONDS + ${VERIFY_SECONDS:-300}))
until [ "$(request GET /api/v1/ready)" = 200 ]; do
  [ $SECONDS -lt $deadline ] || expect 'ready' 200 GET /api/v1/ready
  sleep "${POLL_SECONDS:-10}"
done
expect 'health' 200 GET /api/v1/health
jq -e '.status == "healthy"' "$work/answer" >/dev/null || fail "health: $(jq -c . "$work/answer")"

begin 8.3 authentication
expect 'a protected page without a token is refused' 401 GET /api/v1/auth/me
if [ -z "${VERIFY_ADMIN_EMAIL:-}" ]; then
  say '   no sign-up: VERIFY_ADMIN_EMAIL names no administrator who could remove the account (make_admin.sh makes one)'
  exit 0
fi
need_file VERIFY_ADMIN_PASSWORD_FILE
credentials "$VERIFY_ADMIN_EMAIL" "$VERIFY_ADMIN_PASSWORD_FILE" >"$work/admin"
expect 'the administrator signs in' 200 POST /api/v1/auth/login "$work/admin"
admin_token=$(jq -r .data.idToken "$work/answer")
jq -e '.data.user.userType == "Admin"' "$work/answer" >/dev/null || fail "$VERIFY_ADMIN_EMAIL is no administrator: make_admin.sh"
email=verify-$(openssl rand -hex 8)@${VERIFY_EMAIL_DOMAIN:-example.com}
printf 'Aa1#%s' "$(openssl rand -hex 16)" >"$work/password"
credentials "$email" "$work/password" >"$work/login"
jq '. + {fullName: "Deployment Test", userType: 0}' "$work/login" >"$work/signup"
expect 'sign-up' 200 POST /api/v1/auth/signup "$work/signup"
account=$(jq -r .data.user.id "$work/answer")
expect 'login' 200 POST /api/v1/auth/login "$work/login"
token=$(jq -r .data.idToken "$work/answer")
expect 'the token is taken' 200 GET /api/v1/auth/me '' "$token"
jq -e --arg email "$email" '.data.email == $email' "$work/answer" >/dev/null || fail "me: another user: $(jq -c .data.id "$work/answer")"
expect 'forward-auth' 200 GET /api/v1/auth/verify '' "$token"
remove_account
expect 'after that the token is refused' 401 GET /api/v1/auth/me '' "$token"
