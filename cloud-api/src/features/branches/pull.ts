import {
  type BranchSettings,
  type CouponNews,
  type HttpGateway,
  hashPart,
  listParts,
  nameKey,
  type PullReply,
  takePicturesOut,
} from "@foyer/contract";
import type { Context, KnownGuestsQuestion } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { findPositions } from "../../platform/live.ts";
import type { RateGate } from "../../platform/rate-gate.ts";
import type { BoxIdentity, BoxKey } from "../../platform/session.ts";
import { findBoxKey } from "./box-keys-queries.ts";
import type { BranchFacts, FactsShelf } from "./branch-facts.ts";
import { NO_FACTS } from "./branch-facts.ts";
import { listPulledCommands, takeOverBranchCommands } from "./command-queries.ts";
import { listDestinations } from "./destination-queries.ts";
import {
  type BranchHead,
  type BranchRow,
  findBranchHead,
  findBranchRow,
  noteContact,
  raiseVersionAbove,
} from "./queries.ts";
import { provideSealingKey } from "./sealing-keys.ts";
import { toBranchSettings } from "./settings.ts";

/** What a box holds already. */
export type Held = GuestsHeld & {
  settings: number;
  /** Of its settings' parts; null: a box that takes settings whole. */
  partsHeld: ReadonlyMap<string, string> | null;
  codes: number;
  /** Null: a box of a release that is told of no commands any more. */
  boxCommands: number | null;
  /** Null: a box that gives no coupons. */
  coupons: number | null;
  /** The name of the key it seals events to; null: a box that seals none. */
  sealingKey: string | null;
};

type GuestsHeld = {
  guests: number;
  /** Null: a box that takes all guests at once. */
  guestsPage: string | null;
  epoch: string | null;
};

export type Pull = {
  box: BoxKey;
  facts: FactsShelf;
  /** How often a box may say that it is ahead of the cloud. */
  leads: RateGate;
  held: Held;
  waitSeconds: number;
  /** Ends the wait: the box has hung up. */
  signal: AbortSignal;
};

/** A busy tenant's log moves all the time; a waiting box asks again at most this often. */
const ASK_MILLISECONDS = 250;

/** Gives what is news to a box, at once or as soon as there is some; null when the wait is over. */
export async function pull(context: Context, question: Pull): Promise<PullReply | null> {
  const { box, signal, waitSeconds } = question;
  const deadline = Date.now() + waitSeconds * 1000;
  // Begun before the first look, so that nothing falls between look and wait.
  const watch = context.live.watch(box.tenantId, { waitsForFeatures: true });
  const key = await findSealingNews(context, question);
  let lookedTo = 0;
  try {
    for (;;) {
      const asked = Date.now();
      const news = await context.database.inTenant(box.tenantId, async (tx) => {
        watch.saw(await findPositions(tx));
        return await findNews(tx, context, { ...question, lookedTo });
      });
      lookedTo = news.lookedTo;
      const reply = { ...news.reply, ...key };
      if (hasNews(reply)) return reply;
      const moved = await waitForMove(watch, { deadline, signal });
      if (!moved) return null;
      await rest(Math.min(asked + ASK_MILLISECONDS, deadline) - Date.now());
    }
  } finally {
    watch.close();
  }
}

/** Another key is no haste: it is looked for once a call, however long that waits. */
async function findSealingNews(
  { database, sealing }: Context,
  { box, held }: Pull,
): Promise<Pick<PullReply, "sealingKey">> {
  if (held.sealingKey === null) return {};
  const newest = await database.inTenant(box.tenantId, (tx) => provideSealingKey(tx, sealing));
  return newest.id === held.sealingKey ? {} : { sealingKey: newest };
}

async function findNews(
  tx: TenantTransaction,
  context: Context,
  { box, held, lookedTo, facts: shelf, leads }: Pull & { lookedTo: number },
): Promise<{ reply: PullReply; lookedTo: number }> {
  const { hooks } = context;
  const { branchId, boxId } = box;
  // Its key was good when the wait began: since then the box may have been removed, or other hardware
  // put in its place.
  if (!(await findBoxKey(tx, Buffer.from(nameKey(box.publicKey), "base64url"))))
    throw refuse("unauthorized", "This key has ended. Enrol the box again in the staff app.");
  const found = await findBranchHead(tx, branchId);
  const head = found && (await riseAbove(tx, found, { box, held, leads }));
  // Before its own row is locked: it may lock those of all the branch's boxes, in their order.
  if (head?.hasOldCommands) await takeOverBranchCommands(tx, branchId);
  await noteContact(tx, { boxId, settingsVersion: held.settings });
  const isNews = head !== null && head.settingsVersion > held.settings;
  const branch = isNews ? await findBranchRow(tx, branchId) : null;
  const facts = branch ? shelf.keep(branch) : head ? await shelf.find(tx, head) : NO_FACTS;
  const guests = { ...askAboutGuests(facts, { ...box, held }), lookedTo };
  const told = await hooks.findKnownGuests?.(tx, guests);
  // A box never goes back: one that holds a newer version keeps it.
  const settings = branch && (await describeSettings(tx, context, branch));
  const reply = {
    ...chooseParts(settings, held.partsHeld),
    knownGuests: told?.known ?? null,
    commands: [],
    boxCommands:
      held.boxCommands === null
        ? []
        : await listPulledCommands(tx, { boxId, after: held.boxCommands }),
    codeAnswers: (await hooks.listCodeAnswers?.(tx, { boxId, after: held.codes })) ?? [],
    coupons: await findCouponNews(tx, hooks, { boxId, facts, held }),
  };
  return { reply, lookedTo: told?.lookedTo ?? 0 };
}

