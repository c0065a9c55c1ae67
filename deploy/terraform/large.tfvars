# For a product that lives from it: room to grow, and no zone that depends on another.
cpu            = 1024
memory         = 2048
min_tasks      = 4
max_tasks      = 20
egress         = "nat_per_zone"
db_class       = "db.m7g.large"
db_storage_gb  = 100
db_multi_az    = true
db_backup_days = 30
cache_node     = "cache.m7g.large"
log_days       = 90

db_connections_alarm = 600
