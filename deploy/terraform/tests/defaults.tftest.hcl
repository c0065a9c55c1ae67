# What `validate` does not look at, on a plan and on an apply with a mocked provider: nothing is asked of AWS.

mock_provider "aws" {
  source = "./tests/mocks"
}

# What is ephemeral cannot be mocked, and is not drawn here.
provider "aws" {
  alias                       = "draw"
  region                      = "us-east-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

# Each with an ARN of its own, so that it shows who is given what.
override_resource {
  target = aws_iam_role.task
  values = { arn = "arn:aws:iam::123456789012:role/identity-service-task" }
}
override_resource {
  target = aws_iam_role.execution["setup-execution"]
  values = { arn = "arn:aws:iam::123456789012:role/identity-service-setup-execution" }
}
override_resource {
  target = aws_secretsmanager_secret.main["db-owner"]
  values = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:realserv/identity-service/db-owner-AbCdEf" }
}

variables {
  firebase_api_key     = "a"
  firebase_credentials = "{}"
  draw_passwords       = false
  passwords            = { service = "s", owner = "o", key = "k" }
  run_tasks            = false
  domain               = "api.realserv.com"
  zone_id              = "Z1234567890ABC"
  image                = "123456789012.dkr.ecr.us-east-1.amazonaws.com/realserv/identity-service@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  firebase_project_id  = "realserv-prod"
  cors_origins         = ["https://app.realserv.com", "https://admin.realserv.com"]
  alarm_email          = "operations@realserv.com"
}

run "network" {
  assert {
    condition     = length(distinct(aws_subnet.private[*].availability_zone)) == 2 && length(distinct(aws_subnet.public[*].availability_zone)) == 2
    error_message = "Two zones."
  }
  assert {
    condition     = length(distinct(concat(aws_subnet.private[*].cidr_block, aws_subnet.public[*].cidr_block))) == 4
    error_message = "Four ranges that do not overlap."
  }
  assert {
    condition     = length(aws_nat_gateway.main) == 2 && length(aws_route.private) == 2
    error_message = "By default each zone has a NAT gateway of its own."
  }
  assert {
    condition     = alltrue([for route in aws_route.private : route.destination_cidr_block == "0.0.0.0/0" && route.gateway_id == null])
    error_message = "Private subnets go out by NAT, not by the internet gateway."
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.alb : contains([80, 443], rule.from_port) && rule.from_port == rule.to_port])
    error_message = "The internet reaches 80 and 443 of the load balancer."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.tasks.from_port == 8080 && aws_vpc_security_group_ingress_rule.tasks.to_port == 8080 && aws_vpc_security_group_ingress_rule.tasks.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.tasks.referenced_security_group_id == aws_security_group.alb.id
    error_message = "Only the load balancer reaches the tasks, on 8080."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.store["database"].from_port == 5432 && aws_vpc_security_group_ingress_rule.store["cache"].from_port == 6379
    error_message = "The stores' own ports."
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.store : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null && rule.referenced_security_group_id == aws_security_group.tasks.id])
    error_message = "Only the tasks reach the stores."
  }
}

run "database" {
  assert {
    condition     = !aws_db_instance.main.publicly_accessible && aws_db_instance.main.storage_encrypted && aws_db_instance.main.multi_az && aws_db_instance.main.deletion_protection && !aws_db_instance.main.skip_final_snapshot
    error_message = "Private, encrypted, over two zones, protected, with a last snapshot."
  }
  assert {
    condition     = aws_db_instance.main.manage_master_user_password && aws_db_instance.main.password == null && aws_db_instance.main.backup_retention_period >= 7
    error_message = "A master password that AWS keeps; backups of a week."
  }
  assert {
    condition     = aws_db_instance.main.db_name == "realserv_identity"
    error_message = "The database is made with the instance."
  }
  assert {
    condition     = one([for parameter in aws_db_parameter_group.main.parameter : parameter.value if parameter.name == "rds.force_ssl"]) == "1"
    error_message = "TLS only."
  }
  assert {
    condition     = toset(aws_db_subnet_group.main.subnet_ids) == toset(aws_subnet.private[*].id)
    error_message = "In the private subnets."
  }
  assert {
    condition     = aws_elasticache_replication_group.main.transit_encryption_enabled && aws_elasticache_replication_group.main.at_rest_encryption_enabled && aws_elasticache_replication_group.main.automatic_failover_enabled && aws_elasticache_replication_group.main.num_cache_clusters == 2
    error_message = "Cache: TLS, encrypted, with failover."
  }
  assert {
    condition     = startswith(aws_elasticache_user.nobody.access_string, "off ") && strcontains(aws_elasticache_user.gateway.access_string, "~identity-gateway:* -@all")
    error_message = "Cache: the default user is off, ours has its own keys and commands only."
  }
}

