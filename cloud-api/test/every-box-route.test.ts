import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { BOX_API, NEXT_KEY_PATH, proveKey } from "@foyer/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../src/platform/clock.ts";
import { makeKey, readPublic, signBoxCall } from "./box-calls.ts";
import {
  type DescribedRoute,
  type Description,
  listBoxRoutes,
  makeSample,
} from "./described-routes.ts";
import { askUntil, type EnrolledBox, openTestSite, type TestSite } from "./open-test-site.ts";

// Every route of boxes is tried as the API's own description tells it, so that a new one is tried by itself.

const RELEASE = "0".repeat(64);
const PHONE = "+84912345678";
const PICTURE = `data:image/png;base64,${Buffer.alloc(6000, "a picture of a test").toString("base64")}`;

let site: TestSite;
let routes: DescribedRoute[];
let removed: EnrolledBox;
/** A box with everything around it; one of another branch of its company, and one of another company. */
let whole: Whole;
let sister: EnrolledBox;
let stranger: EnrolledBox;

type Whole = {
  box: EnrolledBox;
  /** An order to it. */
  commandId: string;
  /** The hash of a picture of its settings. */
  picture: string;
  /** What its branch alone is told. */
  secrets: string[];
};

beforeAll(async () => {
  site = await openTestSite();
  const description = await fetch(`${site.origin}/api/openapi.json`);
  routes = listBoxRoutes((await description.json()) as Description);
  const owner = await site.addOwner();
  whole = await openWhole(owner);
  sister = await owner.addBox((await owner.addBranch({ name: "Tây Hồ" })).id);
  removed = await owner.addBox(sister.branchId);
  const path = `/api/v1/branches/${removed.branchId}/boxes/${removed.boxId}`;
  await owner.request("DELETE", path);
  const others = await site.addOwner("Other");
  stranger = await others.addBox((await others.addBranch({ name: "Elsewhere" })).id);
});
afterAll(() => site?.close());

async function openWhole(owner: Awaited<ReturnType<TestSite["addOwner"]>>): Promise<Whole> {
  const { id: branchId } = await owner.addBranch({ name: "Hồ Gươm" });
  const box = await owner.addBox(branchId);
  const path = `/api/v1/branches/${branchId}`;
  const settings = await owner.get<{ brand: object }>(`${path}/settings`);
  const nas = { id: newId(), name: "Counter", kind: "radius", vendor: "plain", source: "10.0.0.1" };
  const secret = "a radius secret of one branch";
  const saved = await owner.request("PUT", `${path}/settings`, {
    ...settings,
    brand: { ...settings.brand, logo: PICTURE },
    nas: [{ ...nas, nasIdentifier: "", radiusSecret: secret }],
  });
  expect(saved, JSON.stringify(saved.body)).toMatchObject({ status: 200 });
  await box.push(box.signIn({ phone: PHONE, name: "Lan" }).events);
  const known = () => owner.get<{ total: number }>("/api/v1/customers");
  expect(await askUntil(known, ({ total }) => total === 1)).toMatchObject({ total: 1 });
  const order = await owner.request("POST", `${path}/boxes/${box.boxId}/commands`, {
    kind: "box.send-logs",
  });
  const { id: commandId } = order.body as { id: string };
  const told = JSON.stringify((await box.pull({ settingsParts: "" }))?.settingsParts);
  const [picture = ""] = /[0-9a-f]{64}/.exec(told.slice(told.indexOf('"logo"'))) ?? [];
  const secrets = [branchId, box.boxId, commandId, secret, "Hồ Gươm", nas.id];
  return { box, commandId, picture, secrets };
}

type Call = { target: string; content: string | null };

/** What a caller sends who means to reach what is around the whole box. */
function aim(route: DescribedRoute, from: EnrolledBox): Call {
  const { box, commandId, picture } = whole;
  const values: Record<string, string> = { commandId, boxId: box.boxId, branchId: box.branchId };
  const idOf = (property: string) => values[property] ?? newId();
  const query = Object.keys(values).map((name) => `${name}=${values[name]}`);
  const asked = { settings: "0", guests: "0", boxCommands: "0", coupons: "0", wait: "0" };
  const all = [...query, ...Object.entries(asked).map((pair) => pair.join("="))].join("&");
  const files: Record<string, string> = { hash: picture, sha256: RELEASE };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name) => files[name] ?? "");
  const target = route.method === "GET" ? `${path}?${all}` : path;
  if (route.method === "GET") return { target, content: null };
  const body = BODIES[route.path]?.(from) ?? makeSample(route.body ?? {}, idOf);
  return { target, content: JSON.stringify(body) };
}

/** What no schema tells. */
const BODIES: Record<string, (from: EnrolledBox) => unknown> = {
  // As if it were the whole box, and as itself about what is the whole box's.
  [BOX_API.events]: (from) => ({
    epoch: from.epoch,
    events: [whole.box, { ...whole.box, epoch: from.epoch }].map((named) => ({
      ...from.write("box.started", { release: "9.9.9", settingsVersion: 1 }),
      ...{ tenantId: named.tenantId, branchId: named.branchId, boxId: named.boxId },
      epoch: named.epoch,
    })),
  }),
  [BOX_API.guestQuestions]: () => ({ questions: [{ phone: PHONE }] }),
  [BOX_API.logs]: () => ({ commandId: whole.commandId, packed: "H4sIAAAA" }),
  [BOX_API.settingsReport]: () => ({ version: 99, outcome: "refused", reason: "none of yours" }),
  [NEXT_KEY_PATH]: () => {
    const next = makeKey();
    const proof = proveKey({ kind: "next-key", boxId: whole.box.boxId }, createPrivateKey(next));
    return { publicKey: readPublic(next), proof };
  },
};

