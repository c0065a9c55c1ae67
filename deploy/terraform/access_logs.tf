# Who asked the load balancer for what, every five minutes to a bucket of its own: what there is to look at after an attack, and the only
# place where requests are seen that never reached a task. They hold addresses of people: they end as the other logs do.

locals {
  log_bucket = "${var.project}-alb-logs-${local.account}"
  log_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Delivery"
        Effect    = "Allow"
        Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "arn:aws:s3:::${local.log_bucket}/AWSLogs/${local.account}/*"
      },
      {
        Sid       = "EncryptedOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::${local.log_bucket}", "arn:aws:s3:::${local.log_bucket}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  }
}

resource "aws_s3_bucket" "logs" {
  count         = var.access_logs ? 1 : 0
  bucket        = local.log_bucket
  force_destroy = !var.deletion_protection
}

resource "aws_s3_bucket_public_access_block" "logs" {
  count                   = var.access_logs ? 1 : 0
  bucket                  = aws_s3_bucket.logs[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  count  = var.access_logs ? 1 : 0
  bucket = aws_s3_bucket.logs[0].id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

# S3's own keys: the load balancer can write under no others.
resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  count  = var.access_logs ? 1 : 0
  bucket = aws_s3_bucket.logs[0].id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  count  = var.access_logs ? 1 : 0
  bucket = aws_s3_bucket.logs[0].id
  rule {
    id     = "end"
    status = "Enabled"
    filter {}
    expiration {
      days = var.log_days
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  count      = var.access_logs ? 1 : 0
  bucket     = aws_s3_bucket.logs[0].id
  policy     = jsonencode(local.log_policy)
  depends_on = [aws_s3_bucket_public_access_block.logs]
}
