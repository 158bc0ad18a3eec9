import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openndsNas2, sealFas, vectors } from "../src/nas/fixtures/examples.ts";
import {
  GUEST_IP,
  handOff,
  MAC,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
} from "./open-portal.ts";

const DAY = 24 * 60 * 60;

async function letLanIn(portal: TestPortal, url: string) {
  const browser = portal.browser();
  await browser.open(url);
  await browser.askForCode("0912345678");
  await browser.submit("/code", { code: await readCode(portal) });
  await browser.submit("/details", { name: "Lan" });
  return browser;
}

describe("a signed hand-off that somebody kept", () => {
  test("proves the device for half an hour, and nothing afterwards", async () => {
    const portal = await openTestPortal();
    const url = handOff(signedNas, { mac: MAC, ip: GUEST_IP });
    const browser = await letLanIn(portal, url);
    portal.pass(29 * 60);
    await browser.open(url);
    expect(browser.page.words).toContain("Hello Lan");
    portal.pass(2 * 60);
    await browser.open(url);
    expect(browser.page.words).not.toMatch(/\bLan\b/);
    await browser.open(`${url}&x=1`);
    expect(browser.page.words).not.toMatch(/\bLan\b/);
    await browser.arrive();
    expect(browser.page.words).toContain("Hello Lan");
  });

  test("names nobody after access either", async () => {
    const portal = await openTestPortal();
    const browser = await letLanIn(portal, handOff(signedNas, { mac: MAC, ip: GUEST_IP }));
    const fields = { mac: MAC, ip: GUEST_IP, res: "success" };
    const url = handOff(signedNas, fields).replace(/&challenge=[0-9a-f]+|&md=.*/g, "");
    const query = url.slice(url.indexOf("?") + 1);
    const md = createHash("md5").update(`${signedNas.uamServer}?${query}${signedNas.uamSecret}`);
    const signed = `${url}&md=${md.digest("hex")}`;
    await browser.open(signed);
    expect(browser.page.words).toContain("You're online, Lan");
    portal.pass(31 * 60);
    await browser.open(signed);
    expect(browser.page.words).toContain("You're online Enjoy");
  });

  test("does not age where the NAS is uspot, whose challenge is the same each time", async () => {
    const portal = await openTestPortal();
    const challenge = vectors.uspot.challenge;
    const browser = await letLanIn(
      portal,
      handOff(signedNas, { mac: MAC, ip: GUEST_IP, challenge }),
    );
    portal.pass(DAY);
    await browser.arrive({ challenge });
    expect(browser.page.words).toContain("Hello Lan");
  });

  test("of openNDS stays old under another IV", async () => {
    const portal = await openTestPortal({
      settings: (settings) => {
        settings.nas = [openndsNas2];
      },
    });
    const { fas, iv } = vectors.opennds.level2;
    const browser = await letLanIn(portal, `/fas?fas=${fas}&iv=${iv}`);
    portal.pass(31 * 60);
    // The IV is XORed with the text's first octets: a hid of 3… becomes one of 2….
    const octets = Buffer.from(iv);
    octets[4] = (octets[4] ?? 0) ^ 1;
    for (const each of [iv, octets.toString()]) {
      await browser.open(`/fas?fas=${fas}&iv=${each}`);
      expect(browser.page.words).toContain("Mobile number");
      expect(browser.page.words).not.toMatch(/\bLan\b/);
    }
    await browser.open(sealFas(vectors.opennds.level2.plain, openndsNas2, "0123456789abcdef"));
    expect(browser.page.words).toContain("Hello Lan");
  });
});
