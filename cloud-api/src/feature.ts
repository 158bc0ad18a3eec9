import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  AccessCode,
  AdvertTags,
  CodeAnswer,
  CouponNews,
  CouponSettings,
  DeviceRule,
  GuestAnswers,
  GuestQuestion,
  HttpGateway,
  KnownGuests,
  Retention,
} from "@foyer/contract";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { RawBuilder } from "kysely";
import type { CertificateSettings } from "./platform/certificate-settings.ts";
import type { Clock } from "./platform/clock.ts";
import type { Database, DirectoryTransaction, TenantTransaction } from "./platform/db.ts";
import type { EventHandlers, NewEvent, Settle, Together } from "./platform/events.ts";
import type { Follower } from "./platform/handle-events.ts";
import type { Jobs } from "./platform/jobs.ts";
import type { Live } from "./platform/live.ts";
import type { FactCondition, NarrowedBy } from "./platform/narrowing.ts";
import type { RecordNames } from "./platform/record-names.ts";
import type { Grant, PermissionDeclaration, Permissions } from "./platform/rights.ts";
import type { Sealing } from "./platform/sealing.ts";
import type { BoxKey, SignIn } from "./platform/session.ts";
import type { ScanFile } from "./platform/virus-scan.ts";
import type { Vitals } from "./platform/vitals.ts";

/** The web server as a feature sees it: request and response types come from TypeBox schemas. */
export type Routes = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Who asks, and by what it is told what they may see. */
type Narrower = Pick<Context, "hooks" | "permissions"> & { grants: readonly Grant[] };
/** Refuses what is none, and what whoever asks may not see. */
export type NarrowFacts = (
  tx: TenantTransaction,
  reader: Narrower,
  asked: NarrowedBy,
) => Promise<FactCondition | null>;
/** The same of customers: they are in all of these selects. */
export type NarrowCustomers = (
  tx: TenantTransaction,
  reader: Narrower,
  asked: NarrowedBy,
) => Promise<readonly RawBuilder<unknown>[]>;

/** What every route may use. */
export type Context = {
  database: Database;
  clock: Clock;
  live: Live;
  /** Where browsers and boxes reach this cloud, without a slash at the end. */
  origin: () => string;
  /** Whether a stranger may make a tenant. */
  selfSignUp: boolean;
  /** Every permission of the product: the roles that hold it, and what it opens. */
  permissions: Permissions;
  hooks: Hooks;
  /** What the records of every feature are called. */
  names: readonly RecordNames[];
  /** Every feature that follows the tenants' logs, to try an event again or replay a log. */
  followers: readonly Follower[];
  sealing: Sealing;
  /** Whether what tenants write down may lead to private addresses. */
  privateGateways: boolean;
  /** From whom it gets certificates for boxes; null: it gets none. */
  certificates: CertificateSettings | null;
  /** PEM: by whose other half releases of the box are announced; null: it takes none. */
  releaseKey: string | null;
  /** Has clamd look at a file; null: the cloud has none. */
  scanFile: ScanFile | null;
  /** Whether it has a mail server to write to staff by. */
  sendsMail: boolean;
  /** The version of Foyer that runs here. */
  release: string;
  /** How this process is. */
  vitals: Vitals;
  /** Who says it is told the figures of all tenants. */
  metricsToken: string;
};

export type { Role } from "./platform/rights.ts";

/**
 * Questions one feature asks and a later one answers, so that nobody imports upward. The host hands
 * each over from the feature that gives it; a missing one is answered with nothing.
 */
