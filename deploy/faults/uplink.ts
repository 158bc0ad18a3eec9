import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Transform } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { BOX_API } from "@foyer/contract";

/** What the way from a branch to the cloud does to whatever is sent on it. */
export type UplinkMode =
  | "whole"
  /** Connections break and none is made. */
  | "cut"
  /** Each chunk waits, and is short. */
  | "slow"
  /** Connections break at any octet. */
  | "lossy"
  /** Connections are made, and nothing ever comes of them. */
  | "half-open"
  /** Whatever is asked, octets of chance are the answer. */
  | "garbage"
  /** A captive portal of the branch's own uplink answers, with its page. */
  | "captive"
  /** A proxy before the cloud has none behind it: nothing is found there. */
  | "proxied-away"
  /** What is sent arrives and is done, and the answer is lost. */
  | "answers-lost";

export type FaultyUplink = {
  url: string;
  set: (mode: UplinkMode) => void;
  /** Until so many pushes are on their way at the same time; false: not within a while. */
  awaitPushes: (count: number, milliseconds: number) => Promise<boolean>;
  close: () => void;
};

const SLOW_CHUNK_OCTETS = 2000;
const SLOW_MILLISECONDS = 40;
/** Of the octets that a lossy line carries before it breaks. */
const LOSSY_OCTETS_MAX = 20_000;

const PUSH = Buffer.from(`POST ${BOX_API.events} `);

const writePage = (status: string, page: string): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\ncontent-length: ${page.length}\r\nconnection: close\r\n\r\n${page}`;
const CAPTIVE_ANSWER = writePage("200 OK", "<html><body>Please accept the terms</body></html>");
const AWAY_ANSWER = writePage("404 Not Found", "404 page not found");

/** Hands connections on to a port of this machine; a change of mode breaks those that are open. */
export async function openFaultyUplink(port: number, random: () => number): Promise<FaultyUplink> {
  const sockets = new Set<Socket>();
  const pushes = heedPushes();
  let mode: UplinkMode = "whole";
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // A connection that breaks is what this is for.
    socket.on("error", () => socket.destroy());
    return socket;
  };
  const carry = (near: Socket, far: Socket, changed: UplinkMode) => {
    const [up, down] = [choosePipe(changed, random), choosePipe(changed, random)];
    const breakBoth = () => {
      near.destroy();
      far.destroy();
    };
    for (const pipe of [up, down]) pipe.on("error", breakBoth);
    near.pipe(up).pipe(far);
    if (changed === "answers-lost") far.once("data", breakBoth);
    else far.pipe(down).pipe(near);
    pushes.heed(near, far);
    near.once("close", () => far.destroy());
    far.once("close", () => near.destroy());
  };
  const server = createServer((near) => {
    keep(near);
    switch (mode) {
      case "cut":
        near.destroy();
        return;
      case "half-open":
        near.resume();
        return;
      case "garbage":
        near.once("data", () => near.end(Buffer.from(`${random()}\u0000\r\n${random()}`)));
        return;
      case "captive":
        near.once("data", () => near.end(CAPTIVE_ANSWER));
        return;
      case "proxied-away":
        near.once("data", () => near.end(AWAY_ANSWER));
        return;
      case "whole":
      case "slow":
      case "lossy":
      case "answers-lost":
        carry(near, keep(connect(port, "127.0.0.1")), mode);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next) => {
      mode = next;
      breakAll();
    },
    awaitPushes: pushes.wait,
    close: () => {
      breakAll();
      server.close();
    },
  };
}

/** Counts the connections on which a push has left, and nothing of its answer has come. */
function heedPushes() {
  const under = new Set<Socket>();
  let look = () => {};
  return {
    heed: (near: Socket, far: Socket) => {
      near.on("data", (chunk: Buffer) => {
        if (!chunk.subarray(0, PUSH.length).equals(PUSH)) return;
        under.add(near);
        look();
      });
      const forget = () => under.delete(near);
      far.on("data", forget);
      near.once("close", forget);
    },
    wait: async (count: number, milliseconds: number): Promise<boolean> => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      look = () => under.size >= count && resolve(true);
      const late = setTimeout(() => resolve(false), milliseconds);
      look();
      const isSo = await promise;
      clearTimeout(late);
      look = () => {};
      return isSo;
    },
  };
}

function choosePipe(mode: UplinkMode, random: () => number): Transform {
  let octetsLeft = mode === "lossy" ? Math.floor(LOSSY_OCTETS_MAX * random()) : Infinity;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      octetsLeft -= chunk.length;
      if (octetsLeft < 0) return done(new Error("the line broke"));
      if (mode !== "slow") return done(null, chunk);
      return void dribble(this, chunk).then(() => done());
    },
  });
}

async function dribble(pipe: Transform, chunk: Buffer): Promise<void> {
  for (let from = 0; from < chunk.length; from += SLOW_CHUNK_OCTETS) {
    await pause(SLOW_MILLISECONDS);
    pipe.push(chunk.subarray(from, from + SLOW_CHUNK_OCTETS));
  }
}
