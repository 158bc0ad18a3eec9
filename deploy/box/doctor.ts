import { reportNas } from "@foyer/radius";
import { asBoxUser } from "./as-box-user.ts";
import { readBoxEnvironment, readLanguage } from "./config.ts";
import { examine, levelOf } from "./doctor-rules.ts";
import { sayClosing, sayFinding, sayLevel } from "./doctor-words.ts";
import { findVersion, PLACES } from "./host.ts";
import { lookAround } from "./look-around.ts";
import { say } from "./words.ts";

/** Says in words what is wrong with this box and what to do. 0: nothing is. */
export async function runDoctor(): Promise<number> {
  const language = readLanguage();
  const print = (line: string) => console.log(line);
  if (process.getuid?.() !== 0 || findVersion(PLACES.current) === null) {
    const kind = process.getuid?.() === 0 ? "not-installed" : "not-root";
    console.error(say(language, { kind }));
    return 2;
  }
  const environment = readBoxEnvironment();
  const found = await lookAround(environment);
  const findings = examine(found);
  for (const finding of findings)
    print(`  ${sayLevel(language, levelOf(finding))}  ${sayFinding(language, finding)}`);
  const wrong = findings.filter((finding) => levelOf(finding) === "wrong").length;
  const isRadiusUp = found.services.some(
    ({ service, activeState }) => service === "radius" && activeState === "active",
  );
  // Each access point, seen or silent, as the RADIUS server has it.
  let areNasWell = true;
  if (found.isEnrolled && isRadiusUp) {
    print(`\n${sayClosing(language, { kind: "access-points" })}`);
    const statusPort = environment.radiusStatusPort || null;
    const about = { stateFolder: PLACES.state, statusPort, wanted: null, seconds: 0 };
    areNasWell = await asBoxUser(() => reportNas({ ...about, language, print }));
  }
  print("");
  if (wrong > 0) print(sayClosing(language, { kind: "wrong", count: wrong }));
  else if (areNasWell) print(sayClosing(language, { kind: "all-well" }));
  return wrong === 0 && areNasWell ? 0 : 1;
}
