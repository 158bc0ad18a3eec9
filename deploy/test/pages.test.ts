import { randomUUID } from "node:crypto";
import { keepSurveyAnswer } from "@foyer/branch-store";
import type { PageWhen, Survey } from "@foyer/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mainOf, openPageSite, type PageContent, unsealed, usable } from "./page-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

const HOUR_MS = 3_600_000;
const SURVEY: Survey = {
  ...{ id: "spring", title: { vi: "Ý kiến của bạn" }, thanks: { vi: "Cảm ơn bạn" } },
  questions: [{ id: "stars", kind: "rating", label: { vi: "Bạn thấy thế nào?" }, required: true }],
};
const PICTURE = `data:image/png;base64,${"iVBORw0K".repeat(200)}`;

const page = (name: string, when: Partial<PageWhen> = {}): PageContent => ({
  name,
  when: { guests: "any", visitNumbers: [], ...when },
  blocks: [{ kind: "welcome", fields: { heading: { vi: `${name} {name}` } } }],
});
const headingOf = (main: string) => /<h1[^>]*>([^<]*)/.exec(main)?.[1];

type Seen = { pageId: string; branchId: string; query?: Record<string, string> };

/** <main> of a page as the cloud shows it beforehand. */
async function preview({ pageId, branchId, query }: Seen): Promise<string> {
  const asked = new URLSearchParams({ branchId, pictures: "files", ...query });
  return usable(mainOf(await cloud.readText(`/api/v1/pages/${pageId}/preview?${asked}`)));
}

async function findCustomer(phone: string): Promise<string> {
  const path = `/api/v1/customers?search=${encodeURIComponent(phone)}`;
  const { customers } = await askUntil(
    () => cloud.get<{ customers: { id: string }[] }>("GET", path),
    (answer) => answer.customers.length === 1,
  );
  return customers[0]?.id ?? "";
}

