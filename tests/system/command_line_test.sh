#!/usr/bin/env bash
# The program as an operator meets it: every command, its exit status, and a first sign-up as the README has it.
# Usage: command_line_test.sh PROGRAM PLUGIN_FOLDER
set -uo pipefail
# shellcheck source=tests/system/checks.sh
source "$(dirname "${BASH_SOURCE[0]}")/checks.sh"
program=$(realpath "$1") plugins=$(realpath "$2")
[ -x "$program" ] || { echo "$program is no program" >&2; exit 2; }
work=$(mktemp -d)
pid=''
trap '[ -n "$pid" ] && kill "$pid" 2>/dev/null; wait; rm -rf "$work"' EXIT
cd "$work"
export Plugins__Directory=$plugins
# Waits for an event, with a deadline: `condition…` is tried until it holds.
wait_until() {
  for _ in $(seq 600); do
    "$@" && return 0
    sleep 0.05
  done
  return 1
}
wait_for_port() { # log; sets port
  wait_until grep -q '"message":"listening"' "$1"
  port=$(sed -nE 's/.*"message":"listening".*"port":([0-9]+).*/\1/p' "$1")
}
end_gateway() { # signal expected-status
  kill "-$1" "$pid"
  wait "$pid"
  local status=$?
  pid=''
  [ $status -eq "$2" ] || { echo "status $status instead of $2 after SIG$1" >&2; return 1; }
}
is_json_log() { jq -es 'length > 0 and all(.[]; type == "object" and has("time") and has("level") and has("message"))' "$1"; }

check 'version' status_is 0 "$program" version
check 'no command is wrong usage' status_is 2 "$program"
check 'an unknown command is wrong usage' status_is 2 "$program" nonsense
for words in foo 'users foo' --foo; do
  # shellcheck disable=SC2086
  check "'$words' is wrong usage" status_is 2 "$program" $words
  check 'and names what is unknown' said "'${words#users }'"
done
check '--version' status_is 0 "$program" --version
check 'says what version says' test "$(cat out)" = "$("$program" version)"
check 'a missing argument is wrong usage' status_is 2 "$program" users disable
for command in serve 'config check' 'config show' migrate 'users create' 'users list' 'users disable' 'users enable' \
  'keys list' 'keys rotate' 'plugins list' 'plugins show' 'plugins check' healthcheck version; do
  # shellcheck disable=SC2086
  check "help of $command" status_is 0 "$program" $command --help
done

check 'the defaults are sound' status_is 0 "$program" config check
check 'config show' status_is 0 "$program" config show --json
check 'config show prints JSON' jq -e '.values | length > 10' out
status_is 1 "$program" config check --set Tokens:Nonsense=1 --set Server:MaxConnections=many --set 'Logging:LogLevel:Default=Loud'
check 'all faults at once: unknown key' said 'Tokens:Nonsense'
check 'all faults at once: wrong type' said 'Server:MaxConnections'
check 'all faults at once: wrong value' said 'Logging:LogLevel:Default'
check 'a faulty configuration stops the start' status_is 1 "$program" serve --set Tokens:Nonsense=1
check 'and names the key' said 'Tokens:Nonsense'
check 'a plugin that is not there stops the start' status_is 1 "$program" serve --set 'Plugins:Storage=nowhere'
check 'and is named' said "nowhere"

# Whatever is wrong is told at once: what schemas find does not hide what a connection string or a plugin has to say.
cat >wrong.json <<'END'
{
  "Firebase": {"ProjectId": 5, "CredentialsPath": "/nowhere/key.json", "ClockSkewSeconds": 99, "CheckRevokd": true,
    "Endpoints": {"TokenKeys": "http://example.com"}},
  "ConnectionStrings": {"IdentityServiceDb": "Host=db;Databse=i;SSL Mode=Maybe", "Redis": "host:x,ssl=maybe"},
  "Redis": {"TimeoutMs": "soon"},
  "Cors": {"AllowedOrigins": [3, "https://", "*"], "AllowCredentials": true, "AllowedMethods": ["TRACE"]},
  "RateLimit": {"Burst": 0, "ExemptNetworks": ["10.0.0.0/8", "10.0.0.1/8"]},
  "Tokens": {"AccessTokenMinutes": "sixty"}
}
END
check 'a configuration that is wrong all over' status_is 1 "$program" config check --config wrong.json
while IFS='|' read -r fault hint; do
  check "says $fault" said "fault: $fault"
  check "and $hint" bash -c 'grep -F -A1 -- "$1" out | grep "^  " | grep -qF -- "$2"' _ "$fault" "$hint"
