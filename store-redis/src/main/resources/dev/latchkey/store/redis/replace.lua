-- KEYS: record, receipts, names, times
-- ARGV: expected version, new version, usable until, the same in milliseconds or nothing, now, name,
--       channel, message, milliseconds to keep receipts, content
local found = version_at(KEYS[1], ARGV[5])
if found == ARGV[2] or has_receipt(KEYS[2], ARGV[2]) then
  -- The client sent it twice. Writes something, so that a WAIT behind it waits.
  keep_receipt(KEYS[2], ARGV[2], ARGV[9])
  return 1
end
if found ~= ARGV[1] then
  return 0
end
-- First, because scripts are not rolled back: who may not publish must not have written.
redis.call('PUBLISH', ARGV[7], ARGV[8])
redis.call('SET', KEYS[1], ARGV[2] .. ARGV[3] .. ARGV[10])
if ARGV[4] == '' then
  redis.call('ZADD', KEYS[4], 'inf', ARGV[6])
else
  redis.call('PEXPIREAT', KEYS[1], ARGV[4])
  redis.call('ZADD', KEYS[4], ARGV[4], ARGV[6])
end
redis.call('ZADD', KEYS[3], 0, ARGV[6])
if found ~= '' then
  keep_receipt(KEYS[2], found, ARGV[9])
end
sweep(KEYS[3], KEYS[4], 10)
return 1
