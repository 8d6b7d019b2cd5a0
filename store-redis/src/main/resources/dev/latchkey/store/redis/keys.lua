-- KEYS: names, times
-- ARGV: where to begin, in the language of ZRANGEBYLEX; how many; now in milliseconds by the caller's clock
-- Gives where the next page begins, or nothing, and the names.
sweep(KEYS[1], KEYS[2], 100)
local limit = tonumber(ARGV[2])
local now = math.max(tonumber(ARGV[3]), server_milliseconds())
local names = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], '+', 'LIMIT', 0, limit + 1)
local page = {''}
if #names > limit then
  names[#names] = nil
  page[1] = names[limit]
end
for _, name in ipairs(names) do
  local till = redis.call('ZSCORE', KEYS[2], name)
  if till and (till == 'inf' or tonumber(till) >= now) then
    page[#page + 1] = name
  end
end
return page
