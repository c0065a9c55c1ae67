# Step 3, database and cache: encrypted, in private subnets, over two zones, with passwords that nobody has typed.
# shellcheck shell=bash disable=SC2154,SC2153
make_database() {
  local there family=postgres16 name
  there=$(find rds describe-db-subnet-groups --db-subnet-group-name "$PROJECT-db-subnet" --query 'DBSubnetGroups[0].DBSubnetGroupName')
  if [ -z "$there" ]; then
    change 'subnet group of the database' rds create-db-subnet-group --db-subnet-group-name "$PROJECT-db-subnet" \
      --db-subnet-group-description 'private subnets' --subnet-ids "$PRIVATE_1" "$PRIVATE_2" >/dev/null
  fi
  name=$PROJECT-identity-$family
  there=$(find rds describe-db-parameter-groups --db-parameter-group-name "$name" --query 'DBParameterGroups[0].DBParameterGroupName')
  if [ -z "$there" ]; then
    change 'parameter group of the database' rds create-db-parameter-group --db-parameter-group-name "$name" \
      --db-parameter-group-family "$family" --description 'TLS only; no values of rows in the log' >/dev/null
  fi
  change 'parameters of the database' rds modify-db-parameter-group --db-parameter-group-name "$name" --parameters \
    ParameterName=rds.force_ssl,ParameterValue=1,ApplyMethod=immediate \
    ParameterName=log_error_verbosity,ParameterValue=terse,ApplyMethod=immediate >/dev/null
  # Made here, since RDS makes it without an end.
  make_log_group "/aws/rds/instance/$DB_INSTANCE/postgresql"
  there=$(find rds describe-db-instances --db-instance-identifier "$DB_INSTANCE" --query 'DBInstances[0].DBInstanceIdentifier')
  if [ -n "$there" ]; then return 0; fi
  local zones=--multi-az
  if [ "${DB_MULTI_AZ:-yes}" != yes ]; then zones=--no-multi-az; fi
  # The engine's minor version is AWS's choice: a number here would be deprecated within a year.
  change "database $DB_INSTANCE" rds create-db-instance --db-instance-identifier "$DB_INSTANCE" --db-name "$DB_NAME" \
    --engine postgres --engine-version 16 --db-instance-class "$DB_CLASS" --allocated-storage "$DB_STORAGE_GB" \
    --max-allocated-storage $((DB_STORAGE_GB * 5)) --storage-type gp3 --storage-encrypted \
    --master-username postgres --manage-master-user-password --db-parameter-group-name "$name" \
    --vpc-security-group-ids "$DATABASE_GROUP" --db-subnet-group-name "$PROJECT-db-subnet" \
    --backup-retention-period "$DB_BACKUP_DAYS" --copy-tags-to-snapshot --deletion-protection "$zones" \
    --no-publicly-accessible --auto-minor-version-upgrade \
    --enable-cloudwatch-logs-exports postgresql --tags "Key=Project,Value=$PROJECT" >/dev/null
}
# Its password goes by file, the default user is off.
make_cache_user() { # id name access-string password-file
  local there
  there=$(find elasticache describe-users --user-id "$1" --query 'Users[0].UserId')
  if [ -n "$there" ]; then return 0; fi
  jq -n --arg id "$1" --arg name "$2" --arg access "$3" --rawfile password "$4" \
    '{UserId: $id, UserName: $name, Engine: "redis", AccessString: $access, AuthenticationMode: {Type: "password", Passwords: [$password]}}' \
    >"$work/user.$1"
  change "cache user $2" elasticache create-user --cli-input-json "file://$work/user.$1" >/dev/null
  await active "cache user $2" elasticache describe-users --user-id "$1" --query 'Users[0].Status'
}
make_cache() {
  local there secret
  there=$(find elasticache describe-cache-subnet-groups --cache-subnet-group-name "$CACHE" --query 'CacheSubnetGroups[0].CacheSubnetGroupName')
  if [ -z "$there" ]; then
    change 'subnet group of the cache' elasticache create-cache-subnet-group --cache-subnet-group-name "$CACHE" \
      --cache-subnet-group-description 'private subnets' --subnet-ids "$PRIVATE_1" "$PRIVATE_2" >/dev/null
  fi
  secret=$(secret_arn redis)
  if [ -n "$secret" ]; then
    read_secret redis "$work/redis"
    jq -j .password "$work/redis" >"$work/redis.password"
  else
    printf 'dry-run' >"$work/redis.password"
  fi
  openssl rand -hex 32 | tr -d '\n' >"$work/nobody"
  make_cache_user "$CACHE-default" default 'off -@all' "$work/nobody"
  make_cache_user "$CACHE-gateway" identity-gateway \
    'on ~identity-gateway:* -@all +eval +evalsha +time +get +set +del +exists +hmget +hset +pexpire +ping +select +hello' "$work/redis.password"
  there=$(find elasticache describe-user-groups --user-group-id "$CACHE" --query 'UserGroups[0].UserGroupId')
  if [ -z "$there" ]; then
    change 'user group of the cache' elasticache create-user-group --user-group-id "$CACHE" --engine redis \
      --user-ids "$CACHE-default" "$CACHE-gateway" >/dev/null
    await active 'user group of the cache' elasticache describe-user-groups --user-group-id "$CACHE" --query 'UserGroups[0].Status'
  fi
  there=$(find elasticache describe-replication-groups --replication-group-id "$CACHE" --query 'ReplicationGroups[0].ReplicationGroupId')
  if [ -n "$there" ]; then return 0; fi
  change "cache $CACHE" elasticache create-replication-group --replication-group-id "$CACHE" \
    --replication-group-description 'limits and attempts' --engine redis --engine-version 7.1 --cache-node-type "$CACHE_NODE" \
    --num-cache-clusters 2 --automatic-failover-enabled --multi-az-enabled --transit-encryption-enabled \
    --transit-encryption-mode required --at-rest-encryption-enabled --user-group-ids "$CACHE" \
    --cache-subnet-group-name "$CACHE" --security-group-ids "$CACHE_GROUP" --tags "Key=Project,Value=$PROJECT" >/dev/null
}
step_3_data() {
  # Eight connections and two more of each task: in a roll-out there are twice as many tasks, and the smallest database takes 90.
  local id db_host cache_host tls='SSL Mode=VerifyFull;Root Certificate=/app/rds-ca.pem;Maximum Pool Size=8'
  begin 3 'infrastructure: database and cache'
  load_network
  id=$(security_group_id database); DATABASE_GROUP=$(known "$id" 'security group database')
  id=$(security_group_id cache); CACHE_GROUP=$(known "$id" 'security group cache')
  make_database
  make_cache
  if is_dry_run; then
    say "would wait for database and cache, and complete their secrets"
    return
  fi
  say '   waiting for database and cache: ten minutes and more at the first time'
  ask rds wait db-instance-available --db-instance-identifier "$DB_INSTANCE"
  ask elasticache wait replication-group-available --replication-group-id "$CACHE"
  db_host=$(ask rds describe-db-instances --db-instance-identifier "$DB_INSTANCE" --query 'DBInstances[0].Endpoint.Address')
  cache_host=$(ask elasticache describe-replication-groups --replication-group-id "$CACHE" \
    --query 'ReplicationGroups[0].NodeGroups[0].PrimaryEndpoint.Address')
  complete_login db-connection "Host=$db_host;Port=5432;Database=$DB_NAME;Username=identity_service;Password=PASSWORD;$tls"
  complete_login db-owner "Host=$db_host;Port=5432;Database=$DB_NAME;Username=identity_owner;Password=PASSWORD;$tls"
  complete_login redis "rediss://identity-gateway:PASSWORD@$cache_host:6379/0"
}
