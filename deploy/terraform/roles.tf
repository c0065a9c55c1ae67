# What starts a task may read that task's secrets and no others; the task itself needs nothing of AWS.

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:aws:ecs:${var.region}:${local.account}:*"]
    }
  }
}

locals {
  service_secrets = [for name in local.secret_names : aws_secretsmanager_secret.main[name].arn if name != "db-owner"]
  setup_secrets = [
    aws_db_instance.main.master_user_secret[0].secret_arn,
    aws_secretsmanager_secret.main["db-owner"].arn, aws_secretsmanager_secret.main["db-connection"].arn,
  ]
  execution_secrets = { execution = local.service_secrets, setup-execution = local.setup_secrets }
}

data "aws_iam_policy_document" "execution" {
  for_each = toset(["execution", "setup-execution"])
  statement {
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }
  statement {
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
    resources = [aws_ecr_repository.main.arn]
  }
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.main.arn}:*"]
  }
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = local.execution_secrets[each.key]
  }
}

resource "aws_iam_role" "execution" {
  for_each           = toset(["execution", "setup-execution"])
  name               = "${var.service}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "execution" {
  for_each = aws_iam_role.execution
  name     = "needed"
  role     = each.value.id
  policy   = data.aws_iam_policy_document.execution[each.key].json
}

resource "aws_iam_role" "task" {
  name               = "${var.service}-task"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
