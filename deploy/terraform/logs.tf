resource "aws_cloudwatch_log_group" "main" {
  name              = "/ecs/${var.service}"
  retention_in_days = var.log_days
}

# Made here, since RDS makes it without an end.
resource "aws_cloudwatch_log_group" "database" {
  name              = "/aws/rds/instance/${var.project}-identity-db/postgresql"
  retention_in_days = var.log_days
}
