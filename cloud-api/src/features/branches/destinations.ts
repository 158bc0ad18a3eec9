import { isAllowedDestination, readDestination } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { addDestinations, listDestinations, replaceDestinations } from "./destination-queries.ts";
import { type BranchRow, listBranchNames, lockBranchRow } from "./queries.ts";
import { publishSettingsOf } from "./settings.ts";

const PATH = "/api/v1/destinations";
const Destinations = Type.Object({
  destinations: Type.Array(Type.String({ maxLength: 500 }), {
    maxItems: 200,
    description: "Web addresses; each allows itself and all below it",
  }),
});
const refusals = { "4xx": ErrorReply };

/** The tenant's list of where guests may be sent after access. */
export function registerDestinations(routes: Routes, { database }: Context): void {
  const tags = ["branches"];
  routes.get(
    PATH,
    {
      config: { access: { permission: "branches.read" } },
      schema: {
        tags,
        summary: "Where guests may be sent after access",
        response: { 200: Destinations, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => ({
        destinations: await listDestinations(tx),
      })),
  );
  routes.put(
    PATH,
    {
      config: { access: { permission: "tenant.edit" } },
      schema: {
        tags,
        summary: "Save the list of where guests may be sent after access",
        body: Destinations,
        response: { 200: Destinations, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), (tx) =>
        saveDestinations(tx, request.body.destinations),
      ),
  );
}

/** Every branch hears of the new list. One that sends guests off it keeps it from being saved. */
export async function saveDestinations(
  tx: TenantTransaction,
  urls: readonly string[],
): Promise<Changed<{ destinations: string[] }>> {
  const wrong = urls.findIndex((each) => readDestination(each) === null);
  if (wrong >= 0)
    throw refuse("invalid", `${urls[wrong]} is no web address guests can be sent to.`, {
      field: `/destinations/${wrong}`,
    });
  const branches = await lockAllBranches(tx);
  for (const { name, settings } of branches) {
    const sent = [settings.signIn.landingUrl, ...settings.pages.map((page) => page.landingUrl)];
    const off = sent.find((each) => each && !isAllowedDestination(each, urls));
    if (off) throw refuse("conflict", `${name} sends its guests to ${off}: change that first.`);
  }
  const before = await listDestinations(tx);
  await replaceDestinations(tx, urls);
  const destinations = await listDestinations(tx);
  noteChange(tx, { kind: "destinations", id: null, before, after: destinations });
  const isSame = destinations.join("\n") === before.join("\n");
  const told = isSame ? [] : branches.map(({ id }) => id);
  return { result: { destinations }, events: await publishSettingsOf(tx, told) };
}

/** By their ids, as everybody who holds several holds them. */
async function lockAllBranches(tx: TenantTransaction): Promise<BranchRow[]> {
  const ids = (await listBranchNames(tx)).map(({ id }) => id).sort();
  const branches: BranchRow[] = [];
  for (const id of ids) {
    const row = await lockBranchRow(tx, id);
    if (row) branches.push(row);
  }
  return branches;
}

/** What an installer sets a branch up with may be gone to. */
export async function allowLandings(tx: TenantTransaction, document: unknown): Promise<void> {
  const { signIn, pages } = document as Partial<BranchRow["settings"]>;
  const named = [signIn?.landingUrl, ...(pages ?? []).map((page) => page.landingUrl)];
  await addDestinations(
    tx,
    named.flatMap((each) => each ?? []),
  );
}
