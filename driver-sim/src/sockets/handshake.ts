// What a server answers to a handshake: a `101`, after which there are frames, or a refusal with a body.

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
