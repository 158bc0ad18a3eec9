import { Greet, PageSettings, PageWhen } from "@foyer/contract";
import { type Static, type TProperties, Type } from "typebox";
import { Id, Time } from "../../platform/shapes.ts";
import { FEASTS, type Feast } from "./feasts.ts";

const NullableId = Type.Union([Id, Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);
const Revision = Type.Integer({
  minimum: 1,
  description: "Of the draft; it rises with each change",
});
const { id: _id, version: Version, ...content } = PageSettings.properties;
const LanguageSchema = Type.Union([Type.Literal("vi"), Type.Literal("en"), Type.Literal("fa")]);

/** What a page says and whom it is for: a box's page without its id and version. */
export const PageContent = Type.Object(content satisfies TProperties);
export type PageContent = Static<typeof PageContent>;

export const PageState = Type.Union([
  Type.Literal("draft"),
  Type.Literal("scheduled"),
  Type.Literal("published"),
  Type.Literal("archived"),
]);
export type PageState = Static<typeof PageState>;

export const PageFault = Type.Object({
  field: Type.String({ description: "A JSON pointer into the content" }),
  reason: Type.String(),
});
export type PageFault = Static<typeof PageFault>;

/** What a guest's phone loads. */
export const PageWeight = Type.Object({
  pictureBytes: Type.Integer({
    description: "All pictures of the page together, as files, where AVIF and WebP are not read",
  }),
  pictureBytesUsual: Type.Integer({ description: "The same for browsers that read them" }),
  pictureBytesMax: Type.Integer({ description: "A page above it is not published" }),
  htmlBytes: Type.Integer({
    description: "What stands in <main>, the way in below its blocks included, in UTF-8",
  }),
});
export type PageWeight = Static<typeof PageWeight>;

const summary = {
  id: Id,
  name: Type.String(),
  brandId: Type.Union([Id, Type.Null()], { description: "Whose page it is: this brand's" }),
  branchId: Type.Union([Id, Type.Null()], { description: "Or this one branch's" }),
  state: PageState,
  mayEdit: Type.Boolean({ description: "Whether whoever asks may change its draft" }),
  revision: Revision,
  version: Type.Integer({ description: "The last that was made of it; 0: none yet" }),
  hasChanges: Type.Boolean({ description: "The draft says something else than that version" }),
  standsAt: Type.Integer({ description: "On so many branches, of those whoever asks may see" }),
  plansWaiting: Type.Integer(),
  changedAt: Time,
  changedBy: NullableText,
  archivedAt: Type.Union([Time, Type.Null()]),
};

export const PageItem = Type.Object({ ...summary, when: PageWhen });
export type PageItem = Static<typeof PageItem>;

export const PagesReply = Type.Object({
  pages: Type.Array(PageItem, { description: "The one that was changed last first" }),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});
export type PagesReply = Static<typeof PagesReply>;

export const PageVersionItem = Type.Object({
  version: Version,
  madeAt: Time,
  madeBy: Type.Union([Type.String(), Type.Null()], { description: "Null: they have left" }),
  branches: Type.Integer({ description: "On how many branches it stands now" }),
});

export const PlaceReply = Type.Object({
  branchId: Id,
  branchName: Type.String(),
  version: Version,
  placedAt: Type.Union([Time, Type.Null()], { description: "Null: put there by other means" }),
  placedBy: NullableText,
  isChanged: Type.Boolean({ description: "It was changed in the branch's settings since" }),
  boxes: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String(),
      hasTaken: Type.Boolean({ description: "The box shows this version" }),
      fault: Type.Union([Type.String(), Type.Null()], {
        description: "Why it refused the settings that this version came with",
      }),
      lastContactAt: Type.Union([Time, Type.Null()]),
    }),
  ),
});
export type PlaceReply = Static<typeof PlaceReply>;

export const PlanReply = Type.Object({
  id: Id,
  branchId: Id,
  branchName: Type.String(),
  version: Version,
  dueAt: Time,
  state: Type.Union([
    Type.Literal("waiting"),
    Type.Literal("done"),
    Type.Literal("failed"),
    Type.Literal("cancelled"),
  ]),
  reason: NullableText,
  madeBy: NullableText,
});
export type PlanReply = Static<typeof PlanReply>;

export const PageReply = Type.Object({
  ...summary,
  draft: PageContent,
  faults: Type.Array(PageFault, { description: "What keeps the draft from being published" }),
  weight: PageWeight,
  versions: Type.Array(PageVersionItem, { description: "The newest first" }),
  places: Type.Array(PlaceReply, { description: "By the branch's name" }),
  plans: Type.Array(PlanReply, { description: "By their time" }),
});
export type PageReply = Static<typeof PageReply>;

