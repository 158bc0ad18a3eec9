import { hasWords, type LocalText } from "@foyer/contract";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import type { Changed, TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { NewEvent } from "../../platform/events.ts";
import { listDocuments, publishSettingsOf } from "../branches/index.ts";
import { rewardEarlierLater } from "./earlier-profiles.ts";
import {
  endKind,
  insertKind,
  type KindRow,
  listKinds,
  type Reward,
  replaceRewards,
  updateKind,
} from "./kind-queries.ts";
import type { CouponKindBody } from "./schema.ts";

const LANGUAGES = ["vi", "en", "fa"] as const;

export async function getKind(tx: TenantTransaction, id: string): Promise<KindRow> {
  const [kind] = await listKinds(tx, id);
  if (kind) return kind;
  throw refuse("not-found", "There is no such coupon.");
}

export async function makeKind(
  tx: TenantTransaction,
  body: CouponKindBody,
): Promise<Changed<KindRow>> {
  const kind = await readKind(tx, body, newId());
  await insertKind(tx, kind);
  return keepRewards(tx, { id: kind.id, body, before: null });
}

/** Coupons that were given keep their end; what else is said of them is said anew. */
export async function changeKind(
  tx: TenantTransaction,
  { id, body }: { id: string; body: CouponKindBody },
): Promise<Changed<KindRow>> {
  const before = await getKind(tx, id);
  if (before.archivedAt !== null)
    throw refuse("conflict", "This coupon has ended: make another one.");
  await updateKind(tx, await readKind(tx, body, id));
  return keepRewards(tx, { id, body, before });
}

export async function archiveKind(tx: TenantTransaction, id: string): Promise<Changed<KindRow>> {
  const before = await getKind(tx, id);
  const isNew = await endKind(tx, id);
  const after = await getKind(tx, id);
  if (isNew) note(tx, before, after);
  return { result: after, events: isNew ? await publishEverywhere(tx) : [] };
}

async function readKind(tx: TenantTransaction, body: CouponKindBody, id: string) {
  const { validDays, branchIds } = body;
  const [name, offer] = [trim(body.name), trim(body.offer)];
  for (const [field, text] of Object.entries({ name, offer }))
    if (!hasWords(text, LANGUAGES))
      throw refuse("invalid", "Say it in at least one language.", { field: `/${field}` });
  const terms = body.terms && trim(body.terms);
  const there = new Set((await listDocuments(tx)).map(({ document }) => document.branch.id));
  if (branchIds.some((each) => !there.has(each)))
    throw refuse("invalid", "There is no such branch. It may have been removed.", {
      field: "/branchIds",
    });
  return {
    ...{ id, name, offer, validDays, branchIds },
    terms: terms && hasWords(terms, LANGUAGES) ? terms : null,
  };
}

/** Without the languages in which nothing is said. */
function trim(text: LocalText): LocalText {
  const said = Object.entries(text).map(([language, words]) => [language, words.trim()] as const);
  return Object.fromEntries(said.filter(([, words]) => words !== ""));
}

async function keepRewards(
  tx: TenantTransaction,
  { id, body, before }: { id: string; body: CouponKindBody; before: KindRow | null },
): Promise<Changed<KindRow>> {
  const { surveyIds, profileCompleteness } = body;
  const rewards: Reward[] = [
    ...surveyIds.map((surveyId) => ({ occasion: "survey", surveyId, completeness: null }) as const),
    ...(profileCompleteness === null
      ? []
      : [{ occasion: "profile", surveyId: "", completeness: profileCompleteness } as const]),
  ];
  const [taken] = await replaceRewards(tx, id, rewards);
  if (taken)
    throw refuse("conflict", "Another coupon is given for that already.", {
      field: taken.occasion === "survey" ? "/surveyIds" : "/profileCompleteness",
    });
  const after = await getKind(tx, id);
  const rewardsEarlier = profileCompleteness !== null && body.rewardsEarlier === true;
  if (rewardsEarlier) await rewardEarlierLater(tx);
  note(tx, before, { ...after, ...(rewardsEarlier && { rewardsEarlier }) });
  return { result: after, events: await publishEverywhere(tx) };
}

type Noted = KindRow & { rewardsEarlier?: boolean };

function note(tx: TenantTransaction, before: KindRow | null, after: Noted): void {
  const told = (kind: Noted) => {
    const { name, offer, terms, validDays, branchIds, surveyIds, profileCompleteness } = kind;
    const isOver = kind.archivedAt !== null;
    const earlier = kind.rewardsEarlier ? { rewardsEarlier: true } : {};
    const words = { name, offer, terms, validDays, branchIds, surveyIds, profileCompleteness };
    return { ...words, ...earlier, isOver };
  };
  const change = { before: before && told(before), after: told(after) };
  noteChange(tx, { kind: "coupon-kinds", id: after.id, ...change });
}

/** Boxes hear of it at once: whichever branch asks a survey may give one for it. */
async function publishEverywhere(tx: TenantTransaction): Promise<NewEvent[]> {
  const branchIds = (await listDocuments(tx)).map(({ document }) => document.branch.id);
  return await publishSettingsOf(tx, branchIds);
}
