import { PLACES, readText } from "./host.ts";
import { readAssignments } from "./host-rules.ts";
import type { Language } from "./words.ts";

/** What of the box's settings its own tools go by. */
export type BoxEnvironment = Readonly<{
  portalOrigin: string;
  portalHost: string;
  portalPort: number;
  portalTlsPort: number | null;
  radiusHost: string;
  authPort: number;
  acctPort: number;
  radsecPort: number | null;
  /** 0: none. */
  radiusStatusPort: number;
  syncStatusPort: number;
  /** PEM files that venue IT gave, by the variable that names them. */
  certificateFiles: Readonly<Record<string, string>>;
  /** As it stands, for what the processes themselves check. */
  variables: Readonly<Record<string, string>>;
}>;

const CERTIFICATES = [
  "FOYER_PORTAL_TLS_CERTIFICATE",
  "FOYER_PORTAL_PROFILE_CERTIFICATE",
  "FOYER_RADIUS_CERTIFICATE",
  "FOYER_RADIUS_RADSEC_CERTIFICATE",
  "FOYER_RADIUS_RADSEC_CA",
];

/** What the services are told: the file of /etc/foyer, as systemd reads it. */
export function readBoxEnvironment(text = readText(PLACES.environment) ?? ""): BoxEnvironment {
  const variables = Object.fromEntries(readAssignments(text));
  const port = (name: string, fallback: number) => Number(variables[name] || fallback);
  const portOrNone = (name: string) => (variables[name] ? Number(variables[name]) : null);
  return Object.freeze({
    portalOrigin: variables.FOYER_PORTAL_ORIGIN ?? "",
    portalHost: variables.FOYER_PORTAL_HOST || "0.0.0.0",
    portalPort: port("FOYER_PORTAL_PORT", 8080),
    portalTlsPort: portOrNone("FOYER_PORTAL_TLS_PORT"),
    radiusHost: variables.FOYER_RADIUS_HOST || "0.0.0.0",
    authPort: port("FOYER_RADIUS_AUTH_PORT", 1812),
    acctPort: port("FOYER_RADIUS_ACCT_PORT", 1813),
    radsecPort: portOrNone("FOYER_RADIUS_RADSEC_PORT"),
    radiusStatusPort: port("FOYER_RADIUS_STATUS_PORT", 18120),
    syncStatusPort: port("FOYER_SYNC_STATUS_PORT", 18121),
    certificateFiles: Object.fromEntries(
      CERTIFICATES.flatMap((name) => (variables[name] ? [[name, variables[name]]] : [])),
    ),
    variables: { FOYER_STATE_FOLDER: PLACES.state, ...variables },
  });
}

/** The terminal's language. POSIX: the first that is set and not empty counts. */
export function readLanguage(environment = process.env): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = environment;
  return /^vi\b|^vi_/.test(LC_ALL || LC_MESSAGES || LANG || "") ? "vi" : "en";
}
