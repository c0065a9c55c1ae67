# Step 3, network: a VPC over two zones. Load balancer in the public subnets; tasks, database and cache in the private ones,
# which reach Firebase through NAT. Who may talk to whom: internet -> alb -> tasks -> database, cache.
# shellcheck shell=bash disable=SC2154,SC2153
make_subnet() { # name zone range
  local id
  id=$(subnet_id "$1")
  if [ -z "$id" ]; then
    id=$(change "subnet $1" ec2 create-subnet --vpc-id "$VPC_ID" --availability-zone "$2" --cidr-block "$3" \
      --tag-specifications "$(tagged subnet "$1")" --query Subnet.SubnetId)
  fi
  printf '%s' "$id"
}
make_route_table() { # name subnet target-option target
  local table route association
  table=$(by_name describe-route-tables 'RouteTables[0].RouteTableId' "$PROJECT-$1" "Name=vpc-id,Values=$VPC_ID")
  if [ -z "$table" ]; then
    table=$(change "route table $1" ec2 create-route-table --vpc-id "$VPC_ID" \
      --tag-specifications "$(tagged route-table "$1")" --query RouteTable.RouteTableId)
  fi
  route=$(ask ec2 describe-route-tables --route-table-ids "$table" \
    --query "RouteTables[0].Routes[?DestinationCidrBlock=='0.0.0.0/0'].State | [0]")
  if [ -z "$route" ]; then
    change "default route of $1" ec2 create-route --route-table-id "$table" --destination-cidr-block 0.0.0.0/0 "$3" "$4" >/dev/null
  fi
  association=$(ask ec2 describe-route-tables --route-table-ids "$table" \
    --query "RouteTables[0].Associations[?SubnetId=='$2'].SubnetId | [0]")
  if [ -z "$association" ]; then
    change "association of $1" ec2 associate-route-table --route-table-id "$table" --subnet-id "$2" >/dev/null
  fi
  printf '%s' "$table"
}
make_nat() { # name public-subnet
  local id address
  id=$(ask ec2 describe-nat-gateways --filter "Name=subnet-id,Values=$2" Name=state,Values=pending,available \
    --query 'NatGateways[0].NatGatewayId')
  if [ -z "$id" ]; then
    address=$(by_name describe-addresses 'Addresses[0].AllocationId' "$PROJECT-$1")
    if [ -z "$address" ]; then
      address=$(change "address of $1" ec2 allocate-address --domain vpc \
        --tag-specifications "$(tagged elastic-ip "$1")" --query AllocationId)
    fi
    id=$(change "gateway $1" ec2 create-nat-gateway --subnet-id "$2" --allocation-id "$address" \
      --tag-specifications "$(tagged natgateway "$1")" --query NatGateway.NatGatewayId)
  fi
  ask ec2 wait nat-gateway-available --nat-gateway-ids "$id"
  printf '%s' "$id"
}
make_security_group() { # name description
  local id
  id=$(security_group_id "$1")
  if [ -z "$id" ]; then
    id=$(change "security group $1" ec2 create-security-group --group-name "$PROJECT-$1" --description "$2" \
      --vpc-id "$VPC_ID" --tag-specifications "$(tagged security-group "$1")" --query GroupId)
  fi
  printf '%s' "$id"
}
allow() { # group port source-group-or-range
  local there
  there=$(ask ec2 describe-security-groups --group-ids "$1" \
    --query "SecurityGroups[0].IpPermissions[?FromPort==\`$2\`].[UserIdGroupPairs[].GroupId, IpRanges[].CidrIp][][]")
  if grep -qwF -- "$3" <<<"$there"; then return 0; fi
  local from=(--source-group "$3")
  if [[ $3 = */* ]]; then from=(--cidr "$3"); fi
  change "rule: $3 may reach $1 on port $2" ec2 authorize-security-group-ingress --group-id "$1" --protocol tcp --port "$2" "${from[@]}" >/dev/null
}
step_3_network() {
  begin 3 'infrastructure: network'
  local zones zone_1 zone_2 gateway attached nat_1 nat_2 tables=() table endpoint
  # shellcheck disable=SC2016  # the back quotes are of the query
  zones=$(ask ec2 describe-availability-zones --filters Name=state,Values=available --query 'AvailabilityZones[?ZoneType==`availability-zone` || ZoneType==null].ZoneName')
  read -r zone_1 zone_2 _ <<<"$zones"
  if [ -z "${zone_2:-}" ]; then fail "$AWS_REGION has no two zones"; fi
  VPC_ID=$(vpc_id)
  if [ -z "$VPC_ID" ]; then
    VPC_ID=$(change vpc ec2 create-vpc --cidr-block 10.0.0.0/16 --tag-specifications "$(tagged vpc vpc)" --query Vpc.VpcId)
  fi
  change 'host names in the vpc' ec2 modify-vpc-attribute --vpc-id "$VPC_ID" --enable-dns-hostnames Value=true >/dev/null
  gateway=$(by_name describe-internet-gateways 'InternetGateways[0].InternetGatewayId' "$PROJECT-internet")
  if [ -z "$gateway" ]; then
    gateway=$(change 'internet gateway' ec2 create-internet-gateway --tag-specifications "$(tagged internet-gateway internet)" \
      --query InternetGateway.InternetGatewayId)
  fi
  attached=$(ask ec2 describe-internet-gateways --internet-gateway-ids "$gateway" --query 'InternetGateways[0].Attachments[0].VpcId')
  if [ -z "$attached" ]; then
    change 'attachment of the internet gateway' ec2 attach-internet-gateway --internet-gateway-id "$gateway" --vpc-id "$VPC_ID" >/dev/null
  fi
  PUBLIC_1=$(make_subnet public-1 "$zone_1" 10.0.0.0/24)
  PUBLIC_2=$(make_subnet public-2 "$zone_2" 10.0.1.0/24)
  PRIVATE_1=$(make_subnet private-1 "$zone_1" 10.0.16.0/20)
  PRIVATE_2=$(make_subnet private-2 "$zone_2" 10.0.32.0/20)
  make_route_table public-1 "$PUBLIC_1" --gateway-id "$gateway" >/dev/null
  make_route_table public-2 "$PUBLIC_2" --gateway-id "$gateway" >/dev/null
  nat_1=$(make_nat nat-1 "$PUBLIC_1")
  nat_2=$nat_1
  if [ "${NAT_GATEWAYS:-2}" -ge 2 ]; then nat_2=$(make_nat nat-2 "$PUBLIC_2"); fi
  table=$(make_route_table private-1 "$PRIVATE_1" --nat-gateway-id "$nat_1"); tables+=("$table")
  table=$(make_route_table private-2 "$PRIVATE_2" --nat-gateway-id "$nat_2"); tables+=("$table")
  # Layers of images come from S3: this way they cost nothing and do not pass NAT.
  endpoint=$(ask ec2 describe-vpc-endpoints --filters "Name=vpc-id,Values=$VPC_ID" "Name=service-name,Values=com.amazonaws.$AWS_REGION.s3" \
    --query 'VpcEndpoints[0].VpcEndpointId')
  if [ -z "$endpoint" ]; then
    change 'endpoint of S3' ec2 create-vpc-endpoint --vpc-id "$VPC_ID" --service-name "com.amazonaws.$AWS_REGION.s3" \
      --route-table-ids "${tables[@]}" --tag-specifications "$(tagged vpc-endpoint s3)" >/dev/null
  fi
  ALB_GROUP=$(make_security_group alb 'HTTPS from everywhere')
  TASKS_GROUP=$(make_security_group tasks 'the load balancer only')
  DATABASE_GROUP=$(make_security_group database 'the tasks only')
  CACHE_GROUP=$(make_security_group cache 'the tasks only')
  allow "$ALB_GROUP" 443 0.0.0.0/0
  allow "$ALB_GROUP" 80 0.0.0.0/0
  allow "$TASKS_GROUP" 8080 "$ALB_GROUP"
  allow "$DATABASE_GROUP" 5432 "$TASKS_GROUP"
  allow "$CACHE_GROUP" 6379 "$TASKS_GROUP"
}
