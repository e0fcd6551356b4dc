/**
 * Resolves when the event loop has been through all that the network had for it when this was called. The end of a connection
 * is read in the turn after what came before it: only then it is known whether a request's client has already gone.
 */
export async function wholeTurn(): Promise<void> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}
