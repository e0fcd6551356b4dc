// What is gathered within one turn of the event loop, to be done at once for all who asked: what they ask for again in doing
// so is done in the same turn, so that a fix that is read leaves for Redis before the loop waits or rests.

const due: (() => void)[] = [];

/** Has `work` done at the end of this turn, after all that has come in it. It must not throw. */
export function atTurnEnd(work: () => void): void {
  if (due.push(work) === 1) setImmediate(endTurn);
}

/** Does what is due, for whoever does not wait for the turn to end by itself: the loop is about to rest. */
export function endTurn(): void {
  for (let nth = 0; nth < due.length; nth++) due[nth]!();
  due.length = 0;
}
