import { join } from "node:path";
import { directionOf } from "@foyer/blocks";
import { chooseWords, type Language } from "@foyer/contract";
import { Eta } from "eta";
import type { TenantTransaction } from "../../platform/db.ts";
import { listCouponsOf, spellCoupon } from "../coupons/index.ts";
import {
  describeCustomer,
  listOwnFields,
  listRevocable,
  pointOf,
  type StandingConsent,
} from "../customers/index.ts";
import { listBranchPlaces } from "../places/index.ts";
import { type Brand, listBrands } from "../tenants/index.ts";
import en from "./locales/guest-en.json" with { type: "json" };
import fa from "./locales/guest-fa.json" with { type: "json" };
import vi from "./locales/guest-vi.json" with { type: "json" };
import { drawMap, type MapMark, type MapView, openView, toDataAddress, writeView } from "./map.ts";
import { inkOn, isOpen, PROFILE_FIELDS, writeConsent } from "./rules.ts";

const eta = new Eta({ views: join(import.meta.dirname, "views"), cache: true });
const TEXTS: Readonly<Record<Language, Readonly<Record<string, string>>>> = { vi, en, fa };
const LOCALES: Readonly<Record<Language, string>> = { vi: "vi-VN", en: "en-GB", fa: "fa-IR" };
const INPUTS: Readonly<Record<string, string>> = {
  ...{ number: "text", phone: "tel", email: "email", link: "url", date: "date" },
};

type Option = { value: string; label: string; isChosen: boolean };
type ShownField = {
  field: string;
  label: string;
  /** What kind of input it is: text, email …, or a choice, or several. */
  input: string;
  value: string;
  options: Option[];
  fault: string | null;
};

export type ProfileView = {
  language: Language;
  name: string | null;
  phone: string | null;
  fields: ShownField[];
  /** What they agree to and may take back, as buttons. */
  consents: { value: string; label: string }[];
  /** What they may still use at a till. */
  coupons: { offer: string; code: string; until: string }[];
  /** Null: there is nothing to draw yet, so that the place is typed. */
  map: { picture: string; view: string } | null;
};

type Typed = Readonly<Record<string, string>>;

type Shown = { typed?: Typed; fault?: string | null; mapView?: MapView | null };

/** What the page of a customer shows; null where there is nobody any more. `typed` was not taken. */
export async function readProfile(
  tx: TenantTransaction,
  customerId: string,
  { typed = {}, fault = null, mapView = null }: Shown = {},
): Promise<ProfileView | null> {
  const customer = await describeCustomer(tx, customerId);
  if (!customer || customer.mergedInto) return null;
  const { fields, requests } = customer;
  if (requests.some(({ kind, outcome }) => kind === "deletion" && outcome === "done")) return null;
  const language = chooseLanguage(customer.language);
  const texts = TEXTS[language];
  const said = new Map(fields.map(({ field, value }) => [field, value]));
  const show = (field: string, label: string, rest: Partial<ShownField> = {}): ShownField => ({
    ...{ field, label, input: "text", options: [] },
    value: typed[field] ?? said.get(field) ?? "",
    fault: fault === field ? (texts.wrong ?? "") : null,
    ...rest,
  });
  const choose = (field: string, options: { value: string; label: string }[]): Option[] => {
    const chosen = (typed[field] ?? said.get(field) ?? "").split("\n");
    return options.map((option) => ({ ...option, isChosen: chosen.includes(option.value) }));
  };
  const own = (await listOwnFields(tx)).filter(isOpen);
  const builtIn = PROFILE_FIELDS.map((field) => {
    const label = texts[field] ?? field;
    if (field === "place") return show(field, label, { input: "place" });
    if (field !== "language") return show(field, label, { input: INPUTS[field] ?? "text" });
    const languages = Object.keys(TEXTS).map((value) => ({
      value,
      label: texts[`in-${value}`] ?? value,
    }));
    return show(field, label, { input: "choice", options: choose(field, languages) });
  });
  const ownFields = own.map(({ key, kind, label, choices }) => {
    const words = chooseWords(label, language) || key;
    const yesNo = ["yes", "no"].map((value) => ({ value, label: texts[value] ?? value }));
    const listed = choices.map((choice) => ({
      value: choice.value,
      label: chooseWords(choice.label, language) || choice.value,
    }));
    const options = choose(key, kind === "yes-no" ? yesNo : listed);
    const input = kind === "yes-no" ? "choice" : kind;
    return show(
      key,
      words,
      options.length > 0 ? { input, options } : { input: INPUTS[kind] ?? "text" },
    );
  });
  const coupons = (await listCouponsOf(tx, customerId)).map(({ offer, code, validUntil }) => ({
    offer: chooseWords(offer, language),
    code: spellCoupon(code),
    until: (texts["coupon-until"] ?? "").replace("{day}", sayLastDay(validUntil, language)),
  }));
  const { name, phone } = customer;
  const place = typed.place ?? said.get("place") ?? "";
  const map = await showMap(tx, { place, mapView, branchId: customer.source.branchId });
  const standing = await listRevocable(tx, customerId);
  const consents = standing.map((each) => showConsent(each, texts));
  return { language, name, phone, fields: [...builtIn, ...ownFields], consents, coupons, map };
}

