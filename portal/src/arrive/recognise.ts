import {
  adoptByToken,
  adoptKnownGuest,
  askForGuest,
  type Device,
  type DeviceDescription,
  describeDevice,
  findBelievedGuestId,
  findDevice,
  findDeviceByMac,
  findDeviceByToken,
  findKnownGuestByMac,
  findKnownGuestOfDevice,
  findNewDescription,
  findOpenSessionByIp,
  isKnownByToken,
  listOpenSessionsOfDevice,
  ownerOf,
  presumeSessionOver,
  type Reader,
  recogniseDevice,
  seeDevice,
  type Transaction,
} from "@foyer/branch-store";
import type { DeviceProof, Language, Nas } from "@foyer/contract";
import { type Arrival, adapterOf, isHandOff, loginOriginsOf } from "../nas/index.ts";

/** What the box can know by itself of the browser that stands before it. */
export type Evidence = {
  arrival: Arrival;
  nas: Nas;
  remoteAddress: string;
  /** The secret a real browser keeps; null when it brought none. */
  deviceToken: string | null;
  /** Those that other branches gave it. */
  otherTokens: readonly string[];
  /** The MAC the box itself sees behind the remote address. */
  neighbourMac: string | null;
  /** What the browser says that it runs on; null: nothing that is known. */
  description: DeviceDescription | null;
};

export type Recognised = {
  deviceId: string;
  proof: DeviceProof | null;
  knownGuestId: string | null;
  /** Chosen on this device by whoever had it before, where it was proved and is nobody's. */
  usualLanguage: Language | null;
};

/**
 * A NAS that tells of no sessions sends a guest here again only when theirs is over. Younger ones
 * are left alone: phones ask again while the NAS is still letting them in.
 */
const SETTLING_SECONDS = 60;
/** Shorter than any gap between visits: that a device was seen is told once a visit. */
const ASKS_AGAIN_SECONDS = 30;

/**
 * Whose device this is, as far as it is proved: by the NAS's signature, by a token this portal gave,
 * or by what the box's own network knows. A MAC in a query string proves nothing.
 */
export function recogniseArrival(tx: Transaction, evidence: Evidence): Recognised {
  const { arrival, nas, deviceToken, otherTokens, description } = evidence;
  const byToken = deviceToken === null ? null : findDeviceByToken(tx, deviceToken);
  const seen = findDeviceByMac(tx, arrival.mac);
  const proof = findProof(tx, evidence, { device: seen, byToken });
  // Anybody can make up MACs by the hundred: one is kept when its guest does something with it.
  if (proof === null && !seen && !isKnownByToken(tx, otherTokens)) return unseen(tx, byToken);
  // A browser that another branch's secret is in may make up MACs as well.
  const claim = proof === null ? "untold" : null;
  const device = seeDevice(tx, { mac: arrival.mac, nasId: nas.id, by: "portal", claim });
  if (description) describeDevice(tx, device, { ...description, isProved: proof !== null });
  if (proof !== null) endForgottenSessions(tx, evidence, device);
  const recognise = (by: DeviceProof) =>
    recogniseDevice(tx, { deviceId: device.id, nasId: nas.id, proof: by });
  const own =
    (proof && recognise(proof)) ??
    // The device's own token is believed for longer than a MAC that it made up.
    (byToken?.id === device.id ? recognise("device-token") : null) ??
    // Nobody's here yet, and perhaps a guest's of another branch.
    (proof && adoptKnownGuest(tx, { device, nasId: nas.id, proof }));
  // The browser kept its token though the phone made up a new MAC: the guest is the same.
  const known =
    own ??
    (byToken && findKnownGuestOfDevice(tx, byToken.id, "token")) ??
    adoptByToken(tx, { device, nasId: nas.id, tokens: otherTokens, isProved: proof !== null });
  if (proof !== null && !known) askForGuest(tx, { mac: arrival.mac });
  return asRecognised(device, proof, known?.id ?? null);
}

/** A guest's own language is theirs on any device: see showReturning. */
function asRecognised(
  { id: deviceId, language }: Device,
  proof: DeviceProof | null,
  knownGuestId: string | null,
): Recognised {
  const isNobodys = proof !== null && knownGuestId === null;
  return { deviceId, proof, knownGuestId, usualLanguage: isNobodys ? language : null };
}

