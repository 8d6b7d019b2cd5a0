-- KEYS: record, receipts, names, times
-- ARGV: expected version, this removal's own id, now, name, channel, message, milliseconds to keep receipts
if has_receipt(KEYS[2], ARGV[2]) then
  -- The client sent it twice. Writes something, so that a WAIT behind it waits.
  keep_receipt(KEYS[2], ARGV[2], ARGV[7])
  return 1
end
if version_at(KEYS[1], ARGV[3]) ~= ARGV[1] then
  return 0
end
redis.call('PUBLISH', ARGV[5], ARGV[6])
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[3], ARGV[4])
redis.call('ZREM', KEYS[4], ARGV[4])
keep_receipt(KEYS[2], ARGV[1], ARGV[7])
keep_receipt(KEYS[2], ARGV[2], ARGV[7])
sweep(KEYS[3], KEYS[4], 10)
return 1
