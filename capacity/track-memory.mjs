// What Redis keeps in memory for a stored fix, in tracks as gateways write them: node capacity/track-memory.mjs
import { spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import { freePort } from '../scripts/children.mjs';
import { provideTools } from '../scripts/test-tools.mjs';

const TRACKS = 200;
const BEGAN_AT = 1_800_000_000_000;

const port = await freePort();
const args = ['--port', port, '--save', '', '--appendonly', 'no'].map(String);
const server = spawn(provideTools().REDIS_SERVER, args, { stdio: 'ignore' });
const redis = new Redis({ port, retryStrategy: () => 50 });
redis.on('error', () => {}); // it has not begun to listen
const used = async () => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))[1]);

let before = await used();
for (const fixes of [60, 1_200, 3_600]) {
  for (let track = 0; track < TRACKS; track++) {
    const pipeline = redis.pipeline();
    for (let second = 0; second < fixes; second++) {
      const fix = Buffer.alloc(20);
      fix.writeUIntLE(BEGAN_AT + second * 1000, 14, 6);
      for (let byte = 0; byte < 14; byte++) fix[byte] = Math.random() * 256;
      pipeline.xadd(`track:{${fixes}-${track}}`, `${BEGAN_AT + second * 1000}-0`, 'f', fix);
    }
    await pipeline.exec();
  }
  const after = await used();
  console.log(`${fixes} fixes a track: ${((after - before) / TRACKS / fixes).toFixed(1)} B a fix`);
  before = after;
}
redis.disconnect();
server.kill('SIGKILL');
