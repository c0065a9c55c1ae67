#!/usr/bin/env bash
# What the deployment's one-off tasks and verify.sh do, with a real database and the real program: roles.sql by an administrator who
# is no superuser (as on RDS), twice; the migrations as the owner; the service as its role; the first administrator by admin.sql;
# and verify.sh, which leaves no account behind.
# Usage: verify_test.sh PROGRAM PLUGIN_FOLDER
set -uo pipefail
tests=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/system/checks.sh
source "$tests/../../system/checks.sh"
scripts=$(cd "$tests/../../../deploy/aws-cli" && pwd)
[ -x "${1:-}" ] || { echo "SKIPPED: there is no program ${1:-}: ./dev build makes it"; exit 77; }
program=$(realpath "$1") plugins=$(realpath "$2")
binaries=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$binaries" ] || { echo 'SKIPPED: there is no PostgreSQL on this machine'; exit 77; }
for tool in psql jq curl openssl; do
  command -v $tool >/dev/null || { echo "SKIPPED: there is no $tool on this machine"; exit 77; }
done
work=$(mktemp -d)
pid=''
as_server=()
if [ "$(id -u)" -eq 0 ]; then as_server=(runuser -u postgres --); fi
cleanup() {
  [ -n "$pid" ] && kill "$pid" 2>/dev/null
  wait
  (cd / && "${as_server[@]}" "$binaries/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1)
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work" || exit 1
chmod 711 "$work"
mkdir data socket
if [ "$(id -u)" -eq 0 ]; then chown postgres data socket; fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
(cd / && "${as_server[@]}" "$binaries/initdb" -D "$work/data" -U root_of_the_server --auth-local=trust --auth-host=scram-sha-256 >/dev/null &&
  "${as_server[@]}" "$binaries/pg_ctl" -D "$work/data" -w -l "$work/data/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$work/socket -c fsync=off" start >/dev/null) ||
  { echo 'PostgreSQL did not start' >&2; exit 1; }
psql -q -h "$work/socket" -p "$port" -U root_of_the_server -d postgres <<'SQL'
CREATE ROLE postgres LOGIN CREATEROLE CREATEDB PASSWORD 'managed';
CREATE DATABASE realserv_identity OWNER postgres;
SQL

# The command of database-task-definition.json, with its environment.
command=$(jq -r '.containerDefinitions[0].command[0]' "$scripts/database-task-definition.json")
database_task() { # file [variable=value…]
  local file=$1
  shift
  env PGHOST=127.0.0.1 PGPORT="$port" PGDATABASE=realserv_identity PGUSER=postgres PGPASSWORD=managed OWNER_PASSWORD=owners SERVICE_PASSWORD=services \
    SCRIPT="$(<"$scripts/$file")" "$@" sh -c "$command"
}
connection() { # role password
  printf 'Host=127.0.0.1;Port=%s;Database=realserv_identity;Username=%s;Password=%s;SSL Mode=Disable' "$port" "$1" "$2"
}
export ASPNETCORE_ENVIRONMENT=Production Plugins__Directory=$plugins
migrate() { env ConnectionStrings__IdentityServiceDb="$(connection identity_owner owners)" "$program" migrate --service-role identity_service; }
sql() { PGPASSWORD=services psql -qAt -h 127.0.0.1 -p "$port" -U identity_service -d realserv_identity -c "$1"; }

check 'the roles are made' status_is 0 database_task roles.sql
check 'and made again' status_is 0 database_task roles.sql
check 'no password was said' bash -c '! grep -qE "owners|services" out err'
check 'the owner migrates' status_is 0 migrate
check 'and migrates again' status_is 0 migrate
check 'the service can read' test "$(sql 'SELECT count(*) FROM users')" = 0
check 'and makes no tables' status_is 1 sql 'CREATE TABLE mine (id int)'
check 'roles after the schema' status_is 0 database_task roles.sql
check 'nobody is no administrator' status_is 3 database_task admin.sql ADMIN_EMAIL=ada@example.com

# What the task definition gives the program, with values of nobody's for the secrets.
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem 2>/dev/null
credentials=$(jq -nc --rawfile key key.pem '{type: "service_account", project_id: "demo", private_key_id: "k1", private_key: $key,
  client_email: "gateway@demo.example.com", token_uri: "https://oauth2.googleapis.com/token"}')
mapfile -t given < <(jq -r '.containerDefinitions[0].environment[] | "\(.name)=\(.value | sub("[$][{]DOMAIN}"; "api.example.com"))"' "$scripts/task-definition.json")
declare -A secret=([ConnectionStrings__IdentityServiceDb]='Host=db;Database=d;Username=u;Password=p;SSL Mode=VerifyFull;Root Certificate=/app/rds-ca.pem;Maximum Pool Size=8'
  [ConnectionStrings__Redis]=rediss://identity-gateway:p@cache:6379/0 [Firebase__ProjectId]=demo [Firebase__ApiKey]=k
  [Firebase__CredentialsJson]=$credentials [Tokens__KeyEncryptionKey]=$(openssl rand -base64 32))
for name in $(jq -r '.containerDefinitions[0].secrets[].name' "$scripts/task-definition.json"); do given+=("$name=${secret[$name]:-}"); done
given+=(Cors__AllowedOrigins__0=https://app.example.com)
check 'the configuration of the task is sound' status_is 0 env "${given[@]}" "$program" config check
check 'without a word of warning' bash -c '! grep -q warning out err'
check 'and would not be with one secret less' status_is 1 env "${given[@]}" Firebase__CredentialsJson= "$program" config check

: >serve.out
env ConnectionStrings__IdentityServiceDb="$(connection identity_service services)" GATEWAY_URLS=http://127.0.0.1:0 Logging__Format=Json \
  Metrics__Url="$(jq -r '.containerDefinitions[0].environment[] | select(.name == "Metrics__Url").value | sub(":9090"; ":0")' "$scripts/task-definition.json")" \
  Plugins__Policies__0=security-headers "$program" serve >serve.out 2>serve.err &
pid=$!
url=''
for _ in $(seq 600); do
  url=$(sed -nE 's/.*"message":"listening".*"port":([0-9]+).*/http:\/\/127.0.0.1:\1/p' serve.out)
  [ -n "$url" ] && break
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.05
done
[ -n "$url" ] || { cat serve.err; echo 'the gateway did not start' >&2; exit 1; }
sed -e 's|^VERIFY_ADMIN_EMAIL=.*|VERIFY_ADMIN_EMAIL=ada@example.com|' -e "s|^VERIFY_ADMIN_PASSWORD_FILE=.*|VERIFY_ADMIN_PASSWORD_FILE=$work/admin-password|" \
  "$scripts/settings.example.env" >settings.env
printf 'Str0ng#Enough\n' >admin-password
# Step 3 of deploy/README.md; what its make_admin.sh has a task do comes after it.
awk '/^[*][*]3[.] An administrator/ { here = 1 } here && /^```/ { if (inside) exit; inside = 1; next } inside' "$scripts/../README.md" |
  sed "s|https://api.realserv.com|$url|; s|^deploy/aws-cli/make_admin.sh|echo administrator|" >administrator.sh
verify() { env VERIFY_SECONDS=10 POLL_SECONDS=1 "$scripts/verify.sh" --settings "$work/settings.env" --no-aws --url "$url"; }

check 'without the administrator' status_is 1 verify
check 'it stops there' said 'FAILED at step 8.3 (authentication): the administrator signs in: POST /api/v1/auth/login answered 401 instead of 200: INVALID_CREDENTIALS'
rm admin-password
check 'ada signs up, as documented' status_is 0 bash -e administrator.sh
check 'and is to be the administrator' said 'administrator ada@example.com'
check 'with a password that only she can read' test "$(stat -c %a admin-password)" = 600
check 'who is no administrator' status_is 1 verify
check 'which is said' said 'is no administrator'
check 'and becomes one' status_is 0 database_task admin.sql ADMIN_EMAIL=Ada@example.com
check 'the deployment works' status_is 0 verify
cat err
check 'the internet gets no metrics' test "$(curl -s -o /dev/null -w '%{http_code}' "$url/metrics")" = 404
check 'sign-up was tried' said 'sign-up'
check 'nothing was left behind' test "$(sql "SELECT count(*) FROM users WHERE status <> 'Deleted'")" = 1
check 'and one account was removed' test "$(sql "SELECT count(*) FROM users WHERE status = 'Deleted'")" = 1
check 'no password was said here' bash -c '! grep -qE "Str0ng|Aa1#" out err serve.out serve.err'

# The token is refused to begin with: the account goes all the same.
sed "s|^expect 'the token is taken' 200|expect 'the token is taken' 418|" "$scripts/verify.sh" >broken.sh
mkdir -p broken && cp -r "$scripts/." broken/ && cp broken.sh broken/verify.sh
check 'a check that fails in the middle' status_is 1 env VERIFY_SECONDS=10 bash broken/verify.sh --settings "$work/settings.env" --no-aws --url "$url"
check 'is told' said 'FAILED at step 8.3 (authentication): the token is taken'
check 'and leaves nothing behind either' test "$(sql "SELECT count(*) FROM users WHERE status <> 'Deleted'")" = 1
kill -TERM "$pid"
wait "$pid"
check 'SIGTERM ends with 0' test $? -eq 0
pid=''

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
