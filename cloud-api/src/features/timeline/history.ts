import { chooseWords } from "@foyer/contract";
import type { HistoryLine } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { listBranchNames } from "../branches/index.ts";
import { listCouponsGiven, spellCoupon } from "../coupons/index.ts";
import { describeGiven, type GivenAnswer, listAnswerIds } from "../surveys/index.ts";
import en from "./locales/en.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import { listMoments, type MomentRow } from "./queries.ts";
import { SENTENCES } from "./rules.ts";

type Language = "vi" | "en";
type PlacedLine = Omit<HistoryLine, "branchName"> & { branchId: string | null };
type Given = GivenAnswer["given"][number];

const TEXTS: Readonly<Record<Language, Readonly<Record<string, string>>>> = { vi, en };
/** What is known of them holds the rest, word by word. */
const KINDS = ["visit", "sign-in", "case", "mark", "merge", "wifi-key"] as const;
const PAGE_MOMENTS = 500;

/** What was of a customer, the newest first: all of it that staff who ask may see. */
export async function listHistory(
  tx: TenantTransaction,
  { customerId, language }: { customerId: string; language: Language },
): Promise<HistoryLine[]> {
  const names = new Map((await listBranchNames(tx)).map(({ id, name }) => [id, name]));
  const told = await listTold(tx, customerId, language);
  const given = [
    ...(await listAnswered(tx, customerId, language)),
    ...(await listGot(tx, customerId, language)),
  ].map(({ branchId, ...line }) => ({ ...line, branchName: names.get(branchId ?? "") ?? null }));
  return [...told, ...given].toSorted((one, other) => other.at.getTime() - one.at.getTime());
}

async function listTold(
  tx: TenantTransaction,
  customerId: string,
  language: Language,
): Promise<HistoryLine[]> {
  const lines: HistoryLine[] = [];
  for (let after: { at: string; id: string } | null = null; ; ) {
    const page = { customerId, kinds: KINDS, after, limit: PAGE_MOMENTS };
    const rows: MomentRow[] = await listMoments(tx, page);
    lines.push(...rows.map((row) => tell(row, language)));
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_MOMENTS) return lines;
    after = { at: last.at.toISOString(), id: last.id };
  }
}

function tell({ kind, what, names, ...row }: MomentRow, language: Language): HistoryLine {
  const { at, endedAt, branchName } = row;
  const told = kind as (typeof KINDS)[number];
  const say = (key: string, values: Record<string, string> = {}) =>
    (TEXTS[language][key] ?? key).replace("{name}", values.name ?? "");
  const sentence = told === "visit" ? say("came") : SENTENCES[told](say, { what, names });
  return { kind: told, what: sentence, value: null, at, endedAt, branchName };
}

/** A line for what kind of sale it was about, where that is known, and for each question answered. */
async function listAnswered(
  tx: TenantTransaction,
  customerId: string,
  language: Language,
): Promise<PlacedLine[]> {
  const answers = await describeGiven(tx, await listAnswerIds(tx, customerId));
  return [...answers.values()].flatMap(({ given, answeredAt: at, branchId, saleType }) => {
    const about = { kind: "survey" as const, at, endedAt: null, branchId };
    const sold = saleType && {
      ...about,
      what: TEXTS[language]["sale-type"] ?? "",
      value: chooseWords(saleType, language),
    };
    const said = given.map((each) => ({
      ...about,
      what: (each.label && chooseWords(each.label, language)) || each.questionId,
      value: sayGiven(each, language),
    }));
    return sold ? [sold, ...said] : said;
  });
}

function sayGiven({ rating, scale, date, chosen, text }: Given, language: Language): string {
  const options = chosen.map(({ id, label }) => (label && chooseWords(label, language)) || id);
  const all = [rating, scale, date, ...options, text];
  return all.flatMap((each) => (each === null ? [] : String(each))).join("; ");
}

async function listGot(
  tx: TenantTransaction,
  customerId: string,
  language: Language,
): Promise<PlacedLine[]> {
  const rows = await listCouponsGiven(tx, customerId);
  return rows.map(({ offer, code, issuedAt, redeemedAt, issuedBranchId }) => ({
    ...{ kind: "coupon" as const, at: issuedAt, endedAt: redeemedAt },
    ...{ what: chooseWords(offer, language), value: spellCoupon(code) },
    branchId: issuedBranchId,
  }));
}
