# Step 2: the repository and the image. Tags cannot be moved, and what runs is named by its digest.
# shellcheck shell=bash disable=SC2154,SC2153
image_digest() { # version
  find ecr describe-images --repository-name "$REPOSITORY" --image-ids "imageTag=$1" --query 'imageDetails[0].imageDigest'
}
push_image() { # version
  local registry=$ACCOUNT_ID.dkr.ecr.$AWS_REGION.amazonaws.com
  need_tools "$CONTAINER_TOOL"
  if is_dry_run; then say "would change image $1: $CONTAINER_TOOL push $registry/$REPOSITORY:$1"; return; fi
  ask ecr get-login-password >"$work/login" && chmod 600 "$work/login"
  "$CONTAINER_TOOL" login --username AWS --password-stdin "$registry" <"$work/login" >/dev/null || fail "$CONTAINER_TOOL login to $registry"
  "$CONTAINER_TOOL" tag "$LOCAL_IMAGE" "$registry/$REPOSITORY:$1" || fail "$CONTAINER_TOOL has no image $LOCAL_IMAGE (LOCAL_IMAGE)"
  "$CONTAINER_TOOL" push "$registry/$REPOSITORY:$1" >&2 || fail "$CONTAINER_TOOL push $registry/$REPOSITORY:$1"
}
# Leaves the image's name with digest in IMAGE.
find_image() { # version
  local digest
  account_id
  digest=$(image_digest "$1")
  IMAGE=$ACCOUNT_ID.dkr.ecr.$AWS_REGION.amazonaws.com/$REPOSITORY@$(known "$digest" "image $1 in $REPOSITORY")
  export IMAGE
}
step_2() {
  begin 2 image
  account_id
  local repository digest
  repository=$(find ecr describe-repositories --repository-names "$REPOSITORY" --query 'repositories[0].repositoryArn')
  if [ -z "$repository" ]; then
    change "repository $REPOSITORY" ecr create-repository --repository-name "$REPOSITORY" \
      --image-tag-mutability IMMUTABLE --image-scanning-configuration scanOnPush=true >/dev/null
  fi
  # Images without a tag go after a week; those of versions stay, so that any can be rolled back to.
  change "lifecycle of $REPOSITORY" ecr put-lifecycle-policy --repository-name "$REPOSITORY" --lifecycle-policy-text \
    '{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":7},"action":{"type":"expire"}}]}' >/dev/null
  digest=$(image_digest "$VERSION")
  if [ -n "$digest" ]; then say "   image $VERSION is there"; return; fi
  if [ -z "${LOCAL_IMAGE:-}" ]; then fail "the registry has no image $VERSION, and LOCAL_IMAGE names none to push"; fi
  push_image "$VERSION"
}
