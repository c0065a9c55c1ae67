# What can be chosen, and what is refused.

mock_provider "aws" {
  source = "./tests/mocks"
}

provider "aws" {
  alias                       = "draw"
  region                      = "us-east-1"
  access_key                  = "testing"
  secret_key                  = "testing"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  draw_passwords = false
  passwords      = { service = "s", owner = "o", key = "k" }
  run_tasks      = false
  domain         = "api.realserv.com"
  zone_id        = "Z1234567890ABC"
  image          = "123456789012.dkr.ecr.us-east-1.amazonaws.com/realserv/identity-service@sha256:0000000000000000000000000000000000000000000000000000000000000000"
}

run "one_nat_gateway" {
  command = plan
  variables {
    egress = "nat"
  }
  assert {
    condition     = length(aws_nat_gateway.main) == 1 && length(aws_route.private) == 2
    error_message = "Both private subnets go out by the one gateway."
  }
}

run "endpoints_without_firebase" {
  command = plan
  variables {
    egress = "endpoints"
  }
  assert {
    condition     = length(aws_nat_gateway.main) == 0 && length(aws_route.private) == 0 && toset(keys(aws_vpc_endpoint.interface)) == toset(["ecr.api", "ecr.dkr", "logs", "secretsmanager"])
    error_message = "All that a task needs of AWS to start has an endpoint."
  }
  assert {
    condition     = !contains(keys(local.secrets), "Firebase__ApiKey") && length(aws_secretsmanager_secret_version.firebase_api_key) == 0
    error_message = "Without a project nothing of Firebase is set."
  }
}

run "x86" {
  command = plan
  variables {
    architecture = "X86_64"
  }
  assert {
    condition     = alltrue([for task in concat([aws_ecs_task_definition.service], values(aws_ecs_task_definition.setup)) : one(task.runtime_platform).cpu_architecture == "X86_64"])
    error_message = "All tasks are of the image's architecture."
  }
}

run "without_access_logs" {
  command = plan
  variables {
    access_logs = false
  }
  assert {
    condition     = length(aws_lb.main.access_logs) == 0 && length(aws_s3_bucket.logs) + length(aws_s3_bucket_policy.logs) == 0
    error_message = "No bucket where nothing is written."
  }
}

run "tasks_are_run" {
  command = plan
  variables {
    run_tasks = true
  }
  assert {
    condition     = length(terraform_data.task) == 1 && length(terraform_data.migration) == 1
    error_message = "Roles and schema by one-off tasks."
  }
}

run "firebase_needs_the_internet" {
  command = plan
  variables {
    egress              = "endpoints"
    firebase_project_id = "realserv-prod"
  }
  expect_failures = [var.egress]
}

run "no_such_pair" {
  command = plan
  variables {
    memory = 768
  }
  expect_failures = [var.memory]
}

run "no_such_architecture" {
  command = plan
  variables {
    architecture = "arm"
  }
  expect_failures = [var.architecture]
}

run "nothing_runs_without_an_image" {
  command = plan
  variables {
    image = null
  }
  expect_failures = [aws_ecs_task_definition.service]
}

run "a_tag_is_no_image" {
  command = plan
  variables {
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/realserv/identity-service:latest"
  }
  expect_failures = [var.image]
}

run "two_hyphens_are_no_name" {
  command = plan
  variables {
    project = "real--serv"
  }
  expect_failures = [var.project]
}

run "no_service_of_that_length" {
  command = plan
  variables {
    service = "identity-service-of-a-long-name"
  }
  expect_failures = [var.service]
}

run "it_can_be_destroyed" {
  command = plan
  variables {
    deletion_protection = false
  }
  assert {
    condition     = aws_ecr_repository.main.force_delete && aws_s3_bucket.logs[0].force_destroy && !aws_lb.main.enable_deletion_protection && !aws_db_instance.main.deletion_protection
    error_message = "Nothing is left that keeps itself from being destroyed."
  }
}

run "one_task_is_none" {
  command = plan
  variables {
    min_tasks = 1
  }
  expect_failures = [var.min_tasks]
}

run "no_backups" {
  command = plan
  variables {
    db_backup_days = 0
  }
  expect_failures = [var.db_backup_days]
}
