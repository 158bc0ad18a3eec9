import { promisify } from "node:util";
import { constants, gzip, zstdCompress } from "node:zlib";
import type { HeldPosition } from "@foyer/branch-store";
import {
  BOX_API,
  type BoxLog,
  type BoxReport,
  type BoxReportReply,
  type CertificateCall,
  type CertificateReply,
  type CommandAnswers,
  type DoorNotes,
  type GuestAnswers,
  type GuestQuestion,
  KEY_IS_OLD_HEADER,
  NEXT_KEY_PATH,
  type NextKey,
  type OutboxState,
  PULL_WAIT_SECONDS_MAX,
  type PullReply,
  type PushEncoding,
  PushReply,
  readBoxReportReply,
  readCertificateReply,
  readGuestAnswers,
  readPullReply,
  readUpgradeReply,
  type SettingsReport,
  type UpgradeCall,
  type UpgradeReply,
  writePartHashes,
} from "@foyer/contract";
import { Compile } from "typebox/compile";
import { Agent, type Dispatcher, request } from "undici";
import {
  type CloudAnswer,
  describeFailure,
  type Expected,
  isUnmade,
  NOT_FOUND,
  readAnswer,
  type Unreadable,
} from "./cloud-answer.ts";
import { openSigner } from "./signer.ts";

export const CONNECT_TIMEOUT_MILLISECONDS = 10_000;
/** A push is a few hundred rows: a cloud that needs longer is taken for gone, and asked again. */
export const PUSH_TIMEOUT_MILLISECONDS = 30_000;
/** Whom the answer is about has gone by then. */
const GUESTS_TIMEOUT_MILLISECONDS = 10_000;
/** How much later than the promised end of a long poll its answer may come. */
export const PULL_GRACE_MILLISECONDS = 15_000;
/** A longer answer is not read to its end: it is not from the cloud. */
const PUSH_ANSWER_BYTES_MAX = 1024 * 1024;
const PULL_ANSWER_BYTES_MAX = 128 * 1024 * 1024;
/** Favours a small box: the rows are repetitive, and a higher level hardly shrinks them further. */
const GZIP_LEVEL = 3;
const ZSTD_LEVEL = 1;

export type PullPosition = HeldPosition & {
  settings: number;
  /** The parts of the settings that are held: see hashParts. */
  settingsParts: Readonly<Record<string, string>>;
  epoch: string;
  /** The name of the key that events are sealed to; empty: none is known. */
  sealingKey: string;
};

export type PushBatch = {
  epoch: string;
  /** Envelopes already written as JSON, all of the epoch. */
  events: readonly string[];
  outbox: OutboxState;
  encoding: PushEncoding;
  /** Its name, and that of the push that is under way behind which alone it is taken; null: not told. */
  pushId?: string | null;
  follows?: string | null;
  /** What was packed ahead of all this; absent: it is packed now. */
  packed?: Promise<Buffer>;
};

export type Cloud = {
  pushEvents(batch: PushBatch): Promise<CloudAnswer<PushReply>>;
  /** Null: nothing new within the wait. */
  pull(
    position: PullPosition,
    waitSeconds: number,
    signal: AbortSignal,
  ): Promise<CloudAnswer<PullReply | null>>;
  /** Guests whom the box does not know. Null: an older cloud, which knows no such call. */
  askGuests(questions: readonly GuestQuestion[]): Promise<CloudAnswer<GuestAnswers | null>>;
  /** `unknown`: an older cloud, which knows no such call. */
  answerCommands(answers: CommandAnswers): Promise<CloudAnswer<"told" | "unknown">>;
  /** The rest of a picture from a byte on; `take` has the bytes as they come. */
  fetchPicture(picture: FileCall): Promise<CloudAnswer<null>>;
  sendLog(log: BoxLog): Promise<CloudAnswer<null>>;
  sendDoorNotes(notes: DoorNotes): Promise<CloudAnswer<null>>;
  reportSettings(report: SettingsReport): Promise<CloudAnswer<null>>;
  /** Tells the key that will sign from the next call of `useKey` on. */
  addNextKey(key: NextKey): Promise<CloudAnswer<null>>;
  useKey(boxKey: string): void;
  /** Null: a cloud from before boxes had public names. */
  askCertificate(call: CertificateCall): Promise<CloudAnswer<CertificateReply | null>>;
  /** Null: a cloud from before there were releases to be had. */
  askUpgrade(call: UpgradeCall): Promise<CloudAnswer<UpgradeReply | null>>;
  /** The rest of a release's tarball from a byte on; `take` has the bytes as they come. */
  fetchRelease(release: FileCall & { bytesMax: number }): Promise<CloudAnswer<null>>;
  /** Null: a cloud from before there were such reports. */
  reportBox(report: BoxReport): Promise<CloudAnswer<BoxReportReply | null>>;
  /** Breaks off calls under way. */
  close(): Promise<void>;
};

