#!/usr/bin/env bash
# push_image.sh LOCAL_IMAGE VERSION: pushes it into the module's repository and writes its name with digest to image.auto.tfvars, which
# the next `terraform apply` takes. In the folder where Terraform's state is known; CONTAINER_TOOL: docker (default) or podman.
set -euo pipefail
tool=${CONTAINER_TOOL:-docker} image=${1:?which image?} version=${2:?as which version?}
repository=$(terraform output -raw repository)
registry=${repository%%/*}
region=$(cut -d. -f4 <<<"$registry")
aws ecr get-login-password --region "$region" | "$tool" login --username AWS --password-stdin "$registry"
"$tool" tag "$image" "$repository:$version"
"$tool" push "$repository:$version"
digest=$(aws ecr describe-images --region "$region" --repository-name "${repository#*/}" --image-ids "imageTag=$version" \
  --query 'imageDetails[0].imageDigest' --output text)
printf 'image = "%s@%s"\n' "$repository" "$digest" | tee image.auto.tfvars