run "task" {
  assert {
    condition     = aws_ecs_task_definition.service.cpu == "512" && aws_ecs_task_definition.service.memory == "1024" && contains(aws_ecs_task_definition.service.requires_compatibilities, "FARGATE") && aws_ecs_task_definition.service.network_mode == "awsvpc"
    error_message = "A pair that Fargate has."
  }
  assert {
    condition = length(setsubtract(keys(local.service_container), ["name", "image", "essential", "readonlyRootFilesystem", "linuxParameters", "user",
    "ulimits", "portMappings", "stopTimeout", "environment", "secrets", "healthCheck", "logConfiguration"])) == 0
    error_message = "A key that ECS does not know would be dropped without a word."
  }
  assert {
    condition     = alltrue([for container in [local.migrate_container, local.database_container] : length(setsubtract(keys(container), ["name", "image", "essential", "readonlyRootFilesystem", "linuxParameters", "user", "cpu", "memory", "command", "entryPoint", "environment", "secrets", "logConfiguration"])) == 0])
    error_message = "Nor in the one-off tasks."
  }
  assert {
    condition     = local.service_container.user == "10001:10001" && local.service_container.readonlyRootFilesystem && local.service_container.linuxParameters.capabilities.drop == ["ALL"]
    error_message = "Not root, a root that is read only, no capabilities."
  }
  assert {
    condition     = local.service_container.healthCheck.command == ["CMD", "/usr/bin/identity-gateway", "healthcheck"] && local.service_container.healthCheck.timeout < local.service_container.healthCheck.interval
    error_message = "The program says whether it is alive: no shell, no curl."
  }
  assert {
    condition     = local.service_container.stopTimeout > 25 && local.service_container.stopTimeout <= 120
    error_message = "Longer than the gateway drains, no longer than Fargate allows."
  }
  assert {
    condition     = local.service_container.portMappings[0].containerPort == 8080 && one(aws_ecs_service.main.load_balancer).container_port == 8080 && aws_lb_target_group.main.port == 8080 && local.environment.ASPNETCORE_URLS == "http://0.0.0.0:8080"
    error_message = "One port from the load balancer to the program."
  }
  assert {
    condition     = can(regex("^http://0.0.0.0:[0-9]+$", local.environment["Metrics__Url"])) && !endswith(local.environment["Metrics__Url"], ":8080")
    error_message = "The internet gets no metrics."
  }
  assert {
    condition     = one(aws_ecs_service.main.load_balancer).container_name == jsondecode(aws_ecs_task_definition.service.container_definitions)[0].name
    error_message = "The load balancer's container is there."
  }
  assert {
    condition     = alltrue([for entry in jsondecode(aws_ecs_task_definition.service.container_definitions)[0].environment : length(regexall("(?i)password|secret|apikey|credential|connectionstrings|key", entry.name)) == 0 && length(regexall("(?i)password=|rediss://|PRIVATE KEY|AIza", entry.value)) == 0])
    error_message = "No secret in the plain environment."
  }
  assert {
    condition     = toset(keys(local.secrets)) == toset(["ConnectionStrings__IdentityServiceDb", "ConnectionStrings__Redis", "Tokens__KeyEncryptionKey", "Firebase__ProjectId", "Firebase__ApiKey", "Firebase__CredentialsJson"])
    error_message = "The six secrets that the service needs."
  }
  assert {
    condition     = alltrue([for entry in local.service_container.secrets : startswith(entry.valueFrom, "arn:aws:secretsmanager:")])
    error_message = "Secrets by their ARN."
  }
  assert {
    condition     = alltrue([for address in ["ConnectionStrings__IdentityServiceDb", "ConnectionStrings__Redis"] : endswith(local.secrets[address], ":connection::")])
    error_message = "Of a JSON secret, the connection string."
  }
  assert {
    condition     = local.environment["Cors__AllowedOrigins__1"] == "https://admin.realserv.com" && local.environment["ForwardedHeaders__KnownNetworks__0"] == "10.0.0.0/24" && local.environment["AllowedHosts"] == "api.realserv.com"
    error_message = "Origins, proxies and host as configured."
  }
  assert {
    condition     = local.service_container.logConfiguration.options["awslogs-group"] == aws_cloudwatch_log_group.main.name && aws_cloudwatch_log_group.main.retention_in_days == 30
    error_message = "A log group that is there, and ends."
  }
  assert {
    condition     = local.migrate_container.command == ["migrate", "--service-role", "identity_service"] && local.migrate_container.image == local.service_container.image
    error_message = "The same image migrates."
  }
  assert {
    condition     = !contains(local.service_secrets, aws_secretsmanager_secret.main["db-owner"].arn) && contains(local.setup_secrets, aws_secretsmanager_secret.main["db-owner"].arn)
    error_message = "The service cannot read the owner's password."
  }
  assert {
    condition     = aws_ecs_task_definition.service.execution_role_arn != aws_ecs_task_definition.setup["migrate"].execution_role_arn && aws_ecs_task_definition.service.task_role_arn != aws_ecs_task_definition.service.execution_role_arn
    error_message = "Roles of their own."
  }
}

