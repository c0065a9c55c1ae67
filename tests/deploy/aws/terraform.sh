# What the tests of the Terraform module share; sourced after checks.sh. Plugins come from a folder, nothing from a network.
# shellcheck shell=bash disable=SC2154
plugins=${TF_PLUGINS:-/opt/tf-plugins}
skip() {
  echo "SKIPPED: $*"
  exit 77
}
command -v terraform >/dev/null || skip 'there is no terraform on this machine'
[ -d "$plugins" ] || skip "there is no provider in $plugins (TF_PLUGINS names another folder)"
command -v jq >/dev/null || skip 'there is no jq on this machine'

copy_module() { # folder; prints where the module is
  cp -r "$tests/../../../deploy" "$1/deploy"
  printf 'provider_installation {\n filesystem_mirror { path = "%s" }\n}\ndisable_checkpoint = true\n' "$plugins" >"$1/terraform.rc"
  printf '%s' "$1/deploy/terraform"
}
initialise() { # in the module
  export TF_CLI_CONFIG_FILE=$work/terraform.rc CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_DATA_DIR=$work/data
  export AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_EC2_METADATA_DISABLED=true
  command terraform init -input=false -no-color >init.out 2>&1 || { cat init.out >&2; return 1; }
}
