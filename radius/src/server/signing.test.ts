import { randomBytes } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { applySettings, listSigningNas } from "@foyer/branch-store";
import type { CoovaNas } from "@foyer/contract";
import { pino } from "pino";
import { describe, expect, test, vi } from "vitest";
import { coovaOf, MAC, NAS_ID, SECRET, sampleSettings, startTestBox } from "../../test/box.ts";
import { openTestNas, type TestNas } from "../../test/nas.ts";
import { encodeRequest, prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { attribute } from "../protocol/values.ts";
import { createSigning } from "./signing.ts";

const key = prepareSecret(SECRET);
const anybody = { userName: "nobody", password: "x", mac: MAC };
const settingsOf = (change: Partial<CoovaNas>) =>
  sampleSettings((settings) => {
    Object.assign(coovaOf(settings), change);
  });
const startBoxOf = (change: Partial<CoovaNas> = {}) =>
  startTestBox({ settings: settingsOf(change) });

/** What is answered to a log-in with and without Message-Authenticator; null: silence. */
const ask = async (nas: TestNas, authPort: number, isSigned: boolean, waitMs?: number) =>
  (await nas.exchange(authPort, nas.pap({ ...anybody, isSigned }), waitMs))?.code ?? null;
/** Of an answer that must not come. */
const SILENCE_MS = 200;
const { accessReject } = codes;

describe("CVE-2024-3596: a NAS left to auto", () => {
  test("may go unsigned until it signs, and from then on never again", async () => {
    const box = await startBoxOf();
    const nas = await openTestNas();
    expect(await ask(nas, box.authPort, false)).toBe(accessReject);
    expect(await ask(nas, box.authPort, true)).toBe(accessReject);
    expect(await ask(nas, box.authPort, false, SILENCE_MS)).toBeNull();
    expect(await ask(nas, box.authPort, true)).toBe(accessReject);
    expect(box.health().nas[NAS_ID]?.drops).toEqual({ "unsigned-nas-signs": 1 });
  });

  test("is believed from its first signed request, before anything is on the disk", async () => {
    const box = await startBoxOf();
    const nas = await openTestNas();
    const signed = nas.exchange(box.authPort, nas.pap({ ...anybody, identifier: 1 }));
    const forged = nas.pap({ ...anybody, identifier: 2, isSigned: false });
    expect(await nas.exchange(box.authPort, forged, 300)).toBeNull();
    expect((await signed)?.code).toBe(accessReject);
  });

  test("is remembered across a restart", async () => {
    const box = await startBoxOf();
    const nas = await openTestNas();
    await ask(nas, box.authPort, true);
    await box.close();
    const again = await box.startAgain();
    expect(await ask(nas, again.authPort, false, SILENCE_MS)).toBeNull();
    expect(await ask(nas, again.authPort, true)).toBe(accessReject);
  });

  test("is not learnt from a signature that is wrong", async () => {
    const box = await startBoxOf();
    const nas = await openTestNas();
    const wrong = nas.pap(anybody).fill(0, 22, 38);
    expect(await nas.exchange(box.authPort, wrong, 100)).toBeNull();
    expect(await ask(nas, box.authPort, false)).toBe(accessReject);
    expect(box.store.read(listSigningNas)).toEqual([]);
  });

  test("RFC 3579 §3.1: is not learnt from EAP, which is always signed", async () => {
    const box = await startBoxOf();
    const nas = await openTestNas();
    const attributes = [attribute("EAP-Message", Buffer.of(2, 77, 0, 6, 1, 97))];
    const { accessRequest: code } = codes;
    const request = { code, identifier: 1, authenticator: randomBytes(16), attributes };
    const bytes = encodeRequest({ ...request, isSigned: true }, key);
    expect(await nas.exchange(box.authPort, bytes)).not.toBeNull();
    expect(await ask(nas, box.authPort, false)).toBe(accessReject);
  });

  test("is never learnt where a network is the source: the next access point may not sign", async () => {
    const box = await startBoxOf({ source: "127.0.0.0/8" });
    const nas = await openTestNas();
    expect(await ask(nas, box.authPort, true)).toBe(accessReject);
    expect(await ask(nas, box.authPort, false)).toBe(accessReject);
    expect(box.store.read(listSigningNas)).toEqual([]);
  });

  test("is learnt anew at another source: there it is another machine", async () => {
    const box = await startBoxOf();
    const nas = await openTestNas();
    await ask(nas, box.authPort, true);
    const moved = settingsOf({ source: "127.0.0.1" });
    box.store.transaction((tx) => applySettings(tx, { ...moved, version: moved.version + 1 }));
    await box.catchUp();
    expect(await ask(nas, box.authPort, false)).toBe(accessReject);
    await ask(nas, box.authPort, true);
    expect(await ask(nas, box.authPort, false, SILENCE_MS)).toBeNull();
    await vi.waitFor(
      () =>
        expect(box.store.read(listSigningNas)).toEqual([{ nasId: NAS_ID, source: "127.0.0.1" }]),
      20_000,
    );
  });

  test("that could not be kept is kept at its next signed request", async () => {
    const asked: ((isKept: boolean) => void)[] = [];
    const ask = () =>
      new Promise<never>((resolve, reject) => {
        const end = (isKept: boolean) =>
          isKept ? resolve(undefined as never) : reject(new Error("database is locked"));
        asked.push(end);
      });
    const log = pino({ level: "silent" });
    const signing = createSigning({ known: [], writer: { ask }, log });
    const nas = coovaOf(sampleSettings());
    signing.learn(nas);
    signing.learn(nas);
    expect(asked).toHaveLength(1);
    asked[0]?.(false);
    await nextTurn();
    expect(signing.isDemanded(nas)).toBe(true);
    signing.learn(nas);
    expect(asked).toHaveLength(2);
    asked[1]?.(true);
    await nextTurn();
    signing.learn(nas);
    expect(asked).toHaveLength(2);
  });
});

describe("CVE-2024-3596: a NAS is told apart by its setting", () => {
  test("yes: without Message-Authenticator it meets silence from the first packet on", async () => {
    const box = await startBoxOf({ messageAuthenticator: "yes" });
    const nas = await openTestNas();
    expect(await ask(nas, box.authPort, false, SILENCE_MS)).toBeNull();
    expect(await ask(nas, box.authPort, true)).toBe(accessReject);
    expect(box.health().nas[NAS_ID]).toMatchObject({ drops: { "unsigned-nas-signs": 1 } });
  });

  test("yes: a whole network can be told to sign", async () => {
    const box = await startBoxOf({ messageAuthenticator: "yes", source: "127.0.0.0/8" });
    const nas = await openTestNas();
    expect(await ask(nas, box.authPort, false, SILENCE_MS)).toBeNull();
  });

  test("no: it may sign one and not the next", async () => {
    const box = await startBoxOf({ messageAuthenticator: "no" });
    const nas = await openTestNas();
    expect(await ask(nas, box.authPort, true)).toBe(accessReject);
    expect(await ask(nas, box.authPort, false)).toBe(accessReject);
    expect(box.store.read(listSigningNas)).toEqual([]);
  });

  test("no: Proxy-State and EAP without it are dropped all the same", async () => {
    const box = await startBoxOf({ messageAuthenticator: "no" });
    const nas = await openTestNas();
    for (const more of [
      attribute("Proxy-State", Buffer.of(1)),
      attribute("EAP-Message", Buffer.of(2, 77, 0, 6, 1, 97)),
    ]) {
      const bytes = nas.pap({ ...anybody, isSigned: false, more: [more] });
      expect(await nas.exchange(box.authPort, bytes, 200)).toBeNull();
    }
    expect(box.health().nas[NAS_ID]?.drops).toEqual({ "no-message-authenticator": 2 });
  });

  test("RFC 2866 §3: accounting, whose authenticator is a digest, needs none", async () => {
    const box = await startBoxOf({ messageAuthenticator: "yes" });
    const nas = await openTestNas();
    const record = [attribute("Acct-Status-Type", 7), attribute("NAS-Identifier", "ap")];
    expect(await nas.exchange(box.acctPort, nas.accounting(record))).not.toBeNull();
  });
});
