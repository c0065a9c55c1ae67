#!/usr/bin/env bash
# The deployment guide's appsettings.Production.json, byte for byte, over a database and with Google away: it starts,
# says so, and is refused for each thing that is missing.
# Usage: with_postgres POSTGRES.so documented_test.sh PROGRAM PLUGIN_FOLDER
set -uo pipefail
# shellcheck source=tests/system/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
program=$1 plugins=$2
documented=$(cd "$(dirname "$0")/documented" && pwd)
work=$(mktemp -d)
pid='' made=''
cleanup() {
  [ -n "$pid" ] && kill "$pid" 2>/dev/null
  wait
  [ -n "$made" ] && rm -rf "$made"
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
cp "$documented/appsettings.Production.json" .

# A key of nobody's, made here. At the documented path where this may be written, else at another.
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem 2>/dev/null
jq -n --rawfile key key.pem '{type: "service_account", project_id: "demo-documented", private_key_id: "k1", private_key: $key,
  client_email: "gateway@demo-documented.example.com", token_uri: "https://oauth2.googleapis.com/token"}' >key.json
elsewhere=()
if [ ! -e /app ] && mkdir -p /app/secrets 2>/dev/null; then
  made=/app
  cp key.json /app/secrets/firebase-admin-sdk.json
else
  elsewhere=(--set "Firebase:CredentialsPath=$work/key.json")
fi

export Plugins__Directory=$plugins FIREBASE_PROJECT_ID=demo-documented FIREBASE_API_KEY=an-api-key
export IDENTITY_DB_CONNECTION_STRING=$GATEWAY_TEST_POSTGRES_EMPTY GATEWAY_URLS=http://127.0.0.1:0
check 'the schema' status_is 0 "$program" migrate "${elsewhere[@]}" --connection "$GATEWAY_TEST_POSTGRES_EMPTY_OWNER" --service-role identity_service
check 'the configuration is in order' status_is 0 "$program" config check "${elsewhere[@]}"
check 'what is shown tells no secret' bash -c '"$@" >out && ! grep -q "an-api-key" out' _ "$program" config show "${elsewhere[@]}"

for name in FIREBASE_PROJECT_ID FIREBASE_API_KEY IDENTITY_DB_CONNECTION_STRING; do
  check "without $name it does not start" status_is 1 env -u "$name" "$program" serve "${elsewhere[@]}"
  check 'and says what is missing' said "$name"
done
check 'nor with an empty key' status_is 1 env FIREBASE_API_KEY= "$program" serve "${elsewhere[@]}"
check 'nor for another project' status_is 1 env FIREBASE_PROJECT_ID=another "$program" serve "${elsewhere[@]}"
check 'which is named' said 'demo-documented'
check 'nor without the key file' status_is 1 "$program" serve --set Firebase:CredentialsPath=/nowhere/key.json
check 'which is named, too' said '/nowhere/key.json'
check 'the key may come from the environment, where there is no file' status_is 0 \
  env "Firebase__CredentialsJson=$(<key.json)" "$program" config check --set Firebase:CredentialsPath=/nowhere/key.json
check 'but not one there and another here' status_is 1 \
  env "Firebase__CredentialsJson=$(<key.json)" "$program" config check --set "Firebase:CredentialsPath=$work/key.json"
check 'which is said' said 'keep one of them'

# The documented level hides the line that names the port.
Logging__LogLevel__app=Information "$program" serve "${elsewhere[@]}" >serve.out 2>serve.err &
pid=$!
port=''
for _ in $(seq 600); do
  port=$(sed -nE 's/.*"message":"listening".*"port":([0-9]+).*/\1/p' serve.out)
  [ -n "$port" ] && break
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.05
done
check 'it serves' test -n "$port"
url=http://127.0.0.1:$port
curl -s "$url/api/v1/health" >out
check 'health names both' jq -e '.database == "connected" and (.firebase == "disconnected" or .firebase == "connected")' out
check 'a load balancer meets no host check' curl -sf "$url/api/v1/ready"
host=(-H 'Host: api.realserv.com')
check 'another host is refused' test "$(curl -s -o /dev/null -w '%{http_code}' "$url/api/v1/auth/me")" = 400
check 'the documented one is served' test "$(curl -s -o /dev/null -w '%{http_code}' "${host[@]}" "$url/api/v1/auth/me")" = 401
curl -s "${host[@]}" "$url/api/v1/auth/me" -H 'Authorization: Bearer nonsense' >out
check 'a bad token has its documented code' jq -e '.error.code == "INVALID_FIREBASE_TOKEN"' out
preflight() { # origin
  curl -s -o /dev/null -D - -X OPTIONS "${host[@]}" "$url/api/v1/auth/login" -H "Origin: $1" -H 'Access-Control-Request-Method: POST'
}
check 'a documented origin may ask' bash -c "grep -qi '^access-control-allow-origin: https://app.realserv.com' <<<\"\$1\"" _ "$(preflight https://app.realserv.com)"
check 'another may not' bash -c "! grep -qi '^access-control-allow-origin' <<<\"\$1\"" _ "$(preflight https://evil.example.com)"
statuses=''
for _ in $(seq 11); do
  statuses+=" $(curl -s -o out -D headers -w '%{http_code}' "${host[@]}" -X POST "$url/api/v1/auth/login" -H 'Content-Type: application/json' -d '{}')"
done
check 'the eleventh login of a minute is one too many' test "${statuses##* }" = 429
check 'and only it' test "$(tr ' ' '\n' <<<"$statuses" | grep -c 429)" -eq 1
check 'with the time to wait' grep -qi '^retry-after: [1-9]' headers
kill -TERM "$pid"
wait "$pid"
check 'SIGTERM ends with 0' test $? -eq 0
pid=''
check 'no secret in the log' bash -c '! grep -qE "an-api-key|BEGIN PRIVATE KEY|only for" serve.out serve.err'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
