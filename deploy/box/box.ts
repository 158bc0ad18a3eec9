import { join } from "node:path";
import { BOX_RELEASE } from "./build-release.ts";
import { readBoxEnvironment, readLanguage } from "./config.ts";
import { GATEWAY_MODE } from "./gateway-mode.ts";
import { BOX_USER, PLACES, readText } from "./host.ts";
import type { Installation } from "./installation.ts";
import { isEnrolled, startAndJudge, stopBox } from "./look.ts";
import { findPortalOrigin } from "./own-address.ts";
import { say } from "./words.ts";

/** An appliance serves at the port that needs not be typed. */
const PORTAL_PORT = 80;

/** The box, as it is installed. */
export const BOX: Installation = {
  places: PLACES,
  kind: BOX_RELEASE,
  user: BOX_USER,
  // Debian's tpm2-tools make this group, whose members may use the TPM.
  groups: ["tss"],
  folder: "deploy/box",
  command: "foyer",
  // Those of a cloud on the same machine are the cloud's.
  isUnit: (name) => /^foyer(?!-cloud)[a-z-]*\.(service|target|timer|path)$/.test(name),
  target: "foyer.target",
  wantedBy: ["multi-user.target.wants", "foyer.target.wants"],
  isOptional: () => false,
  stopsForSwitch: true,
  configure: (given) => {
    const template = readText(join(import.meta.dirname, "foyer.env")) ?? "";
    const origin = given ?? findPortalOrigin(PORTAL_PORT) ?? "";
    return template
      .replace("@PORTAL_ORIGIN@", origin)
      .replace("@PORTAL_PORT@", String(portOf(origin)));
  },
  startAndJudge: () => startAndJudge(readBoxEnvironment()),
  stop: stopBox,
  gateway: GATEWAY_MODE,
  say: (word) => say(readLanguage(), word),
  listNext: () => {
    const { portalOrigin: origin } = readBoxEnvironment();
    return [
      origin === "" ? { kind: "no-origin" } : { kind: "origin", origin },
      ...(isEnrolled() ? [] : [{ kind: "enrol-next" } as const]),
    ];
  },
};

/** Of an https origin it is a proxy, or FOYER_PORTAL_TLS_PORT, that serves it. */
function portOf(origin: string): number {
  const url = URL.parse(origin);
  return url?.protocol === "http:" && url.port !== "" ? Number(url.port) : PORTAL_PORT;
}
