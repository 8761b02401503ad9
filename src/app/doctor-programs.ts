import { ok, warning } from '../domain/finding.ts';
import type { Check } from '../ports/doctor.ts';

export type Programs = {
  /** "20.20.0" */
  readonly node: string;
  readonly wactl: string;
  /** Name and version: "baileys 7.0.0-rc14". */
  readonly engine: string;
  /** "linux x64" */
  readonly system: string;
};

/** The oldest Node.js that package.json allows. */
const leastNode = [20, 19] as const;

/** `programs`: the versions of Node.js, wactl and the engine. */
export const programsCheck = (programs: Programs): Check => ({
  name: 'programs',
  timeoutMs: 4_000,
  examine() {
    const { node, wactl, engine, system } = programs;
    const words = `wactl ${wactl}, ${engine}, Node.js ${node} on ${system}`;
    const [major = 0, minor = 0] = node.split('.').map(Number);
    const [leastMajor, leastMinor] = leastNode;
    if (major > leastMajor || (major === leastMajor && minor >= leastMinor))
      return Promise.resolve(ok(words));
    const least = leastNode.join('.');
    return Promise.resolve(
      warning(`${words}; wactl needs Node.js ${least} or newer`, 'update it: https://nodejs.org'),
    );
  },
});
