/** A command's name, or one of its arguments. Texts are sent as UTF-8. */
export type Argument = string | Uint8Array;

const CR = 0x0d;
const LF = 0x0a;
const ARRAY = 0x2a;
const BULK = 0x24;
const ZERO = 0x30;
/** The lengths of a command's arguments while it is written; grows as it must. */
let lengths = new Uint32Array(256);

/** A command as Redis reads it: an array of bulk strings (RESP, https://redis.io/docs/latest/develop/reference/protocol-spec). */
export function encodeCommand(args: readonly Argument[]): Buffer {
  if (args.length > lengths.length) lengths = new Uint32Array(2 * args.length);
  let total = headBytes(args.length);
  for (let nth = 0; nth < args.length; nth++) {
    const arg = args[nth]!;
    const length = typeof arg === 'string' ? Buffer.byteLength(arg) : arg.byteLength;
    lengths[nth] = length;
    total += headBytes(length) + length + 2;
  }
  const bytes = Buffer.allocUnsafe(total);
  let at = writeHead(bytes, 0, ARRAY, args.length);
  for (let nth = 0; nth < args.length; nth++) {
    const arg = args[nth]!;
    const length = lengths[nth]!;
    at = writeHead(bytes, at, BULK, length);
    if (typeof arg === 'string') bytes.write(arg, at, length);
    else bytes.set(arg, at);
    at += length;
    bytes[at++] = CR;
    bytes[at++] = LF;
  }
  return bytes;
}

function headBytes(number: number): number {
  return 3 + digitsOf(number);
}

function digitsOf(number: number): number {
  let digits = 1;
  for (let rest = number; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  return digits;
}

/** Writes a type, a number and a line's end; returns where that ends. */
function writeHead(bytes: Buffer, at: number, type: number, number: number): number {
  const digits = digitsOf(number);
  bytes[at] = type;
  let rest = number;
  for (let place = at + digits; place > at; place--) {
    bytes[place] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  const end = at + digits + 1;
  bytes[end] = CR;
  bytes[end + 1] = LF;
  return end + 2;
}