describe("a page made in the cloud", () => {
  test("has, in <main>, the same bytes on the box as in its preview, for whoever looks at it", async () => {
    const site = await openPageSite(cloud, (document) => ({ ...document, surveys: [SURVEY] }));
    const pageId = await site.publish({
      name: "Everything",
      when: { guests: "any", visitNumbers: [] },
      blocks: [
        {
          kind: "welcome",
          fields: {
            heading: { vi: "Chào {name}!", en: "Hello {name}!" },
            text: {
              vi: "Lần thứ {visit} & hơn thế\n\nở {branch}",
              en: "Visit {visit} to {branch}",
            },
          },
        },
        { kind: "heading", fields: { text: { vi: "Hôm nay" } } },
        { kind: "text", fields: { text: { vi: "Một\n\nHai <b>", en: "One\n\nTwo" } } },
        { kind: "image", fields: { source: PICTURE, alt: { vi: "Cà phê" } } },
        {
          kind: "pictures",
          fields: { pictures: [{ source: PICTURE }, { source: `${PICTURE.slice(0, -8)}AAAA` }] },
        },
        {
          kind: "coupon",
          fields: {
            ...{ heading: { vi: "Giảm 20%" }, text: { vi: "Cho {name}" }, code: "TET-2099" },
            validUntil: "2099-02-01T00:00:00+07:00",
          },
        },
      ],
    });
    const lan = site.signIn({ phone: "+84912345601", name: `Lan "<b>" & Minh` });
    site.visit(lan);
    site.visit(lan);
    const customerId = await findCustomer(lan.phone);
    const seen = { pageId, branchId: site.branchId };
    for (const language of ["vi", "en"] as const) {
      const stranger = await site.open("AC-00-5E-FF-FF-01", language);
      const asStranger = await preview({ ...seen, query: { language } });
      expect(asStranger).toContain('<form method="post" action="/phone"');
      expect(unsealed(stranger)).toBe(asStranger);
    }
    // The cloud counts what the box has told; the box's page is in the guest's own language.
    const asLan = () => preview({ ...seen, query: { customerId } });
    const asked = unsealed(await site.open(lan.mac));
    expect(asked).toContain('<input type="checkbox" name="terms"');
    expect(await askUntil(asLan, (main) => main === asked)).toBe(asked);
    site.agree(lan);
    const shown = unsealed(await site.open(lan.mac));
    expect(shown).toContain("Lần thứ 3 &amp; hơn thế");
    expect(shown).toContain("Chào Lan &quot;&lt;b&gt;&quot; &amp; Minh!");
    expect(shown).toContain('action="/returning"');
    expect(await askUntil(asLan, (main) => main === shown)).toBe(shown);
    const madeUp = { name: `Lan "<b>" & Minh`, visitNumber: "3", language: "vi" };
    expect(await preview({ ...seen, query: madeUp })).toBe(shown);
    expect(shown).toMatch(/ src="\/pictures\/[0-9a-f]{64}"/);
  }, 120_000);

  test("MC-4.1 visits 1, 2 and 5 each see another page", async () => {
    const site = await openPageSite(cloud);
    await site.publish(page("Any"));
    for (const number of [1, 2, 5])
      await site.publish(page(`No. ${number}`, { visitNumbers: [number] }));
    const seen = [headingOf(await site.open("AC-00-5E-FF-FF-02"))];
    const lan = site.signIn({ phone: "+84912345602", name: "Lan" });
    for (let visit = 2; visit <= 6; visit += 1) {
      site.visit(lan);
      seen.push(headingOf(await site.open(lan.mac)));
    }
    expect(seen).toEqual(["No. 1", "No. 2 Lan", "Any Lan", "Any Lan", "No. 5 Lan", "Any Lan"]);
  }, 120_000);

  test("MC-4.2 a guest who has answered the current survey sees another page than one who has not", async () => {
    const site = await openPageSite(cloud, (document) => ({ ...document, surveys: [SURVEY] }));
    await site.publish(page("Asked", { survey: { id: "spring", answered: false } }));
    await site.publish(page("Thanked", { survey: { id: "spring", answered: true } }));
    const [lan, minh] = ["03", "04"].map((last) =>
      site.signIn({ phone: `+849123456${last}`, name: "Lan" }),
    );
    if (!lan || !minh) throw new Error("nobody signed in");
    site.store.transaction((tx) =>
      keepSurveyAnswer(tx, {
        ...{ answerId: randomUUID(), surveyId: "spring", guestId: lan.guestId, deviceId: null },
        ...{ nasId: null, by: "page", place: null, language: "vi" },
        ...{ choices: {}, ratings: { stars: 4 }, texts: {} },
      }),
    );
    expect(headingOf(await site.open(lan.mac))).toBe("Thanked Lan");
    expect(headingOf(await site.open(minh.mac))).toBe("Asked Lan");
  }, 120_000);

  test("MC-4.3 the page changes at the slot's edge in the branch's own time zone", async () => {
    const site = await openPageSite(cloud);
    await site.publish(page("Any"));
    // From the full hour after the next of the branch's clock on, for an hour.
    const begins = (Math.floor(cloud.now().getTime() / HOUR_MS) + 2) * HOUR_MS;
    const [from = "", to = ""] = [begins, begins + HOUR_MS].map((moment) =>
      new Date(moment + 7 * HOUR_MS).toISOString().slice(11, 16),
    );
    const days = [1, 2, 3, 4, 5, 6, 7];
    await site.publish(page("Happy hour", { hours: [{ days, from, to }] }));
    const seen: (string | undefined)[] = [];
    for (const moment of [-60, 1, 3540, 3601].map((seconds) => begins + seconds * 1000)) {
      // From where the clock is by now: what went before took its time on it.
      cloud.passSeconds((moment - cloud.now().getTime()) / 1000);
      seen.push(headingOf(await site.open("AC-00-5E-FF-FF-03")));
    }
    expect(seen).toEqual(["Any", "Happy hour", "Happy hour", "Any"]);
  }, 120_000);

  test("MC-4.4 the tag VIP shows its page and the guest's name, and what they call themselves is escaped", async () => {
    const site = await openPageSite(cloud);
    const { id: vip } = await cloud.get<{ id: string }>("POST", "/api/v1/tags", { name: "VIP" });
    await site.publish(page("Any"));
    await site.publish(page("VIP", { tags: [vip] }));
    const lan = site.signIn({ phone: "+84912345605", name: "<i>Lan</i>" });
    expect(headingOf(await site.open(lan.mac))).toBe("Any &lt;i&gt;Lan&lt;/i&gt;");
    const customerId = await findCustomer(lan.phone);
    await cloud.get("PUT", `/api/v1/customers/${customerId}/tags`, { tagIds: [vip] });
    const shown = await askUntil(
      async () => headingOf(await site.open(lan.mac)),
      (heading) => heading?.startsWith("VIP") === true,
    );
    expect(shown).toBe("VIP &lt;i&gt;Lan&lt;/i&gt;");
  }, 120_000);

  test("shows with the cloud gone and the box started anew", async () => {
    const site = await openPageSite(cloud);
    await site.publish(page("Kept"));
    await site.startAlone();
    expect(headingOf(await site.open("AC-00-5E-FF-FF-04"))).toBe("Kept");
  }, 120_000);
});
