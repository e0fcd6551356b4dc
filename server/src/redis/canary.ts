import type { RedisCommands } from './commands.ts';
import type { Subscriber } from './subscriber.ts';

/** Songs in a row that must go unheard before the subscriber counts as deaf. */
const MISSES = 3;

/**
 * Publishes through the commands' connection what it must hear through the subscriber's, every second. A subscriber that
 * looks alive and hears nothing is rebuilt. A song that could not be published says nothing about the subscriber.
 * @returns stops it
 */
export function keepCanary(options: {
  commands: RedisCommands;
  subscriber: Subscriber;
  channel: string;
  everyMs: number;
}): () => void {
  const { commands, subscriber, channel, everyMs } = options;
  let misses = 0;
  let isSinging = false;
  const unsubscribe = subscriber.want(channel, () => {
    misses = 0;
  });

  async function sing(): Promise<void> {
    isSinging = true;
    try {
      await commands.send('SPUBLISH', channel, 'canary');
      misses++;
    } catch {
      // commands tell their own trouble
    }
    isSinging = false;
  }

  const timer = setInterval(() => {
    if (subscriber.trouble !== undefined) misses = 0;
    else if (misses >= MISSES) {
      misses = 0;
      subscriber.rebuild(`nothing heard for ${MISSES} canaries`);
    } else if (!isSinging) void sing();
  }, everyMs);
  return () => {
    clearInterval(timer);
    unsubscribe();
  };
}
