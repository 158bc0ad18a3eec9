import type { BranchSettings, CouponNews, EventPayload, PullReply } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  askUntil,
  type EnrolledBox,
  openTestSite,
  type TestSite,
  type TestStaff,
} from "../../../test/open-test-site.ts";
import { NAS_ID } from "../../../test/test-box.ts";
import { newId } from "../../platform/clock.ts";
import { POOL_COUPONS } from "./rules.ts";
import type { CouponKindReply, CouponKindsReply, CouponsReply, TillReply } from "./schema.ts";

let site: TestSite;
let staff: TestStaff;
let branchId: string;
let box: EnrolledBox;

beforeAll(async () => {
  site = await openTestSite();
});
beforeEach(async () => {
  staff = await site.addOwner();
  branchId = (await staff.addBranch()).id;
  await askSurvey(branchId);
  box = await staff.addBox(branchId);
});
afterAll(() => site?.close());

const SURVEY = {
  ...{ id: "spring", title: { vi: "Mùa xuân", en: "Spring" } },
  questions: [{ kind: "rating", id: "stars", label: { vi: "Mấy sao?" }, required: true }],
};

async function askSurvey(at: string): Promise<void> {
  const path = `/api/v1/branches/${at}/settings`;
  const document = await staff.get<BranchSettings>(path);
  const saved = await staff.request("PUT", path, { ...document, surveys: [SURVEY] });
  expect(saved.status).toBe(200);
}

const KIND = {
  name: { vi: "Trà miễn phí", en: "A free tea" },
  offer: { vi: "Một ly trà", en: "One tea" },
  terms: null,
  validDays: 30,
  branchIds: [] as string[],
  surveyIds: ["spring"],
  profileCompleteness: null as number | null,
};

async function addKind(change: Partial<typeof KIND> = {}): Promise<CouponKindReply> {
  const made = await staff.request("POST", "/api/v1/coupon-kinds", { ...KIND, ...change });
  expect(made.status).toBe(201);
  return made.body as CouponKindReply;
}

const pull = (from = box, coupons = 0) => from.pull({ coupons, settings: 1e9, guests: 1e9 });
const newsOf = (reply: PullReply | null): CouponNews[] => reply?.coupons ?? [];

async function takePool(from = box): Promise<CouponNews[]> {
  const news = newsOf(await pull(from));
  expect(news).toHaveLength(POOL_COUPONS);
  return news;
}

const first = (news: readonly CouponNews[]): CouponNews => {
  const [coupon] = news;
  if (!coupon) throw new Error("No coupon came.");
  return coupon;
};

const issued = (
  coupon: CouponNews,
  given: Partial<EventPayload<"coupon.issued">> = {},
  from = box,
) =>
  from.write("coupon.issued", {
    ...{ couponId: coupon.id, kindId: coupon.kindId, validDays: 30, surveyId: "spring" },
    ...{ answerId: newId(), guestId: null, deviceId: null, ...given },
  });

const list = (query = "", by = staff) => by.get<CouponsReply>(`/api/v1/coupons?${query}`);
const told = (total: number, query = "") =>
  askUntil(
    () => list(query),
    (reply) => reply.total === total,
  );

async function atTill(what: "check" | "redeem", code: string, more: object = {}, by = staff) {
  const path = what === "check" ? "/api/v1/coupon-checks" : "/api/v1/coupon-redemptions";
  const body = { code, branchId, ...(what === "redeem" && { redemptionId: newId() }), ...more };
  const answer = await by.request("POST", path, body);
  expect(answer.status).toBe(200);
  return answer.body as TillReply;
}

test("part of MC-3.11: a branch that asks the survey is told which coupon it gives, and its box has a pool of unguessable codes", async () => {
  const kind = await addKind();
  const { settings } = (await box.pull()) ?? {};
  expect(settings?.coupons).toMatchObject({
    ...{
      redeemUrl: `${site.origin}/coupons/till`,
      rewards: [{ surveyId: "spring", kindId: kind.id }],
    },
    kinds: [{ id: kind.id, offer: KIND.offer, validDays: 30 }],
  });
  const pool = await takePool();
  expect(new Set(pool.map(({ code }) => code)).size).toBe(POOL_COUPONS);
  expect(pool.every(({ isUsed, kindId }) => !isUsed && kindId === kind.id)).toBe(true);
  // What it holds is no news, and a box that does not ask has none.
  expect(newsOf(await pull(box, pool.at(-1)?.position))).toEqual([]);
  expect((await box.pull())?.coupons).toEqual([]);
});

