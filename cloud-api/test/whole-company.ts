import { storePush } from "../src/features/ingest/index.ts";
import { insertLink } from "../src/features/survey-links/queries.ts";
import { insertFile } from "../src/features/surveys/file-queries.ts";
import { newId } from "../src/platform/clock.ts";
import { PASSWORD, randomEmail, type TestApp, type TestBrowser } from "./open-test-app.ts";
import { makeTestBox, NAS_ID } from "./test-box.ts";

/** The ids of one of everything, by the part of the path that stands before them. */
export type Ids = Readonly<Record<string, string>>;

export type Company = {
  tenantId: string;
  owner: TestBrowser;
  ids: Ids;
  /** Signs the owner in somewhere else, and gives the id of that session. */
  signInElsewhere: () => Promise<string>;
};
export type BranchOfCompany = { ids: Ids; secrets: string[] };

const okay = async <Body>(
  browser: TestBrowser,
  method: "GET" | "POST" | "PUT" | "PATCH",
  path: string,
  body?: unknown,
): Promise<Body> => {
  const answer = await browser.ask<Body>(method, `/api/v1${path}`, body);
  if (answer.status < 300) return answer.body;
  throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
};
type Made = { id: string };

export const TREE = { kind: "all", of: [{ kind: "field", field: "email", test: { is: "known" } }] };

const FILE = Buffer.from("Tên,Điện thoại\nLan,0912 345 678\n");

export const SENDER = {
  name: "eSMS",
  kind: "esms",
  settings: { baseUrl: "https://rest.esms.example", brandname: "Foyer", smsType: "2" },
  secrets: { apiKey: "api-key-of-a-test", secretKey: "secret-key-of-a-test" },
};

export const PAGE = {
  name: "Page",
  when: { guests: "any", visitNumbers: [] },
  blocks: [{ kind: "welcome", fields: {} }],
};

/** Nothing is ever sent there: no job runs. */
export const WEBHOOK = {
  ...{ url: "https://hooks.example.com/foyer", description: "Till" },
  types: ["customer.created"],
};

const ZALO = {
  name: "OA",
  kind: "zalo",
  settings: {
    ...{ baseUrl: "https://zalo.example", oauthUrl: "https://zalo.example", appId: "1000001" },
    ...{ templateId: "200001", codeParameter: "otp" },
  },
  secrets: { appSecret: "zalo-secret-of-a-test", refreshToken: "zalo-token-of-a-test" },
};

/** What a survey asks that nobody is asked. */
export const WORDING = {
  title: { vi: "Mùa xuân", en: "Spring" },
  questions: [{ kind: "rating", id: "stars", label: { vi: "Mấy sao?" }, required: true }],
};

/** A coupon that is given for nothing yet. */
const COUPON = {
  ...{ name: { vi: "Cảm ơn" }, offer: { vi: "Một ly trà" }, terms: null, validDays: 30 },
  ...{ branchIds: [], surveyIds: [], profileCompleteness: null },
};

/** A report that only its owner sees. */
export const SAVED_REPORT = {
  ...{ name: "Report", report: "hours", period: "7-days", days: null, compared: "before" },
  ...{ query: {}, shared: false },
};

/** Each morning. */
export const REPORT_MAIL = {
  ...{ every: "day", weekday: null, monthDay: null, hour: 8 },
  ...{ timeZone: "Asia/Ho_Chi_Minh", language: "vi" },
};

let companies = 0;

