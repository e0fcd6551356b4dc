import { script } from './script.ts';

/**
 * Stores fixes and publishes those that were stored, in one step. A repetition stores and publishes nothing.
 *
 * KEYS  trip hash, track stream
 * ARGV  session · the track's limit, fixes · how long a trip is kept after its end, ms · live channel · n × 20 bytes
 * reply { nodes that heard it, a letter for each fix: s stored, d duplicate, o out of order, x outside }
 *       or { -1 }: a newer session writes this trip
 */
export const STORE_FIXES = script(`
local trip, track = KEYS[1], KEYS[2]
local session, limit, keptAfterEnd, channel, fixes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
local FIX_BYTES, TIME_AT, U32 = 20, 15, 4294967296

local kept = redis.call('HMGET', trip, 'version', 'last', 'session', 'startedAt', 'endedAt')
local count = #fixes / FIX_BYTES
if not kept[1] then return { 0, string.rep('x', count) } end
local version, last, current = tonumber(kept[1]), tonumber(kept[2]) or 0, tonumber(kept[3]) or 0
local startedAt, endedAt = tonumber(kept[4]) or math.huge, tonumber(kept[5])

if tonumber(session) < current then return { -1 } end
if tonumber(session) > current then redis.call('HSET', trip, 'session', session) end

local after, verdicts, stored = last, {}, {}
for i = 0, count - 1 do
  local fix = string.sub(fixes, i * FIX_BYTES + 1, (i + 1) * FIX_BYTES)
  local low, high = struct.unpack('<I4I2', fix, TIME_AT)
  local time = low + high * U32
  local id = string.format('%.0f-0', time)
  local verdict
  if time < startedAt or time > (endedAt or math.huge) then verdict = 'x'
  elseif time > last then
    redis.call('XADD', track, id, 'f', fix)
    last = time
    stored[#stored + 1] = fix
    verdict = 's'
  elseif #redis.call('XRANGE', track, id, id) > 0 then verdict = 'd'
  else verdict = 'o' end
  verdicts[i + 1] = verdict
end
local letters = table.concat(verdicts)
if #stored == 0 then return { 0, letters } end

redis.call('HSET', trip, 'last', string.format('%.0f', last))
if redis.call('XLEN', track) > limit then
  redis.call('XTRIM', track, 'MAXLEN', '=', limit)
  local first = redis.call('XRANGE', track, '-', '+', 'COUNT', 1)[1][1]
  redis.call('HSET', trip, 'truncatedBefore', string.match(first, '^%d+'))
end
if endedAt then redis.call('PEXPIREAT', track, string.format('%.0f', endedAt + keptAfterEnd)) end

local header = struct.pack('<BI4I4I2', 0x21, version, after % U32, math.floor(after / U32))
return { redis.call('SPUBLISH', channel, header .. table.concat(stored)), letters }
`);
