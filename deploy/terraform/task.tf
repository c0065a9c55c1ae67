# Three task definitions: the service, its migrations, and the database's roles. Values that anybody may read are environment,
# the others secrets: by whole ARN, and of a JSON secret the one key.

locals {
  secret_arn = { for name, secret in aws_secretsmanager_secret.main : name => secret.arn }

  environment = merge({
    ASPNETCORE_ENVIRONMENT = "Production"
    ASPNETCORE_URLS        = "http://0.0.0.0:8080"
    AllowedHosts           = var.domain
    Tokens__IssuerUrl      = "https://${var.domain}"
    # Not where the load balancer leads the internet; no rule lets anybody reach this port.
    Metrics__Url = "http://0.0.0.0:9090"
    # Only the load balancer's subnets are believed about a client's address.
    ForwardedHeaders__Preset = "alb"
    },
    { for index, subnet in aws_subnet.public : "ForwardedHeaders__KnownNetworks__${index}" => subnet.cidr_block },
    { for index, origin in var.cors_origins : "Cors__AllowedOrigins__${index}" => origin },
  )

  secrets = merge({
    ConnectionStrings__IdentityServiceDb = "${local.secret_arn["db-connection"]}:connection::"
    ConnectionStrings__Redis             = "${local.secret_arn["redis"]}:connection::"
    Tokens__KeyEncryptionKey             = local.secret_arn["key-encryption-key"]
    },
    local.with_firebase ? {
      Firebase__ProjectId       = local.secret_arn["firebase-project-id"]
      Firebase__ApiKey          = local.secret_arn["firebase-api-key"]
      Firebase__CredentialsJson = local.secret_arn["firebase-credentials"]
    } : {},
  )

  log_configuration = { for prefix in ["ecs", "migrate", "database"] : prefix => {
    logDriver = "awslogs"
    options = {
      awslogs-group         = aws_cloudwatch_log_group.main.name
      awslogs-region        = var.region
      awslogs-stream-prefix = prefix
      mode                  = "non-blocking"
      max-buffer-size       = "4m"
    }
  } }

  confined = {
    essential              = true
    readonlyRootFilesystem = true
    linuxParameters        = { capabilities = { drop = ["ALL"] } }
  }

  service_container = merge(local.confined, {
    name         = var.service
    image        = var.image
    user         = "10001:10001"
    ulimits      = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]
    portMappings = [{ containerPort = 8080, hostPort = 8080, protocol = "tcp" }]
    stopTimeout  = 30 # above Server:DrainSeconds, 25
    environment  = [for name in sort(keys(local.environment)) : { name = name, value = local.environment[name] }]
    secrets      = [for name in sort(keys(local.secrets)) : { name = name, valueFrom = local.secrets[name] }]
    # Alive, not ready: a database that is away must not have every task replaced.
    healthCheck = {
      command     = ["CMD", "/usr/bin/identity-gateway", "healthcheck"]
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 30
    }
    logConfiguration = local.log_configuration["ecs"]
  })

  migrate_container = merge(local.confined, {
    name             = "migrate"
    image            = var.image
    cpu              = 256
    memory           = 512
    user             = "10001:10001"
    command          = ["migrate", "--service-role", "identity_service"]
    environment      = [{ name = "ASPNETCORE_ENVIRONMENT", value = "Production" }]
    secrets          = [{ name = "ConnectionStrings__IdentityServiceDb", valueFrom = "${local.secret_arn["db-owner"]}:connection::" }]
    logConfiguration = local.log_configuration["migrate"]
  })

  master_secret = aws_db_instance.main.master_user_secret[0].secret_arn
  database_container = merge(local.confined, {
    name       = "psql"
    image      = var.postgres_image
    cpu        = 256
    memory     = 512
    user       = "65534:65534"
    entryPoint = ["/bin/sh", "-c"]
    command    = ["printf '%s' \"$SCRIPT\" | psql --no-psqlrc --quiet --set ON_ERROR_STOP=1"]
    environment = [
      { name = "PGCONNECT_TIMEOUT", value = "15" },
      { name = "PGDATABASE", value = aws_db_instance.main.db_name },
      { name = "PGHOST", value = aws_db_instance.main.address },
      { name = "PGSSLMODE", value = "require" },
      { name = "SCRIPT", value = file("${path.module}/../aws-cli/roles.sql") },
    ]
    secrets = [
      { name = "OWNER_PASSWORD", valueFrom = "${local.secret_arn["db-owner"]}:password::" },
      { name = "PGPASSWORD", valueFrom = "${local.master_secret}:password::" },
      { name = "PGUSER", valueFrom = "${local.master_secret}:username::" },
      { name = "SERVICE_PASSWORD", valueFrom = "${local.secret_arn["db-connection"]}:password::" },
    ]
    logConfiguration = local.log_configuration["database"]
  })
}

resource "aws_ecs_task_definition" "service" {
  family                   = var.service
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution["execution"].arn
  task_role_arn            = aws_iam_role.task.arn
  skip_destroy             = true # what can be gone back to stays
  runtime_platform {
    cpu_architecture        = var.architecture
    operating_system_family = "LINUX"
  }
  container_definitions = jsonencode([local.service_container])
  lifecycle {
    precondition {
      condition     = var.image != null
      error_message = "No image is named: push one by push_image.sh, which writes image.auto.tfvars."
    }
  }
}

resource "aws_ecs_task_definition" "setup" {
  for_each                 = { migrate = local.migrate_container, database = local.database_container }
  family                   = "${var.service}-${each.key}"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution["setup-execution"].arn
  runtime_platform {
    cpu_architecture        = var.architecture
    operating_system_family = "LINUX"
  }
  container_definitions = jsonencode([each.value])
}