export const PageParams = Type.Object({ pageId: Id });
export const VersionParams = Type.Object({ pageId: Id, version: Version });
export const PlanParams = Type.Object({ pageId: Id, planId: Id });
export const BranchPagesParams = Type.Object({ id: Id });

export const NewPageBody = Type.Object({
  content: PageContent,
  brandId: Type.Optional(NullableId),
  branchId: Type.Optional(NullableId),
});
export type NewPageBody = Static<typeof NewPageBody>;

export const DraftBody = Type.Object({ revision: Revision, content: PageContent });
export type DraftBody = Static<typeof DraftBody>;
export const DraftReply = Type.Object({
  revision: Revision,
  changedAt: Time,
  faults: Type.Array(PageFault),
  weight: PageWeight,
});
export type DraftReply = Static<typeof DraftReply>;

export const VersionReply = Type.Object({
  version: Version,
  content: PageContent,
  madeAt: Time,
  madeBy: NullableText,
});
export type VersionReply = Static<typeof VersionReply>;

/** YYYY-MM-DDTHH:MM, as the clock on the branch's wall shows it. */
export const WallTimeText = Type.String({
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$",
  description: "A time on the branch's own clock, such as 2026-12-24T18:00",
});

const stages = [
  ...[Type.Literal("before"), Type.Literal("code"), Type.Literal("details")],
  Type.Literal("after"),
] as const;

/** As whom a page is looked at: nobody known, somebody made up, or a customer as they are. */
export const PreviewQuery = Type.Object({
  branchId: Type.Optional(Id),
  version: Type.Optional(Version),
  language: Type.Optional(LanguageSchema),
  theme: Type.Union([Type.Literal("light"), Type.Literal("dark")], { default: "light" }),
  stage: Type.Union([...stages], {
    default: "before",
    description:
      "The first page; the field for the code; what a guest may tell; the page after access",
  }),
  pictures: Type.Union([Type.Literal("inline"), Type.Literal("files")], {
    default: "inline",
    description: "files: as a box sends the page, its pictures as files of the portal's own",
  }),
  at: Type.Optional(WallTimeText),
  customerId: Type.Optional(Id),
  name: Type.Optional(Type.String({ maxLength: 100, description: "Of somebody made up" })),
  visitNumber: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  revision: Type.Optional(
    Type.Integer({ description: "Not read: it makes another address of another draft" }),
  ),
});
export type PreviewQuery = Static<typeof PreviewQuery>;

const missing = [
  ...[Type.Literal("known"), Type.Literal("asked-nothing"), Type.Literal("known-asked-nothing")],
  ...[Type.Literal("clickThrough"), Type.Literal("accessCode"), Type.Literal("room")],
  ...[Type.Literal("member"), Type.Literal("no-policy"), Type.Literal("policy-ended")],
  Type.Literal("outside-hours"),
] as const;
const StepMissing = Type.Union([...missing], {
  description:
    "Whoever is known goes online with one tap; the branch asks newcomers, or those who are known, for nothing; another way in comes first; no access policy fits them, or lets anybody in then",
});
export type StepMissing = Static<typeof StepMissing>;

/** The pages after the first. The one after access is drawn for whoever is not let in then, too. */
export const StepsReply = Type.Object({
  steps: Type.Array(
    Type.Object({
      stage: Type.Union([Type.Literal("code"), Type.Literal("details"), Type.Literal("after")]),
      missing: Type.Union([StepMissing, Type.Null()], { description: "Null: they meet it" }),
    }),
  ),
});
export type StepsReply = Static<typeof StepsReply>;

/** Which branches: all that whoever asks reaches, those of a brand, or some. */
export const Target = Type.Union([
  Type.Object({ kind: Type.Literal("all") }),
  Type.Object({ kind: Type.Literal("brand"), brandId: Id }),
  Type.Object({
    kind: Type.Literal("branches"),
    branchIds: Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true }),
  }),
]);
export type Target = Static<typeof Target>;

export const PublishBody = Type.Object({
  revision: Type.Optional(
    Type.Integer({ minimum: 1, description: "Of the draft, to be published as a new version" }),
  ),
  version: Type.Optional(Version),
  to: Target,
  at: Type.Optional(WallTimeText),
});
export type PublishBody = Static<typeof PublishBody>;
export const RollBackBody = Type.Object({ version: Version });
export const WithdrawBody = Type.Object({ to: Target });

export const AdoptParams = Type.Object({ id: Id, pageId: Id });

const { blocks: _blocks, ...ofOrder } = PageSettings.properties;
const PageWarning = Type.Union([
  Type.Object({
    pageId: Id,
    kind: Type.Literal("never-reached"),
    hiddenBy: Type.Array(Id, { description: "The pages before it that take all its guests" }),
  }),
  Type.Object({ pageId: Id, kind: Type.Literal("fits-nobody") }),
  Type.Object({
    pageId: Id,
    kind: Type.Literal("over"),
    since: Type.String({ description: "Its last day, YYYY-MM-DD" }),
  }),
]);

