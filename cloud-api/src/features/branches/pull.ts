import { isDeepStrictEqual } from "node:util";
import { type CouponNews, nameKey, type PullReply } from "@foyer/contract";
import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { BoxKey } from "../../platform/session.ts";
import { findBoxKey } from "./box-keys-queries.ts";
import { type BranchFacts, type FactsShelf, NO_FACTS } from "./branch-facts.ts";
import { listPulledCommands, takeOverBranchCommands } from "./command-queries.ts";
import type { Composer } from "./compose.ts";
import { askAboutGuests, type Held } from "./held.ts";
import { type Look, type Lookout, PIECES, type Piece } from "./lookout.ts";
import { findBranchHead } from "./queries.ts";
import { chooseParts, type ToldParts } from "./told-parts.ts";
import type { ToldPictures } from "./told-pictures.ts";

/** What the pulls of all boxes share. */
export type PullServices = {
  facts: FactsShelf;
  look: Lookout;
  compose: Composer;
  pictures: ToldPictures;
};

export type Pull = {
  box: BoxKey;
  services: PullServices;
  held: Held;
  waitSeconds: number;
  /** Ends the wait: the box has hung up. */
  signal: AbortSignal;
};

/** A busy tenant's log moves all the time; a waiting box asks again at most this often. */
const ASK_MILLISECONDS = 250;

/** Gives what is news to a box, at once or as soon as there is some; null when the wait is over. */
export async function pull(context: Context, question: Pull): Promise<PullReply | null> {
  const { box, services, signal, waitSeconds } = question;
  const deadline = Date.now() + waitSeconds * 1000;
  // Begun before the first look, so that nothing falls between look and wait.
  const watch = context.live.watch(box.tenantId, { waitsForFeatures: true });
  let lookedTo = 0;
  try {
    for (;;) {
      const asked = Date.now();
      const look = await services.look({ box, held: question.held, lookedTo });
      watch.saw(look.positions);
      lookedTo = look.lookedTo;
      if (look.mayBeNews.size > 0 || look.sealingKey) {
        const news = await answer(context, question, look);
        lookedTo = news.lookedTo;
        if (hasNews(news.reply)) return news.reply;
      }
      const moved = await waitForMove(watch, { deadline, signal });
      if (!moved) return null;
      await rest(Math.min(asked + ASK_MILLISECONDS, deadline) - Date.now());
    }
  } finally {
    watch.close();
  }
}

/** Where what was looked for may be news: the reply, if it is. */
async function answer(
  context: Context,
  question: Pull,
  { mayBeNews, sealingKey, lookedTo }: Look,
): Promise<{ reply: PullReply; lookedTo: number }> {
  const { box, held, services } = question;
  const composed = mayBeNews.has("settings") ? await services.compose(box) : null;
  if (composed?.kind === "key-ended") throw refuse("unauthorized", KEY_ENDED);
  // A box never goes back: one that holds a newer version keeps it.
  const isNews = composed?.kind === "composed" && composed.branch.settingsVersion > held.settings;
  const told = isNews ? composed : null;
  const before = services.facts.peekAny(box.branchId);
  const facts = told && services.facts.keep(told.branch);
  // Other settings may ask for more than what was looked for, and of guests who changed before.
  const isOther = facts !== null && !isDeepStrictEqual(before, facts);
  const asked = isOther ? new Set(PIECES) : mayBeNews;
  const isMore = [...asked].some((piece) => piece !== "settings");
  const more = isMore
    ? await context.database.inTenant(box.tenantId, (tx) =>
        findMore(tx, context, { ...question, lookedTo: isOther ? 0 : lookedTo, asked, facts }),
      )
    : { reply: {}, lookedTo };
  const { pictures, ...parts } = told ? chooseParts(told.settings, held.partsHeld) : NO_PARTS;
  services.pictures.keep(box.branchId, pictures);
  const reply = { ...NO_NEWS, ...parts, ...more.reply, ...(sealingKey && { sealingKey }) };
  return { reply, lookedTo: more.lookedTo };
}

const KEY_ENDED = "This key has ended. Enrol the box again in the staff app.";
const NO_NEWS = {
  ...{ settings: null, knownGuests: null, commands: [], boxCommands: [] },
  ...{ codeAnswers: [], coupons: [] },
};
const NO_PARTS: ToldParts = { settings: null, pictures: new Map() };

type More = Pull &
  Pick<Look, "lookedTo"> & { asked: ReadonlySet<Piece>; facts: BranchFacts | null };

/** What may be news to a box beside its settings, if it is. */
async function findMore(
  tx: TenantTransaction,
  { hooks }: Context,
  { box, held, lookedTo, services, asked, facts: read }: More,
): Promise<{ reply: Partial<PullReply>; lookedTo: number }> {
  const { branchId, boxId } = box;
  // Its key was good when the wait began: since then the box may have been removed, or other hardware
  // put in its place.
  if (!(await findBoxKey(tx, Buffer.from(nameKey(box.publicKey), "base64url"))))
    throw refuse("unauthorized", KEY_ENDED);
  const head = await findBranchHead(tx, branchId);
  if (head?.hasOldCommands) await takeOverBranchCommands(tx, branchId);
  const facts = read ?? (head ? await services.facts.find(tx, head) : NO_FACTS);
  const guests = { ...askAboutGuests(facts, { ...box, held }), lookedTo };
  const found = asked.has("guests") ? await hooks.findKnownGuests?.(tx, guests) : null;
  const { boxCommands: after, codes } = held;
  const reply = {
    knownGuests: found?.known ?? null,
    boxCommands:
      after !== null && asked.has("commands") ? await listPulledCommands(tx, { boxId, after }) : [],
    codeAnswers: asked.has("codes")
      ? ((await hooks.listCodeAnswers?.(tx, { boxId, after: codes })) ?? [])
      : [],
    coupons: asked.has("coupons") ? await findCouponNews(tx, hooks, { boxId, facts, held }) : [],
  };
  return { reply, lookedTo: found?.lookedTo ?? lookedTo };
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
