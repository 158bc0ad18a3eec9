import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { openLog } from "../log.ts";
import type { Arrival } from "./door.ts";
import { gatherReplies, listen } from "./listen.ts";

const to = { port: "auth", address: "127.0.0.1", remotePort: 1 } as Arrival;

function gatherInto() {
  const sent: number[] = [];
  const replies = gatherReplies((reply) => sent.push(reply[0] as number));
  const answer = (number: number) => replies.send(Buffer.of(number), to);
  return { ...replies, sent, answer };
}

describe("answers", () => {
  test("of one turn go out together at its end, in the order they were made", async () => {
    const { sent, answer } = gatherInto();
    for (const number of [3, 1, 2]) answer(number);
    expect(sent).toEqual([]);
    await nextTurn();
    expect(sent).toEqual([3, 1, 2]);
    answer(4);
    await nextTurn();
    expect(sent).toEqual([3, 1, 2, 4]);
  });

  test("that are many do not wait for the turn's end, and none goes out twice", async () => {
    const { sent, answer } = gatherInto();
    const numbers = Array.from({ length: 70 }, (_, at) => at);
    for (const number of numbers) answer(number);
    expect(sent).toEqual(numbers.slice(0, 64));
    await nextTurn();
    expect(sent).toEqual(numbers);
  });
});

async function openSocket(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return socket;
}

/** A port that is closed as soon as its first packet was answered, and what came in there. */
async function listenOnce(answerText: string) {
  const arrivals: Arrival[] = [];
  const port = await listen({
    ...{ host: "127.0.0.1", portNumber: 0, port: "auth", log: openLog("silent") },
    receive: (arrival) => {
      arrivals.push(arrival);
      arrival.send(Buffer.from(answerText), arrival);
      void port.close();
    },
  });
  return { ...port, arrivals };
}

test("a port that is closed sends what was answered in its last turn, and nothing after it", async () => {
  const nas = await openSocket();
  const heard: string[] = [];
  nas.on("message", (reply) => heard.push(String(reply)));
  const { portNumber, arrivals } = await listenOnce("an answer");
  nas.send("a request", portNumber, "127.0.0.1");
  await once(nas, "message");
  const [arrival] = arrivals;
  expect(String(arrival?.bytes)).toBe("a request");
  // What is thrown at the end of a turn would end the process.
  arrival?.send(Buffer.from("too late"), arrival);
  await nextTurn();
  nas.send("its own", nas.address().port, "127.0.0.1");
  await once(nas, "message");
  expect(heard).toEqual(["an answer", "its own"]);
});
