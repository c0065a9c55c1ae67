# Limits and failed attempts that all tasks share. Nothing in it is durable, and the gateway serves without it.

resource "aws_elasticache_subnet_group" "main" {
  name       = "${var.project}-identity-cache"
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_elasticache_user" "nobody" {
  user_id       = "${var.project}-identity-cache-default"
  user_name     = "default"
  engine        = "redis"
  access_string = "off -@all"
  authentication_mode {
    type      = "password"
    passwords = [terraform_data.cache_password["default"].output]
  }
}

resource "aws_elasticache_user" "gateway" {
  user_id       = "${var.project}-identity-cache-gateway"
  user_name     = "identity-gateway"
  engine        = "redis"
  access_string = "on ~identity-gateway:* -@all +eval +evalsha +time +get +set +del +exists +hmget +hset +pexpire +ping +select +hello"
  authentication_mode {
    type      = "password"
    passwords = [terraform_data.cache_password["gateway"].output]
  }
}

resource "aws_elasticache_user_group" "main" {
  user_group_id = "${var.project}-identity-cache"
  engine        = "redis"
  user_ids      = [aws_elasticache_user.nobody.user_id, aws_elasticache_user.gateway.user_id]
}

resource "aws_elasticache_replication_group" "main" {
  replication_group_id       = "${var.project}-identity-cache"
  description                = "limits and attempts"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = var.cache_node
  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  transit_encryption_enabled = true
  at_rest_encryption_enabled = true
  user_group_ids             = [aws_elasticache_user_group.main.user_group_id]
  subnet_group_name          = aws_elasticache_subnet_group.main.name
  security_group_ids         = [aws_security_group.store["cache"].id]
}
