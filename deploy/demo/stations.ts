import { randomBytes, randomInt } from "node:crypto";
import type { SessionLimits } from "@foyer/gateway";

export type Session = {
  /** Acct-Session-Id. */
  id: string;
  username: string;
  /** Let in by its MAC address alone, without a page. */
  byMac: boolean;
  startedAt: Date;
  limits: SessionLimits;
  /** Class of the Access-Accept, echoed in accounting (RFC 2865 §5.25). */
  className: Buffer | null;
  interimSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
  interimTimer: NodeJS.Timeout | null;
  /** Runs out with sessionSeconds. */
  endTimer: NodeJS.Timeout | null;
};

/** A device within reach of the access point. */
export type Station = {
  /** AA-BB-CC-DD-EE-FF. */
  mac: string;
  ip: string;
  /** 16 octets in hex; a new one after each log-in that was tried. */
  challenge: string;
  /** Acct-Session-Id of the session to come, told to the portal beforehand. */
  nextSessionId: string;
  session: Session | null;
  /** Whether its MAC address was already shown to the RADIUS server since it came. */
  wasMacTried: boolean;
};

export type Stations = {
  /** The station of that MAC address; a new one is given an address of its own. */
  findOrAdmit: (mac: string) => Station;
  list: () => Station[];
};

const NETWORK = "10.1.0.";
const FIRST_HOST = 10;
const LAST_HOST = 254;

export function openStations(): Stations {
  const stations = new Map<string, Station>();
  return {
    findOrAdmit: (mac) => {
      const known = stations.get(mac);
      if (known) return known;
      const host = FIRST_HOST + (stations.size % (LAST_HOST - FIRST_HOST + 1));
      const station: Station = {
        mac,
        ip: `${NETWORK}${host}`,
        challenge: makeChallenge(),
        nextSessionId: makeSessionId(),
        session: null,
        wasMacTried: false,
      };
      stations.set(mac, station);
      return station;
    },
    list: () => [...stations.values()],
  };
}

export function makeChallenge(): string {
  return randomBytes(16).toString("hex");
}

export function makeSessionId(): string {
  return randomBytes(8).toString("hex");
}

/** A made-up address as phones use: unicast, with the locally administered bit (IEEE 802c). */
export function makeRandomMac(): string {
  const octets = [...randomBytes(6)];
  octets[0] = (randomInt(64) << 2) | 0b10;
  return octets.map((octet) => octet.toString(16).padStart(2, "0").toUpperCase()).join("-");
}

export function isMac(text: string): boolean {
  return /^([0-9A-F]{2}-){5}[0-9A-F]{2}$/.test(text);
}