export type Hooks = {
  /** access: whose session cookie this is. */
  findSignIn?: (tx: DirectoryTransaction, token: string) => Promise<SignIn | null>;
  /** access: what a key of the API may do. */
  findApiKey?: (tx: DirectoryTransaction, key: string) => Promise<SignIn | null>;
  /** branches: the branches of some brands, and those of the given ones that there are. */
  listBranchesWithin?: (
    tx: TenantTransaction,
    within: { brandIds: readonly string[]; branchIds: readonly string[] },
  ) => Promise<string[]>;
  /** customers: whether somebody is known at a branch that the transaction reaches. */
  isCustomerLinked?: (tx: TenantTransaction, customerId: string) => Promise<boolean>;
  /** branches: whose keys have these names. */
  findBoxKeys?: (database: Database, keyIds: readonly Buffer[]) => Promise<BoxKey[]>;
  /** branches: takes a call of a key by its number, once; null when the key is gone. */
  takeBoxCall?: (
    database: Database,
    call: { keyId: Buffer; number: number },
  ) => Promise<(BoxKey & { taken: boolean; highest: number }) | null>;
  /** customers: whom a box should know, changed since the position it holds. */
  findKnownGuests?: (tx: TenantTransaction, box: KnownGuestsQuestion) => Promise<GuestsFound>;
  /** visits: which of some boxes may be told of guests, by box id. */
  lookForGuests?: (
    tx: TenantTransaction,
    boxes: readonly KnownGuestsQuestion[],
  ) => Promise<ReadonlyMap<string, GuestLook>>;
  /** visits: those of the guests that a box asks for whom the tenant knows. */
  answerGuestQuestions?: (
    tx: TenantTransaction,
    box: KnownGuestsQuestion,
    questions: readonly GuestQuestion[],
  ) => Promise<GuestAnswers>;
  /** marks: the customers who have a group or tag, as a select for the list of customers. */
  selectMarkedCustomers?: (tx: TenantTransaction, markId: string) => Promise<RawBuilder<unknown>>;
  /** segments: the customers in a segment, as a select for the list of customers. */
  selectSegmentCustomers?: (
    tx: TenantTransaction,
    segmentId: string,
  ) => Promise<RawBuilder<unknown>>;
  /** reports: which facts of guests are meant, told apart as visits are; null: all of them. */
  narrowFacts?: NarrowFacts;
  /** reports: which customers are meant, by whose they are alone; refuses what only their visits have. */
  narrowCustomers?: NarrowCustomers;
  /** segments: the customers who fit conditions as somebody sent them; refuses those that are none. */
  selectFittingCustomers?: (tx: TenantTransaction, tree: unknown) => Promise<RawBuilder<unknown>>;
  /** marks: the group, tier and tags of some customers. */
  listMarksOf?: (
    tx: TenantTransaction,
    customerIds: readonly string[],
  ) => Promise<
    ReadonlyMap<string, readonly { id: string; name: string; kind: "group" | "tier" | "tag" }[]>
  >;
  /** access-policies: the policies that are for a customer group or tag. */
  listPoliciesNaming?: (
    tx: TenantTransaction,
    markId: string,
  ) => Promise<{ policyName: string; branchName: string }[]>;
  /** brand-kits: has branches that wore the kit of the brand they were of wear that of another. */
  dressMoved?: (
    tx: TenantTransaction,
    to: { brandId: string; moved: readonly { id: string; brandId: string | null }[] },
  ) => Promise<NewEvent[]>;
  /** certificates: has the zone say no more where a box is that this transaction removes. */
  leaveZone?: (tx: TenantTransaction, boxId: string) => Promise<void>;
  /** tag-rules: whether a tag is given to whoever is in some segment. */
  isTagGivenByRule?: (tx: TenantTransaction, tagId: string) => Promise<boolean>;
  /** pages: the pages of branches that are for a customer group, a tag or a tier. */
  listPagesNaming?: (
    tx: TenantTransaction,
    markId: string,
  ) => Promise<{ pageName: string; branchName: string }[]>;
  /** tag-rules: the tags that are given to whoever is in a segment. */
  listTagsGivenBy?: (tx: TenantTransaction, segmentId: string) => Promise<{ name: string }[]>;
  /**
   * tag-rules: a tag that would be given by whether it is there, were segments to read these (segment
   * → ids of tags); null: none.
   */
  findTagCircle?: (
    tx: TenantTransaction,
    tagsRead: ReadonlyMap<string, readonly string[]>,
  ) => Promise<{ name: string } | null>;
  /** access-codes: which codes the boxes of branches take, by branch. */
  listAccessCodes?: OfBranches<AccessCode[]>;
  /** wifi-desk: the devices that branches block or allow, by branch. */
  listDeviceRules?: OfBranches<DeviceRule[]>;
  /** retention: how long the boxes of branches keep what, by branch. */
  listRetention?: OfBranches<Retention>;
  /**
   * channels: what the boxes of branches send codes by while the cloud is out of reach, secrets in it, by
   * branch. None: what was chosen cannot be used just now.
   */
  listOwnGateways?: (
    tx: TenantTransaction,
    branches: { branchIds: readonly string[]; sealing: Sealing },
  ) => Promise<ReadonlyMap<string, HttpGateway[]>>;
  /** advert-tags: whose tags load on the pages of branches, by branch. */
  listAdvertTags?: OfBranches<AdvertTags>;
  /** channels: what became of codes a box asked to send, since the answer it holds. */
  listCodeAnswers?: (
    tx: TenantTransaction,
    box: { boxId: string; after: number },
  ) => Promise<CodeAnswer[]>;
  /** channels: the ids of those of some boxes that listCodeAnswers may have something for. */
  listBoxesWithAnswers?: (
    tx: TenantTransaction,
    boxes: readonly { boxId: string; after: number }[],
  ) => Promise<string[]>;
  /** coupons: what a branch's box gives for which of its surveys; null: nothing. */
  findCouponSettings?: (
    tx: TenantTransaction,
    branch: { surveyIds: readonly string[]; origin: string },
  ) => Promise<CouponSettings | null>;
  /** surveys: where files are asked for, behind a / the key of an answer. */
  surveyFilesUrl?: (tenantId: string, origin: string) => string;
  /** coupons: what a box may give and what of it is used, since the word it holds. */
  findCouponNews?: (tx: TenantTransaction, box: CouponQuestion) => Promise<CouponNews[]>;
  /** coupons: speaks above what boxes hold of its words, and says again what they may have missed; the boxes
   *  that were ahead. */
  raiseCoupons?: (
    tx: TenantTransaction,
    boxes: readonly { boxId: string; after: number }[],
  ) => Promise<string[]>;
  /** coupons: the ids of those of some boxes that findCouponNews may have something for. */
  listBoxesWithCoupons?: (
    tx: TenantTransaction,
    boxes: readonly CouponQuestion[],
  ) => Promise<string[]>;
  /** ingest: what is wrong with what boxes sent, by box id; a box without an alarm is not in it. */
  findBoxAlarms?: (tx: TenantTransaction) => Promise<ReadonlyMap<string, BoxAlarms>>;
  /** channels: when a code was refused on the branch's day of today for want of budget, by branch. */
  findRefusedCodes?: (
    tx: TenantTransaction,
    branches: readonly { id: string; timeZone: string }[],
  ) => Promise<ReadonlyMap<string, Date>>;
  /** timeline: what was of a customer beside what is known of them, the newest first, in their words. */
  listHistory?: (
    tx: TenantTransaction,
    customer: { customerId: string; language: "vi" | "en" },
  ) => Promise<HistoryLine[]>;
  /** visits: guests who are at each branch's box right now, by box id. */
  countOpenVisitsByBox?: (tx: TenantTransaction) => Promise<ReadonlyMap<string, number>>;
};

