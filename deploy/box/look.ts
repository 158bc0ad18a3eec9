import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BoxEnvironment } from "./config.ts";
import { GATEWAY_UNITS, PLACES, run, SERVICES, SETUP_UNIT, type Service, unitOf } from "./host.ts";
import { readAssignments } from "./host-rules.ts";
import { judgeLooks, type Look, type ServiceLook, type Verdict } from "./verdict-rules.ts";

const ANSWER_MILLISECONDS = 3000;
const LOOK_MILLISECONDS = 1000;

/** Where each service of this box answers; null: nowhere. */
export function findHealthUrl(service: Service, environment: BoxEnvironment): string | null {
  const { portalPort, portalHost, radiusStatusPort, syncStatusPort } = environment;
  switch (service) {
    case "portal":
      return `http://${portalHost === "0.0.0.0" ? "127.0.0.1" : portalHost}:${portalPort}/`;
    case "radius":
      return radiusStatusPort === 0 ? null : `http://127.0.0.1:${radiusStatusPort}/health`;
    case "sync-agent":
      return syncStatusPort === 0 ? null : `http://127.0.0.1:${syncStatusPort}/health`;
  }
}

/** What systemd says of a unit, by name. */
export function showUnit(unit: string, ...properties: string[]): Record<string, string> {
  const wanted = properties.flatMap((each) => ["-p", each]);
  return Object.fromEntries(readAssignments(run("systemctl", "show", unit, ...wanted)));
}

/** The body of an answer, whatever its status; null: nobody answers. */
export async function askHealth(url: string): Promise<{ status: number; body: string } | null> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MILLISECONDS);
    const response = await fetch(url, { signal, redirect: "manual" });
    return { status: response.status, body: await response.text() };
  } catch {
    return null;
  }
}

export async function lookAtService(
  service: Service,
  environment: BoxEnvironment,
): Promise<ServiceLook> {
  const shown = showUnit(unitOf(service), "ActiveState", "MainPID", "NRestarts");
  const url = findHealthUrl(service, environment);
  const answer = url === null ? null : await askHealth(url);
  // 503 is an answer: a box whose uplink is cut, or that has no settings yet, has come up well.
  const answers = url === null ? null : answer !== null && answer.status !== 500;
  return {
    ...{ service, answers, activeState: shown.ActiveState ?? "unknown" },
    processId: Number(shown.MainPID ?? "0"),
    restarts: Number(shown.NRestarts ?? "0"),
  };
}

/** By what an enrolment writes last, as the units do. */
export const isEnrolled = (): boolean => existsSync(join(PLACES.state, "box-key"));

async function lookAtAll(environment: BoxEnvironment): Promise<Look> {
  const services: ServiceLook[] = [];
  for (const service of SERVICES) services.push(await lookAtService(service, environment));
  return { at: performance.now(), isEnrolled: isEnrolled(), services };
}

/** Starts what is installed now, and looks until it is known whether it comes up well. */
export async function startAndJudge(environment: BoxEnvironment): Promise<Verdict> {
  const units = SERVICES.map(unitOf);
  run("systemctl", "reset-failed", ...units);
  run("systemctl", "start", "--no-block", "foyer.target", ...listSetup(), ...units);
  return await lookUntilJudged(() => lookAtAll(environment));
}

/** Looks again and again at what was just started, until it is known whether it comes up well. */
export async function lookUntilJudged(look: () => Promise<Look>): Promise<Verdict> {
  const looks: Look[] = [];
  for (;;) {
    looks.push(await look());
    const verdict = judgeLooks(looks);
    if (verdict.kind !== "waiting") return verdict;
    await sleep(LOOK_MILLISECONDS);
  }
}

/** Until all of them have ended: a gateway, too, writes into the state folder as it ends. */
export function stopBox(): void {
  const others = [...listSetup(), ...GATEWAY_UNITS.filter(isUnitThere)];
  run("systemctl", "stop", "foyer.target", ...others, ...SERVICES.map(unitOf));
}

/** The set-up page has the state folder to itself: nobody enrols or restores beside it. */
export function stopSetup(): void {
  const units = listSetup();
  if (units.length > 0) run("systemctl", "stop", ...units);
}

const listSetup = (): string[] => [SETUP_UNIT].filter(isUnitThere);

/** A release of before it has no such unit, and systemctl ends with what it does not know. */
const isUnitThere = (unit: string): boolean => existsSync(join(PLACES.units, unit));
