import type { ProfileContent } from "./apple-profile.ts";
import { choosePasspointName } from "./rules.ts";
import { escapeXml } from "./xml.ts";

export const PASSPOINT_TYPE = "application/x-wifi-config";
/** Parts are in base64, which has no dash: it stands in none of them. */
const BOUNDARY = "foyer-member-wifi";
/** RFC 2045 §6.8. */
const LINE_CHARACTERS = 76;
const INNER_METHODS = { mschapv2: "MS-CHAP-V2", pap: "PAP" } as const;

type PasspointContent = Pick<
  ProfileContent,
  "memberWifi" | "credential" | "trust" | "friendlyName"
>;

/**
 * The file an Android device makes a network of (source.android.com, "Passpoint R1 provisioning"):
 * MIME parts, and all of it in base64 once more.
 */
export function buildPasspointFile(content: PasspointContent): string {
  const { authority } = content.trust;
  const parts = [
    { type: "application/x-passpoint-profile", body: Buffer.from(writeSubscription(content)) },
    ...(authority
      ? // "A single X.509v3 base64-encoded certificate": of the DER, without PEM's frame.
        [{ type: "application/x-x509-ca-cert", body: authority }]
      : []),
  ];
  const lines = [
    `Content-Type: multipart/mixed; boundary=${BOUNDARY}`,
    "Content-Transfer-Encoding: base64",
    "",
    ...parts.flatMap(({ type, body }) => [
      `--${BOUNDARY}`,
      `Content-Type: ${type}`,
      "Content-Transfer-Encoding: base64",
      "",
      writeBase64(body),
    ]),
    `--${BOUNDARY}--`,
    "",
  ];
  return writeBase64(Buffer.from(lines.join("\r\n")));
}

function writeBase64(octets: Buffer): string {
  const lines = octets.toString("base64").match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g"));
  return (lines ?? []).join("\r\n");
}

/** A leaf's value, or the nodes below. */
type Tree = { [name: string]: string | Tree };

/** PerProviderSubscription, in the words of OMA-DM (Passpoint R2 Technical Specification §9.1). */
function writeSubscription(content: PasspointContent): string {
  const { memberWifi, credential, trust, friendlyName } = content;
  const subscription: Tree = {
    HomeSP: {
      FriendlyName: friendlyName,
      FQDN: choosePasspointName(memberWifi.domain, trust),
    },
    Credential: {
      Realm: memberWifi.domain,
      UsernamePassword: {
        Username: credential.username,
        Password: Buffer.from(credential.password).toString("base64"),
        EAPMethod: { EAPType: "21", InnerMethod: INNER_METHODS[memberWifi.innerMethod] },
      },
    },
  };
  return [
    '<MgmtTree xmlns="syncml:dmddf1.2">',
    "<VerDTD>1.2</VerDTD>",
    "<Node>",
    "<NodeName>PerProviderSubscription</NodeName>",
    "<RTProperties><Type>",
    "<DDFName>urn:wfa:mo:hotspot2dot0-perprovidersubscription:1.0</DDFName>",
    "</Type></RTProperties>",
    writeNode("i001", subscription),
    "</Node>",
    "</MgmtTree>",
  ].join("\n");
}

function writeNode(name: string, value: string | Tree): string {
  const inner =
    typeof value === "string"
      ? `<Value>${escapeXml(value)}</Value>`
      : Object.entries(value)
          .map(([key, each]) => writeNode(key, each))
          .join("\n");
  return `<Node>\n<NodeName>${escapeXml(name)}</NodeName>\n${inner}\n</Node>`;
}
