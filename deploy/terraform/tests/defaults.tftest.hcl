# What `validate` does not look at, on a plan with a mocked provider: nothing is asked of AWS.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_availability_zones" {
    defaults = { names = ["us-east-1a", "us-east-1b", "us-east-1c"] }
  }
}

variables {
  domain  = "api.realserv.com"
  zone_id = "Z1234567890ABC"
  image   = "123456789012.dkr.ecr.us-east-1.amazonaws.com/realserv/identity-service@sha256:0000000000000000000000000000000000000000000000000000000000000000"
}

run "plan" {
  command = plan
  assert {
    condition     = aws_db_instance.main.publicly_accessible == false
    error_message = "x"
  }
}
