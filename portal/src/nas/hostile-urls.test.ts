import type { Nas } from "@foyer/contract";
import { describe, expect, it } from "vitest";
import { examples, merakiClickThroughNas } from "./fixtures/examples.ts";
import { adapterOf, handBack, loginOriginsOf, readArrival } from "./index.ts";

const grant = {
  username: "t-5f2a",
  password: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
  landingUrl: "https://guests.example/online",
};

/** Ways to make an address look like one of this origin and lead elsewhere, or into another's header. */
function disguise(origin: string, path: string): string[] {
  const { protocol, host, hostname } = new URL(origin);
  const other = protocol === "http:" ? "https:" : "http:";
  return [
    `${other}//${host}${path}`,
    `${protocol}//${hostname}:9${path}`,
    `${protocol}//203.0.113.9${path}#${origin}`,
    `${protocol}//203.0.113.9/?${origin}${path}`,
    `${protocol}//${host}@203.0.113.9${path}`,
    `${protocol}//guest:secret@${host}${path}`,
    `${protocol}//${host}%40203.0.113.9${path}`,
    `${protocol}//203.0.113.9\\@${host}${path}`,
    `${protocol}//203.0.113.9%5c${host}${path}`,
    `${protocol}//${host}.203.0.113.9.example${path}`,
    `${protocol}//${host}%2e203.0.113.9.example${path}`,
    `${protocol}//203.0.113.9\t${path}`,
    `${protocol}//203.0.113.9\r\nHost: ${host}${path}`,
    `${protocol}//${host}\r\nSet-Cookie: a=b${path}`,
    `${protocol}//xn--${host}${path}`,
    `${protocol}//203。0。113。9${path}`,
    `${protocol}//0xcb007109${path}`,
    `//203.0.113.9${path}`,
    `/\\203.0.113.9${path}`,
    `${protocol}${host}@203.0.113.9${path}`,
    `javascript:location="${origin}${path}"`,
    `data:text/html,${origin}${path}`,
    `file://${host}${path}`,
    `blob:${origin}${path}`,
    encodeURIComponent(`${protocol}//203.0.113.9${path}`),
    encodeURIComponent(encodeURIComponent(`${protocol}//203.0.113.9${path}`)),
    `${origin}${path}${encodeURIComponent("\r\nLocation: http://203.0.113.9/")}`,
    "",
    " ",
    "null",
    "[object Object]",
  ];
}

/** Where each kind's redirect says that the browser is to be handed back to. */
const PLACES: readonly [name: string, parameter: string, path: string][] = [
  ["mikrotik by http-pap", "link-login-only", "/login"],
  ["grandstream", "login_url", "/gwn_login"],
  ["draytek", "loginurl", "/cgi-bin/wifilogin.cgi"],
  ["meraki sign-on", "login_url", "/splash/login"],
  ["cisco", "switch_url", "/login.html"],
  ["fortinet", "post", "/fgtauth"],
  ["huawei", "url", "/"],
  ["d-link", "login_url", "/external.ccp"],
  ["zyxel", "apurl", "/cgi-bin/login.cgi"],
];

const found = (name: string) => {
  const example = examples.find((each) => each.name === name);
  if (!example) throw new Error(`there is no example ${name}`);
  return example;
};

/** Null: refused. */
function targetOf(nas: Nas, rawUrl: string): URL | null {
  const reading = readArrival({ rawUrl, remoteAddress: "10.10.0.2" }, [nas]);
  if (reading.kind !== "arrival") return null;
  const way = handBack(reading.arrival, nas, grant);
  if (way.kind === "wait") throw new Error("nobody is handed back");
  const logOut = adapterOf(nas).logOutUrl(reading.arrival, nas);
  if (logOut !== null) expect(loginOriginsOf(nas)).toContain(new URL(logOut).origin);
  const written = way.kind === "form" ? way.action : way.url;
  // A header and an attribute hold it as it is.
  expect(written).toMatch(/^https?:\/\/[\x21-\x7e]+$/);
  return new URL(written);
}

const withValue = (rawUrl: string, name: string, value: string) => {
  const [path = "", query = ""] = rawUrl.split("?", 2);
  const pairs = query
    .split("&")
    .map((pair) => (pair.split("=")[0] === name ? `${name}=${encodeURIComponent(value)}` : pair));
  return `${path}?${pairs.join("&")}`;
};

