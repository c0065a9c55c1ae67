resource "aws_ecs_cluster" "main" {
  name = local.cluster
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

# The database's roles, then its schema, before the service sees the new version: by one-off tasks, since nothing outside the
# private subnets reaches the database. Each runs when its task definition has changed.
resource "terraform_data" "task" {
  for_each = toset(var.run_tasks ? ["database"] : [])
  triggers_replace = {
    task = aws_ecs_task_definition.setup["database"].arn
  }
  provisioner "local-exec" {
    command     = "${path.module}/run_task.sh"
    environment = merge(local.run_task, { TASK = aws_ecs_task_definition.setup["database"].arn })
  }
  depends_on = [
    aws_iam_role_policy.execution, aws_secretsmanager_secret_version.login, aws_route.private, aws_vpc_endpoint.interface,
    aws_route_table_association.private, aws_vpc_security_group_egress_rule.tasks_https,
    aws_vpc_security_group_egress_rule.tasks_stores, aws_vpc_security_group_ingress_rule.store,
  ]
}

resource "terraform_data" "migration" {
  for_each = toset(var.run_tasks ? ["migrate"] : [])
  triggers_replace = {
    task = aws_ecs_task_definition.setup["migrate"].arn
  }
  provisioner "local-exec" {
    command     = "${path.module}/run_task.sh"
    environment = merge(local.run_task, { TASK = aws_ecs_task_definition.setup["migrate"].arn })
  }
  depends_on = [terraform_data.task]
}

locals {
  run_task = {
    REGION         = var.region
    CLUSTER        = aws_ecs_cluster.main.name
    SUBNETS        = join(",", aws_subnet.private[*].id)
    SECURITY_GROUP = aws_security_group.tasks.id
    LOG_GROUP      = aws_cloudwatch_log_group.main.name
  }
}

resource "aws_ecs_service" "main" {
  name                              = var.service
  cluster                           = aws_ecs_cluster.main.id
  task_definition                   = aws_ecs_task_definition.service.arn
  desired_count                     = var.min_tasks
  launch_type                       = "FARGATE"
  platform_version                  = "LATEST"
  health_check_grace_period_seconds = 60
  enable_execute_command            = false # the image has no shell to execute
  propagate_tags                    = "SERVICE"
  wait_for_steady_state             = true # an apply whose roll-out went back is no success

  # Never fewer than wanted, twice as many at most; back by itself if tasks do not become healthy or an alarm goes off.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  alarms {
    alarm_names = [for name in ["target-errors", "unhealthy-targets", "latency"] : aws_cloudwatch_metric_alarm.main[name].alarm_name]
    enable      = true
    rollback    = true
  }

  network_configuration {
    subnets          = aws_subnet.private[*].id
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.main.arn
    container_name   = var.service
    container_port   = 8080
  }

  lifecycle {
    ignore_changes = [desired_count] # the scaling's to say
  }
  depends_on = [
    aws_lb_listener.https, aws_iam_role_policy.execution, terraform_data.migration, aws_secretsmanager_secret_version.redis,
    aws_secretsmanager_secret_version.key, aws_secretsmanager_secret_version.firebase_project_id,
    aws_secretsmanager_secret_version.firebase_api_key, aws_secretsmanager_secret_version.firebase_credentials,
  ]
}