test("what a box gave is made up for, and nothing more", async () => {
  await addKind();
  const pool = await takePool();
  await box.push(pool.slice(0, 3).map((coupon) => issued(coupon)));
  await told(3);
  const news = newsOf(await pull(box, pool.at(-1)?.position));
  expect(news).toHaveLength(3);
  expect(pool.map(({ id }) => id)).not.toContain(news[0]?.id);
});

test("a box that holds a later word than a restored cloud gave is told of every coupon from then on", async () => {
  await addKind();
  const held = 2 ** 45;
  const pool = newsOf(await pull(box, held));
  expect(pool).toHaveLength(POOL_COUPONS);
  expect(first(pool).position).toBe(held + 1);
  expect(newsOf(await pull(box, pool.at(-1)?.position))).toEqual([]);
});

test("a coupon that is used before its box has called a restored cloud is told to it as used", async () => {
  await addKind();
  const pool = await takePool();
  const { id, code } = first(pool);
  await box.push([issued(first(pool))]);
  await told(1);
  const held = newsOf(await pull(box, pool.at(-1)?.position)).at(-1)?.position;
  await site.asAdministrator("update coupon_pools set position = 1 where box_id = $1", [box.boxId]);
  expect((await atTill("redeem", code)).state).toBe("redeemed");
  expect(newsOf(await pull(box, held))).toMatchObject([{ id, isUsed: true }]);
});

test("a coupon that is used reaches its box where the clock of the cloud before the restore was days ahead", async () => {
  await addKind();
  const pool = await takePool();
  await box.push(pool.slice(0, 2).map((coupon) => issued(coupon)));
  await told(2);
  await pull(box, pool.at(-1)?.position);
  const held = site.now().getTime() + 5 * 24 * 60 * 60 * 1000;
  // The first before its box has called, the second after.
  for (const [at, { id, code }] of pool.slice(0, 2).entries()) {
    expect((await atTill("redeem", code)).state).toBe("redeemed");
    expect(newsOf(await pull(box, held + at))).toMatchObject([{ id, position: held + at + 1 }]);
  }
});

test("a branch that does not ask the survey gives nothing for it, and another life of the store begins with a pool of its own", async () => {
  await addKind();
  const other = await staff.addBox((await staff.addBranch({ name: "Tây Hồ" })).id);
  expect((await other.pull({ coupons: 0 }))?.settings?.coupons).toBeUndefined();
  expect(newsOf(await pull(other))).toEqual([]);
  const pool = await takePool();
  const again = newsOf(await box.pull({ coupons: pool.at(-1)?.position ?? 0, epoch: newId() }));
  expect(again).toHaveLength(POOL_COUPONS);
  expect(again.map(({ id }) => id)).not.toContain(pool[0]?.id);
});

test("a coupon that is told twice, or given to two by a copied store, is one, and the first one's", async () => {
  await addKind();
  const coupon = first(await takePool());
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  const event = issued(coupon, { guestId: lan.guestId });
  await box.push([...lan.events, event]);
  await box.push([event, issued(coupon), issued(first(newsOf(await pull()).slice(1)))]);
  const { coupons } = await told(2);
  const own = coupons.find(({ id }) => id === coupon.id);
  expect(own).toMatchObject({ customerName: "Lan", state: "open", issuedBranchId: branchId });
  expect(own?.endOfCode).toBe(coupon.code.slice(-4));
  expect(JSON.stringify(coupons)).not.toContain(coupon.code);
});

test("of many tills that redeem one coupon at once, one does, and the others are told when and where", async () => {
  await addKind();
  const coupon = first(await takePool());
  await box.push([issued(coupon)]);
  await told(1);
  expect(await atTill("check", coupon.code)).toMatchObject({ state: "valid", offer: KIND.offer });
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => atTill("redeem", coupon.code)),
  );
  expect(answers.filter(({ state }) => state === "redeemed")).toHaveLength(1);
  const refused = answers.filter(({ state }) => state !== "redeemed");
  for (const answer of refused)
    expect(answer).toMatchObject({ state: "used", branchName: "Hồ Gươm" });
  expect((await list()).coupons).toMatchObject([
    { state: "used", redeemedBranchId: branchId, redeemedBy: "Owner" },
  ]);
  expect(await site.listEvents(staff.tenantId, "coupon.redeemed")).toHaveLength(1);
});

test("the same try sent again is told the same: the answer had been lost on its way", async () => {
  await addKind();
  const { code } = first(await takePool());
  const redemptionId = newId();
  const redeem = () => atTill("redeem", code, { redemptionId });
  const answer = await redeem();
  expect(answer.state).toBe("redeemed");
  expect(await redeem()).toEqual(answer);
  expect((await atTill("redeem", code)).state).toBe("used");
});

