import { newId } from "../src/platform/clock.ts";
import { type DescribedRoute, makeSample } from "./described-routes.ts";
import type { TestBrowser } from "./open-test-app.ts";
import type { Ids } from "./whole-company.ts";

/** What a parameter's id is one of: the part of the path before it, or its own name. */
function idOfParameter(path: string, parameter: string, ids: Ids): string {
  const before =
    path
      .slice(0, path.indexOf(`{${parameter}}`))
      .split("/")
      .at(-2) ?? "";
  const id = ids[before];
  if (id) return id;
  throw new Error(`${path}: whole-company.ts makes nothing that {${parameter}} could name.`);
}

const PROPERTIES: Record<string, string> = {
  tenantId: "tenants",
  branchId: "branches",
  branchIds: "branches",
  customerId: "customers",
  customerIds: "customers",
  deviceId: "devices",
  boxId: "boxes",
  brandId: "brands",
  groupId: "groups",
  parentId: "groups",
  tagIds: "tags",
  tierId: "tiers",
  tierIds: "tiers",
  ids: "tiers",
  markId: "tags",
  segmentId: "segments",
  senderId: "senders",
  ownRoleId: "roles",
};
const idOfProperty = (ids: Ids) => (property: string) => ids[PROPERTIES[property] ?? ""] ?? newId();

/** Asks a route with the ids of what it names; absent a body, with the smallest that its schema takes. */
export async function askRoute(
  browser: TestBrowser,
  route: DescribedRoute,
  { ids, body }: { ids: Ids; body?: unknown },
) {
  const idOf = idOfProperty(ids);
  let path = route.path;
  const query = new URLSearchParams();
  for (const { in: place, name, required, schema } of route.parameters) {
    if (place === "path") path = path.replace(`{${name}}`, idOfParameter(route.path, name, ids));
    else if (place === "query" && (required || name in PROPERTIES))
      query.set(name, String(makeSample(schema, idOf, name)));
  }
  const sent = body ?? (route.body ? makeSample(route.body, idOf) : undefined);
  const address = query.size > 0 ? `${path}?${query}` : path;
  const answer = await browser.ask<unknown>(route.method, address, sent);
  return { ...answer, text: JSON.stringify(answer.body) ?? "" };
}
