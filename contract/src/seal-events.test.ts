import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type EventEnvelope, findPersonalPaths } from "./event.ts";
import { beginOpening, makeX25519, readX25519Private } from "./hpke.ts";
import { splitPersonal } from "./personal.ts";
import {
  findSealed,
  isSealingKey,
  nameSealingKey,
  openEventSealer,
  openSealedEvent,
  SEALED_EVENTS,
} from "./seal-events.ts";
import { type SealedFields, withoutField } from "./sealed-fields.ts";

const FIXTURES = join(import.meta.dirname, "..", "fixtures", "events");
const fixtures = readdirSync(FIXTURES).map(
  (name) => JSON.parse(readFileSync(join(FIXTURES, name), "utf8")) as EventEnvelope,
);
const findFixture = (type: string) =>
  fixtures.find((event) => event.type === type) as EventEnvelope;

const made = makeX25519();
const key = { id: nameSealingKey(made.publicKey), publicKey: made.publicKey };
const sealer = openEventSealer(key);

const sealIt = (event: EventEnvelope): EventEnvelope => {
  const { payload, sealed } = sealer.seal(event);
  return { ...event, payload, ...(sealed ? { sealed } : {}) };
};
const openIt = (event: EventEnvelope, privateKey = made.privateKey) => {
  const { encapsulated } = event.sealed ?? { encapsulated: "" };
  const context = beginOpening(readX25519Private(privateKey), encapsulated, SEALED_EVENTS);
  return context && openSealedEvent(event, context);
};

test("of every event what is personal is sealed, nothing else, and it opens to what it was", () => {
  let sealedEvents = 0;
  for (const event of fixtures) {
    const paths = findPersonalPaths(event.type, event.version) ?? [];
    const { personal } = splitPersonal(event.payload, paths);
    const sealed = sealIt(event);
    if (Object.keys(personal).length === 0) {
      expect(sealed).toEqual(event);
      continue;
    }
    sealedEvents += 1;
    for (const value of Object.values(personal))
      for (const text of typeof value === "string" ? [value] : Object.values(value as object))
        expect(JSON.stringify(sealed)).not.toContain(JSON.stringify(text));
    expect(findSealed(sealed)?.key).toBe(key.id);
    expect(openIt(sealed)).toEqual(event);
  }
  expect(sealedEvents).toBeGreaterThan(7);
});

test("nothing sealed opens in another event, field, box or company, nor by another key", () => {
  const event = sealIt(findFixture("guest.verified"));
  expect(openIt(event)).not.toBeNull();
  const other = "01990000-0000-7000-8000-00000000ffff";
  for (const name of ["id", "boxId", "tenantId"] as const)
    expect(openIt({ ...event, [name]: other })).toBeNull();
  expect(openIt({ ...event, type: "device.seen" })).toBeNull();
  const { sealed } = event;
  const [value] = Object.values(sealed?.fields ?? {});
  const moved = { ...sealed, fields: { name: value } } as SealedFields;
  expect(openIt({ ...event, sealed: moved })).toBeNull();
  expect(openIt(event, makeX25519().privateKey)).toBeNull();
});

test("one field is taken out without opening any, and the others open still", () => {
  const asked = fixtures.find(({ type, version }) => type === "code.requested" && version === 2);
  const event = sealIt(asked as EventEnvelope);
  const left = event.sealed && withoutField(event.sealed, "message");
  expect(Object.keys(left?.fields ?? {})).toEqual(["contact"]);
  const { message: _gone, ...payload } = event.payload;
  const opened = openIt({ ...event, payload, ...(left ? { sealed: left } : {}) });
  expect(opened?.payload).toMatchObject({ contact: asked?.payload.contact });
  expect(opened?.payload).not.toHaveProperty("message");
  expect(left && withoutField(left, "contact")).toBeNull();
});

test("an envelope with something else in that place is none that is sealed", () => {
  const event = findFixture("guest.verified");
  expect(findSealed(event)).toBeNull();
  for (const sealed of [null, 1, {}, { key: "x", encapsulated: "y", fields: {} }])
    expect(findSealed({ ...event, sealed })).toBeNull();
});

test("a key that goes by another's name is none", () => {
  expect(isSealingKey(key)).toBe(true);
  expect(isSealingKey({ ...key, publicKey: makeX25519().publicKey })).toBe(false);
  expect(isSealingKey({ id: key.id, publicKey: "A" })).toBe(false);
});
