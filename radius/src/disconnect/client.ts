import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { SecretKey } from "../protocol/authenticator.ts";
import type { RawAttribute } from "../protocol/packet.ts";
import { RADSEC_KEY } from "../server/nas-table.ts";
import {
  createExchanges,
  type DisconnectOutcome,
  type Exchange,
  type OrderKind,
} from "./exchanges.ts";
import { type OrderLine, type OrderLines, PEER_OF_LINE } from "./order-lines.ts";

export type DisconnectOptions = {
  /** Absent: to end the session. */
  order?: OrderKind;
  address: string;
  portNumber: number;
  /** By UDP; what goes down a RadSec connection has that one's. */
  key: SecretKey;
  /** The name that its certificate has, of a NAS that may have a RadSec connection. */
  radsecName?: string | undefined;
  attributes: readonly RawAttribute[];
  /** How long each sending is waited for; the last one ends it. */
  waitSeconds?: readonly number[];
};

/** RFC 5080 §2.2.1: doubling waits. Four sendings within 15 seconds. */
const WAIT_SECONDS = [1, 2, 4, 8];
/** Nothing is lost on a connection: what is silent for so long takes no orders by it. */
const LINE_SECONDS = 4;
/** How long all the others of a name are waited for together, where the first one has not taken it. */
const OTHERS_SECONDS = 8;
/** RFC 5176 §3.5, Unsupported Extension: the NAS takes no orders this way. */
const UNSUPPORTED_EXTENSION = 406;
/** RFC 5176 §3.5, Session Context Not Found: it is another's session, or nobody's any more. */
const SESSION_NOT_FOUND = 503;

export type DisconnectClient = {
  send: (options: DisconnectOptions) => Promise<DisconnectOutcome>;
  close: () => Promise<void>;
};

/**
 * Sends Disconnect- and CoA-Requests: down the RadSec connections that stand under the NAS's name, and by
 * UDP, from one socket a family, to one that has none or takes no orders by them. Access points that share
 * a certificate share the name: only where the session was reported from is it known what became of it.
 */
export function createDisconnectClient(lines: OrderLines): DisconnectClient {
  const byUdp = openUdp();
  let isClosed = false;
  return {
    send: async (options) => {
      if (isClosed) return { kind: "interrupted" };
      const { radsecName, address } = options;
      const all = radsecName === undefined ? [] : lines.list({ radsecName, address });
      const near = all.filter((line) => line.address === address);
      const answers: Answers = new Map();
      for (const { line, seconds } of planTurns(all)) {
        const outcome = await sendDown(line, options, seconds);
        if (isClosed || outcome.kind === "acknowledged") return outcome;
        answers.set(line, outcome);
        const refusal = findRefusal(near, answers);
        if (refusal) return refusal;
      }
      const other = await byUdp.send(options);
      if (isClosed) return other;
      if (!isTaken(other)) return findRefusal(all, answers) ?? other;
      // From here on nobody waits for these any more, until they connect anew.
      for (const line of near) line.isDeaf ||= !isTaken(answers.get(line));
      return other;
    },
    close: async () => {
      isClosed = true;
      lines.interrupt();
      await byUdp.close();
    },
  };
}

type Answers = Map<OrderLine, DisconnectOutcome>;

/** One after the other, so that an order is not carried out twice; however many they are, in bounded time. */
function planTurns(all: readonly OrderLine[]): { line: OrderLine; seconds: number }[] {
  const hearing = all.filter(({ isDeaf }) => !isDeaf);
  const share = Math.min(LINE_SECONDS, OTHERS_SECONDS / (hearing.length - 1));
  return hearing.map((line, index) => ({ line, seconds: index === 0 ? LINE_SECONDS : share }));
}

/** What these have said, each of them: null while one has not, or where there are none. */
function findRefusal(lines: readonly OrderLine[], answers: Answers): DisconnectOutcome | null {
  const given = lines.map((line) => answers.get(line)).filter(isTaken);
  if (given.length < lines.length) return null;
  return given.find((each) => !isUnknown(each)) ?? given[0] ?? null;
}

const isTaken = (outcome: DisconnectOutcome | undefined): outcome is DisconnectOutcome =>
  outcome?.kind === "acknowledged" ||
  (outcome?.kind === "refused" && outcome.errorCause !== UNSUPPORTED_EXTENSION);

const isUnknown = (outcome: DisconnectOutcome): boolean =>
  outcome.kind === "refused" && outcome.errorCause === SESSION_NOT_FOUND;

/** Once: what was sent on a connection is not sent on it again (RFC 6613 §2.6.1). */
async function sendDown(
  line: OrderLine,
  options: DisconnectOptions,
  lineSeconds: number,
): Promise<DisconnectOutcome> {
  const { order = "disconnect", attributes, waitSeconds = WAIT_SECONDS } = options;
  const asked = { order, attributes, key: RADSEC_KEY, peer: PEER_OF_LINE };
  const exchange = line.exchanges.begin(asked);
  if (!exchange) return { kind: "timed-out" };
  const seconds = waitSeconds.reduce((sum, each) => sum + each, 0);
  const sendOnce = () => line.send(exchange.request);
  return awaitAnswer(exchange, { sendOnce, waitSeconds: [Math.min(seconds, lineSeconds)] });
}

/** A retransmission is the same octets with the same identifier and Event-Timestamp (RFC 5176 §2.3, §6.3). */
function openUdp(): DisconnectClient {
  const sockets = new Map<"udp4" | "udp6", Socket>();
  const exchanges = createExchanges();
  const socketFor = (address: string): Socket => {
    const type = isIPv6(address) ? "udp6" : "udp4";
    const open = sockets.get(type);
    if (open) return open;
    const socket = createSocket(type);
    socket.on("message", (bytes, remote) =>
      exchanges.take(bytes, nameOf(remote.address, remote.port)),
    );
    // A port that refuses is like one that is silent: the next sending or the time-out decides.
    socket.on("error", () => {});
    sockets.set(type, socket);
    return socket;
  };
  return {
    send: async (options) => {
      const { order = "disconnect", address, portNumber, key, attributes } = options;
      const peer = nameOf(address, portNumber);
      const exchange = exchanges.begin({ order, attributes, key, peer });
      if (!exchange) return { kind: "timed-out" };
      const socket = socketFor(address);
      const sendOnce = () => socket.send(exchange.request, portNumber, address, () => {});
      const { waitSeconds = WAIT_SECONDS } = options;
      return awaitAnswer(exchange, { sendOnce, waitSeconds });
    },
    close: async () => {
      exchanges.endAll({ kind: "interrupted" });
      const open = [...sockets.values()];
      sockets.clear();
      await Promise.all(open.map((socket) => new Promise<void>((done) => socket.close(done))));
    },
  };
}

const nameOf = (address: string, portNumber: number) => `${address} ${portNumber}`;

/** Sends at once and after each wait but the last; then gives up. */
async function awaitAnswer(
  { outcome, end }: Exchange,
  { sendOnce, waitSeconds }: { sendOnce: () => void; waitSeconds: readonly number[] },
): Promise<DisconnectOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const step = (index: number) => {
    const seconds = waitSeconds[index];
    if (seconds === undefined) {
      end({ kind: "timed-out" });
      return;
    }
    sendOnce();
    timer = setTimeout(step, seconds * 1000, index + 1);
  };
  step(0);
  try {
    return await outcome;
  } finally {
    clearTimeout(timer);
  }
}
