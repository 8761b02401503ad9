import type { Fleet } from './fleet.ts';

/** What is known of messages, a line each: when WhatsApp was told of each, and which machine had a lease when. */
export async function accountOf(fleet: Fleet, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const leases = await fleet.database.sql(
    `SELECT whatsapp_jid AS jid, machine, epoch, to_char(since AT TIME ZONE 'UTC', 'HH24:MI:SS.MS') AS since
     FROM audit.leases JOIN wactl.sessions ON id = session_id ORDER BY audit.leases.since`,
  );
  return ids.map((id) => {
    const told = fleet.told.get(id);
    if (!told) return `${id}: WhatsApp was told nothing of it`;
    const held = leases
      .filter(({ jid }) => jid === told.jid)
      .map(
        ({ machine, epoch, since }) => `${String(machine)} from ${String(since)} (epoch ${String(epoch)})`,
      );
    return `${id}: for ${told.jid}, acknowledged at ${told.at.toISOString()}; held by ${held.slice(-5).join(', ')}`;
  });
}
