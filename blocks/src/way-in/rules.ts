import { type BranchSettings, listWaysIn, type SignInSettings, type WayIn } from "@foyer/contract";
import { codeWaysOf, offersSms } from "./code-ways.ts";
import { type ShownText, type TickView, viewTick } from "./texts.ts";
import type { Onward, WayInKey } from "./words.ts";

type TakesCodes = Pick<BranchSettings, "signIn"> & {
  /** Only whether there are any is looked at. */
  accessCodes?: readonly unknown[];
};

/** Whether the branch takes codes: also before it has any, where there is no other way in. */
export function offersAccessCode({ signIn, accessCodes = [] }: TakesCodes): boolean {
  if (!signIn.accessCode?.enabled) return false;
  return accessCodes.length > 0 || isOnlyWayIn(signIn);
}

/** Whether a guest without a code has no way in. */
function isOnlyWayIn(signIn: SignInSettings): boolean {
  return listWaysIn({ signIn }).every((way) => way === "accessCode");
}

/** How people of a country write a number: what the empty field shows. */
export function phoneExampleOf(country: string): string {
  return country === "VN" ? "0912 345 678" : "";
}

/** What a branch's settings say of its ways in: the same for all guests. */
export type OfferedWays = {
  /** The first is the one that a guest meets first. */
  ways: readonly WayIn[];
  /** Nobody's number is handed to Zalo before they have read that it will be. */
  isByZalo: boolean;
  offersSms: boolean;
  phoneExample: string;
};

/** A branch that takes access codes and has none yet does not ask for one. */
export function readOfferedWays(
  settings: TakesCodes & Pick<BranchSettings, "branch">,
): OfferedWays {
  const { branch, signIn } = settings;
  const ways = listWaysIn(settings);
  const { channels } = signIn.phone;
  return {
    ways: offersAccessCode(settings) ? ways : ways.filter((way) => way !== "accessCode"),
    isByZalo: codeWaysOf(channels).first === "zalo",
    offersSms: offersSms(channels),
    phoneExample: phoneExampleOf(branch.country),
  };
}

export type WayInFaults = {
  /** The way in that the guest chose, or has just tried. Null or absent: the branch's first. */
  way?: WayIn | null;
  /** What the guest typed, to be corrected. */
  typed?: string;
  typedName?: string;
  phone?: string | null;
  email?: string | null;
  member?: string | null;
  room?: string | null;
  accessCode?: string | null;
  terms?: string | null;
};

const FORMS = {
  phone: { lead: "first.lead", action: "/phone", submit: "phone.submit" },
  member: { lead: "first.leadMember", action: "/member-code", submit: "member.submit" },
  email: { lead: "first.leadEmail", action: "/email", submit: "email.submit" },
  room: { lead: "first.leadRoom", action: "/room", submit: "room.submit" },
  clickThrough: {
    ...{ lead: "first.leadClickThrough", action: "/click-through", submit: "returning.submit" },
  },
} as const satisfies Partial<Record<WayIn, { lead: WayInKey; action: string; submit: WayInKey }>>;

/** What a form of the first page is made of. */
export type Form = {
  offered: OfferedWays;
  /** To be agreed to; null: nothing is. */
  terms: ShownText | null;
  faults: WayInFaults;
  /** The branch wrote this page itself, so that no words of our own stand above the form. */
  isOwn: boolean;
  /** What stands in the field for an access code. */
  accessCode: string;
};

/** What the part of the first page below its blocks is drawn with. */
export type WayInView = {
  lead: string | null;
  action: string;
  submit: string;
  phone: PhoneField | null;
  memberCode: {
    value: string;
    example: string;
    phoneFault: string | null;
    fault: string | null;
  } | null;
  email: { value: string; fault: string | null } | null;
  room: { value: string; name: string; fault: string | null } | null;
  texts: TickView[];
  /** isFirst: it is the form's own field, not one below it. */
  accessCode: { isFirst: boolean; value: string; fault: string | null } | null;
  accessCodePage: string | null;
  clickThrough: string | null;
  others: { href: string; label: string }[];
  notMe: boolean;
  /** Where a device hears how it comes in by itself; null: that is not offered. */
  member: string | null;
  privacy: string;
};

type PhoneField = Pick<OfferedWays, "isByZalo" | "offersSms"> & {
  value: string;
  example: string;
  fault: string | null;
};

const NO_FIELDS = { phone: null, memberCode: null, email: null, room: null } as const;

/** The way in that a form is for. */
export function chooseWay({ offered: { ways }, faults }: Pick<Form, "offered" | "faults">): WayIn {
  return ways.find((each) => each === faults.way) ?? ways[0] ?? "clickThrough";
}

