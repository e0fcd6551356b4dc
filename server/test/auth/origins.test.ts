import { expect, test } from '@jest/globals';
import { isOriginAllowed } from '../../src/auth/origins.ts';

const LISTED = ['https://ride.example.com', 'http://localhost:5173'];

test.each([
  ['https://ride.example.com', 'gateway:8080', true],
  ['http://localhost:5173', 'localhost:8080', true],
  ['http://localhost:8080', 'localhost:8080', true],
  ['https://node.example', 'node.example', true],
  ['https://node.example', 'node.example:443', true],
  ['http://node.example', 'NODE.example', true],
  ['http://[::1]:8080', '[::1]:8080', true],
  ['http://localhost:8081', 'localhost:8080', false],
  ['https://node.example:8443', 'node.example', false],
  ['https://node.example.evil.example', 'node.example', false],
  ['https://evil.example', 'node.example', false],
  ['http://ride.example.com', 'gateway:8080', false],
  ['null', 'node.example', false],
  ['null', 'null', false],
  ['', '', false],
  ['file://', '', false],
  ['https://', '', false],
])('[DESIGN 3] a page of %p that calls host %p is let in: %p', (origin, host, isAllowed) => {
  expect(isOriginAllowed(origin, host, LISTED)).toBe(isAllowed);
});