done <<'END'
ConnectionStrings:IdentityServiceDb: part 2 has an unknown key [wrong.json]|did you mean Database?
ConnectionStrings:IdentityServiceDb: SSL Mode is none of|VerifyFull
ConnectionStrings:IdentityServiceDb: Database is missing [wrong.json]|add Database=
ConnectionStrings:IdentityServiceDb: Username is missing [wrong.json]|add Username=
ConnectionStrings:Redis: ssl is neither True nor False [wrong.json]|True
ConnectionStrings:Redis: a port is malformed [wrong.json]|1 to 65535
Cors:AllowedMethods:0: "TRACE"|leave it out
Cors:AllowedOrigins: "*" and AllowCredentials|list the origins
Cors:AllowedOrigins:0: expected string, found integer [wrong.json]|The origins
Cors:AllowedOrigins:1: "https://" is not an origin|https://
Firebase:ApiKey: is missing|Web API Key
Firebase:CheckRevokd: unknown key [wrong.json]|did you mean CheckRevoked?
Firebase:ClockSkewSeconds: expected integer from 0 to 60 [wrong.json]|How far
Firebase:CredentialsPath: '/nowhere/key.json' cannot be opened|Service accounts
Firebase:Endpoints:TokenKeys: must be https|leave it out
Firebase:ProjectId: expected string, found integer [wrong.json]|console
RateLimit:Burst: expected integer from 1 to 1000000 [wrong.json]|How many
RateLimit:ExemptNetworks:1: "10.0.0.1/8" is not a network|10.0.0.0/8
Redis:TimeoutMs: expected integer from 10 to 30000, found string [wrong.json]|Milliseconds
Tokens:AccessTokenMinutes: expected integer from 1 to 1440, found string [wrong.json]|Life of an access token.
END
check 'and nothing else' said ': 20 faults'
check 'serve says the same' status_is 1 "$program" serve --config wrong.json
check 'on as many lines' bash -c '[[ $(grep -c wrong.json err) == 19 ]] && grep -q "Firebase:ApiKey: is missing" err'
printf -v latin 'Password=gr\xfcn'
check 'a value that is not UTF-8' status_is 1 env "ConnectionStrings__IdentityServiceDb=Host=h;Database=d;Username=u;$latin" "$program" config check
check 'is told with its variable' said 'fault: ConnectionStrings:IdentityServiceDb: is not UTF-8 [environment variable ConnectionStrings__IdentityServiceDb]'
check 'a key where its path should be' status_is 1 "$program" config check --set Plugins:Storage=memory --set Firebase:ProjectId=p --set Firebase:ApiKey=k \
  --set 'Firebase:CredentialsPath={"private_key": "-----BEGIN PRIVATE KEY-----s3cret"}'
check 'is not repeated' bash -c '! grep -q s3cret out err && grep -q "belongs into CredentialsJson" out'
check 'nor shown' bash -c '! "$@" | grep -q s3cret' _ "$program" config show --set 'Firebase:CredentialsPath={"private_key": "-----BEGIN PRIVATE KEY-----s3cret"}'
check 'Redis without its string' status_is 1 "$program" config check --set Plugins:Counters=redis
check 'is told where it belongs' said 'fault: ConnectionStrings:Redis: is missing'
check 'Firebase without a database' status_is 1 "$program" config check --set Firebase:ProjectId=p
check 'is told why there is one' bash -c 'grep -A1 "fault: ConnectionStrings:IdentityServiceDb: is missing" out | grep -q "section Firebase"'
check 'tokens of a provider that has none' status_is 1 "$program" config check --set Tokens:Issuer=Provider
check 'are a fault' said "fault: Tokens:Issuer: is Provider, and the provider 'local' has no tokens of its own"
check 'what nobody has chosen is shown' status_is 0 "$program" config show
check 'config show of a faulty one' status_is 1 "$program" config show --set Tokens:Nonsense=1
check 'says who tells the faults' said 'config check tells them'
check 'what nobody has chosen is shown, once more' status_is 0 "$program" config show
check 'with the plugins' said 'Plugins:Providers:0 = local  [default]'
check 'and the issuer' said 'Tokens:Issuer = Gateway  [default]'
check 'a plugin that is misspelt' status_is 1 "$program" config check --set Plugins:Storage=memry
check 'is one fault' said ': 1 fault'
check 'and corrected' said 'did you mean memory?'

