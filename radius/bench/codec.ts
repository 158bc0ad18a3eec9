// How fast packets are read and written, without socket and store, against the package `radius`
// in the same rounds.
import radius from "radius";
import {
  checkMessageAuthenticator,
  encodeReply,
  encodeRequest,
  prepareSecret,
} from "../src/protocol/authenticator.ts";
import { codes } from "../src/protocol/dictionary.ts";
import { decodePacket, type Packet } from "../src/protocol/packet.ts";
import { hidePassword, revealPassword } from "../src/protocol/password.ts";
import { attribute, findValue } from "../src/protocol/values.ts";
import { printFigure } from "../test/figure.ts";

const ROUNDS = 7;
const REQUESTS_PER_ROUND = 20_000;
const SECRET = "radius-secret-of-a-bench";

const key = prepareSecret(SECRET);
const authenticator = Buffer.alloc(16, 7);
const request = encodeRequest(
  {
    code: codes.accessRequest,
    identifier: 1,
    authenticator,
    attributes: [
      attribute("User-Name", "h3x9pQ2rT5uV8wYz"),
      attribute("User-Password", hidePassword(Buffer.alloc(22, "p"), authenticator, key)),
      attribute("Service-Type", 1),
      attribute("Acct-Session-Id", "6922a1b300000001"),
      attribute("Framed-IP-Address", "10.1.0.2"),
      attribute("NAS-Port-Type", 19),
      attribute("Calling-Station-Id", "AC-00-5E-00-53-01"),
      attribute("Called-Station-Id", "AC-00-5E-00-53-FF:Foyer"),
      attribute("NAS-IP-Address", "10.1.0.1"),
      attribute("NAS-Identifier", "branch-001"),
      attribute("WISPr-Logoff-URL", "http://10.1.0.1:3990/logoff"),
    ],
    isSigned: true,
  },
  key,
);
const reply = {
  code: codes.accessAccept,
  attributes: [attribute("Session-Timeout", 3600), attribute("WISPr-Bandwidth-Max-Up", 512_000)],
  isSigned: true,
};

function read(): Packet {
  const decoded = decodePacket(request);
  if (decoded.kind === "malformed") throw new Error(decoded.reason);
  return decoded.packet;
}

/** Everything a PAP log-in costs but the decision. */
function answerPap(): void {
  const packet = read();
  if (checkMessageAuthenticator(packet, packet.authenticator, key) !== "right")
    throw new Error("the request's Message-Authenticator is wrong");
  findValue(packet, "User-Name");
  findValue(packet, "Calling-Station-Id");
  const hidden = findValue(packet, "User-Password");
  if (!hidden || !revealPassword(hidden, packet.authenticator, key))
    throw new Error("the password cannot be read");
  encodeReply(reply, packet, key);
}

/** Reads every attribute, as the package does whether it is asked to or not. */
function decodeAll(): void {
  const packet = read();
  for (const name of [
    "User-Name",
    "Service-Type",
    "Acct-Session-Id",
    "Framed-IP-Address",
    "NAS-Port-Type",
    "Calling-Station-Id",
    "Called-Station-Id",
    "NAS-IP-Address",
    "NAS-Identifier",
    "WISPr-Logoff-URL",
  ] as const)
    findValue(packet, name);
  const hidden = findValue(packet, "User-Password");
  if (hidden) revealPassword(hidden, packet.authenticator, key);
}

const decodeByPackage = () => {
  radius.decode({ packet: request, secret: SECRET });
};

/** Requests a second. */
function measure(work: () => void): number {
  const begin = process.hrtime.bigint();
  for (let done = 0; done < REQUESTS_PER_ROUND; done++) work();
  return (REQUESTS_PER_ROUND * 1e9) / Number(process.hrtime.bigint() - begin);
}

const works = [answerPap, decodeAll, decodeByPackage];
for (const work of works) measure(work);
const figures = works.map(() => [] as number[]);
for (let round = 0; round < ROUNDS; round++)
  works.forEach((work, index) => {
    figures[index]?.push(measure(work));
  });
const [pap = [], ours = [], theirs = []] = figures;
printFigure({
  name: "radius-codec-pap",
  rounds: pap,
  unit: "requests/s",
  bar: 100_000,
  better: "more",
});
printFigure({
  name: "radius-codec-decode-over-package-radius",
  rounds: ours.map((each, index) => each / (theirs[index] ?? 1)),
  unit: "times",
  bar: 5,
  better: "more",
});
