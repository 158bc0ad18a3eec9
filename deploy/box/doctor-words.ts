import type { Finding, Level } from "./doctor-rules.ts";
import { sayProcessWords } from "./process-words.ts";
import type { Language } from "./words.ts";

type Texts = { [K in Finding["kind"]]: (finding: Extract<Finding, { kind: K }>) => string };

/** A finding in a sentence that says what to do. */
export function sayFinding(language: Language, finding: Finding): string {
  const texts = (language === "vi" ? vi : en) as unknown as Record<string, (it: Finding) => string>;
  const text = texts[finding.kind];
  if (!text) throw new Error(`no text for ${finding.kind}`);
  return text(finding);
}

export function sayLevel(language: Language, level: Level): string {
  return LEVELS[language][level];
}

const LEVELS: Record<Language, Record<Level, string>> = {
  en: { right: "ok   ", note: "note ", wrong: "WRONG" },
  vi: { right: "tốt  ", note: "lưu ý", wrong: "SAI  " },
};

export type Closing =
  | { kind: "all-well" }
  | { kind: "wrong"; count: number }
  | { kind: "access-points" };

export function sayClosing(language: Language, closing: Closing): string {
  const isVietnamese = language === "vi";
  switch (closing.kind) {
    case "all-well":
      return isVietnamese ? "Mọi thứ đều ổn." : "All is well.";
    case "wrong":
      return isVietnamese
        ? `${closing.count} điều cần sửa: xem các dòng SAI ở trên.`
        : `${closing.count} to mend: the lines above that say WRONG.`;
    case "access-points":
      return isVietnamese ? "Thiết bị phát Wi-Fi" : "Access points";
  }
}

