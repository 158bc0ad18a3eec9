import { type RoomUse, signInGuest, type Transaction, useRoom } from "@foyer/branch-store";
import { foldName, foldRoom } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import { keepConsent } from "../../consent/keep.ts";
import { readTick } from "../../consent/rules.ts";
import { findTextFor } from "../../consent/view.ts";
import { handBack } from "../../grant/go-online.ts";
import { findWayBack } from "../../grant/grant.ts";
import { comesFromNas } from "../../nas/index.ts";
import { type AcceptedTerms, limitedAs } from "../../page-context.ts";
import { showSignIn } from "../../pages/first.ts";
import type { Portal } from "../../portal.ts";
import { forGuests, leadOn, type Step } from "../../step.ts";
import { enterAccessCode } from "../access-code/enter.ts";

/** Sign-in by the number of a room and the name it is booked under. */
export function addRoomRoutes(app: FastifyInstance, portal: Portal): void {
  app.get(
    "/room",
    forGuests(portal, (step) => showSignIn(step, { way: "room" })),
  );
  app.post("/room", forGuests(portal, enterRoom));
}

async function enterRoom(step: Step): Promise<FastifyReply> {
  const { settings, context, portal, t, field } = step;
  if (!settings.signIn.room?.enabled) return showSignIn(step, {});
  const [room, name] = [field("room"), field("roomName")];
  // The key "Go" in the field below presses the form's first button.
  if (room === "" && name === "" && field("accessCode") !== "") return enterAccessCode(step);
  const typed = { way: "room" as const, typed: room, typedName: name };
  const isEmpty = foldRoom(room) === "" || foldName(name) === "";
  const text = findTextFor(step, "terms");
  const tick = text ? readTick(field("terms"), text) : null;
  if (isEmpty || (tick && tick.kind !== "ticked"))
    return showSignIn(step, {
      ...typed,
      room: isEmpty ? t("room.fault.empty") : null,
      terms: tick && tick.kind !== "ticked" ? t(`terms.fault.${tick.kind}`) : null,
    });
  // Tapped twice: the first tap has made this guest already.
  const again = findWayBack(step, { method: "room" });
  if (again !== null) return leadOn(step, again.url);
  const use = portal.store.transaction((tx) => checkIn(tx, step, tick?.terms ?? null));
  const outcome = use.kind === "granted" ? use.kind : use.reason;
  portal.log.info({ nasId: context.arrival.nasId, deviceId: context.deviceId, outcome }, "room");
  if (use.kind === "refused") {
    const refused = { asked: "room", answer: "refused", reason: `room-${use.reason}` } as const;
    portal.doorNotes.note(context, refused);
    if (use.reason === "unknown") await portal.beforeWrongAnswer();
    return showSignIn(step, { ...typed, room: t(`room.fault.${use.reason}`) });
  }
  context.admitted = { guestId: use.guestId, method: "room", endsAt: use.endsAt.getTime() };
  return handBack(step, context.admitted);
}

/** One transaction: the try is counted, or the guest made and their tick kept. */
function checkIn(tx: Transaction, step: Step, terms: AcceptedTerms | null): RoomUse {
  const { context, field, nas, remoteAddress } = step;
  const { deviceId, knownGuestId, arrival, proof } = context;
  // Behind a NAS that translates addresses all guests have one.
  const address = comesFromNas(nas, remoteAddress) ? null : limitedAs(context);
  const use = useRoom(tx, {
    ...{ room: field("room"), name: field("roomName"), deviceId, address },
    // A device that was not proved may call itself by any MAC: its address is what it cannot choose.
    triedBy: proof === null && address !== null ? `@${address}` : arrival.mac,
    guestOf: () => knownGuestId ?? registerGuest(tx, step, terms),
  });
  if (use.kind === "refused") return use;
  const guestId = knownGuestId ?? use.guestId;
  if (terms) keepConsent(tx, context, { guestId, purpose: "terms", text: terms, way: "room" });
  return { ...use, guestId };
}

/** The device is not linked to them, or it would be known again when their stay is over. */
function registerGuest(tx: Transaction, step: Step, terms: AcceptedTerms | null): string {
  const { context, language } = step;
  const guest = signInGuest(tx, {
    ...{ deviceId: context.deviceId, nasId: context.arrival.nasId, language, details: {} },
    ...{ termsVersion: terms?.version ?? null, phone: null, proved: false },
  });
  return guest.id;
}