/** A company that has one of everything that belongs to no branch. */
export async function openCompany(site: TestApp, tenantName: string): Promise<Company> {
  const email = randomEmail();
  const owner = await site.signUp({ tenantName, email });
  const make = (path: string, body: unknown) => okay<Made>(owner, "POST", path, body);
  const session = await okay<{ tenantId: string }>(owner, "GET", "/session");
  const colleague = await site.invite(owner, "viewer");
  const { staff } = await okay<{ staff: Made }>(colleague, "GET", "/session");
  const grants = [{ role: "viewer", ownRoleId: null, scope: { kind: "tenant" } }];
  await make("/invitations", { grants });
  const open = await okay<{ invitations: Made[] }>(owner, "GET", "/invitations");
  const { brands } = await okay<{ brands: Made[] }>(owner, "GET", "/tenant");
  companies += 1;
  const field = {
    key: `own.of_company_${companies}`,
    kind: "text",
    label: { vi: "Cỡ", en: "Size" },
  };
  const survey = await make("/surveys", { wording: WORDING, branchIds: [] });
  await make("/customer-fields", field);
  const { id: tagId } = await make("/tags", { name: "Tag" });
  const { id: segmentId } = await make("/segments", { name: "Segment", tree: TREE });
  await okay(owner, "PUT", `/tag-rules/${tagId}`, { segmentId, removes: true });
  const view = { name: "View", columns: ["phone"], sort: "-visits", segmentId };
  const { id: viewId } = await make("/customer-views", view);
  const { id: savedId } = await make("/saved-reports", SAVED_REPORT);
  await okay(owner, "PUT", `/saved-reports/${savedId}/mail`, REPORT_MAIL);
  const file = await owner.ask<Made>("POST", "/api/v1/imports?name=customers.csv", FILE, {
    "content-type": "application/octet-stream",
  });
  const hook = await make("/webhooks", WEBHOOK);
  const sent = await okay<{ messageId: string }>(owner, "POST", `/webhooks/${hook.id}/test`);
  const key = { name: "Key", permissions: ["visits.read"], scope: { kind: "tenant" }, days: 30 };
  return {
    tenantId: session.tenantId,
    owner,
    signInElsewhere: async () => {
      const elsewhere = site.browser();
      const proof = { email, password: PASSWORD };
      await okay(elsewhere, "POST", "/session", proof);
      const { signIns } = await okay<{ signIns: Made[] }>(elsewhere, "GET", "/me/sign-ins");
      return signIns[0]?.id ?? "";
    },
    ids: {
      // Of nobody here: each ends their own.
      "sign-ins": newId(),
      // Whoever runs this Foyer has put none in.
      releases: "ab".repeat(32),
      parts: "0",
      keys: (await make("/keys", key)).id,
      tenants: session.tenantId,
      staff: staff.id,
      invitations: open.invitations[0]?.id ?? "",
      brands: brands[0]?.id ?? "",
      "brand-kits": brands[0]?.id ?? "",
      roles: (await make("/roles", { name: "Own", permissions: ["visits.read"] })).id,
      surveys: survey.id,
      "sale-types": (await make("/sale-types", { name: { vi: "Giao hàng", en: "Delivery" } })).id,
      "coupon-kinds": (await make("/coupon-kinds", COUPON)).id,
      groups: (await make("/groups", { name: "Group", parentId: null })).id,
      tags: tagId,
      "tag-rules": tagId,
      "customer-views": viewId,
      "saved-reports": savedId,
      "customer-fields": field.key,
      fields: "name",
      imports: file.body.id,
      webhooks: hook.id,
      deliveries: sent.messageId,
      tiers: (await make("/tiers", { name: "Tier" })).id,
      segments: segmentId,
      senders: (await make("/senders", SENDER)).id,
    },
  };
}

let branches = 0;

