# For a product that begins: two tasks of the smallest useful size, one NAT gateway, a database in one zone.
cpu         = 256
memory      = 512
min_tasks   = 2
max_tasks   = 4
egress      = "nat"
db_class    = "db.t4g.micro"
db_multi_az = false
log_days    = 14

db_connections_alarm = 60