/** What a feature has of each of some branches, by branch; one of which it has nothing is not in it. */
export type OfBranches<Told> = (
  tx: TenantTransaction,
  branchIds: readonly string[],
) => Promise<ReadonlyMap<string, Told>>;

/** One thing that was of a customer, as it is handed over to them. */
export type HistoryLine = {
  kind: "visit" | "sign-in" | "survey" | "case" | "mark" | "merge" | "wifi-key" | "coupon";
  /** What it is, such as a question, in their language. */
  what: string;
  /** What they said to it, or what they were given; null: it has none. */
  value: string | null;
  at: Date;
  endedAt: Date | null;
  branchName: string | null;
};

export type BoxAlarms = {
  /** Events that the box has sent for good, by its own word, and that never came. */
  missingEvents: number;
  /** Since when that is known; null: none is missing. */
  missingSince: Date | null;
  /** Two stores speak under its name. */
  hasTwin: boolean;
};

export type CouponQuestion = {
  boxId: string;
  /** The life of the box's store; null: it has not said. */
  epoch: string | null;
  /** What its branch asks guests. */
  surveyIds: readonly string[];
  /** The last word it holds. */
  after: number;
};

export type KnownGuestsQuestion = {
  branchId: string;
  boxId: string;
  /** The life of the box's store whose events the visit numbers are to count; null before any. */
  epoch: string | null;
  /** The log position the box's records stand at; 0 when it holds none. */
  since: number;
  /** The event that the box says stands there; null: it does not say. */
  mark: string | null;
  /** The position up to which nobody was found for it before; 0: nobody has looked. */
  lookedTo: number;
  /** Of a box that takes all guests page by page: the page it asks for; null: one that does not. */
  guestsPage: string | null;
  /** How many guests the box may hold. */
  guestsMax: number;
  /** For how many days the branch believes that a device is its guest's. */
  recogniseDays: { given: number; randomised: number };
  /** The branch chooses pages by visits to other branches, so those are news to it. */
  countsTenantVisits: boolean;
};

/** `lookedTo`: the position up to which there is nothing else to tell. */
export type GuestsFound = { known: KnownGuests | null; lookedTo: number };

/**
 * Whether a box may have something to be told of guests. `behind`: of nobody, but that it holds all as of a
 * later position, which is no haste.
 */
export type GuestLook = Pick<GuestsFound, "lookedTo"> & { news: "none" | "behind" | "maybe" };

export type Feature = {
  name: string;
  /** The features whose index it imports: its cursor never passes theirs. */
  dependsOn: readonly string[];
  /** Permission → the roles that hold it beside the owner, and what it opens. */
  permissions?: Readonly<Record<string, PermissionDeclaration>>;
  /** An absolute folder of `<time>_<what>.sql` files. */
  migrations?: string;
  routes?: (routes: Routes, context: Context) => void;
  /** What it does with the events of the tenant's log, through a cursor of its own. */
  handlers?: EventHandlers;
  /** The same of events that are cheaper to handle many at once. */
  together?: Together;
  /** What it works out of all the events at once that its handlers have just seen. */
  settle?: Settle;
  /** Empties what its handlers made, for a replay of the whole log. */
  forget?: (tx: TenantTransaction) => Promise<void>;
  jobs?: Jobs;
  hooks?: Hooks;
  /** What its records are called, where others tell of them by their ids. */
  names?: RecordNames;
  /** Messages it sends to programs of tenants: type → OpenAPI path item. */
  webhooks?: Readonly<Record<string, object>>;
  /** The heading of its routes in the API's description. */
  tag?: { name: string; description: string };
};
