import { script } from './script.ts';

/**
 * Keeps a new trip unless its id is taken.
 *
 * KEYS  trip hash
 * ARGV  fields and values of the hash
 * reply 1, or 0: there is one already
 */
export const CREATE_TRIP = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV))
return 1
`);

/**
 * Replaces a trip if its version still is the expected one, and publishes the event in the same step.
 *
 * KEYS  trip hash, track stream
 * ARGV  expected version · live channel · event · when trip and track are forgotten, ms since the epoch, or '' ·
 *       fields and values of the hash
 * reply the number of nodes that heard the event, or -1: the version is another one
 */
export const REPLACE_TRIP = script(`
local expected, channel, event, forgetAt = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if redis.call('HGET', KEYS[1], 'version') ~= expected then return -1 end
redis.call('HSET', KEYS[1], unpack(ARGV, 5))
if forgetAt ~= '' then
  redis.call('PEXPIREAT', KEYS[1], forgetAt)
  redis.call('PEXPIREAT', KEYS[2], forgetAt)
end
return redis.call('SPUBLISH', channel, event)
`);
