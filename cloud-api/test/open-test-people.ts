import type { EventEnvelope, MessageChannel } from "@foyer/contract";
import { uuidv7 } from "uuidv7";
import { storePush } from "../src/features/ingest/index.ts";
import { listRows, sql, type TenantTransaction } from "../src/platform/db.ts";
import type { NewEvent } from "../src/platform/events.ts";
import type { TestCloud } from "./open-test-cloud.ts";
import { makeTestBox, NAS_ID, type TestBox } from "./test-box.ts";

export const STAFF_ID = "01990000-0000-7000-8000-00000000005a";

/** A company with one box, whose log is followed as soon as anything was added to it. */
export type TestPeople = {
  tenantId: string;
  box: TestBox;
  /** What the box tells, until every feature has read it. */
  tell: (events: readonly EventEnvelope[]) => Promise<void>;
  read: <T>(work: (tx: TenantTransaction) => Promise<T>) => Promise<T>;
  /** A change of staff, followed to the end. */
  change: (work: (tx: TenantTransaction) => Promise<NewEvent[]>) => Promise<void>;
  /** The same without following: it waits in the log. */
  ask: (work: (tx: TenantTransaction) => Promise<NewEvent[]>) => Promise<void>;
  follow: () => Promise<void>;
  /** Whose guest somebody is. */
  customerOf: (guestId: string) => Promise<string>;
  consent: (
    guestId: string,
    act: {
      purpose: "marketing" | "ads";
      channel?: MessageChannel | undefined;
      given: boolean;
      at: Date;
    },
  ) => EventEnvelope;
};

export async function openTestPeople(cloud: TestCloud): Promise<TestPeople> {
  const tenantId = await cloud.addTenant();
  const box = makeTestBox({ tenantId });
  const { database } = cloud;
  const follow = async () => {
    const followed = await cloud.follow(tenantId);
    if (followed.kind !== "done") throw new Error("Some feature failed on an event.");
  };
  const ask: TestPeople["ask"] = (work) =>
    database.changeTenant(tenantId, async (tx) => ({
      result: undefined,
      events: await work(tx),
    }));
  return {
    tenantId,
    box,
    follow,
    ask,
    tell: async (events) => {
      await storePush(database, box, { epoch: box.epoch, events });
      await follow();
    },
    read: (work) => database.inTenant(tenantId, work),
    change: async (work) => {
      await ask(work);
      await follow();
    },
    customerOf: async (guestId) => {
      const [row] = await database.inTenant(tenantId, (tx) =>
        listRows(
          tx,
          sql<{ id: string | null }>`
            select customer_id as id from guests
            where tenant_id = ${tenantId} and id = ${guestId}`,
        ),
      );
      if (!row?.id) throw new Error(`Guest ${guestId} is nobody's.`);
      return row.id;
    },
    consent: (guestId, { purpose, channel, given, at }) =>
      box.write(
        given ? "consent.given" : "consent.withdrawn",
        {
          ...{ consentId: uuidv7(), guestId, deviceId: uuidv7(), nasId: NAS_ID, purpose },
          ...(channel ? { channel } : {}),
          ...{ textVersion: 1, textSha256: "a".repeat(64), language: "vi", method: "portal" },
        },
        at,
      ),
  };
}
