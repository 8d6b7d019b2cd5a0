-- What the scripts share. A record is a string: 22 characters of version, 21 digits of "usable until", content.
-- Instants are 12 digits of seconds and 9 of nanoseconds, so that they compare as text.

local function version_at(record, now)
  local header = redis.call('GETRANGE', record, 0, 42)
  if string.sub(header, 23) >= now then
    return string.sub(header, 1, 22)
  end
  return ''
end

-- The key's latest writes that something else has followed: by these, a write that arrives twice is known.
local function has_receipt(receipts, id)
  for _, each in ipairs(redis.call('LRANGE', receipts, 0, -1)) do
    if each == id then
      return true
    end
  end
  return false
end

local function keep_receipt(receipts, id, milliseconds)
  -- Not worth a failure: a logout must go through when the memory is full.
  redis.pcall('LPUSH', receipts, id)
  redis.pcall('LTRIM', receipts, 0, 31)
  redis.pcall('PEXPIRE', receipts, milliseconds)
end

local function server_milliseconds()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Drops names whose records the server has expired, and lets the indexes end with their last record.
local function sweep(names, times, most)
  local before = '(' .. string.format('%.0f', server_milliseconds())
  local gone = redis.call('ZRANGEBYSCORE', times, '-inf', before, 'LIMIT', 0, most)
  if #gone > 0 then
    redis.call('ZREM', names, unpack(gone))
    redis.call('ZREM', times, unpack(gone))
  end
  local last = redis.call('ZREVRANGE', times, 0, 0, 'WITHSCORES')
  if last[2] == 'inf' then
    redis.call('PERSIST', names)
    redis.call('PERSIST', times)
  elseif last[2] then
    redis.call('PEXPIREAT', names, last[2])
    redis.call('PEXPIREAT', times, last[2])
  end
end