test("a coupon is redeemed though its box could not tell yet that it gave it, and stays used when it does", async () => {
  await addKind();
  const pool = await takePool();
  const coupon = first(pool);
  expect((await atTill("redeem", coupon.code)).state).toBe("redeemed");
  await box.push([issued(coupon)]);
  expect((await told(1)).coupons).toMatchObject([{ id: coupon.id, state: "used" }]);
  // The box is told, so that its page shows the coupon no more.
  const word = newsOf(await pull(box, pool.at(-1)?.position)).filter(({ isUsed }) => isUsed);
  expect(word).toMatchObject([{ id: coupon.id }]);
});

test("what is over and what is another branch's is refused in words, and so is what was never a coupon", async () => {
  const there = (await staff.addBranch({ name: "Tây Hồ" })).id;
  await addKind({ branchIds: [there] });
  const [one, two] = await takePool();
  if (!one || !two) throw new Error("No two coupons came.");
  const old = { ...issued(one, { validDays: 1 }), occurredAt: "2026-03-01T03:00:00.000Z" };
  await box.push([old]);
  await told(1);
  // To the end of the day after, on the clock of Hà Nội.
  expect(await atTill("redeem", one.code)).toMatchObject({
    state: "expired",
    at: "2026-03-02T17:00:00.000Z",
  });
  expect(await atTill("redeem", two.code)).toMatchObject({
    state: "other-branch",
    branchNames: ["Tây Hồ"],
  });
  expect((await atTill("redeem", two.code, { branchId: there })).state).toBe("redeemed");
  expect(await atTill("redeem", "ABCD-EFGH-2345")).toEqual({ state: "unknown" });
  expect(await atTill("check", "tea")).toEqual({ state: "unknown" });
});

test("one customer who answered at two branches has two coupons and one use, whichever till is first", async () => {
  const there = (await staff.addBranch({ name: "Tây Hồ" })).id;
  await askSurvey(there);
  const other = await staff.addBox(there);
  await addKind();
  const [one, two] = [first(await takePool()), first(await takePool(other))];
  const phone = "+84912345678";
  const [here, away] = [box.signIn({ phone, name: "Lan" }), other.signIn({ phone, name: "Lan" })];
  await box.push([...here.events, issued(one, { guestId: here.guestId })]);
  await other.push([...away.events, issued(two, { guestId: away.guestId }, other)]);
  await askUntil(
    list,
    ({ coupons }) => coupons.filter(({ customerId }) => customerId).length === 2,
  );
  const answers = await Promise.all([
    atTill("redeem", one.code),
    atTill("redeem", two.code, { branchId: there }),
  ]);
  expect(answers.map(({ state }) => state).toSorted()).toEqual(["redeemed", "used"]);
});

test("a guest who answered again at a box that was put back to a copy has one use, whoever they are", async () => {
  await addKind();
  const [one, two] = await takePool();
  if (!one || !two) throw new Error("No two coupons came.");
  const guestId = newId();
  await box.push([issued(one, { guestId }), issued(two, { guestId })]);
  await told(2);
  expect((await atTill("redeem", one.code)).state).toBe("redeemed");
  expect((await atTill("redeem", two.code)).state).toBe("used");
});

test("whoever serves at one branch redeems there what another gave, and nowhere else", async () => {
  const there = (await staff.addBranch({ name: "Tây Hồ" })).id;
  await addKind();
  const cashier = await site.addStaffOf(staff, [there]);
  const { code } = first(await takePool());
  const elsewhere = await cashier.request("POST", "/api/v1/coupon-redemptions", {
    ...{ code, branchId, redemptionId: newId() },
  });
  expect(elsewhere.status).toBe(404);
  expect((await atTill("redeem", code, { branchId: there }, cashier)).state).toBe("redeemed");
  expect(await atTill("check", code)).toMatchObject({ state: "used", branchName: "Tây Hồ" });
});

test("nobody redeems another company's coupon, and a viewer none at all", async () => {
  await addKind();
  const { code } = first(await takePool());
  const viewer = await site.addViewer(staff);
  const body = { code, branchId, redemptionId: newId() };
  expect((await viewer.request("POST", "/api/v1/coupon-redemptions", body)).status).toBe(403);
  const strangers = await site.addOwner("Other");
  const theirs = (await strangers.addBranch()).id;
  expect(await atTill("redeem", code, { branchId: theirs }, strangers)).toEqual({
    state: "unknown",
  });
  expect((await atTill("redeem", code)).state).toBe("redeemed");
});

