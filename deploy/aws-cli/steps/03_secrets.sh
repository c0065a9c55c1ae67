# Step 3, secrets. Passwords are drawn here and seen by nobody; a secret that is there is never written over. Those of database and
# cache hold {username, password, connection}: the password comes first, so that a run that broke off finds it again, and the
# connection string as soon as the address is known.
# shellcheck shell=bash disable=SC2154,SC2153
make_secret() { # name file
  local arn
  arn=$(secret_arn "$1")
  if [ -n "$arn" ]; then return 0; fi
  change "secret $1" secretsmanager create-secret --name "$SECRETS/$1" --secret-string "file://$2" \
    --tags "Key=Project,Value=$PROJECT" >/dev/null
}
make_login() { # secret user
  jq -n --arg username "$2" --rawfile password <(openssl rand -hex 32 | tr -d '\n') '$ARGS.named' >"$work/login.$1"
  make_secret "$1" "$work/login.$1"
}
read_secret() { # name file
  ask secretsmanager get-secret-value --secret-id "$SECRETS/$1" --query SecretString >"$2"
}
complete_login() { # secret connection-with-PASSWORD-in-it
  local there
  there=$(secret_arn "$1")
  if is_dry_run && [ -z "$there" ]; then say "would change connection in secret $1"; return; fi
  read_secret "$1" "$work/now.$1"
  jq --arg connection "$2" '.connection = (.password as $p | $connection | sub("PASSWORD"; $p))' "$work/now.$1" >"$work/then.$1" ||
    fail "secret $1 is no JSON"
  if [ "$(jq -S . "$work/now.$1")" = "$(jq -S . "$work/then.$1")" ]; then return 0; fi
  change "connection in secret $1" secretsmanager put-secret-value --secret-id "$SECRETS/$1" --secret-string "file://$work/then.$1" >/dev/null
}
step_3_secrets() {
  begin 3 'infrastructure: secrets'
  printf '%s' "$FIREBASE_PROJECT_ID" >"$work/project-id"
  tr -d '[:space:]' <"$FIREBASE_API_KEY_FILE" >"$work/api-key"
  openssl rand -base64 32 | tr -d '\n' >"$work/key-encryption-key"
  make_secret firebase-project-id "$work/project-id"
  make_secret firebase-api-key "$work/api-key"
  make_secret firebase-credentials "$FIREBASE_CREDENTIALS_FILE"
  make_secret key-encryption-key "$work/key-encryption-key"
  make_login db-connection identity_service
  make_login db-owner identity_owner
  make_login redis identity-gateway
}
