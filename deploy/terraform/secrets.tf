# Passwords are drawn by Secrets Manager and go there, not into the state: values that are ephemeral, arguments that are
# write-only. The exception is the cache's password, since the provider keeps it in the state of its user.

ephemeral "aws_secretsmanager_random_password" "drawn" {
  provider            = aws.draw
  for_each            = toset(var.draw_passwords ? ["service", "owner", "key"] : [])
  password_length     = each.key == "key" ? 32 : 48
  exclude_punctuation = true
}

data "aws_secretsmanager_random_password" "cache" {
  for_each            = toset(["default", "gateway"])
  password_length     = 48
  exclude_punctuation = true
}

# Drawn anew at each plan; the first one stays.
resource "terraform_data" "cache_password" {
  for_each = data.aws_secretsmanager_random_password.cache
  input    = each.value.random_password
  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  passwords = var.draw_passwords ? { for name, drawn in ephemeral.aws_secretsmanager_random_password.drawn : name => drawn.random_password } : var.passwords

  # Eight connections and two more of each task: in a roll-out there are twice as many tasks, and the smallest database takes 90.
  tls        = "SSL Mode=VerifyFull;Root Certificate=/app/rds-ca.pem;Maximum Pool Size=8"
  database   = "Host=${aws_db_instance.main.address};Port=5432;Database=${aws_db_instance.main.db_name}"
  cache      = aws_elasticache_replication_group.main.primary_endpoint_address
  cache_user = aws_elasticache_user.gateway.user_name

  secret_names = toset(concat(["db-connection", "db-owner", "redis", "key-encryption-key"],
  local.with_firebase ? ["firebase-project-id", "firebase-api-key", "firebase-credentials"] : []))
  logins = { db-connection = ["identity_service", "service"], db-owner = ["identity_owner", "owner"] }
}

resource "aws_secretsmanager_secret" "main" {
  for_each = local.secret_names
  name     = "${var.project}/${var.service}/${each.key}"
}

# {username, password, connection}: the task that makes the roles takes the password, the gateway the connection string.
resource "aws_secretsmanager_secret_version" "login" {
  for_each  = local.logins
  secret_id = aws_secretsmanager_secret.main[each.key].id
  secret_string_wo = jsonencode({
    username   = each.value[0]
    password   = local.passwords[each.value[1]]
    connection = "${local.database};Username=${each.value[0]};Password=${local.passwords[each.value[1]]};${local.tls}"
  })
  secret_string_wo_version = 1
}

resource "aws_secretsmanager_secret_version" "redis" {
  secret_id = aws_secretsmanager_secret.main["redis"].id
  secret_string = jsonencode({
    username   = local.cache_user
    password   = terraform_data.cache_password["gateway"].output
    connection = "rediss://${local.cache_user}:${terraform_data.cache_password["gateway"].output}@${local.cache}:6379/0"
  })
}

# 32 bytes in base64, drawn as 32 letters and digits: 190 bits that nobody knows.
resource "aws_secretsmanager_secret_version" "key" {
  secret_id                = aws_secretsmanager_secret.main["key-encryption-key"].id
  secret_string_wo         = base64encode(local.passwords["key"])
  secret_string_wo_version = 1
}

resource "aws_secretsmanager_secret_version" "firebase_project_id" {
  count         = local.with_firebase ? 1 : 0
  secret_id     = aws_secretsmanager_secret.main["firebase-project-id"].id
  secret_string = var.firebase_project_id
}

resource "aws_secretsmanager_secret_version" "firebase_api_key" {
  count                    = local.with_firebase ? 1 : 0
  secret_id                = aws_secretsmanager_secret.main["firebase-api-key"].id
  secret_string_wo         = var.firebase_api_key
  secret_string_wo_version = var.secrets_version
}

resource "aws_secretsmanager_secret_version" "firebase_credentials" {
  count                    = local.with_firebase ? 1 : 0
  secret_id                = aws_secretsmanager_secret.main["firebase-credentials"].id
  secret_string_wo         = var.firebase_credentials
  secret_string_wo_version = var.secrets_version
}
