import { run, sql, type TenantTransaction } from "./db.ts";

/** Takes everything personal off an event: it stays, and says nothing about a person. */
export async function erasePersonal(tx: TenantTransaction, eventId: string): Promise<void> {
  await run(
    tx,
    sql`delete from event_personal where tenant_id = ${tx.tenantId} and event_id = ${eventId}`,
  );
}

/**
 * The same for all that the log holds of some guests, their devices, numbers and addresses. It has no index
 * by guest, since every event would pay for it: this is rare, and reads the tenant's personal rows once.
 */
export async function erasePersonalOf(
  tx: TenantTransaction,
  whose: {
    guestIds: readonly string[];
    deviceIds: readonly string[];
    /** Numbers, and e-mail addresses in lower case. */
    contacts: readonly string[];
  },
): Promise<void> {
  const { guestIds, deviceIds, contacts } = whose;
  await run(
    tx,
    sql`delete from event_personal as told using events
        where told.tenant_id = ${tx.tenantId} and events.tenant_id = ${tx.tenantId}
          and events.id = told.event_id and (
            events.payload ->> 'guestId' = any(${guestIds}::text[])
            or lower(told.fields ->> 'contact.value') = any(${contacts}::text[])
            or told.fields ->> 'phone' = any(${contacts}::text[])
            or lower(told.fields ->> 'email') = any(${contacts}::text[])
            or (events.type = 'device.seen'
              and events.payload ->> 'deviceId' = any(${deviceIds}::text[])))`,
  );
}

/** Erases personal fields by their dotted paths, in whichever events they stand; as rare, and as slow. */
export async function erasePaths(tx: TenantTransaction, paths: readonly string[]): Promise<void> {
  await run(
    tx,
    sql`update event_personal set fields = fields - ${paths}::text[]
        where tenant_id = ${tx.tenantId} and fields ?| ${paths}::text[]`,
  );
}
