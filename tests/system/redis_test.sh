#!/usr/bin/env bash
# Gateways as processes of their own that share one Redis: what they admit together, and what each does without it.
# Usage: with_redis redis_test.sh PROGRAM PLUGIN_FOLDER
set -uo pipefail
# shellcheck source=tests/system/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
program=$1 plugins=$2
work=$(mktemp -d)
pids=()
stop_all() {
  local pid
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null; done
  pids=()
}
trap 'stop_all; rm -rf "$work"' EXIT
cd "$work"
export Plugins__Directory=$plugins GATEWAY_URLS=http://127.0.0.1:0
# A client says which address it has: each check takes a new one.
cat >appsettings.json <<'JSON'
{
  "ConnectionStrings": {"Redis": "${GATEWAY_TEST_REDIS}"},
  "Redis": {"RootCertificate": "${GATEWAY_TEST_REDIS_CERTIFICATE}"},
  "Plugins": {"Storage": "memory", "Providers": ["local"], "Policies": ["allowed-hosts", "cors", "rate-limit", "security-headers"]},
  "Local": {"MemoryKiB": 1024, "Iterations": 1},
  "ForwardedHeaders": {"KnownNetworks": ["127.0.0.1"]},
  "RateLimit": {"ReadEndpoints": 1000, "SharedTimeoutMs": 2000}
}
JSON
check 'the configuration is in order' status_is 0 "$program" config check
check 'the counters are listed' status_is 0 "$program" plugins list
check 'as what they are' bash -c 'grep -Eq "^redis +counters " out'
check 'what is shown tells no secret' bash -c '"$1" config show >shown && ! grep -q "only-for" shown' _ "$program"

# Starts gateways beside each other; their URLs are in the array `urls`. Further arguments go to each.
serve() { # how_many [option…]
  local count=$1 index port
  shift
  urls=()
  for index in $(seq "$count"); do
    "$program" serve "$@" >"serve$index.out" 2>"serve$index.err" &
    pids+=($!)
  done
  for index in $(seq "$count"); do
    port=''
    for _ in $(seq 600); do
      port=$(sed -nE 's/.*"message":"listening".*"port":([0-9]+).*/\1/p' "serve$index.out")
      [ -n "$port" ] && break
      sleep 0.05
    done
    urls+=("http://127.0.0.1:$port")
  done
}
login() { # address url; each for somebody else, so that it is the address that is limited
  curl -s -o /dev/null -w '%{http_code}\n' -X POST "$2/api/v1/auth/login" -H "X-Forwarded-For: $1" \
    -H 'Content-Type: application/json' -d "{\"email\":\"nobody-$RANDOM-$RANDOM@example.com\",\"password\":\"Str0ng#Enough\"}"
}
export -f login
count_of() { grep -c "^$1\$" codes; } # status

for processes in 2 8; do
  serve "$processes"
  check "$processes gateways: Redis is there" bash -c 'curl -s "$1/api/v1/health" | jq -e ".redis == \"connected\" and .status == \"healthy\""' _ "${urls[0]}"

  # One after the other, round about.
  begin=$SECONDS
  for i in $(seq 0 14); do login "192.0.2.$processes" "${urls[i % processes]}"; done >codes
  grown=$(((SECONDS - begin) / 6 + 1)) # one comes back in six seconds
  check "$processes gateways: ten logins are admitted" test "$(head -10 codes | grep -c '^401$')" -eq 10
  if [ $grown -eq 1 ]; then check "$processes gateways: the eleventh is not" test "$(sed -n 11p codes)" -eq 429; fi
  check "$processes gateways: and no more" test "$(count_of 401)" -le $((9 + grown))
  check "$processes gateways: all others are told" test $(($(count_of 401) + $(count_of 429))) -eq 15

  # All at once, from one address.
  begin=$SECONDS
  for i in $(seq 0 79); do echo "${urls[i % processes]}"; done |
    xargs -P 16 -I URL bash -c "login 198.51.100.$processes URL" >codes
  grown=$(((SECONDS - begin) / 6 + 1))
  admitted=$(count_of 401)
  echo "$processes gateways, auth: $admitted of 80 at once admitted, limit 10"
  check "$processes gateways: exactly the burst at once" test "$admitted" -ge 10 -a "$admitted" -le $((9 + grown))

  # Reads, which each gateway decides by itself: 1400 round about, as fast as clients are, within a twentieth of what the limit gives.
  for i in $(seq 0 1399); do printf 'url = "%s/nowhere"\noutput = "/dev/null"\n' "${urls[i % processes]}"; done >requests
  begin=$(date +%s%N)
  curl -s --rate 500/s -H "X-Forwarded-For: 203.0.113.$processes" -w '%{http_code}\n' -K requests >codes
  took_ms=$((($(date +%s%N) - begin) / 1000000))
  admitted=$(count_of 404)
  ideal=$((1000 + took_ms * 1000 / 60000))
  echo "$processes gateways, read: $admitted of 1400 in $took_ms ms admitted, the limit gives $ideal"
  check "$processes gateways: reads within a twentieth" \
    test $((admitted * 100)) -ge $((ideal * 95)) -a $((admitted * 100)) -le $((ideal * 105))
  check "$processes gateways: all are answered" test $((admitted + $(count_of 429))) -eq 1400
  stop_all
done

# Without Redis: each as it was told.
modes=(local open closed)
all=()
for mode in "${modes[@]}"; do
  serve 1 --set "RateLimit:OnFailure=$mode" --set RateLimit:Tasks=2
  all+=("${urls[0]}")
  cp serve1.out "$mode.out"
done
for url in "${all[@]}"; do check 'served with Redis' test "$(login 192.0.2.99 "$url")" -eq 401; done
kill -KILL "$GATEWAY_TEST_REDIS_PID"
for i in 0 1 2; do
  for _ in $(seq 15); do login 192.0.2.100 "${all[i]}"; done >codes
  cp codes "codes.${modes[i]}"
done
for mode in "${modes[@]}"; do echo "without Redis, $mode: $(sort "codes.$mode" | uniq -c | tr -s ' \n' ' ')"; done
check 'local: its half of ten' test "$(grep -c '^401$' codes.local)" -eq 5
check 'local: and then 429' test "$(grep -c '^429$' codes.local)" -eq 10
check 'open: everybody' test "$(grep -c '^401$' codes.open)" -eq 15
check 'closed: nobody' test "$(grep -c '^401$' codes.closed)" -eq 0
check 'closed: who asks is told to come again' grep -q '^503$' codes.closed
for _ in $(seq 200); do # the probe comes every five seconds
  curl -s "${all[0]}/api/v1/health" >health
  jq -e '.redis == "disconnected"' health >/dev/null && break
  sleep 0.1
done
check 'health says so' jq -e '.redis == "disconnected" and .status == "degraded"' health
check 'and goes on serving' curl -sf "${all[0]}/api/v1/ready"
curl -s "${all[0]}/metrics" >metrics
check 'metrics too' grep -q '^gateway_plugin_rate_limit_shared_failed_total{plugin="rate-limit"} [1-9]' metrics
stop_all
check 'no secret in the log' bash -c '! grep -l "only-for" *.out *.err'

# A gateway that starts without Redis serves.
serve 1
check 'it starts without Redis' curl -sf "${urls[0]}/api/v1/ready"
stop_all

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
