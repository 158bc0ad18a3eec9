import { randomBytes } from "node:crypto";
import { BOX_API } from "@foyer/contract";
import type { KyselyPlugin } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signBoxCall } from "../../../test/box-calls.ts";
import { openTestCloud } from "../../../test/open-test-cloud.ts";
import {
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { Hooks } from "../../feature.ts";
import { features } from "../../features.ts";
import { newId } from "../../platform/clock.ts";
import type { Database, TenantTransaction } from "../../platform/db.ts";
import { openRateGate } from "../../platform/rate-gate.ts";
import { openFactsShelf } from "./branch-facts.ts";
import type { Held } from "./held.ts";
import { openLookout } from "./lookout.ts";

const WAIT_SECONDS = 20;
const HELD: Held = {
  ...{ settings: 1, partsHeld: null, codes: 0, boxCommands: 0, coupons: 0, sealingKey: null },
  ...{ guests: 5, guestsMark: null, guestsPage: null, epoch: newId() },
};

let site: TestSite;
let staff: TestStaff;
beforeAll(async () => {
  site = await openTestSite();
  staff = await site.addOwner();
});
afterAll(() => site?.close());

type Told = Pick<Held, "settings" | "guests">;

/** A box that has heard all there is. */
async function addSettledBox(name: string): Promise<{ box: EnrolledBox; held: Told }> {
  const box = await staff.addBox((await staff.addBranch({ name })).id);
  const held = { settings: 0, guests: 0 };
  for (let reply = await box.pull(held); reply; reply = await box.pull(held)) {
    held.settings = Number(reply.settings?.version ?? held.settings);
    held.guests = reply.knownGuests?.position ?? held.guests;
  }
  return { box, held };
}

async function wait({ box, held }: { box: EnrolledBox; held: Told }) {
  const query = `settings=${held.settings}&guests=${held.guests}&boxCommands=0&wait=${WAIT_SECONDS}`;
  const target = `${BOX_API.pull}?${query}`;
  const headers = signBoxCall(box.boxKey, { method: "GET", target });
  const answer = await fetch(`${site.origin}${target}`, { headers });
  const reply = answer.status === 200 ? ((await answer.json()) as { settings: unknown }) : null;
  return { status: answer.status, reply };
}

/** How many statements a look at so many boxes takes that wait together. */
async function countStatements(database: Database, hooks: Hooks, boxes: number): Promise<number> {
  let statements = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      statements += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const inTenant: Database["inTenant"] = (tenant, work) =>
    database.inTenant(tenant, (tx) =>
      work({ ...tx, db: tx.db.withPlugin(plugin) as TenantTransaction["db"] }),
    );
  const sealing = { seal: () => Buffer.alloc(0), open: () => "" };
  const look = openLookout(
    { database: { ...database, inTenant }, hooks, sealing },
    { facts: openFactsShelf(), leads: openRateGate({ perSecond: 1, burst: 1 }, () => new Date()) },
  );
  const tenantId = newId();
  const waiting = Array.from({ length: boxes }, () => ({
    box: {
      ...{ tenantId, branchId: newId(), boxId: newId() },
      ...{ publicKey: randomBytes(32), addedAt: new Date() },
    },
    ...{ held: HELD, lookedTo: 0 },
  }));
  const looks = await Promise.all(waiting.map(look));
  // Nobody has their keys: each finds that out by itself.
  expect(looks.every(({ mayBeNews }) => mayBeNews.has("settings"))).toBe(true);
  return statements;
}

test("twenty boxes that wait together are looked at in as many statements as two", async () => {
  const cloud = await openTestCloud();
  try {
    const hooks: Hooks = Object.assign({}, ...features.map((feature) => feature.hooks ?? {}));
    const two = await countStatements(cloud.database, hooks, 2);
    expect(await countStatements(cloud.database, hooks, 20)).toBe(two);
  } finally {
    await cloud.close();
  }
});

test("of boxes that wait together each hears its own news: settings, a command, the end of its key", async () => {
  const [changed, ordered, removed, left] = await Promise.all(
    ["Bến Thành", "Hồ Gươm", "Tây Hồ", "Cầu Giấy"].map(addSettledBox),
  );
  if (!changed || !ordered || !removed || !left) throw new Error("a box is missing");
  const waits = [changed, ordered, removed, left].map(wait);
  let isLeftTold = false;
  waits[3]?.then(() => {
    isLeftTold = true;
  });
  const branch = `/api/v1/branches/${changed.box.branchId}`;
  await staff.request("PATCH", branch, { name: "Bến Thành 2" });
  expect(await waits[0]).toMatchObject({
    reply: { settings: { branch: { name: "Bến Thành 2" } }, boxCommands: [] },
  });
  const { branchId, boxId } = ordered.box;
  await staff.request("POST", `/api/v1/branches/${branchId}/boxes/${boxId}/commands`, {
    kind: "box.send-logs",
  });
  expect(await waits[1]).toMatchObject({
    reply: { settings: null, boxCommands: [{ kind: "box.send-logs" }] },
  });
  const gone = removed.box;
  await staff.request("DELETE", `/api/v1/branches/${gone.branchId}/boxes/${gone.boxId}`);
  expect((await waits[2])?.status).toBe(401);
  expect(isLeftTold).toBe(false);
  await staff.request("PATCH", `/api/v1/branches/${left.box.branchId}`, { name: "Cầu Giấy 2" });
  expect(await waits[3]).toMatchObject({ reply: { settings: { branch: { name: "Cầu Giấy 2" } } } });
});
