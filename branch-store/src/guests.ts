import type { GuestDetails, Language, SignInMethod } from "@foyer/contract";
import { findKnownGuestOfDevice, handOverDevice } from "./devices.ts";
import { keepOwnFields } from "./guest-fields.ts";
import { isRecognised, mayTakeNumber } from "./known-devices.ts";
import { findKnownGuestByEmail, findKnownGuestByPhone } from "./known-guests.ts";
import { releaseNumber } from "./number-holders.ts";
import type { Reader, Transaction } from "./open.ts";
import { appendEvent } from "./outbox.ts";

export type Guest = {
  id: string;
  /** E.164; null until a number was verified. */
  phone: string | null;
  /** In lower case; null until an address was verified. `email` is what was told, or verified last. */
  verifiedEmail: string | null;
  name: string | null;
  email: string | null;
  birthday: string | null;
  language: Language;
  /** The one they chose on a page last; null: none, and `language` is what their browser asked for. */
  chosenLanguage: Language | null;
  registeredAt: Date;
};

type GuestRow = Omit<Guest, "registeredAt" | "verifiedEmail" | "chosenLanguage"> & {
  language_chosen: number;
  registered_at: number;
  verified_email: string | null;
};

const toGuest = ({ columns }: Reader, row: unknown): Guest | null => {
  if (!row) return null;
  const guest = row as GuestRow;
  return {
    id: guest.id,
    phone: columns.unlock("guests.phone", guest.phone),
    verifiedEmail: columns.unlock("guests.email", guest.verified_email),
    name: columns.unlock("guests.name", guest.name),
    email: columns.unlock("guests.email", guest.email),
    birthday: columns.unlock("guests.birthday", guest.birthday),
    language: guest.language,
    chosenLanguage: guest.language_chosen === 1 ? guest.language : null,
    registeredAt: new Date(guest.registered_at),
  };
};

const COLUMNS =
  "id, phone, verified_email, name, email, birthday, language, language_chosen, registered_at";
const BY_ID = `select ${COLUMNS} from guests where id = ? and erased_at is null`;

/** Null for one who was forgotten, too. */
export function findGuest(tx: Reader, guestId: string): Guest | null {
  return toGuest(tx, tx.sql(BY_ID).get(guestId));
}

/** What a page is chosen by: radius asks it of each device, and opens no more of its guest. */
export type ViewedGuest = Pick<Guest, "id" | "birthday" | "language">;

/** As findGuest. */
export function findViewedGuest(tx: Reader, guestId: string): ViewedGuest | null {
  const row = tx
    .sql("select id, birthday, language from guests where id = ? and erased_at is null")
    .get(guestId) as ViewedGuest | undefined;
  return row ? { ...row, birthday: tx.columns.unlock("guests.birthday", row.birthday) } : null;
}

/** Whether a guest is here, and was not forgotten: opens nothing. */
export function isGuestHere(tx: Reader, guestId: string): boolean {
  const row = tx.sql("select 1 from guests where id = ? and erased_at is null").get(guestId);
  return row !== undefined;
}

/** `phone` is E.164. */
export function findGuestByPhone(tx: Reader, phone: string): Guest | null {
  const locked = tx.columns.lockSame("guests.phone", phone);
  return toGuest(tx, tx.sql("select * from guests where phone = ?").get(locked));
}

/** `email` is in lower case. */
export function findGuestByVerifiedEmail(tx: Reader, email: string): Guest | null {
  const locked = tx.columns.lockSame("guests.email", email);
  return toGuest(tx, tx.sql("select * from guests where verified_email = ?").get(locked));
}

export type SignIn = {
  deviceId: string;
  nasId: string;
  language: Language;
  details: GuestDetails;
  /** The version of the terms the guest agreed to; null where the branch has none. */
  termsVersion: number | null;
  /** The number just proved by a code, E.164; null for a way in that proves none. */
  phone: string | null;
  /** By which code it was: sent to it, or the member's own. Absent: it was sent. */
  provedBy?: "code" | "member-code";
  /** The address just proved by a code, in lower case. Absent: none was. */
  email?: string;
  /**
   * Whether the device was proved to be the one it claims to be. One that was not is linked only
   * when the NAS has named its MAC with the ticket: see useTicket.
   */
  proved: boolean;
  /**
   * Whom the page that they sign in by knew the device to be of: what is proved by a page from before
   * somebody else signed in is not theirs. Absent: whoever the device is known by.
   */
  knownGuestId?: string | null;
  /** The number was somebody else's before, who is another guest. Absent: it was not. */
  isNewHolder?: boolean;
};

/**
 * The guest who signs in: the one with that verified number or address, else the one the proved device is
 * known by, else a new one. Links the proved device and its open visit to them.
 */
export function signInGuest(tx: Transaction, signIn: SignIn): Guest {
  const { deviceId, phone, email, isNewHolder = false, provedBy: method = "code" } = signIn;
  if (phone !== null && isNewHolder) releaseNumber(tx, phone);
  const guestId = findReturning(tx, signIn) ?? register(tx, signIn);
  if (phone !== null) {
    tx.sql(
      `update guests set phone = ?, phone_verified_at = ?, is_new_holder = max(is_new_holder, ?)
       where id = ?`,
    ).run(
      ...[tx.columns.lockSame("guests.phone", phone), tx.now.getTime(), isNewHolder ? 1 : 0],
      guestId,
    );
    const holder = isNewHolder ? { newHolder: true as const } : {};
    appendEvent(tx, "guest.verified", { guestId, deviceId, phone, method, ...holder });
  }
  if (email !== undefined) {
    tx.sql(
      "update guests set email = $email, verified_email = $email, email_verified_at = $at where id = $id",
    ).run({
      email: tx.columns.lockSame("guests.email", email),
      ...{ at: tx.now.getTime(), id: guestId },
    });
    appendEvent(tx, "guest.verified", { guestId, deviceId, email, method: "code" });
  }
  if (signIn.proved) handOverDevice(tx, { deviceId, guestId });
  return getGuest(tx, guestId);
}

