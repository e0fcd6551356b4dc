// Runs a program that ends with the process that started this one, whatever becomes of it.
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: 'inherit' });
const stop = () => child.kill('SIGTERM');
process.on('SIGTERM', stop);
process.on('SIGINT', () => {}); // whoever started us decides
process.on('disconnect', stop);
child.on('exit', (code) => process.exit(code ?? 0));
child.on('error', (error) => {
  console.error(`${program}: ${error.message}`);
  process.exit(1);
});
