#!/usr/bin/env bash
# What pages of several origins may do with a gateway in a real browser: headless Chromium, the built program with the
# policy `cors`, and a small web server for the pages. Check 33.
# Usage: cors_browser_test.sh PROGRAM PLUGIN_FOLDER
set -uo pipefail
# shellcheck source=tests/system/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
program=$1 plugins=$2
pages=$(cd "$(dirname "$0")/cors_browser" && pwd)
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
until_there() { # seconds file
  local end=$((SECONDS + $1))
  until [ -e "$2" ]; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.05
  done
}

python3 "$pages/pages.py" "$work" 2>pages.err &
pids+=($!)
until_there 20 ports || { cat pages.err >&2; echo 'the pages are not served' >&2; exit 1; }
read -r port other_port <ports

# Two gateways that differ in one thing: whether cookies may come along. The browser takes every name for this machine.
listed=http://app.cors.test:$port
listed_too=http://deep.sub.wild.test:$port
jq -n --arg listed "$listed" --arg wild "http://*.wild.test:$port" --arg plugins "$plugins" '{
  Plugins: {Directory: $plugins, Storage: "memory", Providers: ["local"],
    Policies: ["allowed-hosts", "cors", "rate-limit", "security-headers"]},
  Local: {MemoryKiB: 1024, Iterations: 1}, ForwardAuth: {Cookie: "session"},
  Logging: {LogLevel: {app: "Information"}},
  Cors: {AllowedOrigins: [$listed, $wild], AllowedMethods: ["GET", "POST", "PUT"],
    AllowedHeaders: ["Authorization", "Content-Type", "X-Request-Id"], ExposedHeaders: ["X-Request-Id", "X-RateLimit-Limit"]}
}' >appsettings.json
urls=()
for credentials in true false; do
  GATEWAY_URLS=http://127.0.0.1:0 "$program" serve --set "Cors:AllowCredentials=$credentials" >"$credentials.out" 2>"$credentials.err" &
  pids+=($!)
  gateway=''
  for _ in $(seq 600); do
    gateway=$(sed -nE 's/.*"message":"listening".*"port":([0-9]+).*/\1/p' "$credentials.out" 2>/dev/null)
    [ -n "$gateway" ] && break
    sleep 0.05
  done
  check "the gateway with AllowCredentials $credentials serves" test -n "$gateway"
  urls+=("http://api.cors.test:$gateway")
done
direct=http://127.0.0.1:${urls[0]##*:}
curl -s -o person -X POST "$direct/api/v1/auth/signup" -H 'Content-Type: application/json' \
  -d '{"email":"person@example.com","password":"Str0ng#Enough","fullName":"A Person","userType":0}'
token=$(jq -r .data.idToken person) id=$(jq -r .data.user.id person)
check 'a person' test -n "$token" -a "$token" != null

# What each page asks; it says only what it got.
jq -n --arg with "${urls[0]}" --arg without "${urls[1]}" --arg token "$token" --arg id "$id" --arg port "$port" \
  --arg other_port "$other_port" --arg listed "$listed" --arg listed_too "$listed_too" '
def bearer: {Authorization: ("Bearer " + $token)};
def rename_to($name): {method: "PUT", url: ($with + "/api/v1/users/" + $id),
  headers: (bearer + {"Content-Type": "application/json"}), body: ({fullName: $name} | tostring)};
def info: {url: ($with + "/api/v1/info")};
def keys($cache): {url: ($with + "/.well-known/jwks.json"), cache: $cache};
def refused_page($origin): {origin: $origin, requests: [
  info + {name: "get"},
  info + {name: "get blindly", mode: "no-cors"},
  rename_to("Mallory") + {name: "put"},
  info + {name: "get with cookies", credentials: "include"}]};
{pages: [
  {origin: $listed, cookie: ("session=" + $token + "; domain=cors.test; path=/"), requests: [
    info + {name: "get", readable: ["x-request-id", "x-ratelimit-limit", "x-ratelimit-remaining", "x-content-type-options", "vary"]},
    {name: "an error", url: ($with + "/nowhere")},
    {name: "a login", method: "POST", url: ($with + "/api/v1/auth/login"), headers: {"Content-Type": "application/json"},
      body: "{\"email\":\"nobody@example.com\",\"password\":\"Str0ng#Enough\"}", readable: ["x-ratelimit-limit", "x-ratelimit-remaining"]},
    {name: "a token", url: ($with + "/api/v1/auth/me"), headers: (bearer + {"X-Request-Id": "asked-by-a-page"}), readable: ["x-request-id"]},
    {name: "a bad token", url: ($with + "/api/v1/auth/me"), headers: {Authorization: "Bearer rubbish"}},
    rename_to("Renamed in a browser") + {name: "put"},
    {name: "a method that is not listed", method: "DELETE", url: ($with + "/api/v1/users/" + $id), headers: bearer},
    info + {name: "a header that is not listed", headers: {"X-Not-Listed": "1"}},
    {name: "without the cookie", url: ($with + "/api/v1/auth/verify")},
    {name: "with the cookie", url: ($with + "/api/v1/auth/verify"), credentials: "include"},
    {name: "without, where cookies may not", url: ($without + "/api/v1/info")},
    {name: "with, where cookies may not", url: ($without + "/api/v1/info"), credentials: "include"},
    {name: "a token, where cookies may not", url: ($without + "/api/v1/auth/me"), headers: {Authorization: "Bearer rubbish"}},
    info + {name: "a frame of no origin", as_nobody: true}]},
  {origin: $listed_too, requests: [
    info + {name: "get"}, rename_to("Renamed from a subdomain") + {name: "put"}, keys("reload") + {name: "keys"}]},
  {origin: ("http://other.wild.test:" + $port), requests: [keys("force-cache") + {name: "keys"}]},
  refused_page("http://wild.test:" + $port),
  refused_page("http://app.cors.test:" + $other_port),
  refused_page("http://evil.test:" + $port),
  {origin: ("http://app.cors.test.evil.test:" + $port), requests: [info + {name: "get"}]}
]}' >setup.json
count=$(jq '.pages | length' setup.json)

