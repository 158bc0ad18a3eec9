import type { Nas } from "@foyer/contract";
import type { Dispatcher } from "undici";
import type { Logger } from "../log.ts";
import type { Controllers } from "./controller/controllers.ts";
import type { Listing, Outcome } from "./controller/outcome.ts";
import type { GatewayDoor } from "./gateway-door.ts";
import type { Authmon } from "./opennds-authmon.ts";

/**
 * How long a session is taken to last at most on a NAS that neither counts nor says when it ends,
 * under a policy without a limit.
 */
export const UNCOUNTED_SESSION_SECONDS = 4 * 60 * 60;

/** What a guest's browser brought: the request as it was sent, and where it came from. */
export type ArrivalRequest = {
  /** Path and query exactly as sent, not decoded: a NAS signs the raw bytes. */
  rawUrl: string;
  /** The address the connection came from; behind a trusted proxy, the one it vouches for. */
  remoteAddress: string;
};

/** The same with its query taken apart, once for all that look at it. */
export type HandOffRequest = ArrivalRequest & { readonly query: URLSearchParams };

/**
 * A guest whom a NAS led here. It is plain JSON, so that it survives in a row or a form between
 * the first page and the grant.
 */
export type Arrival = {
  nasId: string;
  nasKind: Nas["kind"];
  /** AA-BB-CC-DD-EE-FF. A claim only, unless `proof` says otherwise. */
  mac: string;
  ip: string | null;
  /**
   * `signed-hand-off`: the NAS vouches for the MAC under a secret, and the request came from where
   * that NAS's guests come from. Null: the MAC is a claim, and must open nothing personal.
   */
  proof: "signed-hand-off" | null;
  /** `asks`: wants to go online. The others say how an earlier attempt or session went. */
  state: "asks" | "online" | "failed" | "logged-off";
  /** Why the NAS refused, in its own word, when the state is `failed`. */
  failure: string | null;
  /** What the guest wanted to open. Never redirect there unchecked: the guest can write it. */
  originalUrl: string | null;
  /** What the adapter needs to hand this guest back; opaque to everybody else. */
  handBack: Record<string, string | null>;
};

/**
 * Two texts that the NAS made, each of one thing: whoever has heard another's could put one of theirs
 * beside it. They prove something only as they first came together.
 */
export type HandOffParts = readonly [one: string, other: string];

export type Reading =
  /**
   * `handOffId` tells a signed hand-off from the next one of the same guest, so that an old one can be
   * told from a fresh one; null where nothing does. `vouchedAt` is when its NAS vouched for the guest,
   * where the hand-off says so; it proves nothing later on (HAND_OFF_SECONDS_MAX).
   */
  | {
      kind: "arrival";
      arrival: Arrival;
      handOffId: string | null;
      vouchedAt?: Date;
      parts?: HandOffParts;
    }
  /** Shaped like a hand-off but not to be believed; the reason is for the log, not for the guest. */
  | { kind: "refused"; reason: string }
  /** Shaped like one, but only the controller can say whose: it has to be asked. */
  | { kind: "sealed"; nasId: string; finish(tools: NasTools): Promise<Reading> }
  /** Not a hand-off at all. */
  | { kind: "none" };

export type Grant = {
  /**
   * The ticket, base64url. Random and short-lived: never a phone number or a code, for it travels
   * in a URL.
   */
  username: string;
  password: string;
  /** Where the NAS sends the browser afterwards. */
  landingUrl: string;
  /**
   * For a NAS without RADIUS, which hears its limits in the hand-back; the others get them with
   * the Access-Accept. Null is no limit.
   */
  limits?: {
    sessionSeconds: number | null;
    uploadKbps: number | null;
    downloadKbps: number | null;
    sessionBytes: number | null;
    sessionUploadBytes?: number | null;
    sessionDownloadBytes?: number | null;
  };
};

/** How a guest who was granted access gets to the NAS. */
export type HandBack =
  /** 303, GET: the browser tells the NAS. */
  | { kind: "redirect"; url: string }
  /** The browser posts it to the NAS, from a page that a tap sends where scripts are off. */
  | { kind: "form"; action: string; fields: Record<string, string> }
  /** The portal tells the NAS, or the NAS asks: see `letIn`. The guest waits meanwhile. */
  | { kind: "wait" };