/** A file of the cloud's, by what it holds (SHA-256). */
export type FileCall = {
  hash: string;
  from: number;
  take: (bytes: Buffer) => void;
  /** The answer begins at the first byte. */
  restart: () => void;
};

type Call = Expected & {
  method: Dispatcher.HttpMethod;
  path: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  timeoutMilliseconds: number;
  /** Breaks the call off. */
  signal?: AbortSignal;
};
type Ask = <T>(call: Call, read: (status: number, body: string) => T | Unreadable) => Answer<T>;
type Answer<T> = Promise<CloudAnswer<T>>;

const TAKEN = 204;
const PARTIAL_CONTENT = 206;
const PICTURE_BOUNDS = {
  bytesMax: 16 * 1024 * 1024,
  timeoutMilliseconds: PUSH_TIMEOUT_MILLISECONDS,
};
/** A slow uplink goes on from where it was. */
const RELEASE_BOUNDS = { timeoutMilliseconds: 10 * 60_000 };

const compressGzip = promisify(gzip);
const compressZstd = promisify(zstdCompress);
const compress: Record<PushEncoding, (text: string) => Promise<Buffer>> = {
  gzip: (text) => compressGzip(text, { level: GZIP_LEVEL }),
  zstd: (text) =>
    compressZstd(text, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }),
};
const compiledPushReply = Compile(PushReply);

export type CloudOptions = {
  cloudUrl: string;
  /** The private half, as PEM: it signs each call and travels in none. */
  boxKey: string;
  /** Milliseconds: where the numbers of calls begin. */
  startsAt: number;
  /** The cloud asks for a younger key. */
  onKeyIsOld?: () => void;
  /** The cloud does not know the key. True where it does now. */
  recoverKey?: () => Promise<boolean>;
};

/**
 * The box's only way to the cloud. Every call is signed (RFC 9421) over all that it asks, so that what
 * is read on the way can neither be changed nor sent again. Redirects are not followed.
 */
