# Answers in the shapes that AWS gives, where something here looks at them.

mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}
mock_data "aws_availability_zones" {
  defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] }
}
mock_data "aws_iam_policy_document" {
  defaults = { json = "{}" }
}
mock_resource "aws_lb" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/realserv-alb/0123456789abcdef"
    arn_suffix = "app/realserv-alb/0123456789abcdef"
    zone_id    = "Z35SXDOTRQ7X7K"
    dns_name   = "realserv-alb-1.us-east-1.elb.amazonaws.com"
  }
}
mock_resource "aws_s3_bucket" {
  defaults = { id = "realserv-alb-logs-123456789012", arn = "arn:aws:s3:::realserv-alb-logs-123456789012" }
}
mock_resource "aws_lb_target_group" {
  defaults = {
    arn        = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/identity-service-tg/0123456789abcdef"
    arn_suffix = "targetgroup/identity-service-tg/0123456789abcdef"
  }
}
mock_resource "aws_acm_certificate" {
  defaults = {
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/0"
    domain_validation_options = [{
      domain_name           = "api.realserv.com"
      resource_record_name  = "_x.api.realserv.com"
      resource_record_type  = "CNAME"
      resource_record_value = "_y.acm-validations.aws"
    }]
  }
}
mock_resource "aws_acm_certificate_validation" {
  defaults = { certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/0" }
}
mock_resource "aws_sns_topic" {
  defaults = { arn = "arn:aws:sns:us-east-1:123456789012:identity-service-alarms" }
}
mock_resource "aws_db_instance" {
  defaults = {
    address            = "realserv-identity-db.abc.us-east-1.rds.amazonaws.com"
    master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-0-AbCdEf", secret_status = "active", kms_key_id = "k" }]
  }
}
mock_resource "aws_elasticache_replication_group" {
  defaults = { primary_endpoint_address = "master.realserv-identity-cache.abc.use1.cache.amazonaws.com" }
}
mock_resource "aws_cloudwatch_log_group" {
  defaults = { arn = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/identity-service" }
}
mock_resource "aws_ecr_repository" {
  defaults = { arn = "arn:aws:ecr:us-east-1:123456789012:repository/realserv/identity-service" }
}
mock_resource "aws_iam_role" {
  defaults = { arn = "arn:aws:iam::123456789012:role/identity-service-execution" }
}
mock_resource "aws_secretsmanager_secret" {
  defaults = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:realserv/identity-service/one-AbCdEf" }
}
mock_resource "aws_ecs_task_definition" {
  defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:task-definition/identity-service:1" }
}
mock_resource "aws_ecs_cluster" {
  defaults = { arn = "arn:aws:ecs:us-east-1:123456789012:cluster/realserv-production", id = "arn:aws:ecs:us-east-1:123456789012:cluster/realserv-production" }
}
