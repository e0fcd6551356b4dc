// For `node --import`: SIGUSR2 sets the process's clock by CLOCK_STEP_MS, as an administrator or NTP would; what is measured
// by the monotonic clock goes on.
const right = Date.now;
let setByMs = 0;
Date.now = () => right() + setByMs;
process.on('SIGUSR2', () => {
  setByMs += Number(process.env.CLOCK_STEP_MS);
});