run "service" {
  assert {
    condition     = aws_ecs_service.main.deployment_minimum_healthy_percent == 100 && aws_ecs_service.main.deployment_maximum_percent == 200
    error_message = "Never fewer tasks than wanted."
  }
  assert {
    condition     = one(aws_ecs_service.main.deployment_circuit_breaker).enable && one(aws_ecs_service.main.deployment_circuit_breaker).rollback && one(aws_ecs_service.main.alarms).enable && one(aws_ecs_service.main.alarms).rollback && length(one(aws_ecs_service.main.alarms).alarm_names) == 3
    error_message = "A roll-out that fails goes back by itself."
  }
  assert {
    condition     = length(setsubtract(one(aws_ecs_service.main.alarms).alarm_names, [for alarm in aws_cloudwatch_metric_alarm.main : alarm.alarm_name])) == 0
    error_message = "Roll-outs watch alarms that are there."
  }
  assert {
    condition     = !one(aws_ecs_service.main.network_configuration).assign_public_ip && toset(one(aws_ecs_service.main.network_configuration).subnets) == toset(aws_subnet.private[*].id) && aws_ecs_service.main.health_check_grace_period_seconds >= 30
    error_message = "In the private subnets, with time to start."
  }
  assert {
    condition     = toset(aws_lb.main.subnets) == toset(aws_subnet.public[*].id) && aws_lb.main.drop_invalid_header_fields && aws_lb.main.enable_deletion_protection && aws_lb.main.idle_timeout < 75
    error_message = "Load balancer in two zones; its connections end before the gateway's."
  }
  assert {
    condition     = startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13-1-2") && aws_lb_listener.https.port == 443 && aws_lb_listener.https.protocol == "HTTPS"
    error_message = "TLS 1.2 at least."
  }
  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "redirect" && aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS" && aws_lb_listener.http.default_action[0].redirect[0].status_code == "HTTP_301"
    error_message = "80 leads to 443."
  }
  assert {
    condition     = aws_lb_target_group.main.health_check[0].path == "/api/v1/ready" && aws_lb_target_group.main.target_type == "ip" && tonumber(aws_lb_target_group.main.deregistration_delay) <= 60
    error_message = "Targets are asked whether they are ready; a drained one does not linger."
  }
  assert {
    condition     = aws_route53_record.main.alias[0].zone_id == aws_lb.main.zone_id && aws_route53_record.main.alias[0].zone_id != var.zone_id
    error_message = "The alias is in the load balancer's zone."
  }
  assert {
    condition     = toset([for policy in aws_appautoscaling_policy.main : policy.target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].predefined_metric_type]) == toset(["ECSServiceAverageCPUUtilization", "ALBRequestCountPerTarget"])
    error_message = "Scaling by the metrics that AWS has."
  }
  assert {
    condition     = can(regex("^app/.+/.+/targetgroup/.+/.+$", aws_appautoscaling_policy.main["requests"].target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].resource_label))
    error_message = "app/NAME/ID/targetgroup/NAME/ID, or the policy is refused."
  }
  assert {
    condition     = aws_ecr_repository.main.image_tag_mutability == "IMMUTABLE" && aws_ecr_repository.main.image_scanning_configuration[0].scan_on_push
    error_message = "Tags do not move; images are scanned."
  }
}

