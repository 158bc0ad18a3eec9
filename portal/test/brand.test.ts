import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { GUEST_IP, handOff, MAC, openTestPortal, signedNas } from "./open-portal.ts";

const picture = () => `data:image/jpeg;base64,${randomBytes(40_000).toString("base64")}`;

test("a brand's page colour makes a scheme for the day and one for the night, and its font is a device's own", async () => {
  const portal = await openTestPortal({
    settings: ({ brand }) => Object.assign(brand, { pageColour: "#fff4e6", font: "rounded" }),
  });
  const browser = portal.browser();
  await browser.arrive();
  const { html } = browser.page;
  expect(html).toContain(":root{--paper:#fff4e6;");
  expect(html).toMatch(/@media\(prefers-color-scheme:dark\)\{:root\{--paper:#[01][0-9a-f]{5};/);
  expect(html).toContain("--serif:ui-rounded,SF Pro Rounded");
});

test("a background picture is a file of the portal's own, behind a name that stays readable", async () => {
  const background = picture();
  const portal = await openTestPortal({
    settings: ({ brand }) => Object.assign(brand, { background }),
  });
  const browser = portal.browser();
  await browser.arrive();
  const path = /url\((\/pictures\/[0-9a-f]{64})\)/.exec(browser.page.html)?.[1] ?? "";
  expect(browser.page.html).toContain('<header class="brand photo">');
  const file = await portal.app.inject({ url: path });
  expect(file.statusCode).toBe(200);
  expect(`data:image/jpeg;base64,${file.rawPayload.toString("base64")}`).toBe(background);
  expect(browser.page.headers["content-security-policy"]).toContain("img-src 'self' data:");
});

test("the first page stays under 14 KB on the wire with a whole brand and every block there is", async () => {
  const words = (text: string) => ({ vi: text, en: text, fa: text });
  const until = "2026-03-09T10:00:00Z";
  const portal = await openTestPortal({
    settings: (settings) => {
      settings.branch.languages = ["vi", "en", "fa"];
      settings.signIn.clickThrough = "always";
      Object.assign(settings.brand, { pageColour: "#fff4e6", font: "sans", background: picture() });
      const when = { guests: "any" as const, visitNumbers: [] };
      const pictures = Array.from({ length: 3 }, () => ({ source: picture().slice(0, 40_023) }));
      const blocks = [
        { kind: "welcome", fields: { heading: words("Chào {name}"), text: words("Mời bạn") } },
        { kind: "pictures", fields: { pictures } },
        { kind: "heading", fields: { text: words("Hôm nay") } },
        { kind: "text", fields: { text: words("Bánh mới ra lò lúc chín giờ sáng.") } },
        { kind: "countdown", fields: { text: words("Còn"), until } },
        { kind: "coupon", fields: { heading: words("Một ly trà"), code: "TRA-2026" } },
      ];
      const id = "0199f000-0000-7000-8000-0000000000aa";
      settings.pages = [{ id, name: "All", version: 1, when, blocks }];
    },
  });
  const response = await portal.app.inject({
    url: handOff(signedNas, { mac: MAC, ip: GUEST_IP }),
    remoteAddress: GUEST_IP,
    headers: { "accept-encoding": "gzip" },
  });
  expect(portal.logLines.filter((line) => line.includes("block left out"))).toEqual([]);
  const bytes = response.rawPayload.length + JSON.stringify(response.headers).length;
  expect(bytes).toBeLessThanOrEqual(14 * 1024);
});