/** A branch of a company, of its brand or another, with guests, visits and codes of its own. */
export async function addWholeBranch(
  site: TestApp,
  { tenantId, owner }: Company,
  brandId?: string,
): Promise<BranchOfCompany> {
  branches += 1;
  const name = `Branch number ${branches}`;
  const place = { name, timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi", "en"] };
  const branch = await okay<Made>(owner, "POST", "/branches", place);
  if (brandId) await okay(owner, "PUT", `/brands/${brandId}/branches`, { branchIds: [branch.id] });
  const { box } = await okay<{ box: Made }>(owner, "POST", `/branches/${branch.id}/boxes`, {
    name: `Box of ${name}`,
  });
  const command = await okay<Made>(
    owner,
    "POST",
    `/branches/${branch.id}/boxes/${box.id}/commands`,
    { kind: "box.refresh" },
  );
  const batch = await okay<Made>(owner, "POST", "/access-code-batches", {
    ...{ branchId: branch.id, name: `Codes of ${name}`, count: 2 },
    ...{ devicesMax: 1, minutes: 60, firstDay: null, lastDay: null, policyId: null },
  });
  const phone = `+8490000${String(1000 + branches)}`;
  const told = await tellGuest(site, { tenantId, branchId: branch.id, boxId: box.id }, phone);
  const found = await okay<{ customers: Made[] }>(
    owner,
    "GET",
    `/customers?search=${encodeURIComponent(phone)}`,
  );
  const customerId = found.customers[0]?.id ?? "";
  const write = (values: object) =>
    okay<Made>(owner, "POST", "/customers", { branchId: branch.id, values });
  const { id: contactId } = await write({ name: "Minh" });
  const keptId = (await write({ name: "Hoa" })).id;
  const goneId = (await write({ name: "Hoa" })).id;
  await okay(owner, "PATCH", `/customers/${customerId}`, { values: { kind: "company" } });
  await site.follow(tenantId);
  const merge = await okay<Made>(owner, "POST", "/customer-merges", { keptId, goneId });
  await okay(owner, "PUT", `/customers/${customerId}/contacts/${contactId}`, { role: "Bạn" });
  await site.follow(tenantId);
  const { id: senderId } = await okay<Made>(owner, "POST", "/senders", ZALO);
  const account = { oaId: "1234567890", branchId: branch.id };
  await okay(owner, "PUT", `/zalo-accounts/${senderId}`, account);
  const nasId = newId();
  const settings = await okay<object>(owner, "GET", `/branches/${branch.id}/settings`);
  await okay(owner, "PUT", `/branches/${branch.id}/settings`, {
    ...settings,
    nas: [
      {
        ...{ id: nasId, name: "Counter", kind: "radius", vendor: "plain", source: "10.0.0.1" },
        ...{ nasIdentifier: "", radiusSecret: `Secret of ${name}` },
      },
    ],
  });
  const rule = await okay<Made>(owner, "POST", `/branches/${branch.id}/device-rules`, {
    ...{ mac: "DA-5E-00-53-00-01", kind: "block", until: null },
    reason: `Reason of ${name}`,
  });
  const trace = await okay<Made>(owner, "POST", `/branches/${branch.id}/traces`, { of: phone });
  const { requests } = await okay<{ requests: Made[] }>(owner, "GET", `/customers/${customerId}`);
  const page = { content: { ...PAGE, name: `Page of ${name}` }, branchId: branch.id };
  const { id: pageId } = await okay<Made>(owner, "POST", "/pages", page);
  const later = { revision: 1, to: { kind: "all" }, at: "2099-01-01T00:00" };
  const { plans } = await okay<{ plans: Made[] }>(owner, "POST", `/pages/${pageId}/publish`, later);
  await okay(owner, "POST", `/pages/${pageId}/publish`, { version: 1, to: { kind: "all" } });
  const linkId = newId();
  await site.database.inTenant(tenantId, (tx) =>
    insertLink(tx, {
      ...{ id: linkId, tokenHash: Buffer.from(linkId), surveyId: "spring", branchId: branch.id },
      ...{
        saleTypeId: null,
        customerId,
        endsAt: new Date(tx.now.getTime() + 86_400_000),
        madeBy: newId(),
      },
    }),
  );
  const filter = { customerIds: [contactId] };
  const emptied = { filter, kind: "set-group", markId: null, customers: 1 };
  const action = await okay<Made>(owner, "POST", "/customer-actions", emptied);
  return {
    ids: {
      ...(brandId && { "brand-kits": brandId }),
      branches: branch.id,
      boxes: box.id,
      commands: command.id,
      "access-code-batches": batch.id,
      customers: customerId,
      contacts: contactId,
      "customer-merges": merge.id,
      "customer-actions": action.id,
      requests: requests[0]?.id ?? "",
      "zalo-accounts": senderId,
      pages: pageId,
      versions: "1",
      plans: plans[0]?.id ?? "",
      visits: told.visitId,
      cases: told.answerId,
      "survey-files": told.fileId,
      "survey-links": linkId,
      devices: told.deviceId,
      online: told.sessionId,
      "device-rules": rule.id,
      "member-keys": told.keyId,
      traces: trace.id,
      nas: nasId,
    },
    // What nobody may read who does not reach the branch.
    secrets: [
      ...[box.id, command.id, batch.id, told.visitId, told.sessionId, told.deviceId],
      ...[
        rule.id,
        `Reason of ${name}`,
        trace.id,
        told.answerId,
        told.fileId,
        linkId,
        nasId,
        `Secret of ${name}`,
      ],
      ...[pageId, `Page of ${name}`],
      ...[`Box of ${name}`, `Codes of ${name}`, told.words],
    ],
  };
}

type Identity = { tenantId: string; branchId: string; boxId: string };

/** What the branch's box tells of one guest: who they are, that they are here, what they think. */
async function tellGuest(site: TestApp, identity: Identity, phone: string) {
  const box = makeTestBox(identity);
  const at = new Date(site.clock().getTime() - 60_000);
  const guest = box.signIn({ phone, name: "Lan", at });
  const { guestId, deviceId } = guest;
  const visit = box.visit({ guestId, deviceId, startedAt: at, endedAt: null });
  const answerId = newId();
  const words = `What a guest of ${identity.branchId} wrote`;
  const answer = box.write("survey.answered", {
    ...{ answerId, surveyId: "spring", guestId, deviceId, nasId: NAS_ID, by: "page", place: null },
    ...{ language: "vi", choices: {}, ratings: { stars: 1 }, texts: { why: words } },
  });
  const fileId = newId();
  const asked = { requestId: newId(), guestId, deviceId, nasId: NAS_ID, language: "vi" } as const;
  const copy = box.write("guest.copy-requested", asked);
  const key = box.write("credential.issued", { deviceId, guestId });
  const events = [...guest.events, ...visit.events, answer, copy, key];
  await storePush(site.database, identity, { epoch: box.epoch, events });
  await site.follow(identity.tenantId);
  await site.database.inTenant(identity.tenantId, (tx) =>
    insertFile(tx, {
      ...{ id: fileId, answerId, branchId: identity.branchId, questionId: "photo", kind: "jpeg" },
      ...{ bytes: Buffer.from(words), byteCount: words.length, width: 1, height: 1 },
      ...{ sentHash: Buffer.from(fileId), answeredAt: at, isGuests: true },
    }),
  );
  const { visitId, sessionId } = visit;
  return { deviceId, visitId, sessionId, answerId, fileId, words, keyId: key.id };
}
