/** What an operating system or a browser asks to see whether it is online, and what then answers. */
export type Probe = {
  asker: string;
  url: string;
  /** As the open internet answers, to the byte. */
  status: 200 | 204;
  body: string;
  headers: Readonly<Record<string, string>>;
};

const APPLE = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>";
const HTML = { "content-type": "text/html" };
const TEXT = { "content-type": "text/plain" };

const says = (asker: string, url: string, body: string, headers = TEXT): Probe => ({
  ...{ asker, url, status: 200, body, headers },
});
const saysNothing = (asker: string, ...urls: string[]): Probe[] =>
  urls.map((url) => ({ asker, url, status: 204, body: "", headers: {} }));

/**
 * Every question of which the answer is known (bodies counted by an open catalogue of them; ping of
 * Arch Linux in its own words). Apple's other names are asked for the same page.
 */
export const PROBES: readonly Probe[] = [
  says("Apple", "http://captive.apple.com/hotspot-detect.html", `${APPLE}\n`, HTML),
  ...[
    ...["www.apple.com", "www.appleiphonecell.com", "www.airport.us", "www.ibook.info"],
    ...["www.itools.info", "www.thinkdifferent.us"],
  ].map((host) => says("Apple", `http://${host}/library/test/success.html`, APPLE, HTML)),
  ...saysNothing(
    "Android, ChromeOS",
    ...["http://connectivitycheck.gstatic.com/generate_204"],
    ...["http://clients3.google.com/generate_204", "http://www.google.com/gen_204"],
    ...["http://play.googleapis.com/generate_204"],
    ...["http://connectivitycheck.android.com/generate_204"],
  ),
  ...saysNothing("Samsung", "http://connectivity.samsung.com.cn/generate_204"),
  ...saysNothing("Xiaomi", "http://connect.rom.miui.com/generate_204"),
  ...saysNothing(
    "Huawei, Honor",
    "http://connectivitycheck.platform.hicloud.com/generate_204",
    "http://connectivitycheck.platform.hicloud.com/generate_204_8e4f7c1a-6f2e-4a55-9d1e-0d2f9a1c3b77",
    "http://connectivitycheck.platform.hihonorcloud.com/generate_204",
  ),
  ...saysNothing("Oppo", "http://conn1.oppomobile.com/generate_204"),
  ...saysNothing("Vivo", "http://wifi.vivo.com.cn/generate_204"),
  says("Windows", "http://www.msftconnecttest.com/connecttest.txt", "Microsoft Connect Test"),
  says("Windows", "http://ipv6.msftconnecttest.com/connecttest.txt", "Microsoft Connect Test"),
  says("Windows before 10", "http://www.msftncsi.com/ncsi.txt", "Microsoft NCSI"),
  ...saysNothing("Edge", "http://edge-http.microsoft.com/captiveportal/generate_204"),
  says("Firefox", "http://detectportal.firefox.com/success.txt", "success\n"),
  says(
    "Firefox",
    "http://detectportal.firefox.com/canonical.html",
    '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>',
    HTML,
  ),
  says("GNOME", "http://nmcheck.gnome.org/check_network_status.txt", "NetworkManager is online"),
  says("Debian", "http://network-test.debian.org/nm", "NetworkManager is online\n"),
  {
    ...{ asker: "Ubuntu", url: "http://connectivity-check.ubuntu.com/", status: 204, body: "" },
    headers: { "x-networkmanager-status": "online" },
  },
  says("Fedora", "http://fedoraproject.org/static/hotspot.txt", "OK"),
  says("KDE", "http://networkcheck.kde.org/", "OK"),
  says(
    "Arch Linux",
    "http://ping.archlinux.org/nm-check.txt",
    "This domain is used for connectivity checking (captive portal detection).\n",
  ),
  says(
    "Kindle, Fire OS",
    "http://spectrum.s3.amazonaws.com/kindle-wifi/wifistub.html",
    "<!DOCTYPE html>\n<html><head><title>Kindle Reachability Probe Page</title></head><body>\n<!-- 81ce4465-7167-4dcb-835b-dcc9e44c112a -->\n</body></html>\n",
    HTML,
  ),
];

/** What Android asks besides, over TLS. */
export const HTTPS_PROBE = "https://www.google.com/generate_204";
