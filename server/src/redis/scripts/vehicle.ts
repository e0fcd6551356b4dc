import { script } from './script.ts';

// All of them: KEYS the vehicle's hash, or its cutoff; the last ARGV is how long that is kept after this, ms.

/**
 * Takes the vehicle's next session and tells its channel.
 *
 * ARGV  now, ms since the epoch · node · pace, ms · the vehicle's channel · kept, ms
 * reply the session
 */
export const TAKE_OVER = script(`
local now, node, pace, channel, kept = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local stored = tonumber(redis.call('HGET', KEYS[1], 'session')) or 0
local session = string.format('%.0f', math.max(stored + 1, tonumber(now)))
redis.call('HSET', KEYS[1], 'session', session, 'node', node, 'online', '1', 'since', now, 'pace', pace)
redis.call('PEXPIRE', KEYS[1], kept)
redis.call('SPUBLISH', channel, '{"type":"takeover","session":' .. session .. '}')
return tonumber(session)
`);

/**
 * Writes down that the session's driver has gone.
 *
 * ARGV  session · now, ms since the epoch · kept, ms
 * reply 1, or 0: another session is there, or it has gone before
 */
export const LEAVE = script(`
local session, now, kept = ARGV[1], ARGV[2], ARGV[3]
local stored = redis.call('HMGET', KEYS[1], 'session', 'online')
if tonumber(stored[1]) ~= tonumber(session) or stored[2] ~= '1' then return 0 end
redis.call('HSET', KEYS[1], 'online', '0', 'node', '', 'since', now)
redis.call('PEXPIRE', KEYS[1], kept)
return 1
`);

/**
 * Writes down that a driver is not there whose takeover may have been carried out though nobody was told.
 *
 * ARGV  node · when it took over, ms since the epoch · now, ms since the epoch · kept, ms
 * reply 1, or 0: that takeover is not there
 */
export const ABANDON = script(`
local node, since, now, kept = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local stored = redis.call('HMGET', KEYS[1], 'node', 'since', 'online')
if stored[1] ~= node or stored[2] ~= since or stored[3] ~= '1' then return 0 end
redis.call('HSET', KEYS[1], 'online', '0', 'node', '', 'since', now)
redis.call('PEXPIRE', KEYS[1], kept)
return 1
`);

/**
 * ARGV  session · pace, ms · kept, ms
 * reply 1, or 0: another session is there, or it has gone
 */
export const CHANGE_PACE = script(`
local session, pace, kept = ARGV[1], ARGV[2], ARGV[3]
local stored = redis.call('HMGET', KEYS[1], 'session', 'online')
if tonumber(stored[1]) ~= tonumber(session) or stored[2] ~= '1' then return 0 end
redis.call('HSET', KEYS[1], 'pace', pace)
redis.call('PEXPIRE', KEYS[1], kept)
return 1
`);

/**
 * Keeps a fix unless a later one is kept, or a newer session is there.
 *
 * ARGV  session · the fix's time, ms since the epoch · 20 bytes · kept, ms
 */
export const KEEP_NEWEST = script(`
local session, time, fix, kept = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local stored = redis.call('HMGET', KEYS[1], 'session', 'fixTime')
if (tonumber(stored[1]) or 0) > tonumber(session) then return 0 end
if (tonumber(stored[2]) or -1) >= tonumber(time) then return 0 end
redis.call('HSET', KEYS[1], 'fix', fix, 'fixTime', time)
redis.call('PEXPIRE', KEYS[1], kept)
return 1
`);

/**
 * Raises the cutoff of driver tokens, which has a key of its own to outlive the hash, and tells the vehicle's channel.
 *
 * ARGV  cutoff, ms since the epoch · the vehicle's channel · kept, ms
 */
export const REVOKE_DRIVER = script(`
local before, channel, kept = ARGV[1], ARGV[2], ARGV[3]
local stored = tonumber(redis.call('GET', KEYS[1])) or 0
if stored > tonumber(before) then before = string.format('%.0f', stored) end
redis.call('SET', KEYS[1], before, 'PX', kept)
redis.call('SPUBLISH', channel, '{"type":"revoked","before":' .. before .. '}')
return 1
`);