/** What comes from another machine moves no terminal's cursor. */
export const plain = (text: string) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?").slice(0, 200);
const mebibytes = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MiB`;

/** A length in the largest unit that tells it well: seconds, minutes, hours or days, by these names. */
export function lasting(seconds: number, units: readonly [string, string, string, string]): string {
  const whole = Math.abs(Math.round(seconds));
  const [inSeconds, inMinutes, inHours, inDays] = units;
  if (whole < 120) return `${whole} ${inSeconds}`;
  if (whole < 7200) return `${Math.round(whole / 60)} ${inMinutes}`;
  return whole < 172_800
    ? `${Math.round(whole / 3600)} ${inHours}`
    : `${Math.round(whole / 86_400)} ${inDays}`;
}

const en: Texts = {
  "not-enrolled": () =>
    "This box is not enrolled: make it in the staff app under Branches, and type its code into the page that this machine's screen names, or here: sudo foyer enrol",
  "service-up": ({ services }) => `${services.join(", ")} run.`,
  "service-down": ({ service, state }) =>
    `${service} does not run (${state}). It is tried again by itself; what it said: foyer log. To start it now: systemctl start foyer-retry`,
  "service-restarts": ({ service, restarts }) =>
    `${service} ended ${restarts} times since it was started and was started anew. What it said: foyer log`,
  setting: ({ services, fault }) =>
    `${services.join(", ")} ${services.length === 1 ? "refuses its" : "refuse their"} settings: ${plain(fault)}. Mend /etc/foyer/foyer.env, then: systemctl start foyer-retry`,
  "origin-foreign": ({ origin, host }) =>
    `Guests are led to ${origin}, and ${host} is no address of this machine. Give the machine that address in the router, or mend FOYER_PORTAL_ORIGIN in /etc/foyer/foyer.env and what the access points lead to.`,
  "origin-right": ({ origin }) => `Guests are led to ${origin}.`,
  "port-taken": ({ port, protocol, name, variable }) =>
    `${protocol.toUpperCase()} port ${port} is taken by ${plain(name)}. Stop that program, or set ${variable} in /etc/foyer/foyer.env to a free port.`,
  "port-closed": ({ port, protocol, service }) =>
    `${service} runs and does not listen at ${protocol.toUpperCase()} port ${port}: systemctl restart foyer-${service}`,
  "ports-right": ({ count }) => `All ${count} ports are open.`,
  "disk-full": ({ freeBytes }) =>
    `The disk of /var/lib/foyer is full (${mebibytes(freeBytes)} free): new visits may be lost. Remove what is not Foyer's, or take a bigger card.`,
  "disk-nearly-full": ({ freeBytes }) =>
    `The disk of /var/lib/foyer has ${mebibytes(freeBytes)} left.`,
  "disk-right": ({ freeBytes }) => `The disk has ${mebibytes(freeBytes)} left.`,
  "disk-read-only": () =>
    "The disk of /var/lib/foyer is read-only: a card that fails does that. Take a back-up (foyer backup), then a new card.",
  "disk-no-files": ({ freeFiles }) =>
    `The disk of /var/lib/foyer has room for ${freeFiles} more files only. Remove small files that are not Foyer's.`,
  "memory-short": ({ freeBytes }) =>
    `Memory is short (${mebibytes(freeBytes)} free). Stop other programs of this machine.`,
  "clock-off": ({ seconds, isSynchronised }) =>
    `This machine's clock is ${lasting(seconds, ["seconds", "minutes", "hours", "days"])} ${seconds > 0 ? "ahead" : "behind"}. ${isSynchronised ? "Look at the time server it follows: timedatectl" : "Let it reach a time server: timedatectl set-ntp true, and UDP port 123 to the outside"}.`,
  "clock-alone": () =>
    "The clock follows no time server just now: timedatectl set-ntp true, and UDP port 123 to the outside.",
  "clock-right": () => "The clock is right.",
  "gateway-packages": ({ packages }) =>
    `The gateway needs programs that are not here: apt-get install ${packages.join(" ")}`,
  "gateway-interface": ({ guestInterface }) =>
    `The access points hang on ${guestInterface}, and there is no such interface. ip link shows those there are; then: sudo ./install --gateway NAME`,
  "gateway-cable": ({ guestInterface }) =>
    `No cable is in ${guestInterface}, where the access points hang, or they have no power.`,
  "gateway-down": ({ unit, state }) =>
    `${unit} does not run (${state}): guests stay as they are, and nobody else gets in. Often another program serves DHCP or names here (ss -lnup). What it said: foyer log`,
  "gateway-setting": ({ fault }) =>
    `The gateway refuses its settings: ${plain(fault)}. Mend /etc/foyer/gateway.env (or foyer.env beside it), then: systemctl start foyer-retry`,
  "gateway-rules": () =>
    "The rules that keep guests in were taken away, perhaps by nftables.service: systemctl disable nftables, then systemctl restart foyer-filter",
  "gateway-forwarding": () =>
    "This machine passes no packets on (net.ipv4.ip_forward is 0): systemctl restart foyer-filter, and look for what sets it in /etc/sysctl.d",
  "gateway-settings": () =>
    'The branch has no access controller of the kind "This box": add it in the staff app, under the branch\'s settings.',
  "gateway-origin": ({ portalHost, address }) =>
    `Guests are led to ${plain(portalHost)}, which they cannot reach: set FOYER_PORTAL_ORIGIN in /etc/foyer/foyer.env to http://${address}`,
  "gateway-line": () =>
    "The box does not know what your line carries, so one guest's upload may slow all others down: set FOYER_GATEWAY_LINE_UPLOAD_KBPS and FOYER_GATEWAY_LINE_DOWNLOAD_KBPS in /etc/foyer/gateway.env to nine tenths of what a speed test says, then systemctl restart foyer-filter",
  "gateway-right": ({ guestInterface }) =>
    `The box is the access controller of what hangs on ${guestInterface}.`,
  "no-route": () =>
    "This machine has no way out: plug the network cable in, and look whether the router gives it an address (ip address). Guests still get in.",
  "no-name-server": () =>
    "This machine knows no name server: the router gives none by DHCP, and /etc/resolv.conf names none.",
  "name-fails": ({ host, code }) =>
    code === "ENOTFOUND"
      ? `There is no ${host} for the name server (${code}): look whether the name server is right (/etc/resolv.conf), and whether another program asks it (getent hosts ${host}).`
      : `The name server does not answer for ${host} (${code}): look at the router, or set another one.`,
  captive: ({ host, leadsTo, status }) =>
    `What answers for ${host} is not the cloud (it said ${status}${leadsTo === null ? "" : `, and leads to ${plain(leadsTo)}`}). The uplink itself is behind a log-in page: log in there from this network once, or have the provider let this machine through.`,
  "cloud-certificate": ({ host, code, isClock }) =>
    isClock
      ? `The certificate of ${host} is refused by this machine's date (${code}): set the clock first (timedatectl).`
      : `The certificate of ${host} is not its own (${code}): something stands between, a log-in page or a proxy that opens https. Let this machine through it.`,
  "cloud-silent": ({ host, code }) =>
    `${host} does not answer (${code}): look whether a firewall lets this machine out to TCP port 443. Guests still get in; what happens is sent later.`,
  "cloud-right": ({ host }) => `The cloud answers (${host}).`,
  "certificate-ended": ({ purpose, file, days }) =>
    days < 0
      ? `The certificate ${file} (${purpose}) ended ${-days} days ago: put a new one in its place and restart foyer.target.`
      : `The certificate ${file} (${purpose}) ends in ${days} days: put a new one in its place and restart foyer.target.`,
  "certificate-ends": ({ purpose, file, days }) =>
    `The certificate ${file} (${purpose}) ends in ${days} days.`,
  "certificate-unreadable": ({ purpose, file }) =>
    `The certificate ${file} (${purpose}) cannot be read by the user foyer: look whether it is there, is PEM, and may be read by the group foyer.`,
  "certificates-right": ({ days }) => `Its certificates are good for ${days} days and more.`,
  "public-name-waits": () =>
    "There is no certificate for the box's public name yet: guests go by http meanwhile. The staff app says on the box's page what it waits for.",
  "public-name-unserved": ({ name }) =>
    `The box has a certificate for ${plain(name)} and does not serve it: set FOYER_PORTAL_TLS_PORT=443 in /etc/foyer/foyer.env and restart foyer.target.`,
  "public-name-ended": ({ name }) =>
    `The certificate of ${plain(name)} has come to its end, or this box's clock is wrong: guests go by http, as without one. Look at the clock, then at the box's page in the staff app.`,
  "public-name-old": ({ name, days }) =>
    `The certificate of ${plain(name)} ends in ${days} days and was not renewed: the staff app says on the box's page why.`,
  "public-name-right": ({ name, days }) =>
    `Phones find the portal as ${plain(name)}; its certificate is good for ${days} days.`,
  "agent-fault": ({ part, words }) => `The sync agent says of the ${part}: ${plain(words)}.`,
  waiting: ({ events }) => `${events} events wait to be sent.`,
  "key-open": () =>
    "The key of the store is not sealed by a TPM: a stolen disk is a stolen box. Take Remove in the staff app where one is stolen.",
};