const chooseLanguage = (wanted: string | null | undefined): Language =>
  wanted === "en" || wanted === "fa" ? wanted : "vi";

/** The last day before an end; the branch's own clock is told at its till. */
function sayLastDay(end: Date, language: Language): string {
  const format = new Intl.DateTimeFormat(LOCALES[language], {
    ...{ day: "numeric", month: "long", year: "numeric", timeZone: "UTC" },
  });
  return format.format(end.getTime() - 1);
}

function showConsent(
  { purpose, channel }: StandingConsent,
  texts: Readonly<Record<string, string>>,
): ProfileView["consents"][number] {
  const about = channel === null ? purpose : `${purpose}-${channel}`;
  return { value: writeConsent({ purpose, channel }), label: texts[`agreed-${about}`] ?? about };
}

/** Branches on the page's map, the one where they joined first. */
export async function listMapMarks(tx: TenantTransaction, branchId: string): Promise<MapMark[]> {
  const places = await listBranchPlaces(tx);
  const isElsewhere = (each: { branchId: string }) => Number(each.branchId !== branchId);
  return places
    .toSorted((one, other) => isElsewhere(one) - isElsewhere(other))
    .flatMap(({ name, place }) => {
      const point = pointOf(place);
      return point ? [{ name, point }] : [];
    });
}

async function showMap(
  tx: TenantTransaction,
  { place, mapView, branchId }: { place: string; mapView: MapView | null; branchId: string },
): Promise<ProfileView["map"]> {
  const marks = await listMapMarks(tx, branchId);
  const point = pointOf(place);
  const view = mapView ?? openView(point, marks);
  if (!view) return null;
  return { picture: toDataAddress(drawMap(view, marks, point)), view: writeView(view) };
}

/** The page as HTML. `isSaved`: what was sent before is kept. */
export async function renderProfile(
  tx: TenantTransaction,
  view: ProfileView,
  shown: { isSaved: boolean; isTakenBack: boolean; hasFault: boolean },
): Promise<string> {
  const [brand] = await listBrands(tx);
  const texts = TEXTS[view.language];
  const direction = directionOf(view.language);
  const words = { texts, direction, isolate };
  return eta.render("./profile", { ...view, ...words, brand: paint(brand), ...shown });
}

/** A name or number in its own direction, within a sentence of any (Unicode's annex 9, §2.4.2). */
const isolate = (text: string) => `\u2068${text}\u2069`;

/** For whoever comes by a link that has ended: it says nothing of anybody. */
export function renderGone(acceptLanguage: string | undefined): string {
  const language = chooseLanguage(acceptLanguage?.trim().slice(0, 2).toLowerCase());
  const [texts, direction] = [TEXTS[language], directionOf(language)];
  return eta.render("./gone", { language, direction, texts, brand: paint(undefined) });
}

function paint(brand: Brand | undefined) {
  const accent = brand?.accentColour ?? "#0b7a75";
  return { name: brand?.name ?? "", logo: brand?.logo ?? null, accent, ink: inkOn(accent) };
}