const sign = (boxKey: string, { target, content }: Call): Record<string, string> =>
  content === null
    ? signBoxCall(boxKey, { method: "GET", target })
    : {
        ...signBoxCall(boxKey, { method: "POST", target, content }),
        "content-type": "application/json",
      };

/** Octets as they are told to: nothing makes another path of this one. Patient, as forgeries have to be. */
async function send(headers: Record<string, string>, { target: path, content }: Call) {
  site.passSeconds(1);
  const method = content === null ? "GET" : "POST";
  const call = request(site.origin, { path, method, headers });
  call.end(content ?? undefined);
  const [answer] = (await once(call, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return { status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

/** Every row that says any of some texts, as one hash a table; what was set aside unread is whoever's sent it. */
async function digest(texts: readonly string[]): Promise<string[]> {
  const tables = await site.readAsAdministrator<{ name: string }>(
    `select table_schema || '."' || table_name || '"' as name from information_schema.columns
     where table_schema in ('public', 'directory') and column_name = 'tenant_id'
       and table_name <> 'set_aside_events' order by 1`,
    [],
  );
  const digests = [];
  for (const { name } of tables) {
    const [row] = await site.readAsAdministrator<{ digest: string }>(
      `select md5(coalesce(string_agg(line, '' order by line), '')) as digest
       from (select to_jsonb(row)::text as line from ${name} as row) as told
       where exists (select from unnest($1::text[]) as word where position(word in line) > 0)`,
      [texts],
    );
    digests.push(`${name} ${row?.digest}`);
  }
  return digests;
}

test("every call of a box's API is described, so that each is tried here", () => {
  const parts = routes.map(({ path }) => path.replace(/\{\w+\}$/, ""));
  expect(new Set(parts)).toEqual(new Set([...Object.values(BOX_API), NEXT_KEY_PATH]));
});

describe("no route of boxes", () => {
  test("answers whom it cannot tell: unsigned, of no box, of one that was removed", async () => {
    for (const route of routes) {
      const call = aim(route, removed);
      const plain = { "content-type": "application/json" };
      for (const headers of [plain, sign(makeKey(), call), sign(removed.boxKey, call)]) {
        const { status, text } = await send(headers, call);
        expect(status, `${route.name}: ${text}`).toBe(401);
        for (const secret of whole.secrets) expect(text, route.name).not.toContain(secret);
      }
    }
  });

  test("takes what was signed for another, was taken before, or came under another path", async () => {
    for (const [at, route] of routes.entries()) {
      const call = aim(route, sister);
      const other = aim(routes[(at + 1) % routes.length] ?? route, sister);
      const signed = sign(sister.boxKey, call);
      const [path = ""] = call.target.split("?");
      const rest = call.target.slice(path.length);
      const odd = [`/${path}`, `${path}/`, `${path}.`, `${path.replace("/v1", "/V1")}`];
      odd.push(`${path.replace("/v1/", "/v1//")}`, `${path.replace("/v1", "/%761")}`);
      odd.push(`${path}%3F`, `/api/../api${path.slice(4)}`);
      for (const target of [other.target, ...odd.map((each) => `${each}${rest}`)]) {
        const { status, text } = await send(signed, { ...call, target });
        // Beside the API every address is a page of the staff app.
        if (status === 200) expect(text, target).toMatch(/^(<!doctype html|The staff app is not)/i);
        else expect([400, 401, 404], `${route.name} as ${target}: ${text}`).toContain(status);
      }
      expect((await send(signed, call)).status, route.name).not.toBe(401);
      expect((await send(signed, call)).status, `${route.name} again`).toBe(401);
    }
  });

  test("takes a field that stands there twice, nor one that was added", async () => {
    for (const route of routes) {
      const call = aim(route, sister);
      const signed = sign(sister.boxKey, call);
      for (const name of ["signature", "signature-input"]) {
        const twice = { ...signed, [name]: [signed[name], signed[name]].join(", ") };
        expect((await send(twice, call)).status, `${route.name}: ${name} twice`).toBe(401);
      }
      const added = { ...signed, "content-encoding": "gzip" };
      if (call.content !== null)
        expect((await send(added, call)).status, `${route.name}: packed`).toBe(401);
    }
  });

  test.each([
    ["another branch", () => sister, () => whole.secrets],
    ["another company", () => stranger, () => [...whole.secrets, PHONE, "Lan", PICTURE]],
  ])("lets a box of %s read or change anything of a branch's", async (_, who, hidden) => {
    const [from, secrets] = [who(), hidden()];
    const before = await digest(whole.secrets);
    for (const route of routes) {
      const call = aim(route, from);
      const { status, text } = await send(sign(from.boxKey, call), call);
      expect(status, `${route.name}: ${text}`).toBeLessThan(500);
      for (const secret of secrets) expect(text, route.name).not.toContain(secret);
    }
    expect(await digest(whole.secrets)).toEqual(before);
  });
});
