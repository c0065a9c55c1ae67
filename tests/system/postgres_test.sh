#!/usr/bin/env bash
# The program over a database: migrations by the owner, serving by the service, and what is kept between processes.
# Usage: with_postgres POSTGRES.so postgres_test.sh PROGRAM PLUGIN_FOLDER
set -uo pipefail
# shellcheck source=tests/system/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
program=$1 plugins=$2
work=$(mktemp -d)
pid=''
trap '[ -n "$pid" ] && kill "$pid" 2>/dev/null; wait; rm -rf "$work"' EXIT
cd "$work"
export Plugins__Directory=$plugins
# The documented way to say where the database is, and what is in this tree instead of the documented plugins.
cat >appsettings.json <<'JSON'
{
  "ConnectionStrings": {"IdentityServiceDb": "${IDENTITY_DB_CONNECTION_STRING}"},
  "Plugins": {"Providers": ["local"], "Policies": ["allowed-hosts", "security-headers"]}
}
JSON
gateway() { IDENTITY_DB_CONNECTION_STRING=$connection "$program" "$@"; }

connection=$GATEWAY_TEST_POSTGRES_EMPTY
check 'status of an empty database' status_is 0 gateway migrate --status
check 'all is pending' said '0001  pending  accounts'
check 'an empty database is not served' status_is 1 gateway serve --set Urls=http://127.0.0.1:0
check 'and it is said what to do' said 'identity-gateway migrate'
check 'the service cannot migrate' status_is 1 gateway migrate
owner=(--connection "$GATEWAY_TEST_POSTGRES_EMPTY_OWNER")
check 'a dry run' status_is 0 gateway migrate --dry-run "${owner[@]}"
check 'says what would be done' said '0001  pending  accounts'
check 'and does nothing' said 'schema version 0,'
check 'the owner migrates' status_is 0 gateway migrate "${owner[@]}" --service-role identity_service
check 'and all is applied' said '0001  applied  accounts'
check 'again' status_is 0 gateway migrate "${owner[@]}" --service-role identity_service
check 'nothing is left for a dry run' status_is 0 gateway migrate --dry-run
check 'nothing at all' test "$(wc -l <out)" -eq 1
check 'a wrong password' status_is 1 gateway migrate --status --connection "${GATEWAY_TEST_POSTGRES_EMPTY_OWNER/Password=only/Password=wr0ng}"
check 'is not repeated' bash -c '! grep -q wr0ng out err'
check 'an unknown key' status_is 1 gateway migrate --status --connection "$connection;Nonsense=1"
check 'is told by its place, since it may be a part of the password' bash -c 'grep -q "part [0-9]* has an unknown key" err && ! grep -q Nonsense out err'

check 'a user is created' bash -c "echo 'Str0ng#Enough' | IDENTITY_DB_CONNECTION_STRING='$connection' '$program' users create --email admin@example.com --type Admin --password-stdin"
check 'and is there for the next process' status_is 0 gateway users list --json
check 'with its email' said 'admin@example.com'
check 'a key is added' status_is 0 gateway keys rotate
check 'and kept' status_is 0 gateway keys list --json
check 'both of them' jq -e 'length >= 2' out

# What `firebase auth:export` writes, and what it never would.
hash='"passwordHash":"lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==","salt":"42xEC+ixf3L2lw=="'
scrypt=(--set Local:FirebaseScrypt:SignerKey=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==
  --set Local:FirebaseScrypt:SaltSeparator=Bw==)
printf '\xef\xbb\xbf{"users":[{"localId":"uid-1","email":"one@example.com",%s}]}' "$hash" >export.json
check 'an import, of a file with a byte order mark' status_is 0 gateway users import export.json "${scrypt[@]}"
check 'takes the account' said '1 taken, 0 taken before, 0 skipped, 0 refused'
check 'and finds it again' status_is 0 gateway users import export.json "${scrypt[@]}"
check 'as taken before' said '0 taken, 1 taken before'
printf '{"users":[5,{"localId":"uid-2","email":"two@example.com","passwordHash":"%%%%","salt":""},{"localId":"nul\\u0000","email":"x@example.com",%s},{"localId":"uid-3","email":"three@example.com",%s}]}' \
  "$hash" "$hash" >mixed.json
check 'what cannot be taken is a failure' status_is 1 gateway users import mixed.json --from old-firebase "${scrypt[@]}"
check 'of those accounts alone' said '1 taken, 0 taken before, 0 skipped, 3 refused'
check 'a list of nothing is said with its place' said 'entry 1 of "users": it is no object'
check 'a hash that is none is said' said 'its passwordHash is no base64'
for nonsense in '{"users":{}}' '{"users":null}' '[]' ''; do
  echo "$nonsense" >nonsense.json
  check "'$nonsense' is no export" status_is 1 gateway users import nonsense.json "${scrypt[@]}"
done
check 'a folder is no export' status_is 1 gateway users import . "${scrypt[@]}"
check 'and is called one' said '.: is a directory'
check 'from and into are two' status_is 1 gateway users import export.json --from local
check 'and that is said' said '--from and --into'