# What serve would refuse, config check finds, all of it at once and beside faults of the schema.
mkdir -p open && chmod 0777 open && cp "$plugins"/*.so open/
check 'config check finds what the rooms refuse' status_is 1 "$program" config check --set AllowedHosts=http://x \
  --set 'ForwardedHeaders:KnownNetworks=["10.0.0.0/8","10.0.0.1/8","nonsense","0.0.0.0/0","::/0"]' --set Tokens:Nonsense=1 \
  --set 'Plugins:Providers=["local",{"Name":"memory","Id":"second"},"nowhere"]' --set 'Local:Nonsense=1' --set Server:IoThreads=65
for key in '"http://x" is not a host' 'fault: ForwardedHeaders:KnownNetworks:1' 'fault: ForwardedHeaders:KnownNetworks:2' \
  'warning: ForwardedHeaders:KnownNetworks:3' 'warning: ForwardedHeaders:KnownNetworks:4' 'fault: Tokens:Nonsense' \
  'fault: Plugins:Providers:1' 'selected as provider' 'fault: Plugins:Providers:2' 'fault: Local:Nonsense' \
  'fault: Server:IoThreads' '8 faults, ' 'AllowedHosts: "http://x"'; do
  check "and says: $key" said "$key"
done
check 'a network that is sound is no fault' bash -c '! grep -q KnownNetworks:0 out'
# An installation as it is: the plugins beside the program are asked where the folder that is named may not be used.
mkdir -p tree/bin tree/lib/identity-gateway && cp "$program" tree/bin/ && cp -r "$plugins" tree/lib/identity-gateway/plugins && chmod -R go-w tree
check 'a folder that is not there' status_is 1 env -u Plugins__Directory tree/bin/identity-gateway config check --set Plugins:Directory=/nowhere \
  --set 'Plugins:Policies=["Cors","rate-limit"]' --set 'Cors:AllowedOrigins=["x"]' --set RateLimit:Burst=0
for key in 'Plugins:Directory: /nowhere' 'Plugins:Policies:0' 'Cors:AllowedOrigins:0: "x"' RateLimit:Burst; do
  check "hides nothing: $key" said "fault: $key"
done
check 'and adds nothing' said ': 4 faults'

check 'nothing is said about proxies' status_is 0 "$program" config check --set Urls=http://0.0.0.0:8080
check 'which is a warning where others can connect' said 'warning: ForwardedHeaders: nobody is believed'
for arguments in Urls=http://127.0.0.1:8080 ForwardedHeaders:Preset=alb ForwardedHeaders:Preset=none 'ForwardedHeaders:KnownNetworks=["10.0.0.0/8"]'; do
  status_is 0 "$program" config check --set Urls=http://0.0.0.0:8080 --set "$arguments"
  check "and none with $arguments" bash -c '! grep -q "warning: ForwardedHeaders" out err'
done
# A preset says who is believed and how far; KnownNetworks can only narrow it.
check 'a preset that is narrowed' status_is 0 "$program" config check --set ForwardedHeaders:Preset=alb --set 'ForwardedHeaders:KnownNetworks=["10.0.0.0/23"]'
check 'a preset that is widened' status_is 1 "$program" config check --set ForwardedHeaders:Preset=alb --set ForwardedHeaders:ForwardLimit=2 \
  --set 'ForwardedHeaders:KnownNetworks=["10.0.0.0/23","203.0.113.0/24","10.0.0.0/7"]'
for key in KnownNetworks:1 KnownNetworks:2 ForwardLimit; do
  check "and says: $key" said "fault: ForwardedHeaders:$key:"
done
check 'and no more' said '3 faults'
check 'a limit where nobody is believed' status_is 0 "$program" config check --set ForwardedHeaders:ForwardLimit=2
check 'is a warning' said 'warning: ForwardedHeaders:ForwardLimit: says nothing'
check 'halves that trust everybody' status_is 0 "$program" config check --set 'ForwardedHeaders:KnownNetworks=["0.0.0.0/1","128.0.0.0/1"]'
check 'are a warning' said 'warning: ForwardedHeaders:KnownNetworks: trust everybody together'
check 'no proxies, and their networks' status_is 1 "$program" config check --set ForwardedHeaders:Preset=none --set 'ForwardedHeaders:KnownNetworks=["10.0.0.0/8"]'
check 'is a fault' said 'fault: ForwardedHeaders:Preset'
for folder in "$work/nowhere" "$work/open"; do
  check "the plugin folder $folder is refused" status_is 1 "$program" config check --set "Plugins:Directory=$folder" --set Local:MemoryKiB=8192
  check 'and is the only fault' said ': 1 fault'
  check 'and is named with its key' said "fault: Plugins:Directory: $folder"
  check 'serve says so too' status_is 1 "$program" serve --set "Plugins:Directory=$folder"
  check 'with the key' said 'Plugins:Directory'
  check 'plugins list says so too' status_is 1 "$program" plugins list --set "Plugins:Directory=$folder"
done
if [ "$(id -u)" = 0 ]; then
  mkdir -p foreign && cp "$plugins"/*.so foreign/ && chown 65534 foreign/local.so
  check "somebody else's plugin is refused" status_is 1 "$program" config check --set Plugins:Directory="$work/foreign"
  check 'and named' said "plugin 'local': $work/foreign/local.so: owned by user 65534"
fi
(ulimit -n 300 && "$program" config check --set Server:MaxConnections=100 >out 2>err)
check 'a limit of files that is too low is a warning' test $? -eq 0
check 'and says what to change' grep -q 'warning: Server:MaxConnections: needs 356 file descriptors' out
(ulimit -n 300 && "$program" serve --set Server:MaxConnections=100 >out 2>err)
check 'a limit of files that is too low stops the start' test $? -eq 1
check 'and says what to change' grep -q 'Server:MaxConnections: needs 356 file descriptors.*ulimit -n' err

# A plugin hears of the environment where the configuration is checked, as it does in service.
emulator=(--set Firebase:ProjectId=demo-any --set Firebase:Emulator:Host=127.0.0.1:9099 --set Firebase:Emulator:AllowUnsignedTokens=true
  --set Plugins:Storage=memory --set 'Plugins:Policies=[]')
check "Firebase's emulator in Development" status_is 0 "$program" config check --environment Development "${emulator[@]}"
for environment in Production Prod Staging; do
  check "and never in $environment" status_is 1 "$program" config check --environment "$environment" "${emulator[@]}"
  check 'which is said' said "nor anywhere but in the environments Development and Test, and this one is '$environment'"
done
check 'an emulator without a port is a fault' status_is 1 "$program" config check --environment Development "${emulator[@]}" --set Firebase:Emulator:Host=127.0.0.1
check 'and is named' said 'Emulator:Host: is not the address of an emulator'

# Policies that would protect nothing, or less than is meant: config check and serve say all of it at once.
cat >policies.json <<'END'
{
  "Plugins": {"Policies": ["rate-limit", "ip-allow", "api-key", {"Name": "rate-limit", "Id": "second", "Config": {"Routes": {"/api/v1/auth/logn": {"PerMinute": 2}}}}]},
  "RateLimit": {"Shared": true, "Tasks": 4, "OnFailure": "closed", "ExemptNetworks": ["0.0.0.0/1", "128.0.0.0/1"],
    "Routes": {"/api/v1/auth/login": {"PerMinute": 5}, "/api/v1/user": {"PerMinute": 5}}},
  "IpAllow": {"Routes": {"/metrics": {"Allow": ["10.0.0.0/8"]}, "/api/v1/users/": {"Allow": ["10.0.0.0/8"]}}},
  "ApiKey": {"Require": [
    {"Class": "Read", "Routes": ["/api/v1/users", "/api/v1/users/:id"], "Scopes": ["users read"]},
    {"Class": "Write", "Routes": ["/api/v1/users"]}]}
}
END
check 'policies that protect nothing' status_is 1 "$program" config check --config policies.json
for fault in 'fault: Plugins:Policies:3:Config:Routes:/api/v1/auth/logn: is no route' 'did you mean /api/v1/auth/login?' \
  'fault: RateLimit:Routes:/api/v1/user: is no route' 'did you mean /api/v1/users?' 'fault: IpAllow:Routes:/api/v1/users/: is no route' \
  'fault: ApiKey:Require:0:Routes:1: is no route' 'did you mean /api/v1/users/{id}?' 'fault: ApiKey:Require:1:Routes:0: is a route of class Read, not Write' \
  'Require:0:Scopes:0: no key can have it' 'fault: RateLimit:Shared: needs a plugin of kind counters' \
  'ExemptNetworks: together these are everybody' 'warning: RateLimit:OnFailure: says nothing' \
  'warning: RateLimit:Tasks: says nothing' '[policies.json]' '8 faults, '; do
  check "and says: $fault" said "$fault"
done
check 'serve says so too' status_is 1 "$program" serve --config policies.json
check 'with the key' said 'RateLimit:Routes:/api/v1/user: is no route'
check 'and the class' said 'ApiKey:Require:1:Routes:0: is a route of class Read, not Write'
check 'a section that is read twice' status_is 1 "$program" config check --set 'Plugins:Policies=["rate-limit",{"Name":"rate-limit","Id":"second"}]' \
  --set 'RateLimit:Routes:/nowhere:PerMinute=5'
check 'is told of once' said ': 1 fault'
metrics=(--set 'Plugins:Policies=["ip-allow"]' --set 'IpAllow:Routes:/metrics:Allow=["10.0.0.0/8"]')
check 'the metrics may have lists of their own' status_is 0 "$program" config check "${metrics[@]}"
check 'which nothing meets on a port of their own' status_is 1 "$program" config check "${metrics[@]}" --set Metrics:Url=http://127.0.0.1:9090
check 'and that is said' said 'fault: IpAllow:Routes:/metrics: has a port of its own (Metrics:Url), where no policies run'
echo '{"Routes": {"/metric": {"Allow": ["10.0.0.0/8"]}}}' >routes.json
check 'plugins check knows the routes' status_is 1 "$program" plugins check "$plugins/ip-allow.so" --config routes.json
check 'and says which is meant' said 'IpAllow:Routes:/metric: is no route of this gateway (from routes.json); did you mean /metrics?'

check 'plugins list' status_is 0 "$program" plugins list --json
check 'plugins list has the built-in ones' jq -e '[.[].id] | contains(["allowed-hosts","cors","local","memory","rate-limit","security-headers"])' out
check 'plugins show' status_is 0 "$program" plugins show local
check 'plugins show says what it can' said 'capabilities  password'
check 'and which keys it reads' said 'Local:MemoryKiB  integer, 1024 to 262144'
check 'plugins show of one that is misspelt' status_is 1 "$program" plugins show locl
check 'names the one that was meant' said 'did you mean local?'
check 'with the keys of what has a name of its own' status_is 0 "$program" plugins show rate-limit
check 'and of a section that is a plain value' bash -c '"$1" plugins show allowed-hosts | grep -q "^  AllowedHosts  string" && grep -q "RateLimit:Routes:<name>:PerMinute" out' _ "$program"
check 'plugins show for programs' status_is 0 "$program" plugins show local --json
check 'is one document' jq -es 'length == 1 and .[0].configSchema.type == "object"' out
check 'says the same' said '"password"'
check 'plugins check' status_is 0 "$program" plugins check "$plugins/local.so"
echo '{"MemoryKiB": 1}' >bad.json
check 'plugins check with a bad section' status_is 1 "$program" plugins check "$plugins/local.so" --config bad.json
check 'and names the key' said 'Local:MemoryKiB'
check 'and the file' said 'bad.json'
echo '{"MemoryKiB": ' >cut.json
check 'plugins check with what is no JSON' status_is 1 "$program" plugins check "$plugins/local.so" --config cut.json
check 'and names the file' said 'cut.json: not JSON'
check 'plugins check without the file' status_is 1 "$program" plugins check "$plugins/local.so" --config none.json
check 'and names it' said 'none.json: cannot be read'
check 'plugins check with what the plugin refuses' status_is 1 "$program" plugins check "$plugins/allowed-hosts.so" --config <(echo '"http://x"')
check 'and names the file' said '/dev/fd/'
echo '{"Nonsense": 1, "CacheSeconds": "9", "Header": "a b", "Require": [{"Class": "Read", "Scopes": ["a b"]}]}' >key.json
check 'plugins check of a policy' status_is 1 "$program" plugins check "$plugins/api-key.so" --config key.json
for fault in 'ApiKey:Nonsense: unknown key (from key.json); known are' 'ApiKey:CacheSeconds: expected integer from 0 to 300, found string' \
  'ApiKey:Header: ' 'ApiKey:Require:0:Scopes:0: '; do
  check "tells all at once: $fault" said "$fault"
done
echo '{"AllowedOrigins": ["https://a.example"]}' >cors.json
check 'a section that is sound' status_is 0 "$program" plugins check "$plugins/cors.so" --config cors.json
check 'is accepted' said 'configuration accepted'
check 'without a section' status_is 0 "$program" plugins check "$plugins/cors.so"
check 'it is said that none was checked' said 'no configuration was checked'
mkdir -p settings && echo '{"Tokens":{"Isuer":"x"}}' >settings/mine.json && echo '{' >settings/appsettings.json
check 'faults name the file' status_is 1 "$program" config check --config settings/mine.json
check 'as it was given' said '[settings/mine.json]'
check 'in a folder too' status_is 1 "$program" serve --config "$work/settings"
check 'as it was given, and the file in it' said "$work/settings/appsettings.json: not JSON"
for command in serve 'config check'; do
  # shellcheck disable=SC2086
  check "$command without the file that is named" status_is 1 "$program" $command --config settings/none.json
  check 'says that it does not exist' said '--config: settings/none.json does not exist'
done
cp "$plugins/local.so" writable.so && chmod 0666 writable.so
check 'a world-writable plugin is refused' status_is 1 "$program" plugins check "$work/writable.so"
check 'and says why' said 'writable'
for bytes in 0 1000 4096 20000 100000; do
  mkdir -p cut && cp "$plugins/memory.so" cut/ && head -c $bytes "$plugins/local.so" >cut/local.so
  check "a plugin cut to $bytes bytes is refused" status_is 1 "$program" plugins check cut/local.so
  check 'and says why' grep -qE 'cut/local.so: (truncated|empty)' err
  check "serve refuses one cut to $bytes bytes" status_is 1 "$program" serve --set Plugins:Directory="$work/cut" --set 'Plugins:Policies=[]'
  check 'and names plugin and reason' grep -qE "plugin 'local': .*cut/local.so: (truncated|empty)" err
  check "plugins list refuses one cut to $bytes bytes" status_is 1 "$program" plugins list --set Plugins:Directory="$work/cut"
  check 'config check too' status_is 1 "$program" config check --set Plugins:Directory="$work/cut" --set 'Plugins:Policies=[]'
  check 'and names plugin and reason' grep -qE "plugin 'local': .*cut/local.so: (truncated|empty)" out
done
check 'a pin that differs stops the start' status_is 1 "$program" serve --set Plugins:Storage:Name=memory \
  --set Plugins:Storage:Sha256=0000000000000000000000000000000000000000000000000000000000000000
check 'and says what the file is' said 'memory.so: its SHA-256 is'

check 'memory cannot be changed from outside' status_is 1 bash -c "echo 'Str0ng#Enough' | '$program' users create --email a@example.com --type Admin --password-stdin"
check 'and says why' said 'keeps nothing'
for command in 'users list' 'users list --json' 'keys list' 'keys list --json' 'keys rotate'; do
  # shellcheck disable=SC2086
  check "$command of what forgets everything is refused" status_is 1 "$program" $command
  check 'and says why' said 'keeps nothing'
  check 'and prints no list' test ! -s out
done
check 'users create without a terminal is wrong usage' status_is 2 "$program" users create --email a@example.com </dev/null
check 'and says what to do' said '--password-stdin'
# On a terminal the password is asked for twice and not shown. Each answer waits for its question.
ask() { # first second: what is typed
  : >screen
  {
    for question in "Password: " "Password again: "; do
      for _ in $(seq 200); do grep -qF "$question" screen && break; sleep 0.05; done
      echo "$1"
      shift
    done
  } | script -qefc "'$program' users create --email a@example.com" screen >/dev/null
}
ask 'Str0ng#Enough' 'Str0ng#Enouhg'
check 'two passwords that differ are refused' test $? -eq 1
check 'and said to' grep -qF 'not the same' screen
ask 'Str0ng#Enough' 'Str0ng#Enough'
check 'two that are the same are taken' grep -qF 'keeps nothing' screen
check 'and were not shown' bash -c '! grep -qF Str0ng screen'

for command in serve 'config check' healthcheck; do
  for arguments in '--set foo' '--set =foo' '--environment ../x' '--environment a/b'; do
    # shellcheck disable=SC2086
    check "$command $arguments is wrong usage" status_is 2 "$program" $command $arguments
    check 'and says how it is written' grep -qE 'Key:Path=value|as in Staging' err
    check 'and where help is' said '--help'
  done
done
check 'migrate has nothing to do' status_is 0 "$program" migrate --status

# As in a container, which merges both streams.
GATEWAY_URLS=http://127.0.0.1:0 "$program" serve >log.jsonl 2>&1 &
pid=$!
wait_for_port log.jsonl
check 'serve says where it listens' test -n "$port"
url=http://127.0.0.1:$port
json=(-H 'Content-Type: application/json')
curl -s -X POST "$url/api/v1/auth/signup" "${json[@]}" \
  -d '{"email":"production-test@example.com","password":"Test@123456","fullName":"Production Test","userType":0}' >out
check 'sign-up of the deployment guide' jq -e '.success and .data.user.email == "production-test@example.com"' out
curl -s -X POST "$url/api/v1/auth/login" "${json[@]}" -d '{"email":"production-test@example.com","password":"Test@123456"}' >out
access=$(jq -r .data.idToken out) refresh=$(jq -r .data.refreshToken out)
curl -s "$url/api/v1/auth/me" -H "Authorization: Bearer $access" >out
check 'me' jq -e '.data.userType == "Buyer"' out
curl -s -X POST "$url/api/v1/auth/refresh" "${json[@]}" -d "{\"refreshToken\":\"$refresh\"}" >out
access=$(jq -r .data.idToken out)
curl -s -X POST "$url/api/v1/auth/logout" -H "Authorization: Bearer $access" >out
check 'logout' jq -e '.success and .data == null' out
check 'and 401 afterwards' test "$(curl -s -o out -w '%{http_code}' "$url/api/v1/auth/me" -H "Authorization: Bearer $access")" = 401
check 'healthcheck of a running gateway' status_is 0 "$program" healthcheck --url "$url/api/v1/live"
for host in '*' '+' 0.0.0.0 '[::]' 127.0.0.1 localhost; do
  check "healthcheck --set Urls of $host" status_is 0 "$program" healthcheck --set "Urls=http://$host:$port"
  check "healthcheck with GATEWAY_URLS of $host" status_is 0 env GATEWAY_URLS="http://$host:$port" "$program" healthcheck
done
mkdir -p etc here
echo "{\"Urls\":\"http://*:$port\"}" >etc/appsettings.json
echo "{\"Urls\":\"http://0.0.0.0:$port\"}" >etc/appsettings.Staging.json
echo "{\"Urls\":\"http://+:$port\"}" >here/appsettings.json
check 'healthcheck --config folder' status_is 0 "$program" healthcheck --config etc
check 'healthcheck --config file' status_is 0 "$program" healthcheck --config etc/appsettings.Staging.json
check 'healthcheck in the folder of the configuration' status_is 0 env -C here "$program" healthcheck
check 'healthcheck of the other environment' status_is 1 "$program" healthcheck --config etc --environment Staging --set Urls=http://127.0.0.1:1
check 'names the URL it asked' said 'http://127.0.0.1:1/api/v1/live: '
check 'healthcheck without a configuration that is named' status_is 1 "$program" healthcheck --config nowhere
check 'names it' said nowhere
check 'healthcheck of port 0' status_is 1 "$program" healthcheck --set Urls=http://127.0.0.1:0
check 'says what to do' said '--url'
check 'healthcheck of what is no gateway' status_is 1 "$program" healthcheck --url "$url/nothing"
check 'names the URL and the status' said "$url/nothing: answered with status 404"

# A start that cannot have its port ends before it has written anything: no signing key.
check 'a port in use stops the start' status_is 1 "$program" serve --set "Urls=http://127.0.0.1:$port"
check 'and names key, address and what to do' grep -qE "Urls: cannot listen on http://127.0.0.1:$port: the port is in use.*choose another" err
check 'before a key was made' bash -c '! grep -q "signing key" out err'
check 'a port in use by metrics stops the start' status_is 1 "$program" serve --set Urls=http://127.0.0.1:0 --set "Metrics:Url=http://127.0.0.1:$port"
check 'and names its key' said "Metrics:Url: cannot listen on http://127.0.0.1:$port"
check 'an address of another machine stops the start' status_is 1 "$program" serve --set Urls=http://192.0.2.1:8080
check 'and says so' said 'Urls: cannot listen on http://192.0.2.1:8080: this machine does not have that address'

check 'SIGTERM ends with 0' end_gateway TERM 0
check 'healthcheck of no gateway' status_is 1 "$program" healthcheck --url "$url/api/v1/live"
check 'every log line is a JSON object' is_json_log log.jsonl
check 'no secret in the log' bash -c "! grep -qE 'Test@123456|$refresh|$access' log.jsonl"

# Start-up faults and the place where it listens are log lines where the log is JSON, and text for people elsewhere.
"$program" serve --set Tokens:Nonsense=1 --set Server:MaxConnections=many >both 2>&1
check 'faults of the configuration are log lines' is_json_log both
check 'one each' test "$(wc -l <both)" -eq 2
"$program" serve --set Logging:Format=Text --set Tokens:Nonsense=1 >both 2>&1
check 'faults are text where the log is text' grep -q '^identity-gateway: Tokens:Nonsense: unknown key' both
script -qefc "'$program' serve --set Tokens:Nonsense=1" screen >/dev/null
check 'faults are text on a terminal' grep -q '^identity-gateway: Tokens:Nonsense: unknown key' screen
GATEWAY_URLS=http://127.0.0.1:0 "$program" serve --set Logging:LogLevel:Default=None >both 2>&1 &
pid=$!
wait_for_port_or_url() { wait_until grep -q '"url":"http://127.0.0.1:[0-9]' both; }
check 'where it listens is said at any log level' wait_for_port_or_url
check 'as JSON' is_json_log both
check 'SIGINT ends with 0' end_gateway INT 0
GATEWAY_URLS=http://127.0.0.1:0 "$program" serve --set Logging:Format=Text >both 2>&1 &
pid=$!
check 'where it listens is text where the log is text' wait_until grep -qE '^identity-gateway [0-9.]+ listening on http://127.0.0.1:[0-9]+$' both
check 'SIGHUP drains like SIGTERM' end_gateway HUP 0
check 'and says so' grep -q 'app: stopped' both

# A second signal ends a drain that waits for somebody.
serve_with_open_request() {
  : >log.jsonl  # what the last one said there is not this one's
  GATEWAY_URLS=http://127.0.0.1:0 "$program" serve >log.jsonl 2>&1 &
  pid=$!
  wait_for_port log.jsonl
  exec 9<>"/dev/tcp/127.0.0.1/$port"
  printf 'POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{' >&9
  wait_until has_open_request
}
has_open_request() { curl -s "http://127.0.0.1:$port/metrics" | grep -qE '^gateway_connections_open(\{.*\})? 2'; }
for first in TERM HUP; do
  check 'a request is under way' serve_with_open_request
  kill -$first "$pid"
  check "SIG$first drains" wait_until grep -q '"message":"draining"' log.jsonl
  if [ $first = HUP ]; then
    kill -TERM "$pid"  # still polite: systemd may send both
    check 'which is said' wait_until grep -q 'draining already' log.jsonl
  fi
  check 'a further SIGTERM ends it at once' end_gateway TERM 1
  check 'and is a log line' grep -q '"message":"draining was ended by a second signal' log.jsonl
  check 'of JSON' is_json_log log.jsonl
  exec 9<&-
done
: >log.jsonl
GATEWAY_URLS=http://127.0.0.1:0 nohup "$program" serve >log.jsonl 2>&1 </dev/null &
pid=$!
wait_for_port log.jsonl
kill -HUP "$pid"
check 'with nohup SIGHUP does nothing' status_is 0 "$program" healthcheck --url "http://127.0.0.1:$port/api/v1/live"
check 'and SIGTERM ends it' end_gateway TERM 0

# Closed standard descriptors are never the next file's or socket's.
"$program" serve --set "Urls=http://127.0.0.1:$port" <&- >&- 2>&- &
pid=$!
check 'the gateway runs without standard streams' wait_until "$program" healthcheck --url "http://127.0.0.1:$port/api/v1/live" 2>/dev/null
curl -s "http://127.0.0.1:$port/.well-known/openid-configuration" >out
check 'the issuer follows the port' jq -e ".issuer == \"http://127.0.0.1:$port\"" out
for fd in 0 1 2; do
  check "and descriptor $fd is nowhere" test "$(readlink "/proc/$pid/fd/$fd")" = /dev/null
done
check 'and it ends with 0' end_gateway TERM 0

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
