output "url" {
  value = "https://${var.domain}"
}

output "repository" {
  description = "Where the image is pushed."
  value       = aws_ecr_repository.main.repository_url
}

output "task_definition" {
  value = aws_ecs_task_definition.service.arn
}

output "cluster" {
  value = aws_ecs_cluster.main.name
}

output "service" {
  value = aws_ecs_service.main.name
}

output "log_group" {
  value = aws_cloudwatch_log_group.main.name
}

output "secrets" {
  description = "Names of the secrets."
  value       = sort([for secret in aws_secretsmanager_secret.main : secret.name])
}