export function openCloud(options: CloudOptions): Cloud {
  const base = options.cloudUrl.replace(/\/+$/, "");
  let signer = openSigner(options.boxKey, options.startsAt);
  const closing = new AbortController();
  // A cloud may stand below a path of its own.
  const target = ({ path }: Call) => `${new URL(base).pathname.replace(/\/$/, "")}${path}`;
  const dispatcher = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MILLISECONDS } });
  const ask: Ask = async (call, read) => {
    const late = AbortSignal.timeout(call.timeoutMilliseconds);
    const content = call.body === undefined ? null : Buffer.from(call.body);
    const contentEncoding = call.headers?.["content-encoding"] ?? null;
    const send = () =>
      request(`${base}${call.path}`, {
        dispatcher,
        method: call.method,
        headers: {
          ...call.headers,
          // What goes on from a byte cannot be packed: nobody knows where the byte is then.
          ...(call.take ? {} : { "accept-encoding": "gzip" }),
          ...signer.sign({ method: call.method, target: target(call), content, contentEncoding }),
        },
        body: content,
        signal: AbortSignal.any([closing.signal, late, ...(call.signal ? [call.signal] : [])]),
        headersTimeout: call.timeoutMilliseconds,
        bodyTimeout: call.timeoutMilliseconds,
      });
    try {
      let used = signer;
      let answer = await send();
      // Refused under a number that was too low, or under a key that was changed meanwhile.
      const isRefused = answer.statusCode === 401;
      const goesOn = isRefused && (used.goOnAbove(answer.headers) || used !== signer);
      if (goesOn || (isRefused && (await options.recoverKey?.()))) {
        await answer.body.dump();
        used = signer;
        answer = await send();
      }
      // Not of the key before, in an answer that was long on its way: the present one is young.
      const isOld = answer.headers[KEY_IS_OLD_HEADER] !== undefined;
      if (isOld && used === signer) options.onKeyIsOld?.();
      return await readAnswer(answer, call, read);
    } catch (cause) {
      const reason = describeFailure(cause, late.aborted);
      return { kind: "failed", reason, neverLeft: !late.aborted && isUnmade(cause) };
    }
  };
  return {
    pushEvents: (batch) => pushEvents(ask, batch),
    pull: (position, waitSeconds, signal) => pull(ask, position, { waitSeconds, signal }),
    askGuests: (questions) => askGuests(ask, questions),
    answerCommands: (answers) => answerCommands(ask, answers),
    fetchPicture: (picture) => fetchFile(ask, BOX_API.pictures, { ...picture, ...PICTURE_BOUNDS }),
    sendLog: (log) => tell(ask, BOX_API.logs, log),
    sendDoorNotes: (notes) => tell(ask, BOX_API.doorNotes, notes),
    reportSettings: (report) => tell(ask, BOX_API.settingsReport, report),
    addNextKey: (key) => tell(ask, NEXT_KEY_PATH, key),
    useKey: (boxKey) => {
      signer = openSigner(boxKey, options.startsAt);
    },
    askCertificate: (call) => askCertificate(ask, call),
    askUpgrade: (call) => askUpgrade(ask, call),
    fetchRelease: (release) => fetchFile(ask, BOX_API.releases, { ...release, ...RELEASE_BOUNDS }),
    reportBox: (report) => reportBox(ask, report),
    async close() {
      closing.abort(new Error("the sync agent is closing"));
      await dispatcher.destroy();
    },
  };
}

/** The content of a push as it travels. */
export function packEvents(batch: PushBatch): Promise<Buffer> {
  const { epoch, events, outbox, encoding, pushId, follows } = batch;
  const names = { ...(pushId ? { pushId } : {}), ...(follows ? { follows } : {}) };
  const told = JSON.stringify({ epoch, outbox, ...names });
  const json = `${told.slice(0, -1)},"events":[${events.join(",")}]}`;
  return compress[encoding](json);
}

async function pushEvents(ask: Ask, batch: PushBatch): Promise<CloudAnswer<PushReply>> {
  const call: Call = {
    method: "POST",
    path: BOX_API.events,
    headers: { "content-type": "application/json", "content-encoding": batch.encoding },
    body: await (batch.packed ?? packEvents(batch)),
    timeoutMilliseconds: PUSH_TIMEOUT_MILLISECONDS,
    bytesMax: PUSH_ANSWER_BYTES_MAX,
  };
  return await ask(call, (_status, body) => {
    const reply: unknown = JSON.parse(body);
    if (!compiledPushReply.Check(reply)) return { unreadable: "the answer is not a push reply" };
    if (reply.epoch !== batch.epoch) return { unreadable: "the answer speaks of another epoch" };
    return reply;
  });
}

async function pull(
  ask: Ask,
  position: PullPosition,
  { waitSeconds, signal }: { waitSeconds: number; signal: AbortSignal },
): Promise<CloudAnswer<PullReply | null>> {
  const wait = Math.min(waitSeconds, PULL_WAIT_SECONDS_MAX);
  const query = new URLSearchParams({
    settings: String(position.settings),
    guests: String(position.guests),
    commands: String(position.commands),
    codes: String(position.codes),
    coupons: String(position.coupons),
    guestsPage: position.guestsPage,
    boxCommands: String(position.boxCommands),
    settingsParts: writePartHashes(position.settingsParts),
    epoch: position.epoch,
    sealingKey: position.sealingKey,
    wait: String(wait),
    ...(position.guestsMark === null ? {} : { guestsMark: position.guestsMark }),
  });
  const call: Call = {
    method: "GET",
    path: `${BOX_API.pull}?${query}`,
    timeoutMilliseconds: wait * 1000 + PULL_GRACE_MILLISECONDS,
    bytesMax: PULL_ANSWER_BYTES_MAX,
    signal,
  };
  return await ask<PullReply | null>(call, (status, body) => {
    if (status === 204) return null;
    const read = readPullReply(JSON.parse(body));
    return read.kind === "pull" ? read.reply : { unreadable: `the answer: ${read.reason}` };
  });
}

