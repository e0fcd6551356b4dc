// A client's handshake (RFC 6455, 4.1), and what a server answers: a `101`, after which there are frames, or a refusal with a body.

/** @param key 16 bytes in Base64, which the answer proves to have read */
export function requestOf(
  path: string,
  host: string,
  key: string,
  headers: Readonly<Record<string, string>>,
): string {
  const others = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${others.join('')}\r\n`
  );
}

export interface HandshakeAnswer {
  status: number;
  /** By their names in small letters. */
  headers: Record<string, string>;
  body: Buffer;
  /** How long it is, body and all. */
  bytes: number;
}

const HEAD_END = '\r\n\r\n';

/** The answer that these bytes begin with; `undefined` while it has not come whole. */
export function readAnswer(bytes: Buffer): HandshakeAnswer | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const start = end + HEAD_END.length;
  const length = status === 101 ? 0 : Number(headers['content-length'] ?? 0);
  if (bytes.byteLength < start + length) return undefined;
  return { status, headers, body: Buffer.from(bytes.subarray(start, start + length)), bytes: start + length };
}