run "access_logs" {
  assert {
    condition     = one(aws_lb.main.access_logs).enabled && one(aws_lb.main.access_logs).bucket == aws_s3_bucket.logs[0].bucket && aws_s3_bucket.logs[0].bucket == "realserv-alb-logs-123456789012"
    error_message = "The load balancer writes down every request, in a bucket whose name nobody else has."
  }
  assert {
    condition     = aws_s3_bucket_public_access_block.logs[0].block_public_acls && aws_s3_bucket_public_access_block.logs[0].block_public_policy && aws_s3_bucket_public_access_block.logs[0].ignore_public_acls && aws_s3_bucket_public_access_block.logs[0].restrict_public_buckets
    error_message = "Nothing of it can be made public."
  }
  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.logs[0].rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256" && one(aws_s3_bucket_ownership_controls.logs[0].rule).object_ownership == "BucketOwnerEnforced"
    error_message = "Encrypted by S3's keys (the load balancer can use no others), and all of it ours."
  }
  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.logs[0].rule).status == "Enabled" && one(one(aws_s3_bucket_lifecycle_configuration.logs[0].rule).expiration).days == 30
    error_message = "They end."
  }
  assert {
    condition = [for statement in jsondecode(aws_s3_bucket_policy.logs[0].policy).Statement : statement if statement.Effect == "Allow"] == [{
      Sid      = "Delivery", Effect = "Allow", Action = "s3:PutObject", Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" },
      Resource = "arn:aws:s3:::realserv-alb-logs-123456789012/AWSLogs/123456789012/*"
    }]
    error_message = "AWS's delivery writes this account's logs there; nobody else may do anything."
  }
  assert {
    condition     = !aws_s3_bucket.logs[0].force_destroy
    error_message = "It is not destroyed with what is in it."
  }
}

run "alarms" {
  assert {
    condition     = length(aws_cloudwatch_metric_alarm.main) == 15 && alltrue([for alarm in aws_cloudwatch_metric_alarm.main : length(alarm.alarm_actions) == 1 && length(alarm.dimensions) > 0 && contains(["breaching", "notBreaching"], alarm.treat_missing_data)])
    error_message = "Every alarm tells somebody, is about something, and knows what silence means."
  }
  assert {
    condition = alltrue([for alarm in aws_cloudwatch_metric_alarm.main : contains(lookup({
      "AWS/ECS"            = ["CPUUtilization", "MemoryUtilization"]
      "AWS/ApplicationELB" = ["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", "TargetResponseTime", "UnHealthyHostCount", "HealthyHostCount"]
      "AWS/RDS"            = ["CPUUtilization", "FreeStorageSpace", "FreeableMemory", "DatabaseConnections"]
      "AWS/ElastiCache"    = ["EngineCPUUtilization", "DatabaseMemoryUsagePercentage"]
    }, alarm.namespace, []), alarm.metric_name)])
    error_message = "A metric that does not exist never goes off."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.main : (alarm.statistic == null) != (alarm.extended_statistic == null)])
    error_message = "One statistic each."
  }
  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.main : toset(keys(alarm.dimensions)) == toset(["ClusterName", "ServiceName"]) if alarm.namespace == "AWS/ECS"])
    error_message = "Of the service, not of the cluster."
  }
  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.main.dashboard_body).widgets) == 9 && !strcontains(aws_cloudwatch_dashboard.main.dashboard_body, "$${")
    error_message = "A dashboard with every name put in."
  }
  assert {
    condition     = aws_sns_topic_subscription.mail[0].endpoint == "operations@realserv.com"
    error_message = "Somebody is told."
  }
}
