import type { DeviceReport, SandboxReport } from './control-protocol.ts';
import type { Device } from './device.ts';
import type { Sandbox } from './sandbox.ts';

const reportDevice = (device: Device): DeviceReport => ({
  jid: device.jid,
  lid: device.lid,
  os: device.props.os,
  online: device.online,
  connections: device.connections.size,
  max_connections: device.maxConnections,
  logins: device.logins,
  pre_keys: device.preKeyCount,
  pre_key_uploads: device.preKeyUploads,
  uploaded_pre_keys: device.uploadedPreKeys,
});

/** The sandbox as plain data, without secrets. */
export const report = (sandbox: Sandbox): SandboxReport => ({
  endpoint: sandbox.endpoint,
  root_key: sandbox.rootKey,
  connections: sandbox.openConnections,
  phones: sandbox.phones.map((phone) => ({
    number: phone.number,
    jid: phone.jid,
    lid: phone.lid,
    account: phone.account,
    notifications_silenced: sandbox.notificationsSilenced(phone),
    devices: sandbox.devices.filter((device) => device.phone === phone).map(reportDevice),
  })),
  faults: sandbox.waitingFaults,
});
