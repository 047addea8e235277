-- Merge what a batch adds into its players' tiles and move the shard's applied_seq: all or nothing,
-- and only if the batch follows what was applied.
--
-- KEYS  the shard's facts, then the hash of each player that the batch touches
-- ARGV  the terms as MessagePack, then field and packed tile in turn, player by player
--
-- A field is a level's number (a byte) and the number of the interval (int32, big-endian); a packed
-- tile is a bitmap of the measures that are filled and an int64 for each (features.tile_codec).
-- Numbers are doubles here: exact within 2^53, the bound of every value.

local terms = cmsgpack.unpack(ARGV[1])
local FIELD, LARGEST, WORD = '>Bi4', 2 ^ 53, 2 ^ 32
local width = terms.bitmap_bytes
local oldest = struct.pack(FIELD, terms.day, 0)

-- nil is a sum that leaves its bounds; a + b itself may be rounded back to the bound.
local function add(a, b)
  if (b >= 0 and a <= LARGEST - b) or (b < 0 and a >= -LARGEST - b) then
    return a + b
  end
end

-- The bit library knows signed words of 32 bits.
local function either(a, b)
  return bit.bor(a, b) % WORD
end

local function merge_of(measure)
  if measure < terms.ends[1] then return add end
  if measure < terms.ends[2] then return math.max end
  if measure < terms.ends[3] then return math.min end
  return either
end

-- How tiles with two bitmaps become one: where each measure of the result stands in either tile.
-- A batch has few pairs of bitmaps and many tiles.
local plans = {}
local function plan_of(held, added)
  local pair = held .. added
  if plans[pair] then return plans[pair] end
  local plan = {bitmap = {}, held = {}, added = {}, merge = {}, measure = {}}
  local in_held, in_added = 0, 0
  for place = 1, width do
    local h, a = held:byte(place), added:byte(place)
    plan.bitmap[place] = string.char(bit.bor(h, a))
    for number = 0, 7 do
      local mask = bit.lshift(1, number)
      local is_held, is_added = bit.band(h, mask) ~= 0, bit.band(a, mask) ~= 0
      if is_held then in_held = in_held + 1 end
      if is_added then in_added = in_added + 1 end
      if is_held or is_added then
        local measure = 8 * (place - 1) + number
        table.insert(plan.measure, measure)
        table.insert(plan.merge, merge_of(measure))
        table.insert(plan.held, is_held and in_held)
        table.insert(plan.added, is_added and in_added)
      end
    end
  end
  plan.bitmap = table.concat(plan.bitmap)
  plan.format = '<' .. string.rep('i8', #plan.measure)
  plan.held_format = '<' .. string.rep('i8', in_held)
  plan.added_format = '<' .. string.rep('i8', in_added)
  plans[pair] = plan
  return plan
end

-- The merged tile; nil and the measure if a sum leaves its bounds.
local function merged(held, added)
  local plan = plan_of(held:sub(1, width), added:sub(1, width))
  local a = {struct.unpack(plan.held_format, held, width + 1)}
  local b = {struct.unpack(plan.added_format, added, width + 1)}
  local from_held, from_added, merge = plan.held, plan.added, plan.merge
  local values = {}
  for place = 1, #merge do
    local i, j = from_held[place], from_added[place]
    local value = i and a[i] or b[j]
    if i and j then value = merge[place](value, b[j]) end
    if not value then return nil, plan.measure[place] end
    values[place] = value
  end
  return plan.bitmap .. struct.pack(plan.format, unpack(values))
end

-- Whether a day is in the oldest tile now, which the lifetime reads; not if a sum leaves its bounds.
local function fold(key, day)
  local past, both = redis.call('HGET', key, oldest), day
  if past then both = merged(past, day) end
  if both then redis.call('HSET', key, oldest, both) end
  return both
end

-- Drop tiles that no window reaches.
local function trim(key)
  for _, field in ipairs(redis.call('HKEYS', key)) do
    local level, slot = struct.unpack(FIELD, field)
    if slot < terms.kept_since[level + 1] and field ~= oldest then
      if level ~= terms.day or fold(key, redis.call('HGET', key, field)) then
        redis.call('HDEL', key, field)
      end
    end
  end
end

local facts = redis.call('HMGET', KEYS[1], 'layout', 'applied_seq', 'last_known_us')
if facts[1] ~= terms.layout then return {'layout', facts[1] or 'none'} end
if tonumber(facts[2]) ~= terms.after_seq then return {'applied', tonumber(facts[2])} end

-- Redis takes nothing back, so all is merged before anything is written.
local writes, begins_an_hour = {}, {}
local at = 2
for number = 2, #KEYS do
  local key = KEYS[number]
  for _ = 1, terms.tiles[number - 1] do
    local field, tile = ARGV[at], ARGV[at + 1]
    at = at + 2
    local held = redis.call('HGET', key, field)
    if held then
      local measure
      tile, measure = merged(held, tile)
      if not tile then return {'overflow', measure, field:byte(1)} end
    elseif field:byte(1) == terms.hour then
      begins_an_hour[key] = true
    end
    table.insert(writes, {key, field, tile})
  end
end
for _, write in ipairs(writes) do redis.call('HSET', unpack(write)) end
for key in pairs(begins_an_hour) do trim(key) end
local known_us = math.max(tonumber(facts[3]), terms.known_us)
redis.call('HSET', KEYS[1], 'applied_seq', string.format('%.0f', terms.last_seq),
  'last_known_us', string.format('%.0f', known_us))
return {'applied', terms.last_seq}
