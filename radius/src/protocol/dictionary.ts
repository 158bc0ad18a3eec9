// Every attribute the server can name, in one table. Numbers are those of IANA's registry
// (RFC 2865, 2866, 2867, 2868, 2869, 3162, 4372, 5176, 5580, 6911) and of the vendors' own
// dictionaries. What is not listed here is kept as bytes and passed over (RFC 2865 §5).

export const STANDARD = 0;
export const WISPR = 14122;
export const CHILLISPOT = 14559;
export const MIKROTIK = 14988;

/** The type of the attribute that carries vendors' own (RFC 2865 §5.26). */
export const VENDOR_SPECIFIC = 26;

/** How an attribute's bytes are read. */
export type AttributeKind =
  | "text"
  | "octets"
  | "integer"
  | "integer64"
  | "time"
  | "ipv4"
  | "ipv6"
  | "ipv6-prefix";

export type Definition = { vendor: number; number: number; kind: AttributeKind };

const text = (number: number, vendor = STANDARD) => ({ vendor, number, kind: "text" }) as const;
const octets = (number: number, vendor = STANDARD) => ({ vendor, number, kind: "octets" }) as const;
const integer = (number: number, vendor = STANDARD) =>
  ({ vendor, number, kind: "integer" }) as const;
const time = (number: number, vendor = STANDARD) => ({ vendor, number, kind: "time" }) as const;
const ipv4 = (number: number, vendor = STANDARD) => ({ vendor, number, kind: "ipv4" }) as const;
const ipv6 = (number: number, vendor = STANDARD) => ({ vendor, number, kind: "ipv6" }) as const;
const ipv6Prefix = (number: number, vendor = STANDARD) =>
  ({ vendor, number, kind: "ipv6-prefix" }) as const;

export const dictionary = {
  "User-Name": text(1),
  "User-Password": octets(2),
  "CHAP-Password": octets(3),
  "NAS-IP-Address": ipv4(4),
  "NAS-Port": integer(5),
  "Service-Type": integer(6),
  "Framed-Protocol": integer(7),
  "Framed-IP-Address": ipv4(8),
  "Framed-IP-Netmask": ipv4(9),
  "Framed-Routing": integer(10),
  "Filter-Id": text(11),
  "Framed-MTU": integer(12),
  "Framed-Compression": integer(13),
  "Login-IP-Host": ipv4(14),
  "Login-Service": integer(15),
  "Login-TCP-Port": integer(16),
  "Reply-Message": text(18),
  "Callback-Number": text(19),
  "Callback-Id": text(20),
  "Framed-Route": text(22),
  State: octets(24),
  Class: octets(25),
  "Vendor-Specific": octets(VENDOR_SPECIFIC),
  "Session-Timeout": integer(27),
  "Idle-Timeout": integer(28),
  "Termination-Action": integer(29),
  "Called-Station-Id": text(30),
  "Calling-Station-Id": text(31),
  "NAS-Identifier": text(32),
  "Proxy-State": octets(33),
  "Acct-Status-Type": integer(40),
  "Acct-Delay-Time": integer(41),
  "Acct-Input-Octets": integer(42),
  "Acct-Output-Octets": integer(43),
  "Acct-Session-Id": text(44),
  "Acct-Authentic": integer(45),
  "Acct-Session-Time": integer(46),
  "Acct-Input-Packets": integer(47),
  "Acct-Output-Packets": integer(48),
  "Acct-Terminate-Cause": integer(49),
  "Acct-Multi-Session-Id": text(50),
  "Acct-Link-Count": integer(51),
  "Acct-Input-Gigawords": integer(52),
  "Acct-Output-Gigawords": integer(53),
  "Event-Timestamp": time(55),
  "Egress-VLANID": integer(56),
  "Ingress-Filters": integer(57),
  "Egress-VLAN-Name": text(58),
  "User-Priority-Table": octets(59),
  "CHAP-Challenge": octets(60),
  "NAS-Port-Type": integer(61),
  "Port-Limit": integer(62),
  "Tunnel-Type": octets(64),
  "Tunnel-Medium-Type": octets(65),
  "Tunnel-Client-Endpoint": octets(66),
  "Tunnel-Server-Endpoint": octets(67),
  "Tunnel-Password": octets(69),
  "Connect-Info": text(77),
  "EAP-Message": octets(79),
  "Message-Authenticator": octets(80),
  "Tunnel-Private-Group-Id": octets(81),
  "Tunnel-Assignment-Id": octets(82),
  "Tunnel-Preference": octets(83),
  "Acct-Interim-Interval": integer(85),
  "Acct-Tunnel-Packets-Lost": integer(86),
  "NAS-Port-Id": text(87),
  "Framed-Pool": text(88),
  "Chargeable-User-Identity": octets(89),
  "NAS-Filter-Rule": text(92),
  "NAS-IPv6-Address": ipv6(95),
  "Framed-Interface-Id": octets(96),
  "Framed-IPv6-Prefix": ipv6Prefix(97),
  "Login-IPv6-Host": ipv6(98),
  "Framed-IPv6-Route": text(99),
  "Framed-IPv6-Pool": text(100),
  "Error-Cause": integer(101),
  "Operator-Name": text(126),
  "Location-Information": octets(127),
  "Location-Data": octets(128),
  "Framed-IPv6-Address": ipv6(168),
  "DNS-Server-IPv6-Address": ipv6(169),

  "WISPr-Location-ID": text(1, WISPR),
  "WISPr-Location-Name": text(2, WISPR),
  "WISPr-Logoff-URL": text(3, WISPR),
  "WISPr-Redirection-URL": text(4, WISPR),
  "WISPr-Bandwidth-Min-Up": integer(5, WISPR),
  "WISPr-Bandwidth-Min-Down": integer(6, WISPR),
  /** Bit a second. */
  "WISPr-Bandwidth-Max-Up": integer(7, WISPR),
  "WISPr-Bandwidth-Max-Down": integer(8, WISPR),
  "WISPr-Session-Terminate-Time": text(9, WISPR),
  "WISPr-Session-Terminate-End-Of-Day": text(10, WISPR),
  "WISPr-Billing-Class-Of-Service": text(11, WISPR),

  "ChilliSpot-Max-Input-Octets": integer(1, CHILLISPOT),
  "ChilliSpot-Max-Output-Octets": integer(2, CHILLISPOT),
  "ChilliSpot-Max-Total-Octets": integer(3, CHILLISPOT),
  /** Kilobit a second. */
  "ChilliSpot-Bandwidth-Max-Up": integer(4, CHILLISPOT),
  "ChilliSpot-Bandwidth-Max-Down": integer(5, CHILLISPOT),
  "ChilliSpot-Config": text(6, CHILLISPOT),
  "ChilliSpot-Lang": text(7, CHILLISPOT),
  "ChilliSpot-Version": text(8, CHILLISPOT),
  "ChilliSpot-OriginalURL": text(9, CHILLISPOT),
  "ChilliSpot-Max-Input-Gigawords": integer(21, CHILLISPOT),
  "ChilliSpot-Max-Output-Gigawords": integer(22, CHILLISPOT),
  "ChilliSpot-Max-Total-Gigawords": integer(23, CHILLISPOT),
  "ChilliSpot-UAM-Allowed": text(100, CHILLISPOT),
  "ChilliSpot-MAC-Allowed": text(101, CHILLISPOT),
  "ChilliSpot-Interval": integer(102, CHILLISPOT),

  "Mikrotik-Recv-Limit": integer(1, MIKROTIK),
  "Mikrotik-Xmit-Limit": integer(2, MIKROTIK),
  "Mikrotik-Group": text(3, MIKROTIK),
  "Mikrotik-Rate-Limit": text(8, MIKROTIK),
  "Mikrotik-Realm": text(9, MIKROTIK),
  "Mikrotik-Host-IP": ipv4(10, MIKROTIK),
  "Mikrotik-Mark-Id": text(11, MIKROTIK),
  "Mikrotik-Advertise-URL": text(12, MIKROTIK),
  "Mikrotik-Advertise-Interval": integer(13, MIKROTIK),
  "Mikrotik-Recv-Limit-Gigawords": integer(14, MIKROTIK),
  "Mikrotik-Xmit-Limit-Gigawords": integer(15, MIKROTIK),
  "Mikrotik-Total-Limit": integer(17, MIKROTIK),
  "Mikrotik-Total-Limit-Gigawords": integer(18, MIKROTIK),
  "Mikrotik-Address-List": text(19, MIKROTIK),
} as const satisfies Record<string, Definition>;

