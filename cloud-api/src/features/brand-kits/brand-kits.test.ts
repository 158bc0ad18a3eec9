import type { BranchSettings } from "@foyer/contract";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import type { KitBody, KitReply, KitsReply, Look, PreviewReply, WrittenText } from "./schema.ts";

const PATIENTLY = { timeout: 20_000, interval: 50 };

let site: TestSite;
let owner: TestStaff;
let here: EnrolledBox;
let there: EnrolledBox;
/** The company's first brand, which both branches are of. */
let brandId: string;

beforeAll(async () => {
  site = await openTestSite();
});
afterAll(() => site?.close());
beforeEach(async () => {
  owner = await site.addOwner("Long Linh Coffee");
  here = await owner.addBox((await owner.addBranch({ name: "Hồ Gươm" })).id);
  there = await owner.addBox((await owner.addBranch({ name: "Tây Hồ" })).id);
  brandId = (await listKits()).find(({ kind }) => kind === "brand")?.ownerId ?? "";
});

const listKits = async (by = owner) => (await by.get<KitsReply>("/api/v1/brand-kits")).kits;
const companyId = async () =>
  (await listKits()).find(({ kind }) => kind === "company")?.ownerId ?? "";
const read = (ownerId: string) => owner.get<KitReply>(`/api/v1/brand-kits/${ownerId}`);

const LOOK: Look = { accentColour: "#7a1f3d", logo: null, pageColour: "#fff4e6", font: "rounded" };
const TERMS: WrittenText = {
  purpose: "terms",
  label: { vi: "Tôi đồng ý", en: "I agree" },
  body: { vi: "Wi-Fi ở {branch}.", en: "Wi-Fi at {branch}." },
};

const put = (ownerId: string, body: Partial<KitBody>, by = owner) =>
  by.request("PUT", `/api/v1/brand-kits/${ownerId}`, {
    ...{ version: 0, look: null, texts: null, ...body },
  });

async function save(ownerId: string, body: Partial<KitBody>): Promise<KitReply> {
  const { version } = await read(ownerId);
  const answer = await put(ownerId, { version, ...body });
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as KitReply;
}

async function told(box: EnrolledBox): Promise<BranchSettings> {
  return (await box.pull())?.settings as BranchSettings;
}

async function addBrand(branchIds: string[], name = "Trà Gió"): Promise<string> {
  const made = await owner.request("POST", "/api/v1/brands", { name, accentColour: "#aa3300" });
  const { id } = made.body as { id: string };
  if (branchIds.length > 0)
    await owner.request("PUT", `/api/v1/brands/${id}/branches`, { branchIds });
  return id;
}

async function writeSettings(branchId: string, edit: (document: BranchSettings) => object) {
  const path = `/api/v1/branches/${branchId}/settings`;
  const { version: _version, ...document } = await owner.get<BranchSettings>(path);
  const answer = await owner.request("PUT", path, edit(document as BranchSettings));
  expect(answer.status).toBe(200);
}

