resource "aws_db_subnet_group" "main" {
  name       = "${var.project}-db-subnet"
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_db_parameter_group" "main" {
  name   = "${var.project}-identity-postgres16"
  family = "postgres16"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
  # Otherwise the values of a refused row stand in the log: emails.
  parameter {
    name  = "log_error_verbosity"
    value = "terse"
  }
}

resource "aws_db_instance" "main" {
  identifier            = "${var.project}-identity-db"
  db_name               = "${replace(var.project, "-", "_")}_identity"
  engine                = "postgres"
  engine_version        = "16" # the minor version is AWS's choice: one named here would be deprecated within a year
  instance_class        = var.db_class
  allocated_storage     = var.db_storage_gb
  max_allocated_storage = var.db_storage_gb * 5
  storage_type          = "gp3"
  storage_encrypted     = true
  multi_az              = var.db_multi_az

  # The administrator, whom nobody signs in as but the task that makes the roles: AWS draws and rotates its password.
  username                    = "postgres"
  manage_master_user_password = true

  db_subnet_group_name   = aws_db_subnet_group.main.name
  parameter_group_name   = aws_db_parameter_group.main.name
  vpc_security_group_ids = [aws_security_group.store["database"].id]
  publicly_accessible    = false

  backup_retention_period         = var.db_backup_days
  copy_tags_to_snapshot           = true
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = false
  final_snapshot_identifier       = "${var.project}-identity-db-final"
  auto_minor_version_upgrade      = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
  depends_on                      = [aws_cloudwatch_log_group.database]
}
