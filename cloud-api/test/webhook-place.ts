import { storePush } from "../src/features/ingest/index.ts";
import { deliver } from "../src/features/webhooks/jobs.ts";
import { CHOSEN_TYPES } from "../src/features/webhooks/rules.ts";
import type {
  DeliveriesReply,
  DeliveryDetailReply,
  EndpointReply,
} from "../src/features/webhooks/schema.ts";
import { withClient } from "../src/platform/roles.ts";
import type { TestApp, TestBrowser } from "./open-test-app.ts";
import { makeTestBox, type TestBox } from "./test-box.ts";
import { openReceiver, type Receiver } from "./webhook-receiver.ts";

type Method = "GET" | "POST" | "PUT" | "DELETE";
type Made = { id: string; secret: string };
type Guest = { guestId: string; deviceId: string; customerId: string; phone: string };

/** A company with a box, and a program of its own that is told of what happens. */
export type WebhookPlace = {
  tenantId: string;
  owner: TestBrowser;
  box: TestBox;
  receiver: Receiver;
  /** Asks the API of webhooks as the owner, and gives the answer's body. */
  ask: <Body>(method: Method, path: string, body?: unknown) => Promise<Body>;
  add: (types?: readonly string[], url?: string) => Promise<Made>;
  change: (id: string, change: object) => Promise<unknown>;
  list: (id: string, filter?: string) => Promise<DeliveriesReply>;
  look: (id: string) => Promise<EndpointReply>;
  detail: (id: string, messageId: string) => Promise<DeliveryDetailReply>;
  /** Does what a worker does for an endpoint. */
  send: (endpointId: string, context?: TestApp["jobContext"]) => Promise<void>;
  push: (events: readonly unknown[]) => Promise<void>;
  /** A guest who proves a number, and is a customer then. */
  addGuest: (name?: string) => Promise<Guest>;
  /** Rows as the administrator sees them; `$1` is the tenant. */
  query: <Row>(text: string) => Promise<Row[]>;
  /** The types of what the receiver was sent. */
  typesOf: () => string[];
  now: (seconds?: number) => Date;
};

let phones = 0;

export async function openWebhookPlace(site: TestApp): Promise<WebhookPlace> {
  const receiver = await openReceiver();
  const company = await openCompany(site);
  const { owner, tenantId, box } = company;
  const now = (seconds = 0) => new Date(site.clock().getTime() + seconds * 1000);
  const ask: WebhookPlace["ask"] = async <Body>(method: Method, path: string, body?: unknown) =>
    (await owner.ask<Body>(method, `/api/v1/webhooks${path}`, body)).body;
  const query = <Row>(text: string) =>
    withClient(site.administratorUrl, async (client) => {
      const { rows } = await client.query(text, text.includes("$1") ? [tenantId] : []);
      return rows as Row[];
    });
  const push = async (events: readonly unknown[]) => {
    await storePush(site.database, box, { epoch: box.epoch, events });
    await site.follow(tenantId);
  };
  return {
    ...{ ...company, receiver, ask, query, push, now },
    add: (types = CHOSEN_TYPES, url = receiver.url) =>
      ask<Made>("POST", "", { url, description: "", types }),
    change: (id, change) => {
      const standing = { url: receiver.url, description: "", types: CHOSEN_TYPES, isOn: true };
      return ask("PUT", `/${id}`, { ...standing, ...change });
    },
    list: (id, filter = "") => ask("GET", `/${id}/deliveries?limit=100${filter}`),
    look: (id) => ask("GET", `/${id}`),
    detail: (id, messageId) => ask("GET", `/${id}/deliveries/${messageId}`),
    send: (endpointId, context = site.jobContext) => deliver(context, { tenantId, endpointId }),
    addGuest: async (name = "Tuyết Lan") => {
      phones += 1;
      const phone = `+8491${String(1_000_000 + phones)}`;
      const { events, guestId, deviceId } = box.signIn({ phone, name, at: now() });
      await push(events);
      const [row] = await query<{ id: string }>(
        `select customer_id as id from guests where tenant_id = $1 and id = '${guestId}'`,
      );
      return { guestId, deviceId, phone, customerId: row?.id ?? "" };
    },
    typesOf: () => receiver.received.map(({ message }) => message.type),
  };
}

export async function openCompany(site: TestApp) {
  const owner = await site.signUp();
  const session = await owner.ask<{ tenantId: string }>("GET", "/api/v1/session");
  const branch = await owner.ask<{ id: string }>("POST", "/api/v1/branches", {
    ...{ name: "Hồ Gươm", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] },
  });
  const path = `/api/v1/branches/${branch.body.id}/boxes`;
  const added = await owner.ask<{ box: { id: string } }>("POST", path, { name: "Box" });
  const { tenantId } = session.body;
  const identity = { tenantId, branchId: branch.body.id, boxId: added.body.box.id };
  return { owner, tenantId, box: makeTestBox(identity) };
}
