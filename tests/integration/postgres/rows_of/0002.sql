-- What the second version writes besides.
INSERT INTO revocations (user_id) VALUES ('old-2');
