/** Has the browser keep the pages' own files, so that one that is opened offline says so itself. */
export function keepShell(): void {
  if (!('serviceWorker' in navigator)) return; // not over plain HTTP, save on this machine
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch((error: unknown) => {
      console.warn('the pages cannot be kept for when there is no network', error);
    });
  });
}
