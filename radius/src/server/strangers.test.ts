import { describe, expect, test } from "vitest";
import { coovaOf, MAC, SECRET, sampleSettings, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { attribute } from "../protocol/values.ts";
import { createStrangers } from "./strangers.ts";

const at = new Date("2026-03-01T02:00:00.000Z");
const see = (address: string, nasIdentifier: string | null = null) => ({
  ...{ address, nasIdentifier, through: "udp" as const, at },
});
const elsewhere = () =>
  sampleSettings((settings) => {
    coovaOf(settings).source = "192.0.2.1";
  });

describe("RFC 2865 §3: a sender that is no NAS of the branch", () => {
  test("meets silence and is listed: address, claimed name, count, first and last time", async () => {
    const box = await startTestBox({ settings: elsewhere() });
    const nas = await openTestNas("another-secret");
    const more = [attribute("NAS-Identifier", "lobby-ap")];
    const bytes = nas.pap({ userName: "an", password: "x", mac: MAC, more });
    expect(await nas.exchange(box.authPort, bytes, 100)).toBeNull();
    box.advance(60);
    expect(await nas.exchange(box.authPort, bytes, 100)).toBeNull();
    expect(box.health().unknown).toEqual({
      drops: { "unknown-nas": 2 },
      nas: [
        {
          ...{ address: "127.0.0.1", nasIdentifier: "lobby-ap", count: 2, through: "udp" },
          firstSeenAt: "2026-03-01T02:00:00.000Z",
          lastSeenAt: "2026-03-01T02:01:00.000Z",
        },
      ],
    });
  });

  test("is listed though it sends no RADIUS at all", async () => {
    const box = await startTestBox({ settings: elsewhere() });
    const nas = await openTestNas(SECRET);
    expect(await nas.exchange(box.acctPort, Buffer.from("\x01\x02hello"), 100)).toBeNull();
    expect(box.health().unknown.nas).toMatchObject([{ nasIdentifier: null, count: 1 }]);
  });

  test("keeps the name it told once when a packet tells none", () => {
    const strangers = createStrangers();
    strangers.see(see("192.0.2.1", "lobby"));
    strangers.see(see("192.0.2.1"));
    expect(strangers.list()).toMatchObject([{ nasIdentifier: "lobby", count: 2 }]);
  });

  test("stays listed under a flood of forged addresses, and the list stays short", () => {
    const strangers = createStrangers();
    for (let each = 0; each < 5000; each++) {
      if (each % 40 === 0) strangers.see(see("192.0.2.1", "lobby"));
      strangers.see(see(`10.0.${each >> 8}.${each & 255}`));
    }
    const list = strangers.list();
    expect(list).toHaveLength(50);
    expect(list[0]).toMatchObject({ address: "192.0.2.1", count: 125 });
  });
});