/** The parts of a box as the agent names them: contract's BoxPart. */
const PARTS: Readonly<Record<string, string>> = {
  push: "việc gửi lên",
  pull: "việc tải xuống",
  settings: "cấu hình",
  store: "kho dữ liệu",
  outbox: "hàng chờ gửi",
  clock: "đồng hồ",
};

const vi: Texts = {
  "not-enrolled": () =>
    "Hộp này chưa được ghi danh: tạo hộp trong ứng dụng nhân viên, mục Chi nhánh, rồi nhập mã ở trang ghi trên màn hình của máy này, hoặc tại đây: sudo foyer enrol",
  "service-up": ({ services }) => `${services.join(", ")} đang chạy.`,
  "service-down": ({ service, state }) =>
    `${service} không chạy (${state}). Hệ thống tự thử lại; xem lý do: foyer log. Khởi động ngay: systemctl start foyer-retry`,
  "service-restarts": ({ service, restarts }) =>
    `${service} đã dừng ${restarts} lần từ lúc khởi động và được chạy lại. Xem lý do: foyer log`,
  setting: ({ services, fault }) =>
    `${services.join(", ")} không nhận cấu hình: ${plain(sayProcessWords("vi", fault))}. Sửa /etc/foyer/foyer.env, rồi chạy: systemctl start foyer-retry`,
  "origin-foreign": ({ origin, host }) =>
    `Khách được dẫn tới ${origin}, nhưng ${host} không phải địa chỉ của máy này. Đặt địa chỉ đó cho máy trong bộ định tuyến, hoặc sửa FOYER_PORTAL_ORIGIN trong /etc/foyer/foyer.env và nơi thiết bị phát dẫn khách tới.`,
  "origin-right": ({ origin }) => `Khách được dẫn tới ${origin}.`,
  "port-taken": ({ port, protocol, name, variable }) =>
    `Cổng ${protocol.toUpperCase()} ${port} đang bị ${plain(name)} chiếm. Dừng chương trình đó, hoặc đặt ${variable} trong /etc/foyer/foyer.env thành cổng trống.`,
  "port-closed": ({ port, protocol, service }) =>
    `${service} đang chạy nhưng không nghe cổng ${protocol.toUpperCase()} ${port}: systemctl restart foyer-${service}`,
  "ports-right": ({ count }) => `Cả ${count} cổng đều mở.`,
  "disk-full": ({ freeBytes }) =>
    `Ổ đĩa chứa /var/lib/foyer đã đầy (còn ${mebibytes(freeBytes)}): lượt ghé mới có thể bị mất. Xóa những gì không phải của Foyer, hoặc dùng thẻ lớn hơn.`,
  "disk-nearly-full": ({ freeBytes }) => `Ổ đĩa chứa /var/lib/foyer còn ${mebibytes(freeBytes)}.`,
  "disk-right": ({ freeBytes }) => `Ổ đĩa còn ${mebibytes(freeBytes)}.`,
  "disk-read-only": () =>
    "Ổ đĩa chứa /var/lib/foyer chỉ đọc được: thẻ nhớ sắp hỏng thường như vậy. Sao lưu (foyer backup) rồi thay thẻ mới.",
  "disk-no-files": ({ freeFiles }) =>
    `Ổ đĩa chứa /var/lib/foyer chỉ còn chỗ cho ${freeFiles} tệp. Xóa các tệp nhỏ không phải của Foyer.`,
  "memory-short": ({ freeBytes }) =>
    `Thiếu bộ nhớ (còn ${mebibytes(freeBytes)}). Dừng các chương trình khác trên máy này.`,
  "clock-off": ({ seconds, isSynchronised }) =>
    `Đồng hồ của máy ${seconds > 0 ? "nhanh" : "chậm"} ${lasting(seconds, ["giây", "phút", "giờ", "ngày"])}. ${isSynchronised ? "Xem máy chủ giờ mà nó theo: timedatectl" : "Cho nó tới được máy chủ giờ: timedatectl set-ntp true, và mở UDP cổng 123 ra ngoài"}.`,
  "clock-alone": () =>
    "Đồng hồ lúc này không theo máy chủ giờ nào: timedatectl set-ntp true, và mở UDP cổng 123 ra ngoài.",
  "clock-right": () => "Đồng hồ đúng giờ.",
  "gateway-packages": ({ packages }) =>
    `Chế độ cổng cần các chương trình chưa có: apt-get install ${packages.join(" ")}`,
  "gateway-interface": ({ guestInterface }) =>
    `Thiết bị phát cắm vào ${guestInterface} nhưng máy không có cổng mạng này. Lệnh ip link cho biết các cổng đang có; sau đó: sudo ./install --gateway TÊN`,
  "gateway-cable": ({ guestInterface }) =>
    `Cổng ${guestInterface} (nơi cắm thiết bị phát) chưa có cáp, hoặc thiết bị phát chưa có điện.`,
  "gateway-down": ({ unit, state }) =>
    `${unit} không chạy (${state}): khách đang dùng vẫn dùng được, khách mới không vào được. Thường là do có chương trình khác cấp DHCP hoặc DNS trên máy này (ss -lnup). Xem: foyer log`,
  "gateway-setting": ({ fault }) =>
    `Chế độ cổng không nhận cấu hình: ${plain(sayProcessWords("vi", fault))}. Sửa /etc/foyer/gateway.env (hoặc foyer.env bên cạnh), rồi chạy: systemctl start foyer-retry`,
  "gateway-rules": () =>
    "Các luật giữ khách đã bị gỡ, có thể do nftables.service: systemctl disable nftables, rồi systemctl restart foyer-filter",
  "gateway-forwarding": () =>
    "Máy này không chuyển tiếp gói tin (net.ipv4.ip_forward bằng 0): systemctl restart foyer-filter, và xem tệp nào trong /etc/sysctl.d đặt giá trị đó",
  "gateway-settings": () =>
    'Chi nhánh chưa có thiết bị điều khiển loại "Chính hộp này": hãy thêm trong ứng dụng nhân viên, phần cài đặt của chi nhánh.',
  "gateway-origin": ({ portalHost, address }) =>
    `Khách được dẫn đến ${plain(portalHost)} nhưng không vào được địa chỉ đó: đặt FOYER_PORTAL_ORIGIN trong /etc/foyer/foyer.env thành http://${address}`,
  "gateway-line": () =>
    "Hộp chưa biết tốc độ đường truyền, nên một khách tải lên có thể làm chậm tất cả khách khác: đặt FOYER_GATEWAY_LINE_UPLOAD_KBPS và FOYER_GATEWAY_LINE_DOWNLOAD_KBPS trong /etc/foyer/gateway.env bằng chín phần mười kết quả đo tốc độ, rồi chạy systemctl restart foyer-filter",
  "gateway-right": ({ guestInterface }) =>
    `Hộp đang điều khiển truy cập cho mọi thứ cắm vào ${guestInterface}.`,
  "no-route": () =>
    "Máy này không có đường ra mạng: cắm dây mạng, và xem bộ định tuyến có cấp địa chỉ không (ip address). Khách vẫn vào mạng được.",
  "no-name-server": () =>
    "Máy này không biết máy chủ tên miền nào: bộ định tuyến không cấp qua DHCP, /etc/resolv.conf cũng không có.",
  "name-fails": ({ host, code }) =>
    code === "ENOTFOUND"
      ? `Máy chủ tên miền không biết ${host} (${code}): xem máy chủ tên miền có đúng không (/etc/resolv.conf), và thử hỏi bằng lệnh khác (getent hosts ${host}).`
      : `Máy chủ tên miền không trả lời cho ${host} (${code}): kiểm tra bộ định tuyến, hoặc đặt máy chủ khác.`,
  captive: ({ host, leadsTo, status }) =>
    `Nơi trả lời thay cho ${host} không phải đám mây (mã ${status}${leadsTo === null ? "" : `, dẫn tới ${plain(leadsTo)}`}). Chính đường ra mạng đang nằm sau một trang đăng nhập: đăng nhập ở đó một lần từ mạng này, hoặc nhờ nhà mạng cho máy này đi qua.`,
  "cloud-certificate": ({ host, code, isClock }) =>
    isClock
      ? `Chứng chỉ của ${host} bị từ chối vì ngày giờ của máy (${code}): chỉnh đồng hồ trước (timedatectl).`
      : `Chứng chỉ nhận được không phải của ${host} (${code}): có trang đăng nhập hoặc proxy đứng giữa và mở https. Hãy cho máy này đi qua.`,
  "cloud-silent": ({ host, code }) =>
    `${host} không trả lời (${code}): xem tường lửa có cho máy này ra TCP cổng 443 không. Khách vẫn vào mạng được; dữ liệu sẽ được gửi sau.`,
  "cloud-right": ({ host }) => `Đám mây trả lời (${host}).`,
  "certificate-ended": ({ purpose, file, days }) =>
    days < 0
      ? `Chứng chỉ ${file} (${purpose}) đã hết hạn ${-days} ngày: thay chứng chỉ mới rồi khởi động lại foyer.target.`
      : `Chứng chỉ ${file} (${purpose}) hết hạn sau ${days} ngày: thay chứng chỉ mới rồi khởi động lại foyer.target.`,
  "certificate-ends": ({ purpose, file, days }) =>
    `Chứng chỉ ${file} (${purpose}) hết hạn sau ${days} ngày.`,
  "certificate-unreadable": ({ purpose, file }) =>
    `Người dùng foyer không đọc được chứng chỉ ${file} (${purpose}): xem tệp có đó không, có phải PEM không, và nhóm foyer có quyền đọc không.`,
  "certificates-right": ({ days }) => `Các chứng chỉ còn hạn từ ${days} ngày trở lên.`,
  "public-name-waits": () =>
    "Chưa có chứng chỉ cho tên công khai của hộp: trong lúc đó khách dùng http. Trang của hộp trong ứng dụng nhân viên cho biết đang chờ gì.",
  "public-name-unserved": ({ name }) =>
    `Hộp đã có chứng chỉ cho ${plain(name)} nhưng chưa phục vụ: đặt FOYER_PORTAL_TLS_PORT=443 trong /etc/foyer/foyer.env rồi khởi động lại foyer.target.`,
  "public-name-ended": ({ name }) =>
    `Chứng chỉ của ${plain(name)} đã tới hạn, hoặc đồng hồ của hộp sai: khách dùng http như khi không có chứng chỉ. Xem đồng hồ trước, rồi xem trang của hộp trong ứng dụng nhân viên.`,
  "public-name-old": ({ name, days }) =>
    `Chứng chỉ của ${plain(name)} hết hạn sau ${days} ngày mà chưa được gia hạn: trang của hộp trong ứng dụng nhân viên cho biết vì sao.`,
  "public-name-right": ({ name, days }) =>
    `Điện thoại tìm thấy cổng chào ở ${plain(name)}; chứng chỉ còn hạn ${days} ngày.`,
  "agent-fault": ({ part, words }) =>
    `Bộ đồng bộ báo về ${PARTS[part] ?? part}: ${plain(sayProcessWords("vi", words))}.`,
  waiting: ({ events }) => `${events} sự kiện đang chờ gửi.`,
  "key-open": () =>
    "Khóa của kho không được TPM niêm phong: mất ổ đĩa là mất hộp. Nếu bị trộm, hãy chọn Gỡ bỏ trong ứng dụng nhân viên.",
};