/** So many versions a back-up may have missed; who is further ahead tells nonsense. */
const VERSIONS_LOST_MAX = 10_000;
/** The rest of PostgreSQL's integer is for what staff change, whatever boxes say. */
const VERSION_BELIEVED_MAX = 2 ** 30;

/**
 * A box that holds a later version than there is has it from before this cloud was restored from a back-up:
 * what stands here is told under a version above that. Otherwise nothing that staff change would reach the
 * box until as many changes were made anew.
 */
async function riseAbove(
  tx: TenantTransaction,
  head: BranchHead,
  { box, held, leads }: Pick<Pull, "box" | "held" | "leads">,
): Promise<BranchHead> {
  const { settings: version, partsHeld } = held;
  const lead = version - head.settingsVersion;
  const isLost = lead > 0 && lead <= VERSIONS_LOST_MAX && version < VERSION_BELIEVED_MAX;
  if (partsHeld === null || !isLost || leads.draw(box.boxId) > 0) return head;
  return { ...head, settingsVersion: await raiseVersionAbove(tx, { branchId: head.id, version }) };
}

function findCouponNews(
  tx: TenantTransaction,
  hooks: Context["hooks"],
  { boxId, facts: { surveyIds }, held }: { boxId: string; facts: BranchFacts; held: Held },
): Promise<CouponNews[]> {
  const { coupons: after, epoch } = held;
  if (after === null || !hooks.findCouponNews) return Promise.resolve([]);
  return hooks.findCouponNews(tx, { boxId, epoch, surveyIds, after });
}

/** The settings as the box takes them: whole, or those parts that it does not hold. */
function chooseParts(
  settings: BranchSettings | null,
  held: ReadonlyMap<string, string> | null,
): Pick<PullReply, "settings" | "settingsParts"> {
  if (!settings || !held) return { settings };
  // Once: what is taken out is hashed, and pictures are long.
  const all = listParts(settings).map(([name, part]) => ({
    name,
    part: takePicturesOut(part).value,
  }));
  const hashes = Object.fromEntries(all.map(({ name, part }) => [name, hashPart(part)]));
  const news = all.filter(({ name }) => held.get(name) !== hashes[name]);
  const parts = Object.fromEntries(news.map(({ name, part }) => [name, part]));
  return { settings: null, settingsParts: { version: settings.version, hashes, parts } };
}

/** What a branch's box wants to know of the tenant's guests. */
export function askAboutGuests(
  { guestsMax, recogniseDays, countsTenantVisits }: BranchFacts,
  { branchId, boxId, held }: BoxIdentity & { held: GuestsHeld },
): KnownGuestsQuestion {
  return {
    ...{ branchId, boxId, epoch: held.epoch, since: held.guests, guestsPage: held.guestsPage },
    ...{ lookedTo: 0, guestsMax, recogniseDays, countsTenantVisits },
  };
}

export async function describeSettings(
  tx: TenantTransaction,
  { hooks, origin, sealing }: Pick<Context, "hooks" | "origin" | "sealing">,
  branch: BranchRow,
): Promise<BranchSettings> {
  // Read after the row: codes newer than their version come once more, never too late.
  const accessCodes = (await hooks.listAccessCodes?.(tx, branch.id)) ?? [];
  const deviceRules = (await hooks.listDeviceRules?.(tx, branch.id)) ?? [];
  const allowedDestinations = await listDestinations(tx);
  const retention = await hooks.findRetention?.(tx, branch.id);
  const advertTags = await hooks.findAdvertTags?.(tx, branch.id);
  const surveyIds = (branch.settings.surveys ?? []).map(({ id }) => id);
  // They are given for answers: a branch that asks nothing gives none.
  const asks = surveyIds.length > 0;
  const coupons = asks && (await hooks.findCouponSettings?.(tx, { surveyIds, origin: origin() }));
  const asksForFiles = branch.settings.surveys?.some(({ files }) => files) ?? false;
  const surveyFilesUrl = asksForFiles && hooks.surveyFilesUrl?.(tx.tenantId, origin());
  const told = { tenantId: tx.tenantId, accessCodes, allowedDestinations };
  const gateways = await hooks.listOwnGateways?.(tx, { branchId: branch.id, sealing });
  return toBranchSettings(gateways ? withGateways(branch, gateways) : branch, {
    ...{ ...told, ...(retention && { retention }) },
    ...(deviceRules.length > 0 && { deviceRules }),
    ...(coupons && { coupons }),
    ...(advertTags && { advertTags }),
    ...(surveyFilesUrl && { surveyFilesUrl }),
  });
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

function hasNews(reply: PullReply): boolean {
  const { settings, settingsParts, knownGuests } = reply;
  const { boxCommands = [], codeAnswers = [], coupons = [], sealingKey } = reply;
  const told = boxCommands.length + codeAnswers.length + coupons.length;
  return Boolean(settings ?? settingsParts ?? knownGuests ?? sealingKey) || told > 0;
}

type Watching = Pick<ReturnType<Context["live"]["watch"]>, "next">;

async function waitForMove(
  watch: Watching,
  { deadline, signal }: { deadline: number; signal: AbortSignal },
): Promise<boolean> {
  const milliseconds = deadline - Date.now();
  if (milliseconds <= 0 || signal.aborted) return false;
  return (await watch.next({ milliseconds, signal })) === "moved" && !signal.aborted;
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
