import { createHash } from "node:crypto";

/**
 * Asks for the tags once the frame is there, so that hosts that never answer hold up nothing: neither
 * the page around it nor where that leads on to. What it tells stands in data- attributes, so that it
 * is one script for everybody, and no letter of it is one that a template would escape. The two queues
 * are as their makers document them (Meta's base code, gtag.js with consent mode v2). Meta's pixel is
 * told to watch nothing by itself; measuring pages was not agreed to, and is denied to Google's.
 */
export const TAGS_SCRIPT = [
  "addEventListener(`load`, function () { setTimeout(function () {",
  "const { meta, google, event, name } = document.documentElement.dataset;",
  "function load(source) {",
  "  const tag = document.createElement(`script`);",
  "  tag.async = true; tag.src = source; document.head.append(tag);",
  "}",
  "function fbq() {",
  "  if (fbq.callMethod) fbq.callMethod.apply(fbq, arguments); else fbq.queue.push(arguments);",
  "}",
  "function gtag() { window.dataLayer.push(arguments); }",
  "if (meta) {",
  "  window.fbq = window._fbq = fbq.push = fbq;",
  "  fbq.loaded = true; fbq.version = `2.0`; fbq.queue = [];",
  "  fbq(`set`, `autoConfig`, false, meta);",
  "  fbq(`init`, meta);",
  "  fbq(`trackSingleCustom`, meta, name, {}, { eventID: event });",
  "  load(`https://connect.facebook.net/en_US/fbevents.js`);",
  "}",
  "if (google) {",
  "  window.dataLayer = []; window.gtag = gtag;",
  "  gtag(`consent`, `default`, { ad_storage: `granted`, ad_user_data: `granted`,",
  "    ad_personalization: `granted`, analytics_storage: `denied` });",
  "  gtag(`js`, new Date());",
  "  gtag(`config`, google, { send_page_view: false });",
  "  gtag(`event`, name, { send_to: google, event_id: event, transaction_id: event });",
  "  load(`https://www.googletagmanager.com/gtag/js?id=` + google);",
  "}",
  "}); });",
].join("\n");

/** By it the content security policy knows that script from any other (CSP 3 §2.3.1). */
export const TAGS_SCRIPT_HASH = `sha256-${createHash("sha256").update(TAGS_SCRIPT).digest("base64")}`;
