-- KEYS: record
-- A script although it is a GET: clients that cache or read from replicas leave scripts alone.
return redis.call('GET', KEYS[1])
