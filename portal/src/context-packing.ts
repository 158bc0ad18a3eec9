import type { Arrival } from "./nas/index.ts";
import type { PageContext } from "./page-context.ts";

/** Where the arrival stands among the values. */
const ARRIVAL_AT = 3;

/**
 * The values of a context in the order in which a page carries them: their names would be half of it.
 * Those that are seldom there stand at the end and are left out. A new one goes to the very end, here
 * and in unpackContext, so that pages that lie open while the box is upgraded go on.
 */
// One by one, and none by its name in a list: each page does both, and that takes several times as long.
export function listValues(context: PageContext): readonly unknown[] {
  return [
    context.flowId,
    context.issuedAt,
    context.remoteAddress,
    context.arrival,
    context.deviceId,
    context.proof,
    context.page,
    context.knownGuestId,
    context.codeId,
    context.contact,
    context.terms,
    context.admitted,
    context.onlineUntil,
    context.language,
    context.accessCode,
    context.filledIn,
    context.provedPhone,
    context.isSomebodyElse,
    context.wantsOtherNumber,
    context.codeUnsent,
    context.privacyGuestId,
    context.filesKey,
    context.deviceMac,
    context.addressGuestId,
    // Where the release before had either: it is nobody's choice for sure.
    context.askedLanguage,
    context.usualLanguage,
  ];
}

export function packContext(context: PageContext): unknown[] {
  return packValues(listValues(context));
}

/** The same of values that were listed. */
export function packValues(values: readonly unknown[]): unknown[] {
  const packed = values.map((value) => value || null);
  packed[ARRIVAL_AT] = packArrival(values[ARRIVAL_AT] as Readonly<Arrival>);
  return withoutNullsAtEnd(packed);
}

function packArrival(arrival: Readonly<Arrival>): unknown[] {
  const { nasId, nasKind, mac, ip, proof, state, handBack, failure, originalUrl } = arrival;
  const values = [nasId, nasKind, mac, ip, proof, state, handBack, failure, originalUrl];
  return withoutNullsAtEnd(values);
}

function withoutNullsAtEnd(values: unknown[]): unknown[] {
  while (values.length > 0 && values.at(-1) === null) values.pop();
  return values;
}

type Packed = readonly unknown[];

/** Null: it was packed by the release before, or is something else that this portal has sealed. */
export function unpackContext(packed: unknown): PageContext | null {
  if (!Array.isArray(packed)) return null;
  const at = <Field extends keyof PageContext>(place: number) =>
    (packed[place] ?? null) as PageContext[Field];
  const isSet = (place: number) => packed[place] === true;
  return {
    flowId: at<"flowId">(0),
    issuedAt: at<"issuedAt">(1),
    remoteAddress: at<"remoteAddress">(2),
    arrival: unpackArrival(packed[ARRIVAL_AT] as Packed),
    deviceId: at<"deviceId">(4),
    proof: at<"proof">(5),
    page: at<"page">(6),
    knownGuestId: at<"knownGuestId">(7),
    codeId: at<"codeId">(8),
    contact: at<"contact">(9),
    terms: at<"terms">(10),
    admitted: at<"admitted">(11),
    onlineUntil: at<"onlineUntil">(12),
    language: at<"language">(13),
    accessCode: at<"accessCode">(14),
    filledIn: at<"filledIn">(15),
    provedPhone: at<"provedPhone">(16),
    isSomebodyElse: isSet(17),
    wantsOtherNumber: isSet(18),
    codeUnsent: isSet(19),
    privacyGuestId: at<"knownGuestId">(20),
    filesKey: (packed[21] as string | undefined) ?? null,
    deviceMac: (packed[22] as string | undefined) ?? null,
    addressGuestId: at<"knownGuestId">(23),
    askedLanguage: at<"language">(24),
    usualLanguage: at<"language">(25),
  };
}

function unpackArrival(packed: Packed): Arrival {
  const at = <Field extends keyof Arrival>(place: number) =>
    (packed[place] ?? null) as Arrival[Field];
  return {
    nasId: at<"nasId">(0),
    nasKind: at<"nasKind">(1),
    mac: at<"mac">(2),
    ip: at<"ip">(3),
    proof: at<"proof">(4),
    state: at<"state">(5),
    handBack: at<"handBack">(6),
    failure: at<"failure">(7),
    originalUrl: at<"originalUrl">(8),
  };
}
