import { request } from 'node:http';

/** How long a process may be busy. */
const silentAfterMs = 2_000;

/** Whether the process that listens on a private socket answers, whatever it says. A stopped one does not. */
export const socketAnswers = (socketPath: string, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const options = { socketPath, path: '/api/v1/holder', headers: { host: 'wactl' }, agent: false, signal };
    const asked = request(options, (response) => {
      response.resume();
      resolve(true);
    });
    // A process that ends just now is not silent.
    asked.on('error', () => resolve(!signal.aborted));
    asked.setTimeout(silentAfterMs, () => {
      resolve(false);
      asked.destroy();
    });
    asked.end();
  });