test("a survey gives one coupon; one that has ended is given no more and is good to its end", async () => {
  const kind = await addKind();
  const { code } = first(await takePool());
  const second = await staff.request("POST", "/api/v1/coupon-kinds", KIND);
  expect(second).toMatchObject({ status: 409, body: { field: "/surveyIds" } });
  const empty = await staff.request("POST", "/api/v1/coupon-kinds", {
    ...KIND,
    surveyIds: [],
    name: { vi: " " },
  });
  expect(empty).toMatchObject({ status: 400, body: { field: "/name" } });
  const path = `/api/v1/coupon-kinds/${kind.id}`;
  expect((await staff.request("POST", `${path}/archive`)).status).toBe(200);
  expect((await staff.request("PUT", path, KIND)).status).toBe(409);
  expect((await box.pull())?.settings?.coupons).toBeUndefined();
  expect((await atTill("redeem", code)).state).toBe("redeemed");
  const { kinds } = await staff.get<CouponKindsReply>("/api/v1/coupon-kinds");
  expect(kinds).toMatchObject([{ id: kind.id, surveyIds: [], redeemed: 1 }]);
});

test("HM-3.4 a profile earns its coupon once, at the stated completeness", async () => {
  await addKind({ surveyIds: [], profileCompleteness: 60 });
  const people = () =>
    staff.get<{ customers: { id: string; name: string | null }[] }>("/api/v1/customers");
  const comes = async (phone: string, name: string) => {
    await box.push(box.signIn({ phone, name }).events);
    const { customers } = await askUntil(people, (reply) =>
      reply.customers.some((each) => each.name === name),
    );
    return customers.find((each) => each.name === name)?.id ?? "";
  };
  const edit = async (id: string, values: Record<string, string>) =>
    expect((await staff.request("PATCH", `/api/v1/customers/${id}`, { values })).status).toBe(204);
  // Of name, e-mail, birthday, language, address and place Lan has two, then three.
  const lan = await comes("+84912345678", "Lan");
  await edit(lan, { email: "lan@example.com" });
  const before = site.now().toISOString();
  await edit(lan, { address: "12 Tràng Tiền" });
  const [given] = (await told(1)).coupons;
  expect(given).toMatchObject({ occasion: "profile", customerName: "Lan", state: "open" });
  expect((given?.issuedAt ?? "") >= before).toBe(true);
  await edit(lan, { birthday: "1990-02-28" });
  // Told in their order: once Minh has his, what came before has been looked at.
  const minh = await comes("+84912345679", "Minh");
  await edit(minh, { email: "minh@example.com", address: "7 Hàng Bạc" });
  const { coupons } = await told(2);
  expect(coupons.map(({ customerId }) => customerId)).toEqual([minh, lan]);
});

test("a coupon goes with whoever becomes part of another, and comes back when they are parted", async () => {
  await addKind({ surveyIds: [], profileCompleteness: 40 });
  const add = async (name: string, phone: string) => {
    const values = { name, phone, address: "12 Tràng Tiền", birthday: "1990-02-28" };
    const made = await staff.request("POST", "/api/v1/customers", { branchId, values });
    return (made.body as { id: string }).id;
  };
  const [lan, hoa] = [await add("Lan", "0912345678"), await add("Hoa", "0912345679")];
  await told(2);
  const owners = async () => {
    const { coupons } = await list();
    return coupons.map(({ customerId }) => customerId).toSorted();
  };
  const asked = { keptId: lan, goneId: hoa };
  const merge = await staff.request("POST", "/api/v1/customer-merges", asked);
  expect(merge.status).toBe(202);
  expect(await askUntil(owners, ([one, other]) => one === other)).toEqual([lan, lan]);
  const { id } = merge.body as { id: string };
  expect((await staff.request("POST", `/api/v1/customer-merges/${id}/undo`)).status).toBe(202);
  expect(await askUntil(owners, ([one, other]) => one !== other)).toEqual([lan, hoa].toSorted());
});

test("a guest who is forgotten leaves no coupon that is theirs, and it is good all the same", async () => {
  await addKind();
  const coupon = first(await takePool());
  const lan = box.signIn({ phone: "+84912345678", name: "Lan" });
  await box.push([...lan.events, issued(coupon, { guestId: lan.guestId })]);
  await askUntil(list, ({ coupons }) => coupons[0]?.customerName === "Lan");
  const { guestId, deviceId } = lan;
  const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
  await box.push([box.write("guest.deletion-requested", asked)]);
  const [row] = await askUntil(
    () =>
      site.readAsAdministrator<{ guest_id: string | null }>(
        "select guest_id from coupons where id = $1",
        [coupon.id],
      ),
    ([found]) => found?.guest_id === null,
  );
  expect(row).toEqual({ guest_id: null });
  expect((await atTill("redeem", coupon.code)).state).toBe("redeemed");
});
