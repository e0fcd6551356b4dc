// A gateway node from the built server, as `npm run gateway` starts it, without looking whether it is stale.
const { main } = await import('../../server/dist/main.js');
await main();
