import { chownSync, existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { isKeySealed } from "@foyer/branch-store";
import { enrolFolder } from "@foyer/sync-agent";
import { asBoxUser } from "./as-box-user.ts";
import { backUp, restore } from "./back-up.ts";
import { readBoxEnvironment, readLanguage } from "./config.ts";
import type { CommandLine } from "./foyer-main.ts";
import { GATEWAY_MODE } from "./gateway-mode.ts";
import { BOX_USER, findVersion, PLACES, run } from "./host.ts";
import { idsOf } from "./install.ts";
import { isEnrolled, startAndJudge, stopBox, stopSetup } from "./look.ts";
import { readPassphrase } from "./passphrase.ts";
import { openQuestions } from "./questions.ts";
import { closeRadsec } from "./radsec-commands.ts";
import { say, type Word } from "./words.ts";

const print = (word: Word) => console.log(say(readLanguage(), word));
const complain = (word: Word) => console.error(say(readLanguage(), word));

/** What a command of this file needs before it begins; null: it may. */
function findObstacle(): Word | null {
  return findVersion(PLACES.current) === null ? { kind: "not-installed" } : null;
}

/** Makes this machine the box that a code was made for. The code is asked for where it is not given. */
export async function runEnrol({ words, flags }: CommandLine): Promise<number> {
  const obstacle = findObstacle();
  if (obstacle) return refuse(obstacle);
  const questions = openQuestions();
  const ask = (word: Word) => questions.ask(say(readLanguage(), word));
  const cloudUrl = flags.cloud ?? (await ask({ kind: "ask-cloud" }));
  const code = words.length > 0 ? words.join("-") : await ask({ kind: "ask-code" });
  questions.close();
  // Nothing is stopped, and so nothing started again, for whoever has not answered.
  if (cloudUrl === "" || code === "") return refuse({ kind: "enrol-unanswered" });
  stopSetup();
  const enrolled = await asBoxUser(() =>
    enrolFolder(PLACES.state, { cloudUrl, code, language: readLanguage() }),
  );
  if (enrolled.kind === "refused") {
    const code = refuse({ kind: "enrol-refused", reason: enrolled.reason });
    await startAgain();
    return code;
  }
  const { boxId, branchId } = enrolled.identity;
  print({ kind: "enrolled", boxId, branchId });
  return await startOrTell({ kind: "not-started" });
}

async function startOrTell(otherwise: Word): Promise<number> {
  const verdict = await startAndJudge(readBoxEnvironment());
  if (verdict.kind === "well") return 0;
  complain(otherwise);
  return 1;
}

export async function runBackup({ words, flags }: CommandLine): Promise<number | null> {
  const [name] = words;
  if (name === undefined) return null;
  const obstacle = findObstacle() ?? (isEnrolled() ? null : ({ kind: "not-enrolled" } as const));
  if (obstacle) return refuse(obstacle);
  const file = resolve(name);
  if (existsSync(file)) return refuse({ kind: "file-exists", file });
  const passphrase = readPassphrase(flags["passphrase-file"]);
  if (passphrase === null && isKeySealed(PLACES.state)) print({ kind: "key-left-out" });
  const { state, configuration } = PLACES;
  const version = findVersion(PLACES.current) ?? "";
  const where = { state, configuration, staging: state, file };
  await backUp({ ...where, asOwner: asBoxUser, passphrase, version, at: new Date() });
  run("sync", file);
  const isEncrypted = passphrase !== null;
  print({ kind: "backed-up", file, bytes: statSync(file).size, isEncrypted });
  return 0;
}

export async function runRestore({ words, flags }: CommandLine): Promise<number | null> {
  const [name] = words;
  if (name === undefined) return null;
  const obstacle = findObstacle();
  if (obstacle) return refuse(obstacle);
  const file = resolve(name);
  if (!existsSync(file)) return refuse({ kind: "no-file", file });
  const passphrase = readPassphrase(flags["passphrase-file"]);
  const { state, configuration } = PLACES;
  try {
    const where = { state, configuration, file, passphrase, at: new Date() };
    const answer = await restore({ ...where, stop: stopBox });
    if (answer.kind === "refused")
      return refuse({ kind: "not-restored", file, reason: answer.reason });
    const { boxId, before } = answer;
    run("chown", "-R", `${BOX_USER}:${BOX_USER}`, state);
    run("chown", "-R", `root:${BOX_USER}`, configuration);
    chownSync(configuration, 0, idsOf(BOX_USER).gid);
    closeRadsec(before);
    // The box of the back-up may have been a gateway, and this machine none yet.
    GATEWAY_MODE.makeUser();
    print({ kind: "restored", boxId, before });
    return await startOrTell({ kind: "restored-stopped" });
  } catch (error) {
    await startAgain();
    throw error;
  }
}

/** What was here goes on. */
async function startAgain(): Promise<void> {
  await startAndJudge(readBoxEnvironment());
}

function refuse(word: Word): number {
  complain(word);
  return 1;
}
