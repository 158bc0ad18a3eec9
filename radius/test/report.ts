import type { CoovaNas } from "@foyer/contract";
import { expect } from "vitest";
import { reportNas } from "../src/nas-report.ts";
import { codes } from "../src/protocol/dictionary.ts";
import type { RawAttribute } from "../src/protocol/packet.ts";
import { attribute } from "../src/protocol/values.ts";
import type { Language } from "../src/server/words.ts";
import { coovaOf, MAC, sampleSettings, type TestBoxOptions } from "./box.ts";
import { openTestNas } from "./nas.ts";
import { type SeenBox, startSeenBox } from "./seen-box.ts";

/** A box whose one access point is changed so, and has no Disconnect port unless said. */
export const startBoxOf = (change: Partial<CoovaNas> = {}, options: TestBoxOptions = {}) => {
  const settings = sampleSettings((each) => {
    Object.assign(coovaOf(each), { disconnectPort: null, ...change });
  });
  return startSeenBox({ settings, ...options });
};

export type ReportAsked = {
  wanted?: string;
  seconds?: number;
  language?: Language;
  /** What happens once it is said that the box is watched. */
  watched?: () => void;
};
export type Place = { folder: string; statusPort: number | null };

/** What venue IT reads, and whether all is well. */
export const report = async (
  { folder: stateFolder, statusPort }: Place,
  asked: ReportAsked = {},
) => {
  const { wanted = null, seconds = 0, language = "en", watched = () => {} } = asked;
  const lines: string[] = [];
  const print = (line: string) => {
    if (lines.push(line) === 1) watched();
  };
  const isWell = await reportNas({ stateFolder, statusPort, wanted, seconds, language, print });
  const text = lines.join("\n");
  return { text, isWell, wrong: lines.filter((line) => /^ {2}WRONG/.test(line)) };
};

/** The one thing that is wrong. */
export const faultOf = async (box: Place) => {
  const { wrong, isWell, text } = await report(box);
  expect(isWell).toBe(false);
  if (wrong.length !== 1) throw new Error(`not one fault: ${text}`);
  return wrong[0];
};

export const session = (status: number, more: RawAttribute[] = [], mac: string | null = MAC) => [
  attribute("Acct-Status-Type", status),
  attribute("Acct-Session-Id", "s-1"),
  ...(mac ? [attribute("Calling-Station-Id", mac)] : []),
  ...more,
];

/** A guest logs in by ticket and, unless it is held back, their session starts. */
export const logIn = async (
  box: SeenBox,
  { isSigned = true, isAccounted = true, mac = MAC } = {},
) => {
  const nas = await openTestNas();
  const { username: userName, password } = box.issueTicketFor(mac);
  const request = nas.pap({ userName, password, mac, isSigned });
  expect((await nas.exchange(box.authPort, request))?.code).toBe(codes.accessAccept);
  if (isAccounted) await nas.exchange(box.acctPort, nas.accounting(session(1, [], mac)));
  return nas;
};
