# Without a default, or with none that works: what only you can know.

variable "domain" {
  description = "Public name of the API, such as api.realserv.com."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone in which the name is."
  type        = string
}

variable "image" {
  description = "The image by its digest: ….dkr.ecr.REGION.amazonaws.com/PROJECT/SERVICE@sha256:… (push_image.sh writes it down); null only for the repository, before there is one."
  type        = string
  default     = null
  validation {
    condition     = var.image == null || can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Name the image by its digest (@sha256:…): a tag may become another image."
  }
}

variable "firebase_project_id" {
  description = "Firebase project; null: no Firebase, the gateway keeps accounts of its own."
  type        = string
  default     = null
}

# Written to Secrets Manager at the first apply and when secrets_version changes, and kept nowhere else:
# TF_VAR_firebase_api_key=… TF_VAR_firebase_credentials="$(<firebase-admin-sdk.json)" terraform apply. Later applies need neither.
variable "firebase_api_key" {
  description = "Web API key of the Firebase project."
  type        = string
  default     = "not given"
  sensitive   = true
  ephemeral   = true
}

variable "firebase_credentials" {
  description = "Service-account key of the Firebase project, as JSON."
  type        = string
  default     = "not given"
  sensitive   = true
  ephemeral   = true
}

variable "secrets_version" {
  description = "Raise it to write the two above anew."
  type        = number
  default     = 1
}

variable "draw_passwords" {
  description = "Whether passwords are drawn at the first apply; false: they are those of `passwords`, as when a database is restored elsewhere."
  type        = bool
  default     = true
}

variable "passwords" {
  description = "service and owner (of the database), key (32 characters, for private keys)."
  type        = map(string)
  default     = {}
  sensitive   = true
  ephemeral   = true
}

variable "alarm_email" {
  description = "Who is told when an alarm goes off; null: nobody by mail, the topic is there."
  type        = string
  default     = null
}

variable "cors_origins" {
  description = "Web origins that may call the API from a browser."
  type        = list(string)
  default     = []
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "project" {
  description = "Begins the name of everything."
  type        = string
  default     = "realserv"
  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.project)) && length(var.project) <= 21
    error_message = "Small letters, digits and single hyphens, 21 at most."
  }
}

variable "service" {
  description = "ECS service, task family, container; the repository is PROJECT/SERVICE."
  type        = string
  default     = "identity-service"
  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.service)) && length(var.service) <= 29
    error_message = "Small letters, digits and single hyphens, 29 at most."
  }
}

variable "vpc_cidr" {
  type    = string
  default = "10.0.0.0/16"
}

variable "egress" {
  description = "How the private subnets reach out: one NAT gateway (nat), one in each zone (nat_per_zone), or AWS only (endpoints; not with Firebase)."
  type        = string
  default     = "nat_per_zone"
  validation {
    condition     = contains(["nat", "nat_per_zone", "endpoints"], var.egress)
    error_message = "One of nat, nat_per_zone, endpoints."
  }
  validation {
    condition     = var.egress != "endpoints" || var.firebase_project_id == null
    error_message = "Firebase is on the internet: with endpoints alone nothing reaches it. Choose nat or nat_per_zone."
  }
}

variable "architecture" {
  description = "What the image was built for: ARM64 or X86_64."
  type        = string
  default     = "ARM64"
  validation {
    condition     = contains(["ARM64", "X86_64"], var.architecture)
    error_message = "ARM64 or X86_64."
  }
}

variable "cpu" {
  type    = number
  default = 512
}

variable "memory" {
  type    = number
  default = 1024
  validation {
    condition = contains(lookup({
      256  = [512, 1024, 2048]
      512  = [for n in range(1, 5) : n * 1024]
      1024 = [for n in range(2, 9) : n * 1024]
      2048 = [for n in range(4, 17) : n * 1024]
      4096 = [for n in range(8, 31) : n * 1024]
    }, tostring(var.cpu), []), var.memory)
    error_message = "Fargate has no such pair of cpu and memory: 256/512, 512/1024, 1024/2048, …"
  }
}

variable "min_tasks" {
  type    = number
  default = 2
  validation {
    condition     = var.min_tasks >= 2
    error_message = "Two at least: one for each zone."
  }
}

variable "max_tasks" {
  type    = number
  default = 10
}

variable "requests_per_task" {
  description = "Requests a minute that one task is meant to take; more, and another is started."
  type        = number
  default     = 30000
}

variable "db_class" {
  type    = string
  default = "db.t4g.medium"
}

variable "db_storage_gb" {
  type    = number
  default = 20
}

variable "db_multi_az" {
  type    = bool
  default = true
}

variable "db_backup_days" {
  type    = number
  default = 7
  validation {
    condition     = var.db_backup_days >= 1
    error_message = "Without backups there is no way back in time."
  }
}

variable "db_connections_alarm" {
  description = "Open connections that are too many for db_class: three quarters of its max_connections. A task opens 10 at most."
  type        = number
  default     = 300
}

variable "cache_node" {
  type    = string
  default = "cache.t4g.micro"
}

variable "log_days" {
  type    = number
  default = 30
}

variable "access_logs" {
  description = "Whether the load balancer writes down every request, in a bucket of its own, for log_days."
  type        = bool
  default     = true
}

variable "deletion_protection" {
  description = "Of database, load balancer, the bucket of its logs and the images; false, applied, before terraform destroy."
  type        = bool
  default     = true
}

variable "run_tasks" {
  description = "Whether an apply runs the one-off tasks for the database's roles and schema, by the AWS CLI; false: run them yourself."
  type        = bool
  default     = true
}

variable "postgres_image" {
  description = "psql for the task that makes the database's roles, 15 or newer; with egress = endpoints, a copy in your own registry."
  type        = string
  default     = "public.ecr.aws/docker/library/postgres:16"
}
