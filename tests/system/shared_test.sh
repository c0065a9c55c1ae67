#!/usr/bin/env bash
# Two gateways with the documented configuration (`Cors`, `RateLimit`, `AllowedHosts`), one database and one Redis, behind
# nginx: limits and failed attempts count for both together, and refused origins learn nothing.
# Usage: with_redis with_postgres POSTGRES.so shared_test.sh PROGRAM PLUGIN_FOLDER
set -uo pipefail
# shellcheck source=tests/system/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
program=$1 plugins=$2
documented=$(cd "$(dirname "$0")/documented" && pwd)
work=$(mktemp -d)
pids=()
cleanup() {
  local pid
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null; done
  rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
cp "$documented/appsettings.Production.json" .
export Plugins__Directory=$plugins FIREBASE_PROJECT_ID=demo-documented FIREBASE_API_KEY=an-api-key
export IDENTITY_DB_CONNECTION_STRING=$GATEWAY_TEST_POSTGRES GATEWAY_URLS=http://127.0.0.1:0
# What differs from the guide: accounts of the gateway's own, cheap to check, a Redis, and who stands in front.
export Plugins__Providers__0=local Local__MemoryKiB=1024 Local__Iterations=1
export ConnectionStrings__Redis=$GATEWAY_TEST_REDIS Redis__RootCertificate=$GATEWAY_TEST_REDIS_CERTIFICATE
export ForwardedHeaders__Preset=nginx RateLimit__SharedTimeoutMs=2000 Logging__LogLevel__app=Information

urls=()
for index in 1 2; do
  "$program" serve >"serve$index.out" 2>"serve$index.err" &
  pids+=($!)
  port=''
  for _ in $(seq 600); do
    port=$(sed -nE 's/.*"message":"listening".*"port":([0-9]+).*/\1/p' "serve$index.out" 2>/dev/null)
    [ -n "$port" ] && break
    sleep 0.05
  done
  check "gateway $index serves" test -n "$port"
  urls+=("127.0.0.1:$port")
done

free_port() { # one that is free now, below those that the kernel gives to clients
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}
front=0
start_front() {
  front=$(free_port)
  cat >nginx.conf <<CONF
daemon off; pid $work/nginx.pid; error_log $work/nginx-error.log;
events { worker_connections 256; }
http { access_log off; client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/fcgi;
  uwsgi_temp_path $work/uwsgi; scgi_temp_path $work/scgi;
  upstream gateways { server ${urls[0]}; server ${urls[1]}; }
  server { listen 127.0.0.1:$front; location / { proxy_pass http://gateways; proxy_set_header Host \$host;
    proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for; add_header X-Upstream \$upstream_addr always; } } }
CONF
  nginx -c "$work/nginx.conf" 2>/dev/null &
  local pid=$!
  for _ in $(seq 400); do
    curl -fsS -m 2 -o /dev/null -H 'Host: api.realserv.com' "http://127.0.0.1:$front/api/v1/live" 2>/dev/null && { pids+=("$pid"); return; }
    kill -0 "$pid" 2>/dev/null || return 1 # the port was another test's by then
    sleep 0.05
  done
  pids+=("$pid")
  return 1
}
for _ in $(seq 5); do start_front && break; done

login() { # base email password [curl options…]; status in the last line of the answer's file, headers in the other
  local base=$1 email=$2 password=$3
  shift 3
  curl -s -D headers -o answer -w '%{http_code}' -X POST "$base/api/v1/auth/login" -H 'Host: api.realserv.com' \
    -H 'Content-Type: application/json' -d "{\"email\":\"$email\",\"password\":\"$password\"}" "$@"
}
header() { grep -i "^$1:" headers | tr -d '\r' | sed 's/^[^:]*: //'; }

# The eleventh login of a minute, whichever process it hits. Each is for somebody else: it is the address that counts.
behind=http://127.0.0.1:$front
upstreams=''
begin=$SECONDS
for i in $(seq 10); do
  check "login $i is admitted" test "$(login "$behind" "nobody$i@example.com" 'Str0ng#Enough')" = 401
  upstreams+="$(header X-Upstream) "
done
for url in "${urls[@]}"; do check "$url had its part" grep -q "$url" <<<"$upstreams"; done
for i in 11 12 13 14; do
  status=$(login "$behind" "nobody$i@example.com" 'Str0ng#Enough')
  # One comes back every six seconds; a machine that took so long has shown nothing.
  [ $((SECONDS - begin)) -lt 5 ] || { echo "login $i came too late to tell"; continue; }
  check "login $i is refused" test "$status" = 429
  check 'as what it is' jq -e '.errorCode == "RATE_LIMIT_EXCEEDED" or .error.code == "RATE_LIMIT_EXCEEDED"' answer
  check 'with the limit' test "$(header X-RateLimit-Limit)" = 10
  check 'and nothing left' test "$(header X-RateLimit-Remaining)" = 0
  check 'and when to come again' bash -c '[ "$1" -ge 1 ] && [ "$1" -le 6 ]' _ "$(header Retry-After)"
  check 'and when all of it is there' test "$(header X-RateLimit-Reset)" -ge "$(date +%s)"
done

# Origins: the listed one may read the answer, the other learns nothing, at either gateway.
for _ in 1 2; do
  curl -s -D headers -o /dev/null -H 'Host: api.realserv.com' -H 'Origin: https://app.realserv.com' "$behind/api/v1/info"
  check 'a listed origin may read' test "$(header Access-Control-Allow-Origin)" = https://app.realserv.com
  curl -s -D headers -o /dev/null -H 'Host: api.realserv.com' -H 'Origin: https://evil.example.com' "$behind/api/v1/info"
  check 'another learns nothing' bash -c '! grep -qi "^access-control-" headers'
  curl -s -D headers -o /dev/null -X OPTIONS -H 'Host: api.realserv.com' -H 'Origin: https://evil.example.com' \
    -H 'Access-Control-Request-Method: POST' "$behind/api/v1/auth/login"
  check 'nor by a preflight' bash -c '! grep -qi "^access-control-" headers'
  check 'another host is not served' test "$(curl -s -o /dev/null -w '%{http_code}' -H 'Host: evil.example.com' "$behind/api/v1/info")" = 400
done

# Failed attempts on one account, each from another address and at the other gateway: they count together.
direct() { # number email password
  login "http://${urls[$1 % 2]}" "$2" "$3" -H "X-Forwarded-For: 198.51.100.$1"
}
check 'an account' test "$(curl -s -o answer -w '%{http_code}' -X POST "http://${urls[0]}/api/v1/auth/signup" -H 'Host: api.realserv.com' \
  -H 'X-Forwarded-For: 203.0.113.50' -H 'Content-Type: application/json' \
  -d '{"email":"owner@example.com","password":"Str0ng#Enough","fullName":"Owner","userType":0}')" = 200
