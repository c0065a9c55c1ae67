terraform {
  # 1.11: write-only arguments, by which passwords stay out of the state.
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { Project = var.project }
  }
}

# The same, for what is ephemeral: tests mock the first, and of this kind nothing can be mocked.
provider "aws" {
  alias  = "draw"
  region = var.region
}

data "aws_caller_identity" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "zone-type"
    values = ["availability-zone"]
  }
}

locals {
  account = data.aws_caller_identity.current.account_id
  zones   = slice(data.aws_availability_zones.available.names, 0, 2)
  cluster = "${var.project}-production"
  # With a Firebase project its accounts are used; without one the gateway keeps accounts of its own.
  with_firebase = var.firebase_project_id != null
}
