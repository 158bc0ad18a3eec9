/**
 * What the editor knows of each kind of block: its fields and how each is filled in. The truth is the
 * package blocks; a test holds this against it. Screens may not import that, as it reads templates.
 */
export type FieldInput =
  /** Words by language; `fills` says that {name}, {visit} and {branch} are filled into them. */
  | { as: "words"; max: number; isLong: boolean; fills: boolean; isNeeded: boolean }
  /** A picture as a data: address. */
  | { as: "source" }
  /** A picture with its words, or none. */
  | { as: "still" }
  | { as: "pictures"; min: number; max: number; bytesMax: number }
  | { as: "moment"; isNeeded: boolean }
  | { as: "url" }
  | { as: "code"; max: number }
  | { as: "survey" }
  | { as: "links"; max: number };

export type Stage = "before" | "after";
export type BlockKind = {
  stages: readonly Stage[];
  fields: Readonly<Record<string, FieldInput>>;
  /** What a new one of it begins with. */
  first: Readonly<Record<string, unknown>>;
};

/** What one picture weighs at most, as a file. */
export const PICTURE_BYTES_MAX = 36_816;
export const NETWORKS = [
  "facebook",
  "instagram",
  "tiktok",
  "youtube",
  "zalo",
  "telegram",
  "whatsapp",
  "x",
  "map",
  "website",
] as const;
export type Network = (typeof NETWORKS)[number];

type Words = Extract<FieldInput, { as: "words" }>;
const words = (max: number, more: Partial<Words> = {}): Words => ({
  ...{ as: "words", max, isLong: false, fills: true, isNeeded: false },
  ...more,
});
const needed = { isNeeded: true };
const long = { isLong: true };
const plain = { fills: false };

const BEFORE = ["before"] as const;
const AFTER = ["after"] as const;
const BOTH = ["before", "after"] as const;

export const BLOCK_KINDS = {
  welcome: { stages: BEFORE, fields: { heading: words(120), text: words(600, long) }, first: {} },
  heading: { stages: BEFORE, fields: { text: words(120, needed) }, first: { text: {} } },
  text: {
    ...{ stages: BEFORE, first: { text: {} } },
    fields: { text: words(4000, { ...needed, ...long }) },
  },
  image: {
    ...{ stages: BEFORE, first: { source: "" } },
    fields: { source: { as: "source" }, alt: words(200, plain) },
  },
  pictures: {
    ...{ stages: BEFORE, first: { pictures: [] } },
    fields: { pictures: { as: "pictures", min: 2, max: 6, bytesMax: 180 * 1024 } },
  },
  countdown: {
    ...{ stages: BOTH, first: { text: {}, until: "" } },
    fields: {
      text: words(120, needed),
      until: { as: "moment", isNeeded: true },
      after: words(120),
    },
  },
  survey: { stages: BOTH, fields: { survey: { as: "survey" } }, first: { survey: "" } },
  coupon: {
    ...{ stages: BOTH, first: { heading: {} } },
    fields: {
      heading: words(120, needed),
      text: words(600, long),
      code: { as: "code", max: 32 },
      validUntil: { as: "moment", isNeeded: false },
    },
  },
  button: {
    ...{ stages: AFTER, first: { label: {}, url: "" } },
    fields: { label: words(60, needed), url: { as: "url" } },
  },
  social: {
    ...{ stages: AFTER, first: { links: [{ network: "facebook", url: "" }] } },
    fields: { links: { as: "links", max: 8 } },
  },
  video: {
    ...{ stages: AFTER, first: { title: {}, url: "" } },
    fields: { title: words(120, needed), url: { as: "url" }, still: { as: "still" } },
  },
} as const satisfies Record<string, BlockKind>;

export type KindName = keyof typeof BLOCK_KINDS;
export const KIND_NAMES = Object.keys(BLOCK_KINDS) as KindName[];

export function isKnownKind(kind: string): kind is KindName {
  return Object.hasOwn(BLOCK_KINDS, kind);
}

export function kindOf(name: KindName): BlockKind {
  return BLOCK_KINDS[name];
}
