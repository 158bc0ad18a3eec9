import { reportNas } from "@foyer/radius";
import { asBoxUser } from "./as-box-user.ts";
import { type BoxEnvironment, readBoxEnvironment, readLanguage } from "./config.ts";
import { type Examined, examine, levelOf } from "./doctor-rules.ts";
import { plain, sayClosing, sayFinding, sayLevel } from "./doctor-words.ts";
import { judgeDoor, levelOfDoor } from "./door-rules.ts";
import { sayDoorFinding, sayRefusedArrival } from "./door-words.ts";
import { findVersion, PLACES } from "./host.ts";
import { lookAround } from "./look-around.ts";
import { type Door, lookAtDoor, type SeenNas } from "./look-at-door.ts";
import { type Language, say } from "./words.ts";

/** Says in words what is wrong with this box and what to do. 0: nothing is. */
export async function runDoctor(): Promise<number> {
  const language = readLanguage();
  const print = (line: string) => console.log(line);
  if (findVersion(PLACES.current) === null) {
    console.error(say(language, { kind: "not-installed" }));
    return 2;
  }
  const environment = readBoxEnvironment();
  const found = await lookAround(environment);
  const findings = examine(found);
  for (const finding of findings)
    print(`  ${sayLevel(language, levelOf(finding))}  ${sayFinding(language, finding)}`);
  const nas = found.isEnrolled
    ? await tellOfNas(found, { environment, language, print })
    : { isWell: true, wrong: 0 };
  const wrong = findings.filter((finding) => levelOf(finding) === "wrong").length + nas.wrong;
  print("");
  if (wrong > 0) print(sayClosing(language, { kind: "wrong", count: wrong }));
  else if (nas.isWell) print(sayClosing(language, { kind: "all-well" }));
  return wrong === 0 && nas.isWell ? 0 : 1;
}

type Telling = { language: Language; print: (line: string) => void };

/**
 * Each access point, seen or silent: as the RADIUS server has it, whose report counts for itself what is not
 * well, and those without RADIUS as the portal has.
 */
async function tellOfNas(
  { services }: Pick<Examined, "services">,
  { environment, language, print }: Telling & { environment: BoxEnvironment },
): Promise<{ isWell: boolean; wrong: number }> {
  const door = await asBoxUser(async () => lookAtDoor(PLACES.state, () => new Date()));
  const isRadiusUp = services.some(
    ({ service, activeState }) => service === "radius" && activeState === "active",
  );
  const { others = [], refused = [] } = door ?? {};
  const isRadiusTold = isRadiusUp && isRadiusAsked(door);
  if (isRadiusTold || others.length + refused.length > 0)
    print(`\n${sayClosing(language, { kind: "access-points" })}`);
  for (const arrival of refused)
    print(`  ${sayLevel(language, "note")}  ${sayRefusedArrival(language, arrival)}`);
  let isWell = true;
  if (isRadiusTold) {
    const statusPort = environment.radiusStatusPort || null;
    const about = { stateFolder: PLACES.state, statusPort, wanted: null, seconds: 0 };
    isWell = await asBoxUser(() => reportNas({ ...about, language, print }));
  }
  return { isWell, wrong: tellOfDoor(others, { language, print }) };
}

/** Where all of a branch's access points go without RADIUS, it has nothing to tell of. */
const isRadiusAsked = (door: Door | null): boolean =>
  door === null || door.hasRadius || door.others.length === 0;

/** Those that ask no RADIUS, as the portal has seen them. Returns how many are not well. */
function tellOfDoor(others: readonly SeenNas[], { language, print }: Telling): number {
  const now = new Date();
  const found = others.map((nas) => ({ ...nas, finding: judgeDoor(nas.sight, now) }));
  for (const { id, name, kind, finding } of found) {
    print("");
    print(`${plain(name)} (${kind}, ${id})`);
    print(`  ${sayLevel(language, levelOfDoor(finding))}  ${sayDoorFinding(language, finding)}`);
  }
  return found.filter(({ finding }) => levelOfDoor(finding) === "wrong").length;
}
