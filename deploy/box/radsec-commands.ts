import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readBoxEnvironment, readLanguage } from "./config.ts";
import type { CommandLine } from "./foyer-main.ts";
import { BOX_USER, findVersion, PLACES, readText, replaceFile, run } from "./host.ts";
import { setAssignments } from "./host-rules.ts";
import { idsOf } from "./install.ts";
import { isEnrolled, startAndJudge } from "./look.ts";
import {
  certificateOf,
  isNasName,
  issueTo,
  keyOf,
  listRadsec,
  openRadsec,
  RADSEC_FOLDER,
  radsecSettings,
} from "./radsec.ts";
import { say, type Word } from "./words.ts";

const FOLDER = join(PLACES.configuration, RADSEC_FOLDER);
const SERVER_NAME = "radsec.foyer.internal";
const print = (word: Word) => console.log(say(readLanguage(), word));
const refuse = (word: Word): number => {
  console.error(say(readLanguage(), word));
  return 1;
};

/** RadSec without a certificate made by hand: switched on, and a certificate for each access point. */
export async function runRadsec({ words, flags }: CommandLine): Promise<number | null> {
  if (process.getuid?.() !== 0) return refuse({ kind: "not-root" });
  if (findVersion(PLACES.current) === null) return refuse({ kind: "not-installed" });
  const { FOYER_RADIUS_RADSEC_CERTIFICATE: file = "" } = readBoxEnvironment().variables;
  if (file !== "" && file !== radsecSettings(FOLDER).FOYER_RADIUS_RADSEC_CERTIFICATE)
    return refuse({ kind: "radsec-own", file });
  const [what, name] = words;
  if (what === undefined) return tell();
  if (what === "on" && name === undefined) return await switchOn();
  if (what !== "for" || name === undefined) return null;
  if (!isNasName(name)) return refuse({ kind: "radsec-no-name", name });
  return await makeFor(name, flags.into);
}

const openFolder = () => {
  const { gid } = idsOf(BOX_USER);
  const write = (path: string, text: string) => replaceFile(path, text, { mode: 0o640, gid });
  return { folder: FOLDER, write, now: new Date() };
};

function tell(): number {
  const { own, issued } = listRadsec(FOLDER);
  if (!own) return refuse({ kind: "radsec-off" });
  for (const { name, until } of [own, ...issued]) print({ kind: "radsec-until", name, until });
  return 0;
}

async function switchOn(): Promise<number> {
  const { portalOrigin } = readBoxEnvironment();
  const host = URL.parse(portalOrigin)?.hostname.replace(/^\[|\]$/g, "");
  const isMade = await openRadsec(openFolder(), [SERVER_NAME, ...(host ? [host] : [])]);
  const { gid } = idsOf(BOX_USER);
  run("chgrp", "-R", BOX_USER, FOLDER);
  const before = readText(PLACES.environment) ?? "";
  const after = setAssignments(before, radsecSettings(FOLDER));
  if (after !== before) replaceFile(PLACES.environment, after, { mode: 0o640, gid });
  if ((isMade || after !== before) && isEnrolled()) {
    run("systemctl", "stop", "foyer-radius.service");
    const verdict = await startAndJudge(readBoxEnvironment());
    if (verdict.kind !== "well") return refuse({ kind: "not-started" });
  }
  print({ kind: "radsec-on", authority: radsecSettings(FOLDER).FOYER_RADIUS_RADSEC_CA ?? "" });
  return 0;
}

async function makeFor(name: string, into = `radsec-${name}`): Promise<number> {
  const folder = resolve(into);
  if (existsSync(folder)) return refuse({ kind: "file-exists", file: folder });
  if (listRadsec(FOLDER).own === null) return refuse({ kind: "radsec-off" });
  const made = await issueTo(openFolder(), name);
  if (!made) return refuse({ kind: "radsec-off" });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files: [string, string][] = [
    [keyOf(folder, name), made.key],
    [certificateOf(folder, name), made.certificate],
    [certificateOf(folder, "foyer-radsec-ca"), made.authority],
  ];
  for (const [path, text] of files) writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  print({ kind: "radsec-for", name, folder });
  return 0;
}
