import { createPrivateKey, createPublicKey } from "node:crypto";
import { Agent, request } from "node:http";
import { gunzipSync } from "node:zlib";
import {
  BOX_API,
  digestContent,
  type EventEnvelope,
  listPictureHashes,
  nameKey,
  PULL_WAIT_SECONDS_MAX,
  type PullReply,
  type SettingsReport,
  signCall,
  writePartHashes,
} from "@foyer/contract";
import { uuidv7 } from "uuidv7";
import type { BenchBox } from "./bench-site.ts";
import { makeTestBox, type TestBox } from "./test-box.ts";

/**
 * A box that has no store: it signs its calls, waits for news, fetches the pictures of settings and pushes,
 * as the sync agent does. What it is told it takes unread.
 */
export type LightBox = {
  /** Waits for news until it is closed; what is told is held. */
  live: () => void;
  /** How many pulls were answered. */
  answers: () => number;
  /** The version of the settings that it holds. */
  settings: () => number;
  /** A guest's sign-in and visit. Gives how many events that were. */
  pushArrival: () => Promise<number>;
  /** Any events that `write` makes, in one push. Gives how many they were. */
  push: (write: (box: TestBox) => EventEnvelope[]) => Promise<number>;
  close: () => void;
};

type Held = {
  settings: number;
  settingsParts: string;
  sealingKey: string;
  guests: number;
  guestsPage: string;
  commands: number;
};
const NOTHING: Held = {
  ...{ settings: 0, settingsParts: "", sealingKey: "" },
  ...{ guests: 0, guestsPage: "", commands: 0 },
};

/** The same connections for all: two a box, one of them waiting. */
export function openLightBoxes(origin: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  return {
    open: (box: BenchBox) => openLightBox(origin, agent, box),
    close: () => agent.destroy(),
  };
}

function openLightBox(origin: string, agent: Agent, { boxKey, ...identity }: BenchBox): LightBox {
  const box: TestBox = makeTestBox(identity);
  const send = openSender(origin, agent, boxKey);
  const closing = new AbortController();
  let held = NOTHING;
  let answers = 0;
  const pictures = new Set<string>();
  /** The pictures that new settings speak of, one after the other; then they are in force. */
  const takeSettings = async ({ settingsParts }: PullReply) => {
    if (!settingsParts) return;
    for (const hash of listPictureHashes(settingsParts.parts)) {
      if (pictures.has(hash)) continue;
      const target = `${BOX_API.pictures}${hash}`;
      const { status } = await send("GET", target, null, closing.signal);
      if (status !== 200) throw new Error(`a picture was answered ${status}`);
      pictures.add(hash);
    }
    const { version, hashes } = settingsParts;
    held = { ...held, settings: version, settingsParts: writePartHashes(hashes) };
    const report: SettingsReport = { version, outcome: "applied" };
    await send("POST", BOX_API.settingsReport, JSON.stringify(report), closing.signal);
  };
  const pullOnce = async () => {
    const query = new URLSearchParams({
      ...Object.fromEntries(Object.entries(held).map(([key, value]) => [key, String(value)])),
      ...{ codes: "0", boxCommands: "0", coupons: "0", epoch: box.epoch },
      wait: String(PULL_WAIT_SECONDS_MAX),
    });
    const { status, body } = await send("GET", `${BOX_API.pull}?${query}`, null, closing.signal);
    if (status !== 200 && status !== 204) throw new Error(`a pull was answered ${status}: ${body}`);
    answers += 1;
    if (status !== 200) return;
    const reply = JSON.parse(body) as PullReply;
    held = holdOn(held, reply);
    await takeSettings(reply);
  };
  const push: LightBox["push"] = async (write) => {
    const events = write(box);
    const content = JSON.stringify({ epoch: box.epoch, events });
    const { status, body } = await send("POST", BOX_API.events, content, closing.signal);
    if (status !== 200) throw new Error(`a push was answered ${status}: ${body}`);
    return events.length;
  };
  return {
    live: () => {
      const loop = async () => {
        while (!closing.signal.aborted) await pullOnce();
      };
      loop().catch((error: unknown) => {
        if (!closing.signal.aborted) throw error;
      });
    },
    answers: () => answers,
    settings: () => held.settings,
    push,
    pushArrival: () =>
      push((own) => {
        const guest = own.signIn({ phone: makePhone() });
        const now = new Date();
        return [...guest.events, ...own.visit({ ...guest, startedAt: now, endedAt: now }).events];
      }),
    close: () => closing.abort(),
  };
}

/** Of nobody: made up anew each time. */
export function makePhone(): string {
  return `+849${String(Math.floor(Math.random() * 1e8)).padStart(8, "0")}`;
}

/** What a box holds once it has taken in an answer, but for its settings. */
function holdOn(held: Held, { knownGuests, commands, sealingKey }: PullReply): Held {
  const next = knownGuests?.fill?.next ?? null;
  const guests = knownGuests ? (next === null ? knownGuests.position : 0) : held.guests;
  return {
    ...{ ...held, guests, guestsPage: next ?? "" },
    sealingKey: sealingKey?.id ?? held.sealingKey,
    commands: commands.at(-1)?.position ?? held.commands,
  };
}

function openSender(origin: string, agent: Agent, boxKey: string) {
  const privateKey = createPrivateKey(boxKey);
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  const keyId = nameKey(Buffer.from(x ?? uuidv7(), "base64url"));
  let number = 0;
  return (method: "GET" | "POST", target: string, content: string | null, signal: AbortSignal) => {
    number += 1;
    const contentDigest = content === null ? null : digestContent(Buffer.from(content));
    const signed = { method, target, contentDigest, contentEncoding: null };
    const headers = {
      "accept-encoding": "gzip",
      ...signCall(signed, { privateKey, keyId, number }),
      ...(contentDigest && { "content-digest": contentDigest, "content-type": "application/json" }),
    };
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const call = request(`${origin}${target}`, { agent, method, headers, signal }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () => {
          const whole = Buffer.concat(chunks);
          const isPacked = answer.headers["content-encoding"] === "gzip";
          const body = (isPacked ? gunzipSync(whole) : whole).toString("utf8");
          resolve({ status: answer.statusCode ?? 0, body });
        });
      });
      call.on("error", reject);
      call.end(content ?? undefined);
    });
  };
}