# Names resolve to this machine and nowhere else; a profile of its own; nothing that calls home.
browser=(chromium --headless=new --user-data-dir="$work/profile" --host-resolver-rules='MAP * 127.0.0.1'
  --remote-debugging-port=0 --no-first-run --no-default-browser-check --disable-gpu --disable-dev-shm-usage --disable-extensions
  --disable-background-networking --disable-component-update --disable-sync --disable-default-apps --disable-breakpad
  --disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,MediaRouter)
[ "$(id -u)" -ne 0 ] || browser+=(--no-sandbox) # which root cannot have
HOME=$work "${browser[@]}" "$listed/" >browser.out 2>browser.err &
pids+=($!)
if ! until_there 90 "results/$count.json"; then
  echo "the browser came to $(find results -name '*.json' | wc -l) of $count pages" >&2
  tail -20 browser.err >&2
  exit 1
fi
jq -s 'map({(.origin): .found}) | add' results/*.json >found
[ -z "${SHOW:-}" ] || jq . found >&2

of() { # origin name filter
  jq -e --arg origin "$1" --arg name "$2" ".[\$origin][\$name] | $3" found
}
reads() { of "$1" "$2" ".outcome == \"read\" and .status == $3"; }
is_refused() { of "$1" "$2" '.outcome == "refused" and .as == "TypeError"'; }

check 'a listed origin reads' reads "$listed" get 200
check 'an exposed header' of "$listed" get '.headers["x-request-id"] | length > 0'
check 'and none that is not' of "$listed" get '.headers["x-content-type-options"] == null and .headers["vary"] == null'
check 'which is there' bash -c 'curl -s -D - -o /dev/null -H "Origin: $2" "$1/api/v1/info" | grep -qi "^x-content-type-options: nosniff"' _ "$direct" "$listed"
check 'errors as well' of "$listed" 'an error' '.status == 404 and .code == "NOT_FOUND"'
check 'a login after its preflight' of "$listed" 'a login' '.status == 401 and .code == "INVALID_CREDENTIALS"'
check 'with the limit it stands for' of "$listed" 'a login' '.headers["x-ratelimit-limit"] == "10"'
check 'and not what is left of it' of "$listed" 'a login' '.headers["x-ratelimit-remaining"] == null'
check 'Authorization' reads "$listed" 'a token' 200
check 'a header of its own comes back' of "$listed" 'a token' '.headers["x-request-id"] == "asked-by-a-page"'
check 'why a token is refused' of "$listed" 'a bad token' '.status == 401 and .code == "INVALID_TOKEN"'
check 'PUT' reads "$listed" put 200
check 'a method that is not listed is not sent' is_refused "$listed" 'a method that is not listed'
check 'nor a header that is not listed' is_refused "$listed" 'a header that is not listed'
check 'without its cookie it is nobody' reads "$listed" 'without the cookie' 401
check 'with its cookie it is somebody' reads "$listed" 'with the cookie' 200
check 'without AllowCredentials it reads' reads "$listed" 'without, where cookies may not' 200
check 'but not with cookies' is_refused "$listed" 'with, where cookies may not'
check 'and sends tokens, which are none' reads "$listed" 'a token, where cookies may not' 401
check 'a frame of no origin has none' of "$listed" 'a frame of no origin' '.origin == "null" and .outcome == "refused"'

check 'a subdomain of the wildcard reads' reads "$listed_too" get 200
check 'and writes' reads "$listed_too" put 200
check 'and may keep the keys' reads "$listed_too" keys 200
check 'its copy is not given to another origin' reads "http://other.wild.test:$port" keys 200

for refused in "http://wild.test:$port" "http://app.cors.test:$other_port" "http://evil.test:$port"; do
  check "$refused cannot read" is_refused "$refused" get
  check "$refused reads nothing blindly either" of "$refused" 'get blindly' '.outcome != "read"'
  check "$refused cannot write" is_refused "$refused" put
  check "$refused cannot bring cookies" is_refused "$refused" 'get with cookies'
done
check 'a name that only begins like a listed one cannot read' is_refused "http://app.cors.test.evil.test:$port" get

check 'what was refused was not done' test "$(curl -s "$direct/api/v1/auth/me" -H "Authorization: Bearer $token" | jq -r .data.fullName)" = 'Renamed from a subdomain'
for origin in "$listed" http://evil.test; do
  curl -s -D headers -o /dev/null -H "Origin: $origin" "$direct/.well-known/jwks.json"
  check "the answer for $origin says that it depends on the origin" grep -qi '^vary: origin' headers
done
check 'no secret in the log' bash -c '! grep -lE "Str0ng|eyJ" "$@"' _ true.out true.err false.out false.err

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
