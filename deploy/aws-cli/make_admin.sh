#!/usr/bin/env bash
# Makes somebody who has signed up an administrator: the first one, whom nobody else can make. By a one-off task beside the
# database, since nothing outside can reach it. It counts from the next login.
set -euo pipefail
# shellcheck source=deploy/aws-cli/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
for part in "$here"/lib/network.sh "$here"/lib/tasks.sh "$here"/steps/02*.sh; do
  # shellcheck source=/dev/null
  source "$part"
done
usage() { echo 'make_admin.sh EMAIL [--settings FILE] [--dry-run]'; }
read_arguments "$@"
[ ${#positional[@]} -eq 1 ] || { usage >&2; fail 'who?'; }

begin admin "${positional[0]}"
account_id
load_network
load_secret_arns
run_sql "administrator ${positional[0]}" admin.sql ADMIN_EMAIL "${positional[0]}"
