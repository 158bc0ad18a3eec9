import {
  type BranchDocument,
  listAskedTexts,
  type SettingsReply,
  splitAskedTexts,
} from "../schema.ts";

/** Every setting that the save bar knows by name, and where it stands in the document. */
const PATHS = {
  order: ["signIn", "order"],
  phone: ["signIn", "phone", "enabled"],
  member: ["signIn", "member", "enabled"],
  email: ["signIn", "email", "enabled"],
  room: ["signIn", "room", "enabled"],
  accessCode: ["signIn", "accessCode", "enabled"],
  clickThrough: ["signIn", "clickThrough"],
  codeSeconds: ["signIn", "phone", "codeSeconds"],
  triesMax: ["signIn", "phone", "triesMax"],
  resendAfterSeconds: ["signIn", "phone", "resendAfterSeconds"],
  resendsMax: ["signIn", "phone", "resendsMax"],
  askHolderAfterDays: ["signIn", "phone", "askHolderAfterDays"],
  messagesPerPhoneHour: ["signIn", "phone", "messagesPerPhoneHour"],
  messagesPerDeviceHour: ["signIn", "phone", "messagesPerDeviceHour"],
  messagesPerAddressHour: ["signIn", "phone", "messagesPerAddressHour"],
  messagesPerPrefixHour: ["signIn", "phone", "messagesPerPrefixHour"],
  messagesPerBranchHour: ["signIn", "phone", "messagesPerBranchHour"],
  messagesPerBranchDay: ["signIn", "phone", "messagesPerBranchDay"],
  greet: ["signIn", "greet"],
  recogniseDays: ["signIn", "recogniseDays"],
  recogniseRandomisedDays: ["signIn", "recogniseRandomisedDays"],
  landingUrl: ["signIn", "landingUrl"],
  details: ["signIn", "details"],
  name: ["branch", "name"],
  kind: ["branch", "kind"],
  country: ["branch", "country"],
  currency: ["branch", "currency"],
  timeZone: ["branch", "timeZone"],
  languages: ["branch", "languages"],
  visitGapMinutes: ["branch", "visitGapMinutes"],
  knownGuestsMax: ["knownGuestsMax"],
  brandName: ["brand", "name"],
  accentColour: ["brand", "accentColour"],
  pageColour: ["brand", "pageColour"],
  font: ["brand", "font"],
  logo: ["brand", "logo"],
  background: ["brand", "background"],
  legalTexts: ["legalTexts"],
  marketingText: ["marketingText"],
  memberWifi: ["memberWifi"],
} as const satisfies Record<string, readonly string[]>;

export type SettingKey = keyof typeof PATHS;
export const SETTING_KEYS = Object.keys(PATHS) as SettingKey[];
export type Settings = SettingsReply;

type Node = Readonly<Record<string, unknown>>;

/** What a setting is in a document; undefined where the document says nothing of it. */
export function readSetting(document: BranchDocument, key: SettingKey): unknown {
  let node: unknown = document;
  for (const name of PATHS[key])
    node = typeof node === "object" && node !== null ? (node as Node)[name] : undefined;
  return node;
}

/** The document with another value of a setting; undefined takes it out. */
export function writeSetting<Document extends BranchDocument>(
  document: Document,
  key: SettingKey,
  value: unknown,
): Document {
  // What comes out is checked by the API as a box checks it, whatever was put in.
  return writeInto(document as Node, PATHS[key], value) as unknown as Document;
}

function writeInto(node: Node | undefined, path: readonly string[], value: unknown): Node {
  const [name = "", ...rest] = path;
  const inner = node?.[name] as Node | undefined;
  const written = rest.length === 0 ? value : writeInto(inner, rest, value);
  const { [name]: _before, ...others } = node ?? {};
  // What was there only to hold the setting goes with it.
  const isGone = written === undefined || (value === undefined && isEmpty(written));
  return isGone ? others : { ...node, [name]: written };
}

const isEmpty = (value: unknown) =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

/** Which settings say something else in two documents. */
export function listChanged(one: BranchDocument, other: BranchDocument): SettingKey[] {
  return SETTING_KEYS.filter((key) => !isSame(readSetting(one, key), readSetting(other, key)));
}

export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null)
    return false;
  const [left, right] = [one as Node, other as Node];
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  return [...names].every((name) => isSame(left[name], right[name]));
}

export type Merged = {
  /** Theirs, with what was changed here put on top. */
  document: Settings;
  /** What both changed, each to something else: in `document` as it was changed here. */
  clashes: SettingKey[];
};

/** Puts what was changed since `base` onto what somebody else saved meanwhile. */
export function mergeSettings(versions: {
  base: Settings;
  mine: Settings;
  theirs: Settings;
}): Merged {
  const { base, mine, theirs } = versions;
  const here = listChanged(base, mine);
  const there = new Set(listChanged(base, theirs));
  const clashes = here.filter(
    (key) => there.has(key) && !isSame(readSetting(mine, key), readSetting(theirs, key)),
  );
  return { document: putOnto(theirs, mine, here), clashes };
}

/** A document with the settings of these names as another one has them. */
export function putOnto(
  document: Settings,
  source: BranchDocument,
  keys: readonly SettingKey[],
): Settings {
  return keys.reduce((all, key) => writeSetting(all, key, readSetting(source, key)), document);
}

/**
 * The words of a consent are proved by their version: those that were changed get the next one, so
 * that guests are asked again.
 */
export function raiseTextVersions(base: BranchDocument, mine: Settings): Settings {
  const before = new Map(listAskedTexts(base).map((text) => [text.purpose, text]));
  const texts = listAskedTexts(mine).map((text) => {
    const known = before.get(text.purpose);
    if (!known || isSame(known, text)) return text;
    return { ...text, version: known.version + 1 };
  });
  return { ...mine, ...splitAskedTexts(texts) };
}

/** Places of the document that are no setting of their own, and the setting that mends them. */
const MENDED_BY: Readonly<Record<string, SettingKey>> = {
  "/signIn": "order",
  "/signIn/phone/channels": "phone",
};

/** The setting that a fault of the document lies in, by the JSON pointer of the API's answer. */
export function findSettingAt(pointer: string): SettingKey | null {
  const mended = Object.keys(MENDED_BY).find(
    (place) => place !== "/signIn" && isIn(pointer, place),
  );
  if (mended) return MENDED_BY[mended] ?? null;
  const within = SETTING_KEYS.find((key) => isIn(pointer, toPointer(key)));
  return (
    within ??
    MENDED_BY[pointer] ??
    SETTING_KEYS.find((key) => isIn(toPointer(key), pointer)) ??
    null
  );
}

const toPointer = (key: SettingKey) => `/${PATHS[key].join("/")}`;
const isIn = (pointer: string, place: string) =>
  pointer === place || (place !== "/" && pointer.startsWith(`${place}/`));