/** Null: this person is new here. A guest who only tells more about themselves is not. */
function findReturning(tx: Transaction, signIn: SignIn): string | null {
  const owner = signIn.proved ? findKnownGuestOfDevice(tx, signIn.deviceId) : null;
  const isContactProved = signIn.phone !== null || signIn.email !== undefined;
  const byDevice = isContactProved && isUnmet(tx, owner, signIn) ? null : owner;
  let guestId = byDevice?.id ?? null;
  if (signIn.phone !== null) {
    // A device whose guest has another number is in new hands, and its guest is left alone.
    const holder = signIn.isNewHolder ? null : findKnownGuestByPhone(tx, signIn.phone);
    const unnumbered = byDevice && mayTakeNumber(tx, { guest: byDevice, holder });
    guestId = findGuestByPhone(tx, signIn.phone)?.id ?? (unnumbered ? byDevice.id : null);
  }
  if (signIn.email !== undefined) {
    const unaddressed = byDevice?.verifiedEmail === null ? byDevice.id : null;
    guestId = findGuestByVerifiedEmail(tx, signIn.email)?.id ?? unaddressed;
  }
  if (guestId !== null && Object.keys(signIn.details).length > 0)
    addGuestDetails(tx, { ...signIn, guestId });
  return guestId;
}

/** Somebody of whom the page knew nothing; who proved nothing is taken for the same person. */
function isUnmet(tx: Reader, owner: Guest | null, { knownGuestId }: SignIn): boolean {
  if (!owner || knownGuestId === undefined || knownGuestId === owner.id) return false;
  return owner.phone !== null || owner.verifiedEmail !== null || isRecognised(tx, owner.id);
}

function register(tx: Transaction, signIn: SignIn): string {
  const { deviceId, nasId, language, details, termsVersion } = signIn;
  const guestId = tx.newId();
  const known = findKnownGuest(tx, signIn);
  tx.sql(
    `insert into guests (id, name, email, birthday, language, registered_at)
     values (?, ?, ?, ?, ?, ?)`,
  ).run(
    guestId,
    ...lockDetails(tx, { ...details, name: details.name ?? known?.name }),
    language,
    tx.now.getTime(),
  );
  keepOwnFields(tx, { guestId, own: details.own ?? {} });
  const payload = { guestId, deviceId, nasId, language, details, termsVersion };
  appendEvent(tx, "guest.registered", payload);
  return guestId;
}

type Told = { name?: string | null | undefined; email?: string; birthday?: string };

/** Name, email and birthday as they are kept. */
function lockDetails({ columns }: Transaction, { name, email, birthday }: Told) {
  return [
    columns.lock("guests.name", name ?? null),
    columns.lockSame("guests.email", email ?? null),
    columns.lock("guests.birthday", birthday ?? null),
  ];
}

/** The customer who has proved this number or address before, at whichever branch. */
function findKnownGuest(tx: Reader, { phone, email, isNewHolder }: SignIn) {
  if (phone !== null) return isNewHolder ? null : findKnownGuestByPhone(tx, phone);
  return email === undefined ? null : findKnownGuestByEmail(tx, email);
}

export type NewDetails = Omit<SignIn, "phone" | "provedBy" | "email" | "proved" | "isNewHolder"> & {
  guestId: string;
};

/** Keeps what a guest tells about themselves; a field left out stays as it was. */
export function addGuestDetails(tx: Transaction, added: NewDetails): Guest {
  const { guestId, deviceId, nasId, language, details, termsVersion } = added;
  tx.sql(
    `update guests set name = coalesce(?, name), email = coalesce(?, email),
       birthday = coalesce(?, birthday), language = ? where id = ? and erased_at is null`,
  ).run(...lockDetails(tx, details), language, guestId);
  keepOwnFields(tx, { guestId, own: details.own ?? {} });
  const payload = { guestId, deviceId, nasId, language, details, termsVersion };
  appendEvent(tx, "guest.registered", payload);
  return getGuest(tx, guestId);
}

/** Keeps that a guest chose a language on a page. The cloud hears of it where it is news. */
export function keepChosenLanguage(tx: Transaction, chosen: Omit<NewDetails, "details">): void {
  const { guestId, language } = chosen;
  const guest = findGuest(tx, guestId);
  if (!guest || guest.chosenLanguage === language) return;
  if (guest.language !== language) addGuestDetails(tx, { ...chosen, details: {} });
  tx.sql("update guests set language_chosen = 1 where id = ?").run(guestId);
}

/** Tells that a guest was let online. */
export function connectGuest(
  tx: Transaction,
  connection: {
    guestId: string;
    deviceId: string;
    nasId: string;
    method: SignInMethod;
    policyId: string;
  },
): void {
  appendEvent(tx, "guest.connected", connection);
}

function getGuest(tx: Reader, guestId: string): Guest {
  const guest = findGuest(tx, guestId);
  if (!guest) throw new Error(`guest ${guestId} is not in the store`);
  return guest;
}
