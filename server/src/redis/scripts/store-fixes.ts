import { script } from './script.ts';

/**
 * Stores fixes of some trips and publishes those that were stored; each trip is a step of its own. A repetition stores and
 * publishes nothing. `fixes`, a field of the trip's hash, counts what its track has, which is cheaper than asking for it.
 * A trip's track and channel have its hash tag, and are named here from the trip's key: what is not sent need not be read.
 *
 * KEYS  each trip's hash
 * ARGV  what begins the names of all trips, of all tracks, of all live channels · a track's limit, fixes · how long a trip
 *       is kept after its end, ms · for each trip, one after the other: u48 session · u48 a time that its track must have come
 *       to, ms · u8 n · n × 20 bytes
 * reply for each trip: how many nodes heard of it, when all its fixes were stored;
 *       or { nodes that heard of it, a letter for each fix: s stored, d duplicate, o out of order, x outside };
 *       or -1: a newer session writes it; or -2: its track has not come to that time, and nothing is stored
 */
export const STORE_FIXES = script(`
local FIX_BYTES, TIME_AT, U32 = 20, 15, 4294967296
local call, sub, format, concat, unpack = redis.call, string.sub, string.format, table.concat, struct.unpack
local idAt, trackPrefix, livePrefix = #ARGV[1] + 1, ARGV[2], ARGV[3]
local limit, keptAfterEnd, orders = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]

local function store(trip, session, due, count, from)
  local kept = call('HMGET', trip, 'version', 'last', 'session', 'startedAt', 'endedAt', 'fixes')
  local version, last, current = kept[1], kept[2], tonumber(kept[3]) or 0
  if not version then return { 0, string.rep('x', count) } end
  if session < current then return -1 end
  if session > current then call('HSET', trip, 'session', format('%d', session)) end
  local after = tonumber(last) or 0
  if after < due then return -2 end

  local id = sub(trip, idAt)
  local track = trackPrefix .. id
  local startedAt, endedAt = tonumber(kept[4]) or math.huge, tonumber(kept[5])
  local till = endedAt or math.huge
  local newest, verdicts, stored = after, {}, {}
  for i = 1, count do
    local low, high = unpack('<I4I2', orders, from + TIME_AT - 1)
    local fix = sub(orders, from, from + FIX_BYTES - 1)
    from = from + FIX_BYTES
    local time = low + high * U32
    if time < startedAt or time > till then verdicts[i] = 'x'
    elseif time > newest then
      last = format('%d', time)
      call('XADD', track, last .. '-0', 'f', fix)
      newest = time
      stored[#stored + 1] = fix
      verdicts[i] = 's'
    else
      local entry = format('%d-0', time)
      verdicts[i] = #call('XRANGE', track, entry, entry) > 0 and 'd' or 'o'
    end
  end
  if #stored == 0 then return { 0, concat(verdicts) } end

  local fixes = kept[6] and tonumber(kept[6]) + #stored or call('XLEN', track)
  if fixes > limit then
    call('XTRIM', track, 'MAXLEN', '=', limit)
    local first = call('XRANGE', track, '-', '+', 'COUNT', 1)[1][1]
    call('HSET', trip, 'truncatedBefore', string.match(first, '^%d+'))
    fixes = call('XLEN', track)
  end
  -- as a text: to write a number down costs Redis as much as a command
  call('HSET', trip, 'last', last, 'fixes', format('%d', fixes))
  if endedAt then call('PEXPIREAT', track, format('%d', endedAt + keptAfterEnd)) end

  local header = struct.pack('<BI4I4I2', 0x21, version, after % U32, math.floor(after / U32))
  local heard = call('SPUBLISH', livePrefix .. id, header .. concat(stored))
  if #stored == count then return heard end
  return { heard, concat(verdicts) }
end

local replies, at = {}, 1
for nth = 1, #KEYS do
  local sessionLow, sessionHigh, dueLow, dueHigh, count, from = unpack('<I4I2I4I2B', orders, at)
  replies[nth] = store(KEYS[nth], sessionLow + sessionHigh * U32, dueLow + dueHigh * U32, count, from)
  at = from + count * FIX_BYTES
end
return replies
`);
