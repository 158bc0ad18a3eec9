import { listOpenSessions } from "@foyer/branch-store";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { MAC, NAS_ID, sampleSettings, signInAndIssue, startTestBox } from "../test/box.ts";
import { macAt } from "../test/load.ts";
import { openTestNas } from "../test/nas.ts";
import { mountSmallDisk } from "../test/small-disk.ts";
import { codes, statusTypes } from "./protocol/dictionary.ts";
import { attribute } from "./protocol/values.ts";

/** Each writes some pages: what the store has room for in files it has made is used up before. */
const RECORDS_MAX = 4000;
const WAIT_MS = 500;
/** Enough that a log-in finds no room that a record had left. */
const LOG_INS = 100;

const probe = mountSmallDisk();
probe?.remove();
const needs = probe ? "" : " (needs a user that may mount a tmpfs)";

/** The errors that the server logs, and a box on a disk of its own. */
const openSmallBox = async () => {
  const disk = mountSmallDisk()!;
  onTestFinished(disk.remove);
  const errors: string[] = [];
  const log = pino({ level: "error" }, { write: (line: string) => errors.push(line) });
  const settings = sampleSettings((each) => {
    each.signIn.greet = "never";
  });
  const box = await startTestBox({ settings, log, parentFolder: disk.folder });
  signInAndIssue(box.store, MAC);
  const nas = await openTestNas();
  return {
    ...{ disk, box, errors },
    logInByMac: async () => {
      const request = nas.pap({ userName: MAC, password: MAC, mac: MAC });
      return (await nas.exchange(box.authPort, request, WAIT_MS))?.code ?? null;
    },
    tellStart: async (at: number) => {
      const attributes = [
        attribute("Acct-Status-Type", statusTypes.start),
        attribute("Acct-Session-Id", `s-${at}`),
        attribute("Calling-Station-Id", macAt(at)),
      ];
      const reply = await nas.exchange(box.acctPort, nas.accounting(attributes), WAIT_MS);
      return reply?.code ?? null;
    },
    listStored: () => box.store.read(listOpenSessions).map((each) => each.acctSessionId),
  };
};

test.skipIf(!probe)(
  `a full disk answers no accounting, is told of, keeps no known device out, and heals by itself${needs}`,
  async () => {
    const { disk, box, errors, logInByMac, tellStart, listStored } = await openSmallBox();
    expect(await logInByMac()).toBe(codes.accessAccept);
    disk.fill();
    let at = 0;
    while (at < RECORDS_MAX && (await tellStart(at)) !== null) at += 1;
    expect(at, "the disk is full").toBeLessThan(RECORDS_MAX);
    expect(await tellStart(at)).toBeNull();
    // RFC 2866 §4.1: no answer for what was not recorded, and nothing lost of what was.
    expect(listStored()).toHaveLength(at);
    expect(box.health().nas[NAS_ID]?.drops["store-failed"]).toBeGreaterThan(0);
    expect(errors.length).toBeGreaterThan(0);
    for (let asked = 0; asked < LOG_INS; asked++)
      expect(await logInByMac(), `log-in ${asked}`).toBe(codes.accessAccept);
    disk.clear();
    expect(await tellStart(at)).toBe(codes.accountingResponse);
    expect(listStored()).toContain(`s-${at}`);
    expect(await logInByMac()).toBe(codes.accessAccept);
  },
);
