import {
  type Certificate,
  type ControllerServer,
  type Got,
  openControllerServer,
  type Reply,
} from "./controller-server.ts";

export const RUCKUS_PASSWORD = "northbound-secret";

export type RuckusController = ControllerServer & {
  /** By UE-MAC as it is written in the redirect. */
  guests: Map<string, "unauthorised" | "authorised">;
  /** Says whether RADIUS takes a right; null: RADIUS has not answered yet. */
  askRadius: (username: string, password: string) => boolean | null;
  /** RADIUS's answers that were not told yet. */
  owed: Map<string, { username: string; password: string }>;
};

const KEY = "ENC";
/** As the controller encrypts a MAC or an address; reversed hex will do for a test. */
export const encrypt = (text: string) =>
  KEY + [...Buffer.from(text).toString("hex")].reverse().join("");
const decrypt = (text: string) =>
  Buffer.from([...text.slice(KEY.length)].reverse().join(""), "hex").toString();

/** SmartZone's northbound portal interface, or RUCKUS One's, written from document 800-73417. */
export async function openRuckusController(
  service: "smartzone" | "ruckus-one" = "smartzone",
  certificate?: Certificate | null,
): Promise<RuckusController> {
  const state: Pick<RuckusController, "guests" | "askRadius" | "owed"> = {
    guests: new Map(),
    askRadius: () => true,
    owed: new Map(),
  };
  const at = { current: state };
  const server = await openControllerServer((got) => answer(at.current, service, got), certificate);
  const opened = Object.assign(server, state);
  at.current = opened;
  return opened;
}

const said = (ResponseCode: number, more: object = {}): Reply => ({
  body: { Vendor: "Ruckus", APIVersion: "1.0", ResponseCode, ReplyMessage: "as it says", ...more },
});

type State = Pick<RuckusController, "guests" | "askRadius" | "owed">;

function answer(state: State, service: string, { method, path, body }: Got): Reply {
  if (method !== "POST" || path !== "/portalintf") return { status: 404 };
  if (body?.Vendor !== "Ruckus") return said(302);
  if (body.APIVersion !== "1.0") return said(303);
  if (body.RequestPassword !== RUCKUS_PASSWORD) return said(306);
  if (body.RequestCategory === "GetConfig")
    return body.RequestType === "Decrypt"
      ? said(200, { Data: decrypt(String(body.Data)) })
      : said(304);
  if (body.RequestCategory !== "UserOnlineControl") return said(305);
  const mac = body["UE-MAC"];
  if (typeof mac !== "string") return said(302);
  const guest = state.guests.get(mac);
  if (guest === undefined) return said(300);
  switch (body.RequestType) {
    case "Login":
    case "LoginAsync":
      if (body.RequestType === "LoginAsync" && service !== "smartzone") return said(304);
      return logIn(state, mac, body);
    case "Authorize":
      if (service !== "ruckus-one") return said(304);
      if (guest === "authorised") return said(101);
      state.guests.set(mac, "authorised");
      return said(201);
    case "Status":
      if (service !== "smartzone") return said(304);
      return state.owed.has(mac) ? settle(state, mac) : said(guest === "authorised" ? 101 : 100);
    case "Logout":
      state.guests.set(mac, "unauthorised");
      return said(200);
    default:
      return said(304);
  }
}

function logIn(state: State, mac: string, body: Record<string, unknown>): Reply {
  if (state.guests.get(mac) === "authorised") return said(101);
  state.owed.set(mac, {
    username: String(body["UE-Username"]),
    password: String(body["UE-Password"]),
  });
  return body.RequestType === "LoginAsync" ? said(202) : settle(state, mac);
}

/** An outcome is told once; then it is forgotten, and a failure is plain 100. */
function settle(state: State, mac: string): Reply {
  const owed = state.owed.get(mac);
  const isTaken = owed ? state.askRadius(owed.username, owed.password) : null;
  if (isTaken === null) return said(202);
  state.owed.delete(mac);
  if (!isTaken) return said(301);
  state.guests.set(mac, "authorised");
  return said(201);
}