serve() {
  IDENTITY_DB_CONNECTION_STRING=$connection GATEWAY_URLS=http://127.0.0.1:0 "$program" serve "$@" >serve.out 2>serve.err &
  pid=$!
  local port=''
  for _ in $(seq 600); do
    port=$(sed -nE 's/.*"message":"listening".*"port":([0-9]+).*/\1/p' serve.out)
    [ -n "$port" ] && break
    sleep 0.05
  done
  url=http://127.0.0.1:$port
}
stop() {
  kill -TERM "$pid"
  wait "$pid"
  check 'SIGTERM ends with 0' test $? -eq 0
  cat serve.out >>log.jsonl
  pid=''
}
json=(-H 'Content-Type: application/json')
serve "${scrypt[@]}"
check 'ready' curl -sf "$url/api/v1/ready"
curl -s -X POST "$url/api/v1/auth/login" "${json[@]}" -d '{"email":"three@example.com","password":"user1password"}' >out
check 'who was imported signs in, as a user of the provider that was named' jq -e '[.data.user.identities[].provider] == ["local", "old-firebase"]' out
curl -s -X POST "$url/api/v1/auth/signup" "${json[@]}" \
  -d '{"email":"production-test@example.com","password":"Test@123456","fullName":"Production Test","userType":0}' >out
check 'sign-up of the deployment guide' jq -e '.success and .data.user.email == "production-test@example.com"' out
access=$(jq -r .data.idToken out) refresh=$(jq -r .data.refreshToken out)
stop
serve
curl -s "$url/api/v1/auth/me" -H "Authorization: Bearer $access" >out
check 'a token outlives the process' jq -e '.data.email == "production-test@example.com"' out
curl -s -X POST "$url/api/v1/auth/refresh" "${json[@]}" -d "{\"refreshToken\":\"$refresh\"}" >out
check 'and so does its session' jq -e '.data.refreshToken | length > 10' out
curl -s -X POST "$url/api/v1/auth/login" "${json[@]}" -d '{"email":"production-test@example.com","password":"Test@123456"}' >out
check 'and the person' jq -e '.success' out
stop
# Keys of machine callers: made and revoked beside a gateway that serves.
key=$(gateway api-keys create --name 'Nightly job' --scope orders:read --expires-in 90d 2>err)
check 'a key is printed alone' test "$(grep -cE '^igk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$' <<<"$key")" -eq 1
key_id=${key:4:16}
check 'and its id beside it' grep -q "$key_id" err
check 'a key may have no end' status_is 0 gateway api-keys create --name 'Another' --json
check 'and says so' jq -e '.apiKey.expiresAt == null and (.key | length) == 64' out
check 'a lifetime that is none' status_is 2 gateway api-keys create --name X --expires-in 90
check 'a scope that is none' status_is 1 gateway api-keys create --name X --scope 'a b'
check 'a name is needed' status_is 2 gateway api-keys create
check 'both are listed' status_is 0 gateway api-keys list --json
check 'without themselves' jq -e --arg id "$key_id" \
  'length == 2 and (.[] | select(.id == $id) | .scopes == ["orders:read"] and .lastUsedAt == null and .createdBy == "command-line")' out
check 'for people, too' status_is 0 gateway api-keys list
check 'in lines' said 'last used never  [orders:read]  Nightly job'
gateway api-keys create --name 'Never seen' >/dev/full 2>err
check 'a key that nobody could see is a failure' test $? -eq 1
gateway api-keys list --json >out
check 'and is good for nothing' jq -e '.[] | select(.name == "Never seen") | .revokedAt != null' out
serve --set Plugins:Policies:2=api-key --set 'ApiKey:Require=[{"Class":"Verify","Scopes":["orders:read"]}]'
access=$(curl -s -X POST "$url/api/v1/auth/login" "${json[@]}" -d '{"email":"production-test@example.com","password":"Test@123456"}' | jq -r .data.idToken)
verify() { curl -s -o answer -D head -w '%{http_code}' "$url/api/v1/auth/verify" -H "Authorization: Bearer $access" "$@"; }
check 'forward-auth wants a key' test "$(verify)" -eq 401
check 'and takes this one' test "$(verify -H "X-API-Key: $key")" -eq 200
check 'and says whose' grep -qi "^x-auth-api-key: $key_id" head
check 'it is revoked by the command line' status_is 0 gateway api-keys revoke "$key_id"
refused=''
for _ in $(seq 100); do
  refused=$(verify -H "X-API-Key: $key")
  [ "$refused" -eq 401 ] && break
  sleep 0.05
done
check 'which the gateway hears of' test "$refused" -eq 401
stop
check 'and it was used' bash -c "IDENTITY_DB_CONNECTION_STRING='$connection' '$program' api-keys list --json | jq -e --arg id '$key_id' '.[] | select(.id == \$id) | .lastUsedAt != null and .revokedAt != null'"
check 'a key that is not there' status_is 1 gateway api-keys revoke 0123456789abcdef
check 'no key in the log' bash -c "! grep -qF -e '${key:21}' log.jsonl serve.err"
check 'but its id' grep -q "key $key_id was used" log.jsonl
check 'no secret in the log' bash -c "! grep -qE 'Test@123456|only for|$refresh|$access' log.jsonl serve.err"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
