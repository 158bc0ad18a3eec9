import { Brand, ConsentPurposeSchema, LegalText, MarketingText } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Id, Time } from "../../platform/shapes.ts";

const NullableText = Type.Union([Type.String(), Type.Null()]);
const Version = Type.Integer({ minimum: 0, description: "Of the kit; 0: there is none yet" });
const { name: _name, ...look } = Brand.properties;
const { label, body } = LegalText.properties;
const { channels } = MarketingText.properties;

/** How guests see a brand, but for its name. */
export const Look = Type.Object(look);
export type Look = Static<typeof Look>;

/** A legal text as staff write it; what is changed in it gets a new version by itself. */
const text = {
  purpose: ConsentPurposeSchema,
  label,
  body: Type.Object(body.properties, {
    description: "{branch} stands for the name of the branch where it is shown",
  }),
  channels: Type.Optional(channels),
};
export const WrittenText = Type.Object(text);
export type WrittenText = Static<typeof WrittenText>;
export const KitText = Type.Object({ ...text, version: Type.Integer({ minimum: 1 }) });
export type KitText = Static<typeof KitText>;

const NullableLook = Type.Union([Look, Type.Null()], {
  description: "Null: none of its own, so the company's is worn",
});

const summary = {
  ownerId: Type.String({ format: "uuid", description: "A brand, or the company itself" }),
  kind: Type.Union([Type.Literal("company"), Type.Literal("brand")]),
  name: Type.String(),
  version: Version,
  hasOwnLook: Type.Boolean(),
  hasOwnTexts: Type.Boolean(),
  worn: Look,
  branches: Type.Integer({ description: "Of those whoever asks may see" }),
  wearing: Type.Integer({ description: "So many of them wear its look" }),
  mayEdit: Type.Boolean(),
};
export const KitItem = Type.Object(summary);
export type KitItem = Static<typeof KitItem>;
export const KitsReply = Type.Object({ kits: Type.Array(KitItem) });
export type KitsReply = Static<typeof KitsReply>;

export const KitReply = Type.Object({
  ...summary,
  look: NullableLook,
  texts: Type.Union([Type.Array(KitText), Type.Null()]),
  inherited: Type.Object({
    look: Look,
    texts: Type.Union([Type.Array(KitText), Type.Null()], {
      description: "Null: none, and each branch asks by its own",
    }),
  }),
  proposed: Type.Array(WrittenText, {
    description: "What texts may begin as: those of its first branch",
  }),
  languages: Type.Array(Type.String(), { description: "What its branches speak" }),
  places: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String(),
      wearsLook: Type.Boolean(),
      wearsTexts: Type.Boolean({ description: "False as well where the kit has no texts" }),
    }),
    { description: "The branches it is for, by name" },
  ),
  versions: Type.Array(
    Type.Object({ version: Type.Integer(), madeAt: Time, madeBy: NullableText }),
    { description: "The newest first" },
  ),
});
export type KitReply = Static<typeof KitReply>;

export const KitParams = Type.Object({ ownerId: Id });
export const KitVersionParams = Type.Object({
  ownerId: Id,
  version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
});
export const KitVersionReply = Type.Object({
  version: Type.Integer(),
  look: NullableLook,
  texts: Type.Union([Type.Array(KitText), Type.Null()]),
});
export type KitVersionReply = Static<typeof KitVersionReply>;

const BranchIds = Type.Array(Id, { maxItems: 1000, uniqueItems: true });
export const KitBody = Type.Object({
  version: Type.Integer({ minimum: 0, description: "Of the kit it was made from" }),
  look: NullableLook,
  texts: Type.Union([Type.Array(WrittenText, { minItems: 1, maxItems: 5 }), Type.Null()], {
    description: "Null: none of its own",
  }),
  putLookOn: Type.Optional(BranchIds),
  putTextsOn: Type.Optional(BranchIds),
});
export type KitBody = Static<typeof KitBody>;

const seen = {
  language: Type.Optional(Type.Union([Type.Literal("vi"), Type.Literal("en"), Type.Literal("fa")])),
  theme: Type.Union([Type.Literal("light"), Type.Literal("dark")]),
  stage: Type.Union([Type.Literal("before"), Type.Literal("after")]),
};
export const PreviewQuery = Type.Object(seen);
export type PreviewQuery = Static<typeof PreviewQuery>;
export const PreviewBody = Type.Object({ look: NullableLook, ...seen });

export const Contrast = Type.Object({
  what: Type.Union([
    Type.Literal("button"),
    Type.Literal("link-light"),
    Type.Literal("link-dark"),
    Type.Literal("words-light"),
    Type.Literal("words-dark"),
  ]),
  asked: Type.String({ description: "The colour that was chosen" }),
  askedRatio: Type.Number({ description: "WCAG 2.2: 1 to 21, as it was chosen" }),
  letters: Type.String({ description: "What guests see instead where that is too little" }),
  ground: Type.String(),
  ratio: Type.Number(),
});
export type Contrast = Static<typeof Contrast>;

export const PreviewReply = Type.Object({
  html: Type.String({ description: 'For a frame with sandbox=""' }),
  contrast: Type.Array(Contrast),
});
export type PreviewReply = Static<typeof PreviewReply>;

export const BrandParams = Type.Object({ brandId: Id });