export const BranchPagesReply = Type.Object({
  version: Type.Integer({ description: "Of the branch's settings" }),
  timeZone: Type.String(),
  greet: Greet,
  landingUrl: NullableText,
  pages: Type.Array(
    Type.Object({
      ...(ofOrder satisfies TProperties),
      isKept: Type.Boolean({ description: "False: it stands in the branch's settings alone" }),
    }),
    { description: "Tried in this order; the first that fits" },
  ),
  warnings: Type.Array(PageWarning),
});
export type BranchPagesReply = Static<typeof BranchPagesReply>;

export const OrderBody = Type.Object({
  version: Type.Integer({ minimum: 1, description: "Of the settings it was made from" }),
  pageIds: Type.Array(Id, { maxItems: 100, uniqueItems: true }),
});

/** Somebody made up. Without a name and a visit number: a stranger. */
export const MadeUpViewer = Type.Object({
  name: Type.Optional(Type.String({ maxLength: 100 })),
  visitNumber: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  tenantVisitNumber: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  groups: Type.Optional(Type.Array(Id, { maxItems: 50 })),
  tags: Type.Optional(Type.Array(Id, { maxItems: 50 })),
  tier: Type.Optional(NullableId),
  answeredSurveys: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 50 })),
  birthday: Type.Optional(Type.String({ pattern: "^([0-9]{4}|-)-[0-9]{2}-[0-9]{2}$" })),
  language: Type.Optional(LanguageSchema),
  daysSinceVisit: Type.Optional(Type.Integer({ minimum: 0, maximum: 3650 })),
});
export type MadeUpViewer = Static<typeof MadeUpViewer>;

export const TestBody = Type.Object({
  at: Type.Optional(WallTimeText),
  customerId: Type.Optional(Id),
  person: Type.Optional(MadeUpViewer),
});

const Misfit = Type.Union([
  Type.Literal("guests"),
  Type.Literal("visit"),
  Type.Literal("tenantVisit"),
  Type.Literal("marks"),
  Type.Literal("survey"),
  Type.Literal("language"),
  Type.Literal("dates"),
  Type.Literal("birthday"),
  Type.Literal("lastVisit"),
  Type.Literal("hours"),
]);

export const TestReply = Type.Object({
  at: Type.String({ description: "YYYY-MM-DDTHH:MM on the branch's clock" }),
  person: Type.Object({
    name: NullableText,
    isReturning: Type.Boolean(),
    visitNumber: Type.Integer({ description: "Of the visit they begin next, or are in" }),
    language: LanguageSchema,
  }),
  pageId: Type.Union([Id, Type.Null()], { description: "Null: none fits; Foyer's own is shown" }),
  isShown: Type.Boolean({ description: "False: they go online without meeting a page" }),
  pages: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String(),
      version: Version,
      misfits: Type.Array(Misfit, { description: "What it asks that does not fit; none: it fits" }),
    }),
    { description: "In the order they are tried" },
  ),
});
export type TestReply = Static<typeof TestReply>;

/** YYYY-MM-DD on the branch's calendar. */
const DayText = Type.String({ format: "date" });

export const CalendarBody = Type.Object({
  from: Type.Optional(
    Type.String({ format: "date", description: "The first day; absent: this week's Monday" }),
  ),
  days: Type.Integer({ minimum: 1, maximum: 42 }),
  customerId: Type.Optional(Id),
  person: Type.Optional(MadeUpViewer),
});

export const CalendarReply = Type.Object({
  today: DayText,
  timeZone: Type.String(),
  days: Type.Array(
    Type.Object({
      day: DayText,
      stretches: Type.Array(
        Type.Object({
          from: Type.String({ description: "HH:MM on the branch's clock" }),
          to: Type.String({ description: "HH:MM; the end of the day is 24:00" }),
          minutes: Type.Integer({ description: "How long it lasts; a clock may be changed in it" }),
          pageId: Type.Union([Id, Type.Null()], {
            description: "Null: none fits; Foyer's own is shown",
          }),
          alsoFit: Type.Array(Id, { description: "Pages after it that fit as well" }),
        }),
      ),
      birthdayPages: Type.Array(Id, { description: "Shown on this day if it is their birthday" }),
      keepsLeapBirthdays: Type.Boolean({
        description: "Birthdays of 29 February are kept on this day",
      }),
      feasts: Type.Array(Type.Unsafe<Feast>(Type.Union(FEASTS.map((each) => Type.Literal(each))))),
    }),
  ),
});
export type CalendarReply = Static<typeof CalendarReply>;
