# The file of deploy/aws-cli: one definition of what there is to see.

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = "IdentityServiceDashboard"
  dashboard_body = templatefile("${path.module}/../aws-cli/dashboard.json", {
    AWS_REGION         = var.region
    ALB_LABEL          = aws_lb.main.arn_suffix
    TARGET_GROUP_LABEL = aws_lb_target_group.main.arn_suffix
    CLUSTER            = local.cluster
    SERVICE            = var.service
    DB_INSTANCE        = aws_db_instance.main.identifier
    CACHE              = aws_elasticache_replication_group.main.replication_group_id
  })
}
