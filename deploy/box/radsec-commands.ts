import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CONFIGURATION } from "./back-up.ts";
import { readBoxEnvironment, readLanguage } from "./config.ts";
import type { CommandLine } from "./foyer-main.ts";
import { BOX_USER, findVersion, PLACES, readText, replaceFile, run, unitOf } from "./host.ts";
import { setAssignments } from "./host-rules.ts";
import { idsOf } from "./install.ts";
import { isEnrolled, startAndJudge } from "./look.ts";
import {
  certificateOf,
  closeAuthority,
  isNasName,
  issueTo,
  keyOf,
  listRadsec,
  openRadsec,
  RADSEC_FOLDER,
  type RadsecFolder,
  type Rights,
  radsecSettings,
  repairRights,
  type SettingsTrial,
  trySettings,
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
  if (findVersion(PLACES.current) === null) return refuse({ kind: "not-installed" });
  const { FOYER_RADIUS_RADSEC_CERTIFICATE: file = "" } = readBoxEnvironment().variables;
  if (file !== "" && file !== radsecSettings(FOLDER).FOYER_RADIUS_RADSEC_CERTIFICATE)
    return refuse({ kind: "radsec-own", file });
  repairRights(openFolder());
  const [what, name] = words;
  if (what === "on" && name === undefined) return await switchOn();
  if (what !== undefined && (what !== "for" || name === undefined)) return null;
  // Its files stay where RADIUS did not come up by them.
  if (file === "") return refuse({ kind: "radsec-off" });
  if (name === undefined) return tell();
  if (!isNasName(name)) return refuse({ kind: "radsec-no-name", name });
  return await makeFor(name, flags.into);
}

function openFolder(): RadsecFolder {
  const { gid } = idsOf(BOX_USER);
  const groupOf = ({ isOfServices }: Rights) => (isOfServices ? gid : 0);
  return {
    folder: FOLDER,
    write: (path, text, rights) =>
      replaceFile(path, text, { mode: rights.mode, gid: groupOf(rights) }),
    give: (path, rights) => {
      chownSync(path, 0, groupOf(rights));
      chmodSync(path, rights.mode);
    },
    now: new Date(),
  };
}

/** After a restore into this machine: what is back, and what was here, which lies among the state. */
export function closeRadsec(before: string): void {
  const where = openFolder();
  repairRights(where);
  closeAuthority({ ...where, folder: join(before, CONFIGURATION, RADSEC_FOLDER) });
}

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
  const switched = await trySettings(openTrial(), isMade);
  if (switched.kind === "taken-back") return refuse({ ...switched, kind: "radsec-taken-back" });
  if (switched.kind === "not-started") return refuse({ kind: "not-started" });
  print({ kind: "radsec-on", authority: radsecSettings(FOLDER).FOYER_RADIUS_RADSEC_CA ?? "" });
  return 0;
}

function openTrial(): SettingsTrial {
  const { gid } = idsOf(BOX_USER);
  const before = readText(PLACES.environment) ?? "";
  const unit = unitOf("radius");
  return {
    before,
    after: setAssignments(before, radsecSettings(FOLDER)),
    write: (text) => replaceFile(PLACES.environment, text, { mode: 0o640, gid }),
    start: async (isAnew) => {
      if (!isEnrolled()) return { kind: "well" };
      if (isAnew) run("systemctl", "stop", unit);
      return await startAndJudge(readBoxEnvironment());
    },
    findWhy: () => {
      const said = run("journalctl", "--no-pager", "-o", "cat", "--since=-5min", "-u", unit);
      const lines = said.split("\n");
      return lines.findLast((line) => line.startsWith("radius: ")) ?? "foyer log";
    },
  };
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
