# Every alarm tells the topic. No data is good news for errors, and bad news for what must always be there.

resource "aws_sns_topic" "alarms" {
  name = "${var.service}-alarms"
}

resource "aws_sns_topic_subscription" "mail" {
  count     = var.alarm_email == null ? 0 : 1
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

locals {
  in_alb      = { LoadBalancer = aws_lb.main.arn_suffix }
  in_target   = merge(local.in_alb, { TargetGroup = aws_lb_target_group.main.arn_suffix })
  in_service  = { ClusterName = local.cluster, ServiceName = var.service }
  in_database = { DBInstanceIdentifier = aws_db_instance.main.identifier }
  cache_nodes = [for number in ["001", "002"] : "${aws_elasticache_replication_group.main.replication_group_id}-${number}"]

  # [namespace, metric, statistic, comparison, threshold, periods, seconds, no data is bad, dimensions]
  alarms = merge({
    high-cpu             = ["AWS/ECS", "CPUUtilization", "Average", ">", 80, 2, 300, true, local.in_service]
    high-memory          = ["AWS/ECS", "MemoryUtilization", "Average", ">", 80, 2, 300, true, local.in_service]
    target-errors        = ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", ">", 10, 2, 60, false, local.in_target]
    load-balancer-errors = ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "Sum", ">", 10, 2, 60, false, local.in_alb]
    latency              = ["AWS/ApplicationELB", "TargetResponseTime", "p99", ">", 2, 3, 60, false, local.in_target]
    # As a roll-out begins, its new tasks are unhealthy for a moment: five minutes are not a moment.
    unhealthy-targets    = ["AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", ">", 0, 5, 60, false, local.in_target]
    no-targets           = ["AWS/ApplicationELB", "HealthyHostCount", "Minimum", "<", 1, 1, 60, true, local.in_target]
    database-cpu         = ["AWS/RDS", "CPUUtilization", "Average", ">", 80, 3, 300, true, local.in_database]
    database-storage     = ["AWS/RDS", "FreeStorageSpace", "Minimum", "<", 4000000000, 1, 300, true, local.in_database]
    database-memory      = ["AWS/RDS", "FreeableMemory", "Average", "<", 64000000, 3, 300, true, local.in_database]
    database-connections = ["AWS/RDS", "DatabaseConnections", "Maximum", ">", var.db_connections_alarm, 2, 60, true, local.in_database]
    }, {
    for index, node in local.cache_nodes : "cache-cpu-${index + 1}" =>
    ["AWS/ElastiCache", "EngineCPUUtilization", "Average", ">", 80, 3, 300, true, { CacheClusterId = node }]
    }, {
    for index, node in local.cache_nodes : "cache-memory-${index + 1}" =>
    ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "Average", ">", 80, 3, 300, true, { CacheClusterId = node }]
  })
}

resource "aws_cloudwatch_metric_alarm" "main" {
  for_each            = local.alarms
  alarm_name          = "${var.service}-${each.key}"
  alarm_description   = "Runbook: deploy/README.md"
  namespace           = each.value[0]
  metric_name         = each.value[1]
  statistic           = startswith(each.value[2], "p") ? null : each.value[2]
  extended_statistic  = startswith(each.value[2], "p") ? each.value[2] : null
  comparison_operator = each.value[3] == ">" ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = each.value[4]
  evaluation_periods  = each.value[5]
  period              = each.value[6]
  treat_missing_data  = each.value[7] ? "breaching" : "notBreaching"
  dimensions          = each.value[8]
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
