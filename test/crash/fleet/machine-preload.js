// Loaded into a process before wactl: it makes it another machine. MACHINE_NAME: as it calls itself. MACHINE_ROUTES: {"PORT": PORT}, where
// connections to a port of this machine go instead. MACHINE_CLOCK_MS: how far its clock is off.
import net from 'node:net';
import os from 'node:os';
import { syncBuiltinESMExports } from 'node:module';

const { MACHINE_NAME: name, MACHINE_ROUTES: routes = '{}', MACHINE_CLOCK_MS: offset = '0' } = process.env;
const offMs = Number(offset);
const ports = new Map(Object.entries(JSON.parse(routes)));

if (name) os.hostname = () => name;

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  // Node's own calls pass their arguments as a list with a mark of its own: its first is the options.
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  const port = typeof options === 'object' && options ? ports.get(String(options.port)) : undefined;
  if (port !== undefined) options.port = port;
  return connect.apply(this, args);
};

if (offMs !== 0) {
  const { Date: RealDate } = globalThis;
  globalThis.Date = class Date extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(RealDate.now() + offMs);
      else super(...args);
    }

    static now() {
      return RealDate.now() + offMs;
    }
  };
}
syncBuiltinESMExports();
