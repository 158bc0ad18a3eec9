import { afterAll, beforeAll, expect, test } from "vitest";
import { describeOnEngines } from "../../test/engines.ts";
import { cloudEvent } from "../../test/events.ts";
import type { TestCloud } from "../../test/open-test-cloud.ts";
import { newId } from "./clock.ts";
import { listRows, run, sql } from "./db.ts";
import { findLogPosition, type LogEvent, listEvents, type NewEvent, toNewEvent } from "./events.ts";

describeOnEngines("the tenant's log", (open) => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await open();
  });
  afterAll(() => cloud?.close());

  const append = (tenantId: string, events: NewEvent[]) =>
    cloud.database.changeTenant(tenantId, async () => ({ result: null, events }));
  const readAll = (tenantId: string, types = ["test.happened"]): Promise<LogEvent[]> =>
    cloud.database.inTenant(tenantId, (tx) =>
      listEvents(tx, { after: 0, upTo: Number.MAX_SAFE_INTEGER, types, limit: 10_000 }),
    );

  test("a reader that has seen a position has seen all below it, whoever writes", async () => {
    const tenantId = await cloud.addTenant();
    const writers = 6;
    const changes = 25;
    let writing = true;
    const seen: number[] = [];
    const reader = (async () => {
      let after = 0;
      for (let last = false; !last; ) {
        last = !writing;
        const events = await cloud.database.inTenant(tenantId, (tx) =>
          listEvents(tx, { after, upTo: 1e9, types: ["test.happened"], limit: 7 }),
        );
        seen.push(...events.map((event) => event.position));
        after = events.at(-1)?.position ?? after;
        if (events.length > 0) last = false;
      }
    })();
    await Promise.all(
      Array.from({ length: writers }, async () => {
        for (let change = 0; change < changes; change += 1)
          await append(
            tenantId,
            Array.from({ length: 1 + (change % 3) }, () => cloudEvent()),
          );
      }),
    );
    writing = false;
    await reader;
    const total = (await readAll(tenantId)).length;
    expect(total).toBe(writers * (9 * 1 + 8 * 2 + 8 * 3));
    // In order and without a gap: nothing appeared below what the reader had read.
    expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  });

  test("an event that comes again, in the same batch or later, is held once", async () => {
    const tenantId = await cloud.addTenant();
    const first = cloudEvent({ payload: { n: 1 } });
    await append(tenantId, [first, { ...first, payload: { n: 1 } }, cloudEvent()]);
    await append(tenantId, [cloudEvent(), { ...first, payload: { n: 2 } }]);
    const events = await readAll(tenantId);
    expect(events.map((event) => event.position)).toEqual([1, 2, 3]);
    expect(events[0]?.payload).toEqual({ n: 1 });
  });

  test("one batch from two places at once is held once", async () => {
    const tenantId = await cloud.addTenant();
    const batch = Array.from({ length: 40 }, () => cloudEvent());
    await Promise.all(Array.from({ length: 5 }, () => append(tenantId, batch)));
    expect((await readAll(tenantId)).map((event) => event.id)).toEqual(batch.map(({ id }) => id));
  });

  test("two tenants may hold an event of one id, and neither sees the other's", async () => {
    const [one, two] = [await cloud.addTenant(), await cloud.addTenant()];
    const event = cloudEvent();
    await append(one, [{ ...event, payload: { whose: "one" } }]);
    await append(two, [{ ...event, payload: { whose: "two" } }]);
    expect((await readAll(one)).map(({ payload }) => payload)).toEqual([{ whose: "one" }]);
  });

  test("a change that fails leaves no event behind and no gap", async () => {
    const tenantId = await cloud.addTenant();
    const failing = cloud.database.changeTenant(tenantId, async (tx) => {
      await run(tx, sql`select 1 / 0`);
      return { result: null, events: [cloudEvent()] };
    });
    await expect(failing).rejects.toMatchObject({ code: "22012" });
    await append(tenantId, [cloudEvent()]);
    expect((await readAll(tenantId)).map((event) => event.position)).toEqual([1]);
  });

  test("personal fields lie beside the log, and a reader meets the payload whole until they are erased", async () => {
    const tenantId = await cloud.addTenant();
    const guestId = newId();
    const payload = { guestId, deviceId: newId(), phone: "+84912345678", method: "code" };
    const event = toNewEvent({
      id: newId(),
      type: "guest.verified",
      version: 1,
      tenantId,
      branchId: newId(),
      boxId: newId(),
      epoch: newId(),
      seq: 7,
      occurredAt: "2026-03-01T02:03:04.000Z",
      payload,
    });
    await append(tenantId, [event]);
    const rows = await cloud.database.inTenant(tenantId, (tx) =>
      listRows(
        tx,
        sql<{
          text: string;
        }>`select events::text as text from events where tenant_id = ${tenantId}`,
      ),
    );
    expect(JSON.stringify(rows)).not.toContain("912345678");
    const [whole] = await readAll(tenantId, ["guest.verified"]);
    expect(whole).toMatchObject({ payload, origin: event.origin, occurredAt: event.occurredAt });

    await cloud.database.inTenant(tenantId, (tx) =>
      run(tx, sql`delete from event_personal where tenant_id = ${tenantId}`),
    );
    const [erased] = await readAll(tenantId, ["guest.verified"]);
    expect(erased?.payload).toEqual({ guestId, deviceId: payload.deviceId, method: "code" });
  });

  test("an event of a release this program does not know is kept whole, and all of it erasable", async () => {
    const tenantId = await cloud.addTenant();
    const payload = { nickname: "Lan", deep: { phone: "+84912345678" } };
    const event = toNewEvent({
      id: newId(),
      type: "guest.verified",
      version: 99,
      tenantId,
      branchId: newId(),
      boxId: newId(),
      epoch: newId(),
      seq: 1,
      occurredAt: "2026-03-01T02:03:04Z",
      payload,
    });
    expect(event.payload).toEqual({});
    await append(tenantId, [event]);
    expect((await readAll(tenantId, ["guest.verified"]))[0]?.payload).toEqual(payload);
  });

  test("texts that jsonb refuses are mended, not lost", async () => {
    const tenantId = await cloud.addTenant();
    const payload = { nul: "a\0b", half: "x\ud800y", path: "C:\\u0000", keep: "Đà Nẵng 🏖" };
    await append(tenantId, [cloudEvent({ payload })]);
    expect((await readAll(tenantId))[0]?.payload).toEqual({
      nul: "a\ufffdb",
      half: "x\ufffdy",
      path: "C:\\u0000",
      keep: "Đà Nẵng 🏖",
    });
  });

  test("the position is that of the newest event", async () => {
    const tenantId = await cloud.addTenant();
    const position = () => cloud.database.inTenant(tenantId, findLogPosition);
    expect(await position()).toBe(0);
    await append(tenantId, [cloudEvent(), cloudEvent()]);
    expect(await position()).toBe(2);
  });
});