/**
 * What recogniseArrival said a moment ago of a device that asks again, as browsers and sheets do;
 * null where anything is to be kept. Guests who only look wait for no disk.
 */
export function findJustRecognised(tx: Reader, evidence: Evidence): Recognised | null {
  const { arrival, nas, deviceToken, otherTokens, description } = evidence;
  if (deviceToken !== null || otherTokens.length > 0 || adapterOf(nas).accounting === "portal")
    return null;
  const isRecent = (at: Date | null) => {
    const age = at === null ? -1 : tx.now.getTime() - at.getTime();
    return age >= 0 && age < ASKS_AGAIN_SECONDS * 1000;
  };
  const device = findDeviceByMac(tx, arrival.mac);
  if (!device || !isRecent(device.lastSeenAt)) return null;
  const proof = findProof(tx, evidence, { device, byToken: null });
  if (proof !== null && device.isClaim) return null;
  const word = description && { ...description, isProved: proof !== null };
  if (word && findNewDescription(tx, device, word)) return null;
  const knownGuestId = proof === null ? null : findBelievedGuestId(tx, ownerOf(device), "mac");
  if (knownGuestId && !(isRecent(device.provedAt) && isRecent(device.recognisedAt))) return null;
  // The cloud has answered since: whose device this is has to be kept.
  if (proof !== null && !knownGuestId && findKnownGuestByMac(tx, arrival.mac)) return null;
  return asRecognised(device, proof, knownGuestId);
}

/** A device that the store does not hold: see keepDevice. */
function unseen(tx: Transaction, byToken: Device | null): Recognised {
  const known = byToken && findKnownGuestOfDevice(tx, byToken.id, "token");
  return {
    deviceId: tx.newId(),
    proof: null,
    knownGuestId: known?.id ?? null,
    usualLanguage: null,
  };
}

function findProof(
  tx: Reader,
  { arrival, nas, remoteAddress, neighbourMac }: Evidence,
  { device, byToken }: { device: Device | null; byToken: Device | null },
): DeviceProof | null {
  if (arrival.proof !== null) return arrival.proof;
  if (device && byToken?.id === device.id) return "device-token";
  if (neighbourMac === arrival.mac) return "network";
  // A session that the portal opened itself may rest on the very claim it would have to prove.
  if (adapterOf(nas).accounting === "portal") return null;
  const session = findOpenSessionByIp(tx, remoteAddress);
  return session?.nasId === nas.id && session.deviceId === device?.id ? "network" : null;
}

function endForgottenSessions(tx: Transaction, { arrival, nas }: Evidence, device: Device): void {
  if (adapterOf(nas).accounting !== "portal" || arrival.state === "online") return;
  for (const session of listOpenSessionsOfDevice(tx, device.id)) {
    const age = tx.now.getTime() - session.startedAt.getTime();
    if (session.nasId !== nas.id || age < SETTLING_SECONDS * 1000) continue;
    const { acctSessionId } = session;
    const report = { nasId: nas.id, acctSessionId, mac: arrival.mac, at: session.lastActivityAt };
    presumeSessionOver(tx, { ...report, cause: "Lost-Contact" });
  }
}

export type Online = { nas: Nas; arrival: Arrival; recognised: Recognised };

/** Who is online from an address, as RADIUS or the grant told; null when nobody is. */
export function findOnline(
  tx: Reader,
  nasList: readonly Nas[],
  remoteAddress: string,
): Online | null {
  const session = findOpenSessionByIp(tx, remoteAddress);
  const device = session && findDevice(tx, session.deviceId);
  const nas = nasList.find((each) => each.id === session?.nasId);
  if (!session || !device || !nas || !isHandOff(nas)) return null;
  const arrival: Arrival = {
    nasId: nas.id,
    nasKind: nas.kind,
    mac: device.mac,
    ip: remoteAddress,
    proof: null,
    state: "online",
    failure: null,
    originalUrl: null,
    handBack: {
      origin: loginOriginsOf(nas)[0] ?? null,
      hid: session.acctSessionId,
      sessionId: session.acctSessionId,
    },
  };
  // An address may have passed to somebody else whose phone is not online yet: nobody is named.
  return { nas, arrival, recognised: asRecognised(device, null, null) };
}