/** The way in for somebody who is not known, or not proved to be: one, and links to the others. */
export function viewSignIn(onward: Onward, form: Form): WayInView {
  const { offered, terms, faults, isOwn } = form;
  const { t, hrefOf } = onward;
  const way = chooseWay(form);
  if (way === "accessCode") return viewAccessCodeForm(onward, { ...form, isKnown: false });
  const { ways, isByZalo } = offered;
  const { lead, action, submit } = FORMS[way];
  return {
    lead: hasFaults(faults) || isOwn ? null : t(lead),
    action,
    submit: t(way === "phone" && isByZalo ? "phone.submitByZalo" : submit),
    ...viewFields(way, form),
    texts: terms ? [viewTick(onward, terms, faults.terms ?? null)] : [],
    accessCode: ways.includes("accessCode") ? viewAccessCode(form, false) : null,
    accessCodePage: null,
    clickThrough:
      way !== "clickThrough" && ways.includes("clickThrough") ? t(`${way}.clickThrough`) : null,
    others: viewOthers(onward, ways, way),
    notMe: false,
    member: null,
    privacy: hrefOf("/privacy"),
  };
}

/** Whether a page shows what was wrong with what its guest sent. */
export function hasFaults(faults: WayInFaults): boolean {
  const { phone, email, member, room, terms, accessCode } = faults;
  return [phone, email, member, room, terms, accessCode].some(Boolean);
}

function viewFields(way: WayIn, { offered, faults }: Form) {
  const value = faults.typed ?? "";
  const { phoneExample: example, isByZalo, offersSms } = offered;
  const fault = faults.phone ?? null;
  switch (way) {
    case "phone":
      return { ...NO_FIELDS, phone: { value, example, fault, isByZalo, offersSms } };
    case "member": {
      const memberCode = { value, example, phoneFault: fault, fault: faults.member ?? null };
      return { ...NO_FIELDS, memberCode };
    }
    case "email":
      return { ...NO_FIELDS, email: { value, fault: faults.email ?? null } };
    case "room": {
      const room = { value, name: faults.typedName ?? "", fault: faults.room ?? null };
      return { ...NO_FIELDS, room };
    }
    case "clickThrough":
    case "accessCode":
      return NO_FIELDS;
  }
}

/** Links to the ways in that have a page of their own; the others stand on the page itself. */
function viewOthers({ t, hrefOf }: Onward, ways: readonly WayIn[], way: WayIn) {
  return ways.flatMap((each) =>
    each === way || each === "accessCode" || each === "clickThrough"
      ? []
      : [{ href: hrefOf(FORMS[each].action), label: t(`${each}.instead`) }],
  );
}

function viewAccessCode({ accessCode: value, faults }: Form, isFirst: boolean) {
  return { isFirst, value, fault: faults.accessCode ?? null };
}

/** The field for an access code and nothing else: where that is the only way in, or was asked for. */
export function viewAccessCodeForm(
  onward: Onward,
  { isKnown, ...form }: Form & { isKnown: boolean },
): WayInView {
  const { offered, terms, faults, isOwn } = form;
  const { t, hrefOf } = onward;
  return {
    ...NO_FIELDS,
    lead: hasFaults(faults) || isOwn ? null : t("accessCode.lead"),
    action: "/access-code",
    submit: t("accessCode.submit"),
    texts: terms ? [viewTick(onward, terms, faults.terms ?? null)] : [],
    accessCode: viewAccessCode(form, true),
    accessCodePage: null,
    clickThrough: null,
    others: isKnown ? [] : viewOthers(onward, offered.ways, "accessCode"),
    notMe: false,
    member: null,
    privacy: hrefOf("/privacy"),
  };
}

/** One tap for a guest who was proved to be here again. */
export function viewReturning(
  onward: Onward,
  returning: Pick<Form, "terms" | "isOwn"> & {
    termsFault: string | null;
    offersAccessCode: boolean;
    member: WayInView["member"];
  },
): WayInView {
  const { t, hrefOf } = onward;
  const { terms, termsFault, isOwn } = returning;
  return {
    ...NO_FIELDS,
    lead: isOwn ? null : t("returning.lead"),
    action: "/returning",
    submit: t("returning.submit"),
    texts: terms ? [viewTick(onward, terms, termsFault)] : [],
    accessCode: null,
    accessCodePage: returning.offersAccessCode ? hrefOf("/access-code") : null,
    clickThrough: null,
    others: [],
    notMe: true,
    member: returning.member,
    privacy: hrefOf("/privacy"),
  };
}