export type AttributeName = keyof typeof dictionary;

type ValueOfKind = {
  text: string;
  octets: Buffer;
  integer: number;
  integer64: bigint;
  time: Date;
  ipv4: string;
  ipv6: string;
  "ipv6-prefix": string;
};

/** What a named attribute's value is in TypeScript. */
export type ValueOf<N extends AttributeName> = ValueOfKind[(typeof dictionary)[N]["kind"]];

/** RFC 2865 §4, RFC 2866 §4, RFC 5176 §2, RFC 5997 §3. */
export const codes = {
  accessRequest: 1,
  accessAccept: 2,
  accessReject: 3,
  accountingRequest: 4,
  accountingResponse: 5,
  accessChallenge: 11,
  statusServer: 12,
  disconnectRequest: 40,
  disconnectAck: 41,
  disconnectNak: 42,
  coaRequest: 43,
  coaAck: 44,
  coaNak: 45,
} as const;

/** RFC 2865 §5.6. */
export const serviceTypes = { login: 1, framed: 2, callCheck: 10 } as const;

/** RFC 2866 §5.1. */
export const statusTypes = { start: 1, stop: 2, interim: 3, on: 7, off: 8 } as const;

/** RFC 2866 §5.10 and RFC 3580 §2.1: why a session ended, by the names of IANA's registry. */
export const terminateCauses: Readonly<Record<number, string>> = {
  1: "User-Request",
  2: "Lost-Carrier",
  3: "Lost-Service",
  4: "Idle-Timeout",
  5: "Session-Timeout",
  6: "Admin-Reset",
  7: "Admin-Reboot",
  8: "Port-Error",
  9: "NAS-Error",
  10: "NAS-Request",
  11: "NAS-Reboot",
  12: "Port-Unneeded",
  13: "Port-Preempted",
  14: "Port-Suspended",
  15: "Service-Unavailable",
  16: "Callback",
  17: "User-Error",
  18: "Host-Request",
  19: "Supplicant-Restart",
  20: "Reauthentication-Failure",
  21: "Port-Reinitialized",
  22: "Port-Administratively-Disabled",
};
