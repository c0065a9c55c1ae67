#!/usr/bin/env bash
# The role that deploy/ci/release.yaml takes on: only workflows of one repository in its environment `production` can, and it can do
# what update.sh, rollback.sh and verify.sh do and nothing else. Run it again after a change of the settings.
set -euo pipefail
# shellcheck source=deploy/aws-cli/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
usage() { echo 'ci_role.sh OWNER/REPOSITORY [--settings FILE] [--dry-run]     prints the role: the variable AWS_ROLE of the repository'; }
read_arguments "$@"
[[ ${positional[0]:-} =~ ^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$ ]] || { usage >&2; fail 'which repository?'; }
GITHUB_REPOSITORY_NAME=${positional[0]}
export GITHUB_REPOSITORY_NAME

begin role "$GITHUB_REPOSITORY_NAME"
account_id
issuer=token.actions.githubusercontent.com
there=$(ask iam list-open-id-connect-providers --query "OpenIDConnectProviderList[?ends_with(Arn, '/$issuer')].Arn | [0]")
if [ -z "$there" ]; then
  # AWS looks at GitHub's certificate by its own list of authorities; older versions of the command want a print all the same.
  change 'trust in GitHub' iam create-open-id-connect-provider --url "https://$issuer" --client-id-list sts.amazonaws.com \
    --thumbprint-list ffffffffffffffffffffffffffffffffffffffff >/dev/null
fi
role=$SERVICE-release
trust=$(render ci-trust-policy.json)
there=$(find iam get-role --role-name "$role" --query Role.RoleName)
if [ -z "$there" ]; then
  change "role $role" iam create-role --role-name "$role" --assume-role-policy-document "file://$trust" \
    --tags "Key=Project,Value=$PROJECT" >/dev/null
else
  change "who takes on $role" iam update-assume-role-policy --role-name "$role" --policy-document "file://$trust" >/dev/null
fi
file=$(render ci-role-policy.json)
change "policy of $role" iam put-role-policy --role-name "$role" --policy-name needed --policy-document "file://$file" >/dev/null
printf 'arn:aws:iam::%s:role/%s\n' "$ACCOUNT_ID" "$role"
