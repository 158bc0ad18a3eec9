import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CodeChannel } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFreePortBase } from "../test/free-ports.ts";
import { readOverview, type Staff, signInFirst } from "../test/staff.ts";
import { openUplink, type Uplink } from "../test/uplink.ts";
import { type Demo, startDemo } from "./demo.ts";
import { type InventedGuest, joinWifi, leaveWifi, takeTelephone } from "./guests.ts";
import { portsFrom } from "./ports.ts";

const ACCOUNT = { email: "an@cafe.example", name: "An", password: "a-long-enough-password-7" };
const GUEST: InventedGuest = {
  ...{ name: "Lan", phone: "0912 000 101", language: "vi", ticksMarketing: false },
  ...{ givesName: true, staySeconds: 0, awaySeconds: 0 },
};

let folder: string;
let demo: Demo;
let uplink: Uplink;
let staff: Staff;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "foyer-uplink-"));
  // A gateway beyond the same uplink: nobody answers there.
  const gateway: CodeChannel = {
    ...{ kind: "http-gateway", method: "POST", url: "http://127.0.0.1:9/send", headers: {} },
    ...{ bodyTemplate: "to={{phone}}&text={{text}}", timeoutSeconds: 2 },
    success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
  };
  demo = await startDemo({
    ...{ ports: portsFrom(await findFreePortBase()), dataFolder: folder, guests: [] },
    ...{ channels: [gateway], say: () => {} },
    onUnexpectedEnd: (reason) => {
      throw new Error(reason);
    },
    uplink: async (origin) => {
      uplink = await openUplink(origin);
      return uplink.url;
    },
  });
  staff = await signInFirst(demo.firstSignInUrl ?? "", ACCOUNT);
}, 180_000);

afterAll(async () => {
  await demo?.stop();
  uplink?.close();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

const countVisits = async () =>
  (await readOverview(staff)).days.reduce((sum, day) => sum + day.visits, 0);

test("with the uplink cut a guest gets online by plan B, and the visit arrives once it is back", async () => {
  uplink.cut();
  const telephone = takeTelephone(demo, GUEST);
  const { pages, online } = await joinWifi(demo, GUEST, telephone);
  expect(online).toBe(true);
  expect(pages.some((page) => page.html.includes('action="/click-through"'))).toBe(true);
  await sleep(2000);
  expect(await countVisits()).toBe(0);

  uplink.restore();
  await expect.poll(countVisits, { timeout: 90_000 }).toBe(1);
  await leaveWifi(demo, telephone);
  // Once more after all that is waiting was sent, the log-out with it: still one.
  await sleep(5000);
  expect(await countVisits()).toBe(1);
}, 180_000);
