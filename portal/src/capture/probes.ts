/**
 * Where operating systems and browsers ask whether they are online. All of them expect an answer
 * that only the open internet gives; whoever reaches this portal instead is told where it is.
 */
export const PROBE_HOSTS: ReadonlySet<string> = new Set([
  // Apple
  "captive.apple.com",
  "www.apple.com",
  "www.appleiphonecell.com",
  "www.airport.us",
  "www.ibook.info",
  "www.itools.info",
  "www.thinkdifferent.us",
  // Android, ChromeOS, Samsung
  "connectivitycheck.gstatic.com",
  "connectivitycheck.android.com",
  "clients3.google.com",
  "play.googleapis.com",
  "www.google.com",
  "connectivity.samsung.com.cn",
  // Xiaomi, Huawei, Honor, Oppo, Vivo
  "connect.rom.miui.com",
  "connectivitycheck.platform.hicloud.com",
  "connectivitycheck.platform.hihonorcloud.com",
  "conn1.oppomobile.com",
  "wifi.vivo.com.cn",
  // Windows, Edge
  "www.msftconnecttest.com",
  "ipv6.msftconnecttest.com",
  "www.msftncsi.com",
  "edge-http.microsoft.com",
  // Firefox
  "detectportal.firefox.com",
  // GNOME, Debian, Ubuntu, Fedora, KDE, Arch
  "nmcheck.gnome.org",
  "network-test.debian.org",
  "connectivity-check.ubuntu.com",
  "fedoraproject.org",
  "networkcheck.kde.org",
  "ping.archlinux.org",
  // Kindle, Fire OS
  "spectrum.s3.amazonaws.com",
]);

/** The same questions by their paths, for NAS that rewrite the host. */
const PROBE_PATHS: ReadonlySet<string> = new Set([
  "/hotspot-detect.html",
  "/library/test/success.html",
  "/generate_204",
  "/gen_204",
  "/captiveportal/generate_204",
  "/connecttest.txt",
  "/ncsi.txt",
  "/redirect",
  "/success.txt",
  "/canonical.html",
  "/check_network_status.txt",
  "/nm",
  "/static/hotspot.txt",
  "/kindle-wifi/wifistub.html",
  "/kindle-wifi/wifiredirect.html",
]);

/** Whether a request is such a question. `host` is the Host header, `url` path and query. */
export function isProbe(host: string, url: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, "");
  const [path = ""] = url.split("?", 1);
  // Huawei and Honor append _<uuid>.
  return PROBE_HOSTS.has(name) || PROBE_PATHS.has(path) || path.startsWith("/generate_204_");
}
