-- KEYS: record
-- For servers before 6.2, which have no GETEX. A script although it is a GET: clients that cache or read from replicas leave scripts alone.
return redis.call('GET', KEYS[1])
