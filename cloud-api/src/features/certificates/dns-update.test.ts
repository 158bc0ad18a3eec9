import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { TsigKey } from "../../platform/certificate-settings.ts";
import { type RecordChange, readUpdateAnswer, writeUpdate } from "./dns-update.ts";

const now = new Date("2026-11-27T08:00:00Z");
const secret = Buffer.from("a secret of the name server");
const key: TsigKey = { name: "foyer", algorithm: "hmac-sha256", secret };
const change: RecordChange = {
  name: "a.wifi.example",
  type: "TXT",
  values: ["proof"],
  ttlSeconds: 60,
};
const write = (what: Partial<RecordChange> = {}) =>
  writeUpdate({ ...change, ...what }, { zone: "wifi.example", key, id: 0x1234, now });

const ZONE = "0477696669076578616d706c6500";
const NAME = `0161${ZONE}`;
/** Up to the TSIG record, whose count is in the header. */
const unsignedOf = (octets: Buffer) => octets.toString("hex").split("05666f796572")[0];

/** RFC 8945 §4.3.3: name, class ANY, TTL 0, algorithm, time, fudge of 300, error, no other data. */
function variables(at: Date, error = 0): Buffer {
  const time = (at.getTime() / 1000).toString(16).padStart(12, "0");
  const algorithm = "0b686d61632d73686132353600";
  const told = `05666f79657200${"00ff00000000"}${algorithm}${time}012c${error.toString(16).padStart(4, "0")}0000`;
  return Buffer.from(told, "hex");
}

/** What a server answers: the header alone, signed over the request's MAC. */
function answer(mac: Buffer, options: { id?: number; code?: number; at?: Date; by?: Buffer } = {}) {
  const { id = 0x1234, code = 0, at = now, by = secret } = options;
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0xa800 | code, 2);
  const length = Buffer.from([0, mac.length]);
  const signed = createHmac("sha256", by);
  for (const part of [length, mac, header, variables(at)]) signed.update(part);
  const told = signed.digest();
  const time = (at.getTime() / 1000).toString(16).padStart(12, "0");
  const content = Buffer.from(
    `0b686d61632d73686132353600${time}012c0020${told.toString("hex")}${id.toString(16)}00000000`,
    "hex",
  );
  const place = Buffer.from(
    `05666f7965720000fa00ff00000000${content.length.toString(16).padStart(4, "0")}`,
    "hex",
  );
  header.writeUInt16BE(1, 10);
  return Buffer.concat([header, place, content]);
}

describe("an update of a zone", () => {
  test("takes what stood at the name away and puts the new in its place: RFC 2136 §2.5", () => {
    const header = "123428000001000000020001";
    const zone = `${ZONE}00060001`;
    const gone = `${NAME}001000ff000000000000`;
    const put = `${NAME}001000010000003c00060570726f6f66`;
    expect(unsignedOf(write().octets)).toBe(`${header}${zone}${gone}${put}`);
  });

  test("takes it away alone where nothing is to stand there, and writes addresses as four octets", () => {
    const emptied = unsignedOf(write({ values: [] }).octets);
    expect(emptied).toBe(`123428000001000000010001${ZONE}00060001${NAME}001000ff000000000000`);
    const address = unsignedOf(write({ type: "A", values: ["10.1.0.2"] }).octets);
    expect(address?.endsWith(`${NAME}000100010000003c00040a010002`)).toBe(true);
  });

  test("is signed over all of it and the key's variables: RFC 8945 §4.3", () => {
    const { octets, mac } = write();
    const unsigned = Buffer.from(unsignedOf(octets) ?? "", "hex");
    unsigned.writeUInt16BE(0, 10);
    const wanted = createHmac("sha256", secret).update(unsigned).update(variables(now)).digest();
    expect(mac.toString("hex")).toBe(wanted.toString("hex"));
    expect(octets.includes(wanted)).toBe(true);
  });
});

describe("the answer to an update", () => {
  const { id, mac } = write();
  const read = (octets: Buffer) => readUpdateAnswer(octets, { id, mac, key, now });

  test("is believed where the same key signed it for this very request", () => {
    expect(read(answer(mac))).toEqual({ kind: "done" });
  });

  test.each<[string, Buffer]>([
    ["for another request", answer(Buffer.alloc(32))],
    ["under another number", answer(mac, { id: 0x4321 })],
    ["by another key", answer(mac, { by: Buffer.from("somebody else's") })],
    ["of an hour ago", answer(mac, { at: new Date(now.getTime() - 3_600_000) })],
    ["that is not signed", answer(mac).fill(0, 10, 12).subarray(0, 12)],
    ["that is cut short", answer(mac).subarray(0, 60)],
    ["of a few octets", Buffer.from([0x12, 0x34])],
  ])("one %s is no success", (_, octets) => {
    expect(read(octets)).toEqual({ kind: "unproved" });
  });

  test("says by its code why not, signed or not: RFC 8945 §5.2", () => {
    expect(read(answer(mac, { code: 9 }))).toEqual({ kind: "refused", code: "NOTAUTH" });
    expect(read(answer(mac, { code: 5 }))).toEqual({ kind: "refused", code: "REFUSED" });
    expect(read(answer(mac, { code: 14 }))).toEqual({ kind: "refused", code: "code 14" });
  });
});
