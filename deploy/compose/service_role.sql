-- Run once, when the database is made: the role that the gateway connects as. `migrate --service-role` gives it its rights.
CREATE ROLE identity_service LOGIN PASSWORD 'only-for-trying-out';
