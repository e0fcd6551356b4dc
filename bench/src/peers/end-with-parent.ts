/** A program of a benchmark ends with whoever started it. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit());
}