describe.each(PLACES)("a hand-back by %s", (name, parameter, path) => {
  it("goes to a registered origin, without a name in it, or nowhere", () => {
    const { nas, rawUrl } = found(name);
    const [origin = ""] = loginOriginsOf(nas);
    expect(targetOf(nas, rawUrl)?.origin).toBe(origin);
    for (const target of disguise(origin, path)) {
      const url = targetOf(nas, withValue(rawUrl, parameter, target));
      const { origin: led = origin, username = "", password = "" } = url ?? {};
      expect({ target, led, username, password }).toEqual({
        ...{ target, led: origin, username: "", password: "" },
      });
    }
  });

  it("is of the first of two that are said, for what is checked and for what is used", () => {
    const { nas, rawUrl } = found(name);
    const [origin = ""] = loginOriginsOf(nas);
    const evil = `&${parameter}=${encodeURIComponent("http://203.0.113.9/login")}`;
    expect(targetOf(nas, rawUrl + evil)?.origin).toBe(origin);
    const first = rawUrl.replace("?", `?${evil.slice(1)}&`);
    expect(targetOf(nas, first)).toBeNull();
    for (const array of [`${parameter}[]`, `${parameter}[0]`, `${parameter}%5B%5D`])
      expect(targetOf(nas, `${rawUrl}&${array}=http%3A%2F%2F203.0.113.9%2F`)?.origin).toBe(origin);
  });
});

it("Meraki's grant goes to a registered origin, however its address is dressed up", () => {
  const [origin = ""] = loginOriginsOf(merakiClickThroughNas);
  for (const target of disguise(origin, "/splash/grant")) {
    const rawUrl = `/?base_grant_url=${encodeURIComponent(target)}&client_mac=02:aa:bb:cc:00:01`;
    const url = targetOf(merakiClickThroughNas, rawUrl);
    expect({ target, led: url?.origin ?? origin }).toEqual({ target, led: origin });
    expect([url?.username ?? "", url?.password ?? ""]).toEqual(["", ""]);
  }
});

describe.each([
  ["coova", "uamip", ["10.10.0.1@203.0.113.9", "203.0.113.9#", "203.0.113.9\\", "x@10.10.0.1"]],
  [
    "wifidog",
    "gw_address",
    ["10.10.0.1@203.0.113.9", "203.0.113.9/", "203.0.113.9?", "x@10.10.0.1"],
  ],
] as const)("the host that a redirect of %s names", (kind, parameter, hosts) => {
  it("is a registered one, or the guest is refused", () => {
    const example = examples.find((each) => each.nas.kind === kind);
    if (!example) throw new Error(`there is no example of ${kind}`);
    // Unsigned, so that only the origins stand in the way.
    const nas: Nas = kind === "coova" ? ({ ...example.nas, uamSecret: "" } as Nas) : example.nas;
    const origins = loginOriginsOf(nas);
    for (const host of hosts) {
      const url = targetOf(nas, withValue(example.rawUrl, parameter, host));
      expect({ host, led: url?.origin ?? origins[0] }).toEqual({ host, led: origins[0] });
      expect(url?.username ?? "").toBe("");
    }
  });
});

/** Makers whose redirect names a host, or a scheme, and not a whole address. */
const HOSTS: readonly [name: string, parameter: string][] = [
  ["aruba", "switchip"],
  ["aruba-instant-on", "post"],
  ["ruckus", "sip"],
  ["ruckus over TLS", "sip"],
  ["cambium", "ga_srvr"],
  ["tp-link omada over TLS", "target"],
  ["tp-link omada over TLS", "targetPort"],
  ["tp-link omada over TLS", "scheme"],
  ["tp-link omada gateway", "scheme"],
  ["tp-link eap standalone", "target"],
];

describe.each(HOSTS)("what a redirect of %s names as %s", (name, parameter) => {
  it("leads to a registered origin, without a name in it, or nowhere", () => {
    const { nas, rawUrl } = found(name);
    const [origin = ""] = loginOriginsOf(nas);
    expect(targetOf(nas, rawUrl)?.origin).toBe(origin);
    const { host, hostname } = new URL(origin);
    const hosts = [
      ...[`${hostname}@203.0.113.9`, `${host}@203.0.113.9`, `guest:secret@${hostname}`],
      ...["203.0.113.9/", "203.0.113.9?", "203.0.113.9#", "203.0.113.9\\", "203.0.113.9:9997/?"],
      ...[`203.0.113.9/${hostname}`, `${hostname}.203.0.113.9.example`, `203.0.113.9%2f`],
      ...["javascript", "data", "file", "https://203.0.113.9/?", "//203.0.113.9/", "@203.0.113.9"],
      ...[
        `80@203.0.113.9`,
        "",
        " ",
        "\t203.0.113.9",
        "203.0.113.9\r\nHost: x",
        "[::1]",
        "0xcb007109",
      ],
    ];
    for (const written of hosts) {
      const url = targetOf(nas, withValue(rawUrl, parameter, written));
      const { origin: led = origin, username = "", password = "" } = url ?? {};
      expect({ written, led, username, password }).toEqual({
        ...{ written, led: origin, username: "", password: "" },
      });
    }
  });
});
