#!/usr/bin/env bash
# From an empty account to a running, monitored service: the deployment guide's steps 1 to 9 (10 is update.sh). Run it again
# as often as wanted: what is there stays.
set -euo pipefail
# shellcheck source=deploy/aws-cli/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
for part in "$here"/lib/network.sh "$here"/lib/tasks.sh "$here"/steps/*.sh; do
  # shellcheck source=/dev/null
  source "$part"
done
usage() {
  cat <<'TEXT'
deploy.sh [--settings FILE] [--dry-run] [--from STEP] [--only STEP]
Steps: 1 configuration, 2 image, 3 infrastructure, 4 tasks, 5 load balancer, 6 service, 7 DNS, 8 verification, 9 monitoring
TEXT
}
first=1 last=9 rest=()
while [ $# -gt 0 ]; do
  case $1 in
    --from) first=${2:?which step?}; shift ;;
    --only) first=${2:?which step?} last=$2; shift ;;
    *) rest+=("$1") ;;
  esac
  shift
done
read_arguments "${rest[@]}"
[ ${#positional[@]} -eq 0 ] || fail "what is ${positional[0]}? --help says what there is"
[[ $first =~ ^[1-9]$ ]] || fail "there is no step $first"

step_3() {
  step_3_network
  step_3_secrets
  step_3_data
}
for ((number = first; number <= last; ++number)); do
  "step_$number"
done
if is_dry_run; then say 'Nothing was changed.'; else say "Done: https://$DOMAIN"; fi
