import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { startAccessPoint } from "../demo/access-point.ts";
import { listForms } from "../demo/browser.ts";
import {
  INVENTED_GUESTS,
  joinWifi,
  leaveWifi,
  type Place,
  readCode,
  takeTelephone,
} from "../demo/guests.ts";

/** What the program is told: where the box is, and which file says that it may go on. */
export type GuestsInRoot = {
  portal: string;
  nasIdentifier: string;
  accessPoint: { port: number; disconnectPort: number };
  secrets: { radius: string; uam: string };
  goOnFile: string;
};

// A program of its own, in the network of a box: an access point with one guest who is online and one who
// holds the page that asks for a code. It says each step in a line, and waits in the middle for a file.

const [online, halfway] = INVENTED_GUESTS;
if (!online || !halfway) throw new Error("nobody is invented");
const told = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as GuestsInRoot;
const accessPoint = await startAccessPoint({
  ...{ host: "127.0.0.1", ...told.accessPoint, name: "In a clean root" },
  ...{ nasIdentifier: told.nasIdentifier, uamServer: `${told.portal}/`, say: () => {} },
  ...{ uamSecret: told.secrets.uam },
  radius: { authPort: 1812, acctPort: 1813, secret: told.secrets.radius },
});
const place: Place = { accessPoint: accessPoint.origin, portal: told.portal };

const lan = takeTelephone(place, online);
const minh = takeTelephone(place, halfway);
await joinWifi(place, online, lan);
const first = await minh.browser.open(place.accessPoint);
const [form] = listForms(first);
if (!form) throw new Error(`${first.url} asks for nothing`);
const terms = { terms: form.boxes.terms ?? "on", phone: halfway.phone };
const codePage = await minh.browser.submit(first, form, terms);
const [codeForm] = listForms(codePage);
if (!codeForm?.inputs.includes("code")) throw new Error(`${codePage.url} asks for no code`);
const code = await readCode(place, halfway.phone);
console.log("halfway");

while (!existsSync(told.goOnFile)) await pause(200);
const { url } = await lan.browser.open(place.accessPoint);
console.log(url.startsWith(place.accessPoint) ? "still online" : `led to ${url}`);
await minh.browser.submit(codePage, codeForm, { code });
// Whoever typed the right code is asked for no second one.
const { pages } = await joinWifi(place, { ...halfway, phone: "" }, minh);
const asksAgain = pages.some((page) => listForms(page)[0]?.inputs.includes("code"));
console.log(asksAgain ? "asked again" : `online, ${accessPoint.countOnline()} of them`);
for (const telephone of [lan, minh]) await leaveWifi(place, telephone);
await accessPoint.close();
console.log("left");