describe("the look of a brand", () => {
  test("is told to the boxes of each of its branches as it is saved", async () => {
    const links = [{ network: "zalo", url: "https://zalo.me/longlinh" }];
    const kit = await save(brandId, { look: { ...LOOK, links } });
    expect(kit).toMatchObject({ version: 2, branches: 2, wearing: 2, hasOwnLook: true });
    for (const box of [here, there])
      expect((await told(box)).brand).toEqual({ name: "Long Linh Coffee", ...LOOK, links });
  });

  test("is worn by a branch that is made afterwards, with the texts", async () => {
    await save(brandId, { look: LOOK, texts: [TERMS] });
    const box = await owner.addBox((await owner.addBranch({ name: "Ba Đình" })).id);
    const { brand, legalTexts } = await told(box);
    expect(brand).toEqual({ name: "Long Linh Coffee", ...LOOK });
    expect(legalTexts).toEqual([
      { ...TERMS, version: 2, body: { vi: "Wi-Fi ở Ba Đình.", en: "Wi-Fi at Ba Đình." } },
    ]);
    expect((await read(brandId)).places[0]).toMatchObject({ wearsLook: true, wearsTexts: true });
  });

  test("leaves a branch alone that has a look of its own, until it is to wear the brand's", async () => {
    const own = { name: "Góc nhỏ", accentColour: "#123456", logo: null };
    await writeSettings(there.branchId, (document) => ({ ...document, brand: own }));
    const kit = await save(brandId, { look: LOOK });
    expect(kit).toMatchObject({ branches: 2, wearing: 1 });
    expect((await told(there)).brand).toEqual(own);
    const putLookOn = [there.branchId.toUpperCase()];
    expect(await save(brandId, { look: LOOK, putLookOn })).toMatchObject({ wearing: 2 });
    expect((await told(there)).brand.accentColour).toBe(LOOK.accentColour);
  });

  test("that a brand has none of is the company's, and is its own again when it gets one", async () => {
    const company = await companyId();
    await save(company, { look: LOOK });
    // The brand still has one.
    expect((await told(here)).brand.accentColour).toBe("#0b6e4f");
    await save(brandId, { look: null });
    expect((await told(here)).brand).toEqual({ name: "Long Linh Coffee", ...LOOK });
    await save(company, { look: { ...LOOK, accentColour: "#112233" } });
    for (const box of [here, there]) expect((await told(box)).brand.accentColour).toBe("#112233");
    const { brands } = await owner.get<{ brands: { accentColour: string }[] }>("/api/v1/tenant");
    expect(brands.map(({ accentColour }) => accentColour)).toEqual(["#112233"]);
    await save(brandId, { look: { ...LOOK, accentColour: "#445566" } });
    await save(company, { look: LOOK });
    expect((await told(here)).brand.accentColour).toBe("#445566");
  });

  test("follows a branch that comes to the brand, unless the branch has its own", async () => {
    await writeSettings(there.branchId, (document) => ({
      ...{ ...document, brand: { ...document.brand, accentColour: "#123456" } },
    }));
    const tea = await addBrand([here.branchId, there.branchId]);
    expect((await told(here)).brand).toEqual({
      ...{ name: "Trà Gió", accentColour: "#aa3300", logo: null },
    });
    expect((await told(there)).brand).toMatchObject({
      ...{ name: "Long Linh Coffee", accentColour: "#123456" },
    });
    expect(await read(tea)).toMatchObject({ branches: 2, wearing: 1 });
  });

  test("goes with its name and colour where those are changed", async () => {
    const body = { name: "Long Linh", accentColour: "#225588" };
    const answer = await owner.request("PUT", `/api/v1/brands/${brandId}`, body);
    expect(answer.status).toBe(204);
    expect((await told(here)).brand).toEqual({ ...body, logo: null });
    expect(await read(brandId)).toMatchObject({ name: "Long Linh", version: 2, wearing: 2 });
  });

  test("is refused where somebody else saved meanwhile, and nobody wears half of it", async () => {
    const { version } = await read(brandId);
    const colours = ["#111111", "#222222", "#333333"];
    const answers = await Promise.all(
      colours.map((accentColour) => put(brandId, { version, look: { ...LOOK, accentColour } })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const [one, other] = [(await told(here)).brand, (await told(there)).brand];
    expect(one).toEqual(other);
    expect(colours).toContain(one.accentColour);
  });

  test("is saved while a page is put on the same branches: both hold these in one order", async () => {
    // The last by id and the first by name, and the other way about.
    const middle = await owner.addBranch({ name: "Ga" });
    await owner.addBranch({ name: "Ao" });
    const content = {
      ...{ name: "Trà", when: { guests: "any", visitNumbers: [] } },
      blocks: [{ kind: "welcome", fields: {} }],
    };
    const made = await owner.request("POST", "/api/v1/pages", { content });
    const path = `/api/v1/pages/${(made.body as { id: string }).id}/publish`;
    const { version } = await read(brandId);
    const waiting = (count: number) =>
      expect
        .poll(async () => {
          const [row] = await site.readAsAdministrator<{ there: number }>(
            `select count(*)::integer as there from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'`,
            [],
          );
          return row?.there;
        }, PATIENTLY)
        .toBe(count);
    const hold = "select from branches where id = $1 for update";
    const changes = await site.holdAsAdministrator(hold, [middle.id], async () => {
      const saved = put(brandId, { version, look: LOOK });
      await waiting(1);
      const placed = owner.request("POST", path, { revision: 1, to: { kind: "all" } });
      await waiting(2);
      return { saved, placed };
    });
    expect((await changes.saved).status).toBe(200);
    expect((await changes.placed).status).toBe(200);
  });

  test("of a version before is read as it was", async () => {
    await save(brandId, { look: LOOK });
    const before = await owner.get(`/api/v1/brand-kits/${brandId}/versions/1`);
    expect(before).toMatchObject({ look: { accentColour: "#0b6e4f", logo: null }, texts: null });
    const { versions } = await read(brandId);
    expect(versions).toMatchObject([
      { version: 2, madeBy: "Owner" },
      { version: 1, madeBy: null },
    ]);
    const missing = await owner.request("GET", `/api/v1/brand-kits/${brandId}/versions/3`);
    expect(missing.status).toBe(404);
  });
});

describe("the legal texts of a brand", () => {
  test("stand at its branches with their names once they are put there, and raise versions", async () => {
    const before = (await told(here)).legalTexts[0]?.version ?? 0;
    const first = await save(brandId, { look: LOOK, texts: [TERMS] });
    // What guests were asked by until now is each branch's own.
    expect(first.places.map(({ wearsTexts }) => wearsTexts)).toEqual([false, false]);
    const putTextsOn = [here.branchId, there.branchId];
    const texts = [TERMS];
    expect((await save(brandId, { look: LOOK, texts, putTextsOn })).places).toMatchObject([
      { name: "Hồ Gươm", wearsTexts: true },
      { name: "Tây Hồ", wearsTexts: true },
    ]);
    const { legalTexts, marketingText } = await told(here);
    expect(legalTexts).toEqual([
      {
        ...{ ...TERMS, version: before + 1 },
        body: { vi: "Wi-Fi ở Hồ Gươm.", en: "Wi-Fi at Hồ Gươm." },
      },
    ]);
    expect(marketingText).toBeUndefined();
  });

  test("that change are new versions everywhere, and those that do not ask nobody again", async () => {
    const putTextsOn = [here.branchId, there.branchId];
    const ads: WrittenText = { purpose: "ads", label: { en: "Ads" }, body: { en: "Adverts." } };
    await save(brandId, { look: LOOK, texts: [TERMS, ads], putTextsOn });
    const before = (await told(here)).legalTexts;
    const changed = { ...TERMS, label: { ...TERMS.label, en: "I agree to all of it" } };
    const { texts } = await save(brandId, { look: LOOK, texts: [changed, ads] });
    const [terms, same] = (await told(here)).legalTexts;
    expect(terms?.version).toBe((before[0]?.version ?? 0) + 1);
    expect(texts?.map(({ version }) => version)).toEqual([terms?.version, before[1]?.version]);
    expect(same).toEqual(before[1]);
    expect((await told(there)).legalTexts[0]?.version).toBe(terms?.version);
  });

  test.each([
    ["without terms", [{ ...TERMS, purpose: "ads" }], "/texts"],
    ["with two for one purpose", [TERMS, TERMS], "/texts/1"],
    ["without words", [{ ...TERMS, label: { en: " " } }], "/texts/0/label"],
  ])("are refused %s", async (_, texts, field) => {
    const answer = await put(brandId, { version: 1, texts: texts as WrittenText[] });
    expect(answer).toMatchObject({ status: 400, body: { field } });
    expect((await read(brandId)).version).toBe(1);
  });
});

describe("a picture of a brand", () => {
  const draw = (width: number, height: number) =>
    sharp({
      create: { width, height, channels: 4, background: { r: 0, g: 90, b: 60, alpha: 0.5 } },
    });

  test("is made anew as small as a box takes it, and clear where it was clear", async () => {
    const file = await draw(2400, 900).png().toBuffer();
    const made = await owner.upload("/api/v1/logo-pictures", file);
    const { logo } = made.body as { logo: string };
    expect(logo.length).toBeLessThanOrEqual(8192);
    const bytes = Buffer.from(logo.slice(logo.indexOf(",") + 1), "base64");
    expect(await sharp(bytes).metadata()).toMatchObject({
      width: 640,
      height: 240,
      hasAlpha: true,
    });
    await save(brandId, { look: { ...LOOK, logo } });
    expect((await told(here)).brand.logo).toBe(logo);
  });

  test("that is full of detail loses size before it is refused", async () => {
    const noise = { type: "gaussian", mean: 120, sigma: 60 } as const;
    const create = { width: 320, height: 210, channels: 3 as const, background: "#000", noise };
    const file = await sharp({ create }).blur(1.2).jpeg().toBuffer();
    const answer = await owner.upload("/api/v1/logo-pictures", file);
    const { logo } = answer.body as { logo: string };
    expect(answer.status).toBe(200);
    expect(logo.length).toBeLessThanOrEqual(8192);
  });

  test("is refused where its bytes are none, or something else besides", async () => {
    const script = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
    expect((await owner.upload("/api/v1/logo-pictures", script)).status).toBe(400);
    const png = await draw(20, 20).png().toBuffer();
    const both = Buffer.concat([png, Buffer.from("<script>alert(1)</script>")]);
    expect((await owner.upload("/api/v1/logo-pictures", both)).status).toBe(400);
    for (const [type, bytes, between = ""] of [
      ["svg+xml", script],
      ["png", script],
      ["webp", png],
      ["png", both],
      // Base64 with something between is read as if it were not there.
      ["png", png, `');"><`],
    ] as const) {
      const text = bytes.toString("base64");
      const logo = `data:image/${type};base64,${text.slice(0, 8)}${between}${text.slice(8)}`;
      const answer = await put(brandId, { version: 1, look: { ...LOOK, logo } });
      expect(answer).toMatchObject({ status: 400, body: { field: "/look/logo" } });
    }
  });

  test("that a branch had before may stay, whatever it is", async () => {
    const svg = `data:image/svg+xml;base64,${Buffer.from("<svg/>").toString("base64")}`;
    await writeSettings(here.branchId, (document) => ({
      ...{ ...document, brand: { ...document.brand, logo: svg } },
    }));
    const answer = await put(brandId, { version: 1, look: { ...LOOK, logo: svg } });
    expect(answer.status).toBe(200);
  });
});

test("a link that leads to no web address of a known network is refused with its place", async () => {
  const good = { network: "zalo", url: "https://zalo.me/longlinh" };
  for (const bad of [
    { network: "myspace", url: "https://myspace.com/x" },
    { network: "zalo", url: "http://" },
  ]) {
    const answer = await put(brandId, { version: 1, look: { ...LOOK, links: [good, bad] } });
    expect(answer).toMatchObject({ status: 400, body: { field: "/look/links/1" } });
  }
});

describe("who may change a kit", () => {
  test("whoever works for a brand changes that brand's, and sees the others", async () => {
    const tea = await addBrand([there.branchId]);
    const manager = await site.addStaffOf(owner, { brandId: tea });
    const kits = await listKits(manager);
    expect(kits.map(({ name, mayEdit }) => [name, mayEdit])).toEqual([
      ["Long Linh Coffee", false],
      ["Long Linh Coffee", false],
      ["Trà Gió", true],
    ]);
    expect((await put(tea, { version: 1, look: LOOK }, manager)).status).toBe(200);
    expect((await told(there)).brand).toEqual({ name: "Trà Gió", ...LOOK });
    for (const ownerId of [brandId, await companyId()])
      expect((await put(ownerId, { version: 1, look: LOOK }, manager)).status).toBe(403);
  });

  test("no kit is another company's", async () => {
    const stranger = await site.addOwner("Quán Khác");
    expect((await put(brandId, { version: 1, look: LOOK }, stranger)).status).toBe(404);
    expect((await told(here)).brand.accentColour).toBe("#0b6e4f");
  });
});

describe("a look that nobody has saved", () => {
  const preview = async (body: object) => {
    const path = `/api/v1/brand-kits/${brandId}/preview`;
    const answer = await owner.request("POST", path, {
      ...{ look: LOOK, theme: "light", stage: "before", ...body },
    });
    expect(answer.status).toBe(200);
    return answer.body as PreviewReply;
  };

  test("is shown on the page that guests meet first, and how well its colours are read", async () => {
    const look = { ...LOOK, accentColour: "#f2c230" };
    const { html, contrast } = await preview({ look, language: "en" });
    expect(html).toContain("Welcome to Hồ Gươm");
    expect(html).toContain("--accent:#f2c230");
    const link = contrast.find(({ what }) => what === "link-light");
    expect(link).toMatchObject({ asked: "#f2c230" });
    expect(link?.askedRatio).toBeLessThan(3);
    expect(link?.ratio).toBeGreaterThanOrEqual(4.5);
    expect((await told(here)).brand.accentColour).toBe("#0b6e4f");
  });

  test("is shown on the form that guests sign in by, which sends nothing, and on the page after access", async () => {
    const before = await preview({ language: "vi" });
    expect(before.html).toMatch(/<section inert>\n<form method="post" action="\/phone"/);
    const after = await preview({ language: "vi", stage: "after" });
    expect(after.html).toContain("<h1>Bạn đã vào mạng</h1>");
    expect(after.html).not.toContain('action="/phone"');
  });

  test("shows its links after access, and by night its dark side", async () => {
    const links = [{ network: "zalo", url: "https://zalo.me/longlinh" }];
    const after = await preview({ look: { ...LOOK, links }, stage: "after" });
    expect(after.html).toContain("https://zalo.me/longlinh");
    expect((await preview({ look: { ...LOOK, links } })).html).not.toContain("zalo.me");
    const night = await preview({ theme: "dark" });
    expect(night.html).toContain("@media all");
  });
});
