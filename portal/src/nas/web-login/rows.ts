import type { WebLoginNas, WebLoginVendor } from "@foyer/contract";
import type { Grant } from "../adapter.ts";
import { mikrotik } from "./mikrotik.ts";
import { type Row, type Values, without } from "./row.ts";
import { tpLink } from "./tp-link.ts";

/**
 * The web log-ins of every maker but CoovaChilli's. Where they are from, and that none was run
 * against the maker's own equipment, is in portal/README.md.
 */
export const rows: Readonly<Record<WebLoginVendor, Row>> = {
  mikrotik,
  aruba: {
    recognises: (values) => values.get("cmd") === "login" && !values.has("post"),
    names: { mac: ["mac"], ip: "ip", originalUrl: "url" },
    // Each field of the redirect can be switched off on the controller, switchip too.
    targets: (values) => {
      const host = values.get("switchip") || "securelogin.arubanetworks.com";
      return [`https://${host}/cgi-bin/login`, `http://${host}/cgi-bin/login`];
    },
    keeps: ["mac", "ip", "essid"],
    method: "post",
    fields: ({ mac, ip, essid }, _nas, { username, password, landingUrl }) => ({
      ...{ user: username, password, cmd: "authenticate" },
      ...without({ mac, ip, essid }),
      url: landingUrl,
    }),
    logOutPath: "/cgi-bin/login?cmd=logout",
  },
  "aruba-instant-on": {
    recognises: (values) => values.get("cmd") === "login" && values.has("post"),
    names: { mac: ["mac"], ip: "ip", originalUrl: "url" },
    targets: (values) => [`https://${values.get("post")}/cgi-bin/login`],
    method: "post",
    fields: (_kept, _nas, { username, password }) => ({
      ...{ user: username, password, cmd: "authenticate" },
    }),
  },
  grandstream: {
    recognises: (values) =>
      hasAll(values, "login_url", "client_mac") && !values.has("continue_url"),
    names: { mac: ["client_mac"], originalUrl: "orig_url" },
    targets: at("login_url"),
    method: "get",
    fields: (_kept, _nas, { username, password, landingUrl }) => ({
      ...{ username, password, redirect: landingUrl },
    }),
  },
  meraki: {
    recognises: (values) => hasAll(values, "login_url", "client_mac", "continue_url"),
    names: {
      ...{ mac: ["client_mac"], ip: "client_ip", originalUrl: "continue_url" },
      ...{ error: "error_message", logOut: "logout_url" },
    },
    targets: at("login_url"),
    method: "post",
    fields: (_kept, _nas, { username, password, landingUrl }) => ({
      ...{ username, password, success_url: landingUrl },
    }),
  },
  "d-link": {
    recognises: (values) => hasAll(values, "login_url", "mac", "mauth"),
    names: { mac: ["mac"], ip: "ip", originalUrl: "continue_url", logOut: "logout_url" },
    targets: at("login_url"),
    method: "post",
    fields: namedFields,
  },
  draytek: {
    recognises: (values) =>
      values.has("loginurl") && (values.has("clientmac") || values.has("client_mac")),
    names: { mac: ["clientmac", "client_mac"], originalUrl: "target" },
    targets: at("loginurl"),
    method: "get",
    fields: (_kept, _nas, { username, password }) => ({ username, password }),
  },
  ruckus: {
    // SmartZone names an nbiIP: it is told by the portal, not by the browser.
    recognises: (values) => hasAll(values, "sip", "client_mac", "uip") && !values.has("nbiIP"),
    names: { mac: ["client_mac"], ip: "uip", originalUrl: "url" },
    targets: (values) => [
      ...[`http://${values.get("sip")}:9997/login`, `https://${values.get("sip")}:9998/login`],
    ],
    keeps: ["uip"],
    method: "post",
    fields: ({ uip }, _nas, { username, password }) => ({
      ...{ username, password },
      ...without({ ip: uip }),
    }),
    logOutPath: "/logout",
  },
  cisco: {
    recognises: (values) => hasAll(values, "switch_url", "client_mac"),
    names: { mac: ["client_mac"] },
    targets: at("switch_url"),
    stateOf: (values) => ciscoState(values.get("statusCode") ?? ""),
    method: "post",
    fields: (_kept, _nas, { username, password, landingUrl }) => ({
      ...{ buttonClicked: "4", err_flag: "0", err_msg: "", info_flag: "0", info_msg: "" },
      ...{ redirect_url: landingUrl, network_name: "Guest Network", username, password },
    }),
    // A page of its own, with the button that does it.
    logOutPath: "/logout.html",
  },
  fortinet: {
    recognises: (values) => hasAll(values, "post", "magic", "usermac"),
    names: { mac: ["usermac"], ip: "userip" },
    targets: at("post"),
    keeps: ["magic"],
    findFault: (values) => (values.get("magic") ? null : "magic is missing"),
    method: "post",
    fields: ({ magic }, _nas, { username, password, landingUrl }) => ({
      ...{ username, password, ...without({ magic }), "4Tredir": landingUrl },
    }),
    logOutPath: "/logout?",
  },
  cambium: {
    recognises: (values) => hasAll(values, "ga_srvr", "ga_cmac"),
    names: {
      ...{ mac: ["ga_cmac"], ip: "ga_cip", originalUrl: "ga_orig_url" },
      nasIdentifier: "ga_nas_id",
    },
    // The log-in wants the whole query again, letter for letter.
    targets: (values, _nas, rawQuery) => [
      `http://${values.get("ga_srvr")}:880/cgi-bin/hotspot_login.cgi?${rawQuery}`,
    ],
    method: "post",
    fields: (_kept, _nas, { username, password }) => ({ ga_user: username, ga_pass: password }),
  },
  "tp-link": tpLink,
  zyxel: {
    recognises: (values) => hasAll(values, "apurl", "usermac"),
    names: { mac: ["usermac"], ip: "userip", error: "error_num" },
    targets: at("apurl"),
    // Its click-through takes no name, so it would ask no RADIUS.
    findFault: (values) =>
      /\/Clicktocontinue\.cgi/i.test(values.get("apurl") ?? "")
        ? "apurl is that of click-to-continue: set the SSID to sign-on with RADIUS"
        : null,
    method: "post",
    fields: namedFields,
  },
  huawei: {
    recognises: (values) =>
      hasAll(values, "usermac", "userip", "url") && !values.has("post") && !values.has("apurl"),
    names: { mac: ["usermac"], ip: "userip" },
    targets: at("url"),
    method: "post",
    fields: (_kept, _nas, { username, password }) => ({ username, password }),
  },
  alcatel: {
    recognises: (values) => hasAll(values, "clientmac", "switchmac", "switchip"),
    names: { mac: ["clientmac"], ip: "clientip", originalUrl: "url" },
    // The redirect does not say: it is cportal.al-enterprise.com unless it was set otherwise.
    targets: (_values, nas) => nas.loginOrigins.map((each) => `${new URL(each).origin}/login`),
    method: "post",
    fields: (_kept, _nas, { username, password, landingUrl }) => ({
      ...{ user: username, password, url: landingUrl },
    }),
  },
};

/** The log-in goes to where the redirect says. */
function at(name: string): Row["targets"] {
  return (values) => [values.get(name) ?? ""];
}

function hasAll(values: Values, ...names: string[]): boolean {
  return names.every((name) => values.has(name));
}

/** Of a maker that says where the log-in goes, and not what it is called. */
function namedFields(
  _kept: object,
  { usernameField = "username", passwordField = "password" }: WebLoginNas,
  { username, password }: Grant,
): Record<string, string> {
  return { [usernameField]: username, [passwordField]: password };
}

const CISCO_FAILURES: Readonly<Record<string, string>> = {
  "2": "not-configured",
  "3": "name-in-use",
  "4": "excluded",
  "5": "reject",
};

function ciscoState(statusCode: string): ReturnType<NonNullable<Row["stateOf"]>> {
  if (statusCode === "1") return { state: "online", failure: null };
  const failure = CISCO_FAILURES[statusCode];
  return failure === undefined ? null : { state: "failed", failure };
}
