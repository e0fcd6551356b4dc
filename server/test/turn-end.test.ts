import { expect, test } from '@jest/globals';
import { atTurnEnd, endTurn } from '../src/turn-end.ts';

const nextTurn = () => new Promise(setImmediate);

test('what is due at the end of a turn is done then, with what it asks for in turn, each once', async () => {
  const done: string[] = [];
  atTurnEnd(() => {
    done.push('gathered');
    atTurnEnd(() => done.push('written'));
  });
  atTurnEnd(() => done.push('gathered elsewhere'));
  expect(done).toEqual([]);
  await nextTurn();
  expect(done).toEqual(['gathered', 'gathered elsewhere', 'written']);
  await nextTurn();
  expect(done).toHaveLength(3);
});

test('who rests ends the turn before: nothing is left for after it, and nothing is done twice', async () => {
  const done: string[] = [];
  atTurnEnd(() => done.push('before'));
  endTurn();
  expect(done).toEqual(['before']);
  atTurnEnd(() => done.push('after'));
  await nextTurn();
  await nextTurn();
  expect(done).toEqual(['before', 'after']);
});
