import type { BranchSettings, HttpGateway } from "@foyer/contract";
import { nameKey } from "@foyer/contract";
import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import type { BoxKey } from "../../platform/session.ts";
import { listDestinations } from "./destination-queries.ts";
import { listKeysHeld } from "./lookout-queries.ts";
import { listPagesOf } from "./page-queries.ts";
import { type BranchRow, listBareBranches } from "./queries.ts";
import { toBranchSettings } from "./settings.ts";
import { openTurns } from "./turns.ts";

/** What the boxes of a branch are told, and the row that it was made of. */
export type Composed = { branch: BranchRow; settings: BranchSettings };

/** `key-ended`: the box was removed, or other hardware put in its place. */
export type Composing = ({ kind: "composed" } & Composed) | { kind: "key-ended" | "no-branch" };

/** Makes the settings of a box's branch, together with all others of its tenant that ask at the moment. */
export type Composer = (box: BoxKey) => Promise<Composing>;

/** Settings are heavy with pictures: so many are in memory at once, in two turns. */
const COMPOSED_MAX = 25;

/** A page that stands on many branches is read once for those of one turn. */
export function openComposer(
  context: Pick<Context, "database" | "hooks" | "origin" | "sealing">,
): Composer {
  return openTurns({
    tenantOf: ({ tenantId }) => tenantId,
    nameOf: ({ boxId }) => boxId,
    ...{ questionsMax: COMPOSED_MAX, turnsMax: 2 },
    // On one snapshot: a version's settings are never told with the pages of another.
    answer: (tenantId, boxes: readonly BoxKey[]) =>
      context.database.readTenant(tenantId, (tx) => composeFor(tx, context, boxes)),
  });
}

async function composeFor(
  tx: TenantTransaction,
  context: Pick<Context, "hooks" | "origin" | "sealing">,
  boxes: readonly BoxKey[],
): Promise<Composing[]> {
  const keyIds = boxes.map(({ publicKey }) => nameKey(publicKey));
  const held = new Set(
    await listKeysHeld(
      tx,
      keyIds.map((id) => Buffer.from(id, "base64url")),
    ),
  );
  const branchIds = [...new Set(boxes.map(({ branchId }) => branchId))];
  const composed = await describeSettings(tx, context, await listWhole(tx, branchIds));
  return boxes.map(({ branchId }, index) => {
    if (!held.has(keyIds[index] ?? "")) return { kind: "key-ended" };
    const found = composed.get(branchId);
    return found ? { kind: "composed", ...found } : { kind: "no-branch" };
  });
}

async function listWhole(tx: TenantTransaction, ids: readonly string[]): Promise<BranchRow[]> {
  const rows = await listBareBranches(tx, ids);
  const pages = await listPagesOf(tx, ids);
  return rows.map(({ settings, ...row }) => ({
    ...row,
    settings: { ...settings, pages: pages.get(row.id) ?? [] },
  }));
}

/** By branch. */
async function describeSettings(
  tx: TenantTransaction,
  { hooks, origin, sealing }: Pick<Context, "hooks" | "origin" | "sealing">,
  branches: readonly BranchRow[],
): Promise<ReadonlyMap<string, Composed>> {
  const { tenantId } = tx;
  const ids = branches.map(({ id }) => id);
  const accessCodes = await hooks.listAccessCodes?.(tx, ids);
  const deviceRules = await hooks.listDeviceRules?.(tx, ids);
  const allowedDestinations = await listDestinations(tx);
  const retention = await hooks.listRetention?.(tx, ids);
  const advertTags = await hooks.listAdvertTags?.(tx, ids);
  const gateways = await hooks.listOwnGateways?.(tx, { branchIds: ids, sealing });
  const findCoupons = rememberCoupons(tx, { hooks, origin });
  const composed = new Map<string, Composed>();
  for (const branch of branches) {
    const { id, settings } = branch;
    const coupons = await findCoupons(branch);
    const tags = advertTags?.get(id);
    const kept = retention?.get(id);
    const rules = deviceRules?.get(id);
    const own = gateways?.get(id);
    const asksForFiles = settings.surveys?.some(({ files }) => files) ?? false;
    const surveyFilesUrl = asksForFiles && hooks.surveyFilesUrl?.(tenantId, origin());
    const told = toBranchSettings(own ? withGateways(branch, own) : branch, {
      ...{ tenantId, accessCodes: accessCodes?.get(id) ?? [], allowedDestinations },
      ...(kept && { retention: kept }),
      ...(rules && { deviceRules: rules }),
      ...(coupons && { coupons }),
      ...(tags && { advertTags: tags }),
      ...(surveyFilesUrl && { surveyFilesUrl }),
    });
    composed.set(id, { branch, settings: told });
  }
  return composed;
}

/** Branches that ask the same give the same for it: that is looked up once. */
function rememberCoupons(
  tx: TenantTransaction,
  { hooks, origin }: Pick<Context, "hooks" | "origin">,
) {
  const known = new Map<string, BranchSettings["coupons"] | null>();
  return async ({ settings }: BranchRow) => {
    const surveyIds = (settings.surveys ?? []).map(({ id }) => id);
    // They are given for answers: a branch that asks nothing gives none.
    if (surveyIds.length === 0) return null;
    const name = surveyIds.toSorted().join();
    const found =
      known.get(name) ??
      (await hooks.findCouponSettings?.(tx, { surveyIds, origin: origin() })) ??
      null;
    known.set(name, found);
    return found;
  };
}

/**
 * With what the box sends by itself behind the rest. Where the demonstration's page was all there was, it
 * goes: whoever reads it signs in with any number.
 */
function withGateways(branch: BranchRow, gateways: readonly HttpGateway[]): BranchRow {
  const { settings } = branch;
  const { phone } = settings.signIn;
  const real = phone.channels.filter(({ kind }) => kind === "cloud" || kind === "http-gateway");
  const signIn = { ...settings.signIn, phone: { ...phone, channels: [...real, ...gateways] } };
  return { ...branch, settings: { ...settings, signIn } };
}