# What is counted begins to hold up after ten, for a second, then two, four, …: in the end it is refused for long.
refused=0
for i in $(seq 60); do
  status=$(direct "$i" owner@example.com 'Wr0ng#Enough')
  [ "$status" = 429 ] && refused=$((refused + 1))
  [ $i -le 10 ] && check "attempt $i is tried" test "$status" = 401
done
check 'then attempts are refused, at both' test "$refused" -ge 40
check 'as what they are' jq -e '.errorCode == "TOO_MANY_ATTEMPTS" or .error.code == "TOO_MANY_ATTEMPTS"' answer
check 'the owner comes in from where they came before' test "$(login "http://${urls[1]}" owner@example.com 'Str0ng#Enough' -H 'X-Forwarded-For: 203.0.113.50')" = 200
# What counts against an address counts for both, and an administrator clears it for both.
check 'an administrator' bash -c 'echo "Str0ng#Enough" | "$1" users create --email admin@example.com --type Admin --password-stdin' _ "$program"
check 'signs in' test "$(login "http://${urls[0]}" admin@example.com 'Str0ng#Enough' -H 'X-Forwarded-For: 203.0.113.60')" = 200
token=$(jq -r .data.idToken answer)
of_address() { # gateway address [curl options…]
  local url=http://${urls[$1]}/api/v1/attempts/addresses/$2
  shift 2
  curl -s -o answer -w '%{http_code}' "$url" -H 'Host: api.realserv.com' -H "Authorization: Bearer $token" "$@"
}
for i in 1 2 3 4; do
  login "http://${urls[i % 2]}" "nobody-$i@example.com" 'Wr0ng#Enough' -H "X-Forwarded-For: 2001:db8:0:7::$i" >status
  check "guess $i is tried" grep -q 401 status
done
for i in 0 1; do
  check "gateway $i is asked" test "$(of_address $i 2001:db8:0:7::9)" = 200
  check "and knows all four" jq -e '.data.address == "2001:db8:0:7::/64" and .data.login.failures == 4' answer
done
check 'it is cleared at one' test "$(of_address 0 2001:db8:0:7::1 -X DELETE)" = 200
check 'the other is asked' test "$(of_address 1 2001:db8:0:7::1)" = 200
check 'and knows of nothing' jq -e '.data.login.failures == 0' answer
check 'of others it does' bash -c '[ "$1" = 200 ] && jq -e ".data.login.failures >= 1" answer' _ "$(of_address 1 198.51.100.1)"
for i in 1 2; do
  check "no secret in the log of $i" bash -c '! grep -lE "Str0ng|Wr0ng|only-for" "$@"' _ "serve$i.out" "serve$i.err"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