/** What came of telling the NAS. A reason is for the log, and names nobody. */
export type LetIn =
  | { kind: "in" }
  /** The NAS does not know the guest's device yet, or has not asked yet: tried again in a moment. */
  | { kind: "not-yet" }
  | { kind: "refused"; reason: string }
  | { kind: "unreachable"; reason: string };

/** The ways to a NAS that browsers do not carry. */
export type NasTools = {
  /** Those that the box calls. */
  controllers: Controllers;
  /** openNDS's, that ask the box. */
  authmon: Authmon;
  /** The box's own. */
  gatewayDoor: GatewayDoor;
  /** Whether radius has let a device in by this ticket. */
  isTicketUsed: (username: string) => boolean;
};

/** What an adapter may use to tell its NAS. */
export type LetInTools = NasTools & {
  /** Aborts when the guest is told that it takes too long, and when the portal ends. */
  signal: AbortSignal;
  clock: () => Date;
  log: Logger;
  /** How a controller is reached; undefined: as undici does by itself. */
  dispatcher: Dispatcher | undefined;
};

/** One kind of access controller: reads its redirect, and hands the guest back. */
export type NasAdapter = {
  kind: Nas["kind"];
  /**
   * Who tells of sessions. `radius`: the NAS does, by accounting. `portal`: nobody else does, so
   * the portal opens the session when it grants, or once `letIn` says "in", under `sessionIdOf`.
   */
  accounting: "radius" | "portal";
  /** Whether the query is shaped like this NAS's hand-off; decides nothing about trust. */
  recognises(query: URLSearchParams): boolean;
  read(request: HandOffRequest, nasList: readonly Nas[]): Reading;
  /** Whether the arrival asks to go online, and brought what the NAS wants answered. */
  canHandBack(arrival: Arrival): boolean;
  /**
   * How the NAS hears of the grant. Throws when the arrival cannot be handed back, or its origin is no
   * longer among the NAS's loginOrigins. Pure: what has to be waited for is `letIn`'s.
   */
  handBack(arrival: Arrival, nas: Nas, grant: Grant): HandBack;
  /**
   * Lets in whose hand-back is to "wait". Begun once the grant is stored, once for each grant, and
   * again a second after each "not-yet", until LET_IN_SECONDS_MAX. Throws on faults of ours only.
   */
  letIn?(arrival: Arrival, nas: Nas, grant: Grant, tools: LetInTools): Promise<LetIn>;
  /**
   * Takes back, while the guest waits, what `letIn` has laid out for a NAS that asks. False: it is
   * too late for that. Absent: `letIn` lays nothing out.
   */
  takeBack?(arrival: Arrival, nas: Nas, tools: LetInTools): boolean;
  /** Where the guest's own log-out leads, or null when this NAS has none. */
  logOutUrl(arrival: Arrival, nas: Nas): string | null;
  /**
   * Where the NAS says that guests log out, in what it added to the address of the page after access.
   * Null: it says nothing, or what is not its own.
   */
  findLogOut?(query: URLSearchParams, nas: Nas): string | null;
  /**
   * Puts a guest out whom the portal's own call let in, or whom the NAS will ask about again. Absent:
   * the browser tells the NAS, at `logOutUrl`. Null: this controller is not set up to be told.
   */
  putOut?(
    guest: Pick<Arrival, "mac" | "handBack">,
    nas: Nas,
    tools: NasTools,
  ): Promise<Outcome> | null;
  /**
   * Who is let in, by the word of a controller that keeps no account of sessions: they are looked
   * after by it (controller/watch.ts). Null: this one is not set up to be asked.
   */
  listDevices?(nas: Nas, tools: NasTools): Promise<Listing> | null;
  /**
   * The id both portal and NAS have for the session to come, or the portal alone where the NAS has
   * none; null when only the NAS knows it.
   */
  sessionIdOf(arrival: Arrival, flowId: string): string | null;
};