/**
 * A call whose answer says no more than that it was taken: 204, and nothing else. A page of a captive
 * portal, or of a proxy before a cloud that is being mended, comes with a 200: taken for the cloud's
 * word, it would make the box give up the one key that the cloud knows.
 */
function tell(ask: Ask, path: string, payload: object): Promise<CloudAnswer<null>> {
  return ask(writeCall(path, payload), (status) => (status === TAKEN ? null : notTaken(status)));
}

const notTaken = (status: number): Unreadable => ({
  unreadable: `answered ${status} where ${TAKEN} was due: not the cloud`,
});

async function answerCommands(
  ask: Ask,
  answers: CommandAnswers,
): Promise<CloudAnswer<"told" | "unknown">> {
  const call: Call = { ...writeCall(BOX_API.commandAnswers, answers), mayBeUnknown: true };
  return await ask<"told" | "unknown">(call, (status) => {
    if (status === NOT_FOUND) return "unknown";
    return status === TAKEN ? "told" : notTaken(status);
  });
}

async function askGuests(
  ask: Ask,
  questions: readonly GuestQuestion[],
): Promise<CloudAnswer<GuestAnswers | null>> {
  const call: Call = {
    ...writeCall(BOX_API.guestQuestions, { questions }),
    ...{ timeoutMilliseconds: GUESTS_TIMEOUT_MILLISECONDS, mayBeUnknown: true },
  };
  return await ask<GuestAnswers | null>(call, (status, body) => {
    if (status === NOT_FOUND) return null;
    return readGuestAnswers(JSON.parse(body)) ?? { unreadable: "the answer is not about guests" };
  });
}

type FileBounds = Pick<Call, "bytesMax" | "timeoutMilliseconds">;

async function fetchFile(
  ask: Ask,
  path: string,
  { hash, from, take, restart, ...bounds }: FileCall & FileBounds,
): Promise<CloudAnswer<null>> {
  let isBegun = false;
  const call: Call = {
    ...{ ...bounds, method: "GET", path: `${path}${hash}` },
    headers: from > 0 ? { range: `bytes=${from}-` } : {},
    take: (bytes, status) => {
      if (!isBegun && from > 0 && status !== PARTIAL_CONTENT) restart();
      isBegun = true;
      take(bytes);
    },
  };
  return await ask(call, () => null);
}

async function askUpgrade(ask: Ask, asked: UpgradeCall): Promise<CloudAnswer<UpgradeReply | null>> {
  const call: Call = { ...writeCall(BOX_API.upgrade, asked), mayBeUnknown: true };
  return await ask<UpgradeReply | null>(call, (status, body) => {
    if (status === NOT_FOUND) return null;
    return (
      readUpgradeReply(JSON.parse(body)) ?? { unreadable: "the answer is not about a release" }
    );
  });
}

async function askCertificate(
  ask: Ask,
  asked: CertificateCall,
): Promise<CloudAnswer<CertificateReply | null>> {
  const call: Call = { ...writeCall(BOX_API.certificate, asked), mayBeUnknown: true };
  return await ask<CertificateReply | null>(call, (status, body) => {
    if (status === NOT_FOUND) return null;
    const reply = readCertificateReply(JSON.parse(body));
    return reply ?? { unreadable: "the answer is not about a certificate" };
  });
}

async function reportBox(ask: Ask, report: BoxReport): Promise<CloudAnswer<BoxReportReply | null>> {
  const call: Call = { ...writeCall(BOX_API.report, report), mayBeUnknown: true };
  return await ask<BoxReportReply | null>(call, (status, body) => {
    if (status === NOT_FOUND) return null;
    const reply = readBoxReportReply(JSON.parse(body));
    return reply ?? { unreadable: "the answer is not that to a report" };
  });
}

function writeCall(path: string, body: object): Call {
  return {
    ...{ method: "POST", path, headers: { "content-type": "application/json" } },
    ...{ body: JSON.stringify(body), timeoutMilliseconds: PUSH_TIMEOUT_MILLISECONDS },
    bytesMax: PUSH_ANSWER_BYTES_MAX,
  };
}
