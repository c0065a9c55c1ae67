# What every script here begins with; sourced. Settings, messages, and the only way in which AWS is called:
#   ask …        a question; prints the answer, nothing where there is none
#   find …       a question about something that may not be there; prints nothing then
#   change W …   a change; prints the answer. A dry run only says it, and prints the placeholder "dry-run:W"
# A call that fails ends the script with the step, the call and what AWS said. No secret is ever an argument: they go
# from file to file in $work, which only the caller can read and which goes with the script.
# shellcheck shell=bash
set -Eeuo pipefail
shopt -s inherit_errexit
umask 077
export AWS_PAGER=''

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
step=start dry_run=no settings=''
positional=()
# Asked or found here: what the caller's shell happens to have under these names is not meant.
unset ACCOUNT_ID SERVICE_TASK

finish() {
  local status=$?
  [ $status -eq 0 ] || [ -e "$work/told" ] || printf 'FAILED at %s\n' "$step" >&2
  rm -rf "$work"
}
trap finish EXIT

say() { printf '%s\n' "$*" >&2; }
fail() {
  printf 'FAILED at %s: %s\n' "$step" "$*" >&2
  : >"$work/told"
  exit 1
}
begin() { # number title
  step="step $1 ($2)"
  say "== $step"
}
is_dry_run() { [ "$dry_run" = yes ]; }

read_arguments() { # "$@" of the script; leaves the rest in $positional
  while [ $# -gt 0 ]; do
    case $1 in
      --settings) settings=${2:?which file?}; shift ;;
      --dry-run) dry_run=yes ;;
      --help) usage; exit 0 ;;
      *) positional+=("$1") ;;
    esac
    shift
  done
  settings=${settings:-$here/settings.env}
  [ -r "$settings" ] || fail "no settings in $settings: copy settings.example.env, fill it in, and name it with --settings"
  set -a
  # shellcheck source=deploy/aws-cli/settings.example.env
  source "$settings"
  set +a
  local name
  for name in AWS_REGION PROJECT SERVICE VERSION DOMAIN CPU MEMORY ARCHITECTURE MIN_TASKS MAX_TASKS LOG_DAYS; do
    [ -n "${!name:-}" ] || fail "$name is not set in $settings"
  done
  name='^[a-z][a-z0-9]*(-[a-z0-9]+)*$'
  [[ $PROJECT =~ $name && ${#PROJECT} -le 21 ]] || fail "PROJECT is $PROJECT: small letters, digits and single hyphens, 21 at most"
  [[ $SERVICE =~ $name && ${#SERVICE} -le 29 ]] || fail "SERVICE is $SERVICE: small letters, digits and single hyphens, 29 at most"
  check_version
  derive_names
}
check_version() {
  [[ $VERSION =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || fail "$VERSION is no version: letters, digits, dots and hyphens"
}

# One definition of every name. Those of the deployment guide where it has one.
derive_names() {
  CLUSTER=$PROJECT-production
  REPOSITORY=$PROJECT/$SERVICE
  LOG_GROUP=/ecs/$SERVICE
  DB_INSTANCE=$PROJECT-identity-db
  DB_NAME=${PROJECT//-/_}_identity
  CACHE=$PROJECT-identity-cache
  ALB=$PROJECT-alb
  TARGET_GROUP=$SERVICE-tg
  SECRETS=$PROJECT/$SERVICE
  EXECUTION_ROLE=$SERVICE-execution
  SETUP_ROLE=$SERVICE-setup-execution
  TASK_ROLE=$SERVICE-task
  ACCESS_LOGS=${ACCESS_LOGS:-yes}
  TOPIC=$SERVICE-alarms
  DASHBOARD=IdentityServiceDashboard
  RESOURCE_ID=service/$CLUSTER/$SERVICE
  export CLUSTER REPOSITORY LOG_GROUP DB_INSTANCE DB_NAME CACHE ALB TARGET_GROUP SECRETS EXECUTION_ROLE SETUP_ROLE
  export TASK_ROLE TOPIC DASHBOARD RESOURCE_ID
}

# ENDPOINT_URL is for tests: every call goes there.
run_aws() { aws --region "$AWS_REGION" --output text ${ENDPOINT_URL:+--endpoint-url "$ENDPOINT_URL"} "$@"; }

call() { # pattern-of-errors-that-mean-nothing-is-there aws-arguments…
  local accepted=$1 answer status=0 errors=$work/errors.$BASHPID
  shift
  # What a dry run did not make cannot be asked about.
  if [[ $* = *dry-run:* ]]; then return 0; fi
  answer=$(run_aws "$@" 2>"$errors") || status=$?
  if [ $status -ne 0 ]; then
    if [ -n "$accepted" ] && grep -qE "$accepted" "$errors"; then return 0; fi
    fail "aws $1 $2: $(grep -v '^$' "$errors" | tail -n 1)"
  fi
  [ "$answer" = None ] || printf '%s' "$answer"
}
ask() { call '' "$@"; }
find() { call 'NotFound|NoSuchEntity|NoSuch|does not exist|doesn.t exist|NonExist|ClientException.*Unable to describe' "$@"; }
change() { # what aws-arguments…
  local what=$1
  shift
  if is_dry_run; then
    say "would change $what: aws $*"
    printf 'dry-run:%s' "${what// /-}"
    return
  fi
  say "   $what"
  ask "$@"
}

# What AWS makes in the background, a few seconds at most.
await() { # wanted what aws-question…
  local wanted=$1 what=$2 got='' try
  shift 2
  if is_dry_run; then return 0; fi
  for ((try = 0; try < 60; ++try)); do
    got=$(find "$@")
    if [ "$got" = "$wanted" ]; then return 0; fi
    sleep "${POLL_SECONDS:-5}"
  done
  fail "$what is ${got:-not there}, not $wanted"
}

# A JSON file of this folder with the values of ${NAMES} put in; prints the path of the result.
render() { # file
  local text name
  text=$(<"$here/$1")
  while [[ $text =~ \$\{([A-Z_]+)\} ]]; do
    name=${BASH_REMATCH[1]}
    [ -n "${!name+set}" ] || fail "$1 wants $name, which is not set"
    text=${text//"\${$name}"/"${!name}"}
  done
  jq . <<<"$text" >"$work/$1" || fail "$1 is no JSON once its values are put in"
  printf '%s' "$work/$1"
}

need_tools() { # tool…
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || fail "$tool is not installed"
  done
}
need_file() { # setting
  local file=${!1:-}
  [ -n "$file" ] || fail "$1 is not set in $settings"
  [ -r "$file" ] || fail "$1: cannot read $file"
}
account_id() {
  ACCOUNT_ID=${ACCOUNT_ID:-$(ask sts get-caller-identity --query Account)}
  export ACCOUNT_ID
}
