import type { Finding, Level } from "./nas-fault-rules.ts";
import type { Trouble } from "./status-rules.ts";
import type { Stranger } from "./strangers.ts";

/** Every text that venue IT reads of the RADIUS server's state, in both first languages. */
export type Language = "en" | "vi";

/** What the report says beside its findings. */
export type Remark =
  | { kind: "status-off" }
  | { kind: "no-answer"; portNumber: number; reason: string }
  | { kind: "other-box"; portNumber: number; boxId: string }
  | { kind: "no-store"; stateFolder: string }
  | { kind: "no-nas" }
  | { kind: "unknown-name"; wanted: string; names: string[] }
  | { kind: "watching"; seconds: number }
  | { kind: "came"; requests: number; accepts: number; rejects: number; records: number }
  | { kind: "box-ready" }
  | { kind: "strangers"; senders: Sender[] }
  | { kind: "all-well" }
  | { kind: "faults"; faults: number }
  | { kind: "usage" };

type Sender = Pick<Stranger, "address" | "nasIdentifier" | "through">;

type Said = Finding | Remark | Trouble;
type NameOf<T extends Said> = T extends { kind: infer K }
  ? K
  : T extends { code: infer C }
    ? C
    : never;
type Texts = {
  [K in NameOf<Said> & string]: (
    said: Extract<Said, { kind: K }> | Extract<Said, { code: K }>,
  ) => string;
};

/** A finding, a remark or a trouble of the box in a sentence that says what to do. */
export function say(language: Language, said: Said): string {
  const name = "kind" in said ? said.kind : said.code;
  const texts = TEXTS[language] as unknown as Record<string, (said: Said) => string>;
  const text = texts[name];
  if (!text) throw new Error(`no text for ${name}`);
  return text(said);
}

export function sayLevel(language: Language, level: Level): string {
  return LEVELS[language][level];
}

const LEVELS: Record<Language, Record<Level, string>> = {
  en: { right: "ok   ", note: "note ", wrong: "WRONG" },
  vi: { right: "tốt  ", note: "lưu ý", wrong: "SAI  " },
};

/**
 * What a stranger calls itself comes from anybody: nothing of it may move a terminal's cursor or
 * turn its text around.
 */
export function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?").slice(0, CLAIMED_NAME_MAX);
}
const CLAIMED_NAME_MAX = 64;

const DAY = 86_400;
type Unit = readonly [seconds: number, one: string, many: string];
const UNITS: Record<Language, readonly [Unit, Unit, Unit, Unit, Unit]> = {
  en: [
    [365 * DAY, "year", "years"],
    [DAY, "day", "days"],
    [3600, "hour", "hours"],
    [60, "minute", "minutes"],
    [1, "second", "seconds"],
  ],
  vi: [
    [365 * DAY, "năm", "năm"],
    [DAY, "ngày", "ngày"],
    [3600, "giờ", "giờ"],
    [60, "phút", "phút"],
    [1, "giây", "giây"],
  ],
};

/** A duration in its largest unit: 90 seconds are 1 minute. */
function duration(language: Language, seconds: number): string {
  const whole = Math.abs(Math.round(seconds));
  const units = UNITS[language];
  const [size, one, many] = units.find(([each]) => whole >= each) ?? units[4];
  const count = Math.floor(whole / size);
  return `${count} ${count === 1 ? one : many}`;
}

const agoInEnglish = (seconds: number) =>
  seconds < 1 ? "just now" : `${duration("en", seconds)} ago`;
const agoInVietnamese = (seconds: number) =>
  seconds < 1 ? "vừa xong" : `${duration("vi", seconds)} trước`;
const SENDER: Record<Language, { named: string; unproved: string }> = {
  en: { named: "with the name", unproved: "by RadSec, with no certificate of the CA that is set" },
  vi: { named: "với tên", unproved: "qua RadSec, không có chứng chỉ của CA đã đặt" },
};

/** Who asks, each with the name it claims. */
function list(language: Language, senders: readonly Sender[]): string {
  const { named, unproved } = SENDER[language];
  return senders
    .map(({ address, nasIdentifier, through }) => {
      if (nasIdentifier !== null) return `${address} (${named} ${plain(nasIdentifier)})`;
      return through === "radsec" ? `${address} (${unproved})` : address;
    })
    .join(", ");
}

const mebibytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);
const milliseconds = (figure: number) => (figure < 10 ? figure.toFixed(1) : figure.toFixed(0));
const counted = (count: number, one: string, many = `${one}s`) =>
  `${count} ${count === 1 ? one : many}`;

const en: Texts = {
  "source-unreadable": ({ source }) =>
    `Its source "${plain(source)}" is neither an address nor a network such as 10.1.0.0/16. Mend it in the branch's settings.`,
  "radsec-off": () =>
    "It is set to come by RadSec, which this box does not offer. Set FOYER_RADIUS_RADSEC_PORT and its files.",
  "radsec-no-room": ({ connections }) =>
    `RadSec closed ${counted(connections, "connection")} of it, since all places were taken: whose certificate has most makes room. Let each access point keep one connection open, under a certificate of its own.`,
  "never-seen": ({ uptimeSeconds, candidates, nasIdentifier, isRadsec }) => {
    const since = `Nothing came from it since the server's start ${agoInEnglish(uptimeSeconds)}.`;
    const [first] = candidates;
    if (!first)
      return `${since} Nobody unknown asks either: check the RADIUS server's address and ports in the access point, its network and a firewall, then connect a phone.`;
    const mend = isRadsec
      ? "Put its certificate's name in the settings as RadSec name."
      : "Put its address in the settings.";
    if (first.isAlike && first.nasIdentifier !== null)
      return `${since} ${first.address} sends packets with the name ${plain(first.nasIdentifier)}: is that it? ${mend}`;
    const looked =
      nasIdentifier === "" ? "" : ` None of them has the name ${plain(nasIdentifier)}.`;
    return `${since} Unknown addresses ask: ${list("en", candidates)}. Is one of them it? ${mend}${looked}`;
  },
  seen: ({ secondsAgo, through }) =>
    `Last heard of ${agoInEnglish(secondsAgo)}${through === "radsec" ? ", by RadSec" : ""}.`,
  "secret-other": ({ of, inARow, secondsAgo, isRadsec }) => {
    const what = of === "access" ? "Its log-ins have" : "Its accounting has";
    const where = of === "access" ? "for authentication" : "for accounting";
    const mend = isRadsec
      ? "By RadSec the secret is the word radsec, whatever the settings say."
      : `Type the secret of the branch's settings into the access point, ${where}.`;
    return `${what} another secret: ${counted(inARow, "packet")} in a row, the last ${agoInEnglish(secondsAgo)}. ${mend}`;
  },
  "secret-unproved": () =>
    "Whether it has the right secret is not known: it sent neither accounting nor Message-Authenticator.",
  "secret-right": () => "It has the right secret.",
  unsigned: ({ dropped }) =>
    `Its log-ins come without Message-Authenticator${dropped > 0 ? ` (${dropped} dropped)` : ""}: whoever stands between can forge an answer (CVE-2024-3596). Update the access point, turn Message-Authenticator on for its RADIUS server, then set it to "yes" in the settings. Where it cannot, "no" accepts the risk; RadSec has none.`,
  "unsigned-as-set": () =>
    "Its log-ins come without Message-Authenticator, and the settings accept the risk of CVE-2024-3596.",
  signed: () => "Its log-ins carry Message-Authenticator.",
  "accounting-on-auth-port": ({ authPort, acctPort }) =>
    `It sends accounting to port ${authPort}, which is for log-ins. Set its accounting port to ${acctPort}.`,
  "log-in-on-acct-port": ({ authPort, acctPort }) =>
    `It sends log-ins to port ${acctPort}, which is for accounting. Set its authentication port to ${authPort}.`,
  "no-accounting": ({ accepts }) =>
    `${counted(accepts, "log-in")} let in and no accounting: visits are not known. Turn RADIUS accounting on in the access point, with interim updates every 10 minutes.`,
  "accounting-unusable": ({ reason, records }) =>
    `${counted(records, "accounting record")} without ${reason === "no-device" ? "the device's MAC (Calling-Station-Id)" : "Acct-Session-Id"}: no visit can be made of them. Let the access point send it.`,
  accounting: ({ secondsAgo }) => `Accounting comes, last ${agoInEnglish(secondsAgo)}.`,
  "no-interims": ({ sessions }) =>
    `${counted(sessions, "session")} went on for more than 20 minutes without an interim update: visits end late and volumes are not known. Turn interim updates on, every 10 minutes.`,
  interims: ({ secondsAgo }) => `Interim updates come, last ${agoInEnglish(secondsAgo)}.`,
  "clock-off": ({ offsetSeconds }) =>
    `Its clock is ${duration("en", offsetSeconds)} ${offsetSeconds < 0 ? "slow" : "fast"}, by the box's. Foyer goes by its own clock, but RadSec certificates and logs need the right time: set a time server (NTP).`,
  "clock-right": () => "Its clock agrees with the box's.",
  "disconnect-none": () =>
    "It has no Disconnect port in the settings: a limit that is used up ends a session only at its Session-Timeout.",
  "disconnect-untried": ({ portNumber }) =>
    `Its Disconnect port ${portNumber} was not needed since the server's start.`,
  "disconnect-silent": ({ portNumber }) =>
    `Its Disconnect port ${portNumber} is silent. Turn on RFC 5176 (CoA, Disconnect) there for the box's address, with the same secret, and open UDP ${portNumber} to it.`,
  "disconnect-refused": ({ portNumber, outcome }) =>
    `Its Disconnect port ${portNumber} refuses to end sessions (Error-Cause: ${plain(outcome)}). Allow the box's address there, and look whether the NAS-Identifier of the settings is its own.`,
  "disconnect-right": ({ portNumber }) => `Its Disconnect port ${portNumber} answers.`,
  "change-silent": ({ portNumber }) =>
    `It ends sessions by order, but is silent to CoA-Requests at port ${portNumber}: new limits hold from the next log-in only. Turn on CoA there beside Disconnect.`,
  "change-refused": ({ portNumber, outcome }) =>
    `It refuses CoA-Requests at port ${portNumber} (Error-Cause: ${plain(outcome)}): new limits hold from the next log-in only. Allow changes of sessions for the box's address, and look whether its kind in the settings is right.`,
  "change-right": () => "It holds sessions that go on to new limits (CoA).",
  latency: ({ p50Milliseconds, p99Milliseconds, answers }) =>
    `${counted(answers, "log-in answer")}: half within ${milliseconds(p50Milliseconds)} ms, 99 of 100 within ${milliseconds(p99Milliseconds)} ms.`,

  "store-locked": ({ since }) =>
    `Another process has held the store's lock for too long since ${since}: guests get in and accounting waits. Restart the box's other processes.`,
  "store-full": ({ since }) =>
    `The disk has been full since ${since}: guests get in from memory, and accounting waits. Make room on it.`,
  "store-read-only": ({ since }) =>
    `The store has not been writable since ${since}: guests get in from memory, and accounting waits. Look at the owner and mode of the state folder and whether its disk is mounted read-only.`,
  "store-fails": ({ since }) =>
    `The store has failed since ${since}: only known guests get in, and accounting waits. Look at the disk and the server's log.`,
  "disk-nearly-full": ({ freeBytes }) =>
    `The disk of the state folder has ${mebibytes(freeBytes)} MiB left: make room before accounting stops.`,
  "clock-behind": ({ seconds }) =>
    `The box's clock is ${duration("en", seconds)} behind the moment its store was last written: visits get wrong times. Set a time server (NTP).`,
  "clock-unlike-nas": ({ seconds, nas }) =>
    `The box's clock is ${duration("en", seconds)} ${seconds < 0 ? "slow" : "fast"}, by ${nas} access points that agree with each other. Set a time server (NTP).`,
  "no-settings": () =>
    "No branch settings have come from the cloud yet: no access point is known. Look at the sync agent.",

  "status-off": () =>
    "The status port is off (FOYER_RADIUS_STATUS_PORT is 0): nothing can be told of the running server.",
  "no-answer": ({ portNumber, reason }) =>
    `The RADIUS server does not answer at 127.0.0.1:${portNumber} (${reason}). Start it, or set FOYER_RADIUS_STATUS_PORT as it has it.`,
  "other-box": ({ portNumber, boxId }) =>
    `At 127.0.0.1:${portNumber} answers the server of another box, ${plain(boxId)}. Set FOYER_RADIUS_STATUS_PORT as this box's server has it.`,
  "no-store": ({ stateFolder }) =>
    `${stateFolder} holds no store yet: start the box's processes first.`,
  "no-nas": () => "The branch's settings have no access point that speaks RADIUS. Add one there.",
  "unknown-name": ({ wanted, names }) =>
    `No access point of the settings is called ${plain(wanted)}. There are: ${names.map(plain).join(", ")}.`,
  watching: ({ seconds }) =>
    `Watching for ${duration("en", seconds)}: connect a phone to the Wi-Fi now.`,
  came: ({ requests, accepts, rejects, records }) =>
    requests === 0
      ? "Nothing new came from it while watching."
      : `While watching: ${counted(requests, "request")}, ${accepts} let in, ${rejects} refused, ${counted(records, "accounting record")}.`,
  "box-ready": () => "The RADIUS server is ready.",
  strangers: ({ senders }) => `Unknown addresses ask: ${list("en", senders)}.`,
  "all-well": () => "All is well.",
  faults: ({ faults }) => `${counted(faults, "thing")} to mend.`,
  usage: () => "Usage: node radius/src/test-nas.ts [name or id of an access point] [--seconds N]",
};

const vi: Texts = {
  "source-unreadable": ({ source }) =>
    `Địa chỉ nguồn "${plain(source)}" không phải địa chỉ IP hay mạng như 10.1.0.0/16. Hãy sửa trong cài đặt chi nhánh.`,
  "radsec-off": () =>
    "Thiết bị được đặt dùng RadSec nhưng hộp này chưa bật RadSec. Hãy đặt FOYER_RADIUS_RADSEC_PORT và các tệp của nó.",
  "radsec-no-room": ({ connections }) =>
    `RadSec đã đóng ${connections} kết nối của thiết bị vì hết chỗ: chứng chỉ nào có nhiều kết nối nhất phải nhường. Hãy để mỗi thiết bị giữ một kết nối, với chứng chỉ riêng.`,
  "never-seen": ({ uptimeSeconds, candidates, nasIdentifier, isRadsec }) => {
    const since = `Chưa nhận được gói nào từ khi máy chủ khởi động (${agoInVietnamese(uptimeSeconds)}).`;
    const [first] = candidates;
    if (!first)
      return `${since} Cũng không có địa chỉ lạ nào: hãy kiểm tra địa chỉ và cổng máy chủ RADIUS trên thiết bị, mạng và tường lửa, rồi kết nối một điện thoại.`;
    const mend = isRadsec
      ? "Hãy đưa tên trong chứng chỉ của nó vào cài đặt làm tên RadSec."
      : "Hãy đưa địa chỉ của nó vào cài đặt.";
    if (first.isAlike && first.nasIdentifier !== null)
      return `${since} ${first.address} gửi gói với tên ${plain(first.nasIdentifier)}: có phải nó không? ${mend}`;
    const looked =
      nasIdentifier === "" ? "" : ` Không địa chỉ nào mang tên ${plain(nasIdentifier)}.`;
    return `${since} Có địa chỉ lạ gửi tới: ${list("vi", candidates)}. Có phải một trong số đó? ${mend}${looked}`;
  },
  seen: ({ secondsAgo, through }) =>
    `Nhận gói gần nhất ${agoInVietnamese(secondsAgo)}${through === "radsec" ? ", qua RadSec" : ""}.`,
  "secret-other": ({ of, inARow, secondsAgo, isRadsec }) => {
    const what = of === "access" ? "Gói đăng nhập" : "Gói kế toán (accounting)";
    const mend = isRadsec
      ? "Qua RadSec, mật khẩu luôn là từ radsec."
      : `Hãy nhập lại mật khẩu của cài đặt chi nhánh vào thiết bị, phần ${of === "access" ? "xác thực" : "kế toán"}.`;
    return `${what} dùng mật khẩu (secret) khác: ${inARow} gói liên tiếp, gần nhất ${agoInVietnamese(secondsAgo)}. ${mend}`;
  },
  "secret-unproved": () =>
    "Chưa biết mật khẩu (secret) có đúng không: thiết bị không gửi kế toán lẫn Message-Authenticator.",
  "secret-right": () => "Mật khẩu (secret) đúng.",
  unsigned: ({ dropped }) =>
    `Gói đăng nhập không có Message-Authenticator${dropped > 0 ? ` (đã bỏ ${dropped} gói)` : ""}: kẻ đứng giữa có thể giả câu trả lời (CVE-2024-3596). Hãy cập nhật thiết bị, bật Message-Authenticator cho máy chủ RADIUS, rồi đặt "yes" trong cài đặt. Nếu thiết bị không làm được, "no" là chấp nhận rủi ro; RadSec thì không có rủi ro này.`,
  "unsigned-as-set": () =>
    "Gói đăng nhập không có Message-Authenticator, và cài đặt chấp nhận rủi ro CVE-2024-3596.",
  signed: () => "Gói đăng nhập có Message-Authenticator.",
  "accounting-on-auth-port": ({ authPort, acctPort }) =>
    `Thiết bị gửi kế toán tới cổng ${authPort}, vốn dành cho đăng nhập. Hãy đặt cổng kế toán là ${acctPort}.`,
  "log-in-on-acct-port": ({ authPort, acctPort }) =>
    `Thiết bị gửi đăng nhập tới cổng ${acctPort}, vốn dành cho kế toán. Hãy đặt cổng xác thực là ${authPort}.`,
  "no-accounting": ({ accepts }) =>
    `${accepts} lần đăng nhập được vào mà không có kế toán: không biết được lượt ghé. Hãy bật RADIUS accounting trên thiết bị, cập nhật 10 phút một lần.`,
  "accounting-unusable": ({ reason, records }) =>
    `${records} bản ghi kế toán thiếu ${reason === "no-device" ? "MAC của máy khách (Calling-Station-Id)" : "Acct-Session-Id"}: không thành lượt ghé được. Hãy cho thiết bị gửi trường đó.`,
  accounting: ({ secondsAgo }) => `Có kế toán, gần nhất ${agoInVietnamese(secondsAgo)}.`,
  "no-interims": ({ sessions }) =>
    `${sessions} phiên kéo dài hơn 20 phút mà không có cập nhật giữa chừng: lượt ghé kết thúc trễ, không biết dung lượng. Hãy bật interim update, 10 phút một lần.`,
  interims: ({ secondsAgo }) => `Có cập nhật giữa chừng, gần nhất ${agoInVietnamese(secondsAgo)}.`,
  "clock-off": ({ offsetSeconds }) =>
    `Đồng hồ thiết bị ${offsetSeconds < 0 ? "chậm" : "nhanh"} ${duration("vi", offsetSeconds)} so với hộp. Foyer dùng giờ của hộp, nhưng chứng chỉ RadSec và nhật ký cần giờ đúng: hãy đặt máy chủ giờ (NTP).`,
  "clock-right": () => "Đồng hồ thiết bị khớp với hộp.",
  "disconnect-none": () =>
    "Cài đặt không có cổng Disconnect: hết hạn mức thì phiên chỉ kết thúc khi tới Session-Timeout.",
  "disconnect-untried": ({ portNumber }) =>
    `Cổng Disconnect ${portNumber} chưa dùng tới từ khi máy chủ khởi động.`,
  "disconnect-silent": ({ portNumber }) =>
    `Cổng Disconnect ${portNumber} không trả lời. Hãy bật RFC 5176 (CoA, Disconnect) cho địa chỉ của hộp, cùng mật khẩu, và mở UDP ${portNumber}.`,
  "disconnect-refused": ({ portNumber, outcome }) =>
    `Cổng Disconnect ${portNumber} từ chối kết thúc phiên (Error-Cause: ${plain(outcome)}). Hãy cho phép địa chỉ của hộp, và xem NAS-Identifier trong cài đặt có đúng không.`,
  "disconnect-right": ({ portNumber }) => `Cổng Disconnect ${portNumber} có trả lời.`,
  "change-silent": ({ portNumber }) =>
    `Thiết bị kết thúc phiên theo lệnh, nhưng không trả lời CoA-Request ở cổng ${portNumber}: hạn mức mới chỉ có hiệu lực từ lần đăng nhập sau. Hãy bật cả CoA bên cạnh Disconnect.`,
  "change-refused": ({ portNumber, outcome }) =>
    `Thiết bị từ chối CoA-Request ở cổng ${portNumber} (Error-Cause: ${plain(outcome)}): hạn mức mới chỉ có hiệu lực từ lần đăng nhập sau. Hãy cho phép địa chỉ của hộp đổi phiên, và xem loại thiết bị trong cài đặt có đúng không.`,
  "change-right": () => "Thiết bị áp dụng hạn mức mới cho phiên đang chạy (CoA).",
  latency: ({ p50Milliseconds, p99Milliseconds, answers }) =>
    `${answers} lần trả lời đăng nhập: một nửa trong ${milliseconds(p50Milliseconds)} ms, 99 trên 100 trong ${milliseconds(p99Milliseconds)} ms.`,

  "store-locked": ({ since }) =>
    `Một tiến trình khác giữ khóa kho dữ liệu quá lâu từ ${since}: khách vẫn vào được, kế toán phải chờ. Hãy khởi động lại các tiến trình khác của hộp.`,
  "store-full": ({ since }) =>
    `Ổ đĩa đầy từ ${since}: khách vẫn vào được, kế toán phải chờ. Hãy dọn chỗ trống.`,
  "store-read-only": ({ since }) =>
    `Kho dữ liệu không ghi được từ ${since}: khách vẫn vào được, kế toán phải chờ. Hãy xem chủ và quyền của thư mục trạng thái, và ổ đĩa có bị gắn chỉ đọc không.`,
  "store-fails": ({ since }) =>
    `Kho dữ liệu hỏng từ ${since}: chỉ khách đã biết vào được, kế toán phải chờ. Hãy xem ổ đĩa và nhật ký máy chủ.`,
  "disk-nearly-full": ({ freeBytes }) =>
    `Ổ đĩa của thư mục trạng thái còn ${mebibytes(freeBytes)} MiB: hãy dọn trước khi kế toán dừng lại.`,
  "clock-behind": ({ seconds }) =>
    `Đồng hồ hộp chậm ${duration("vi", seconds)} so với lần ghi kho gần nhất: lượt ghé sai giờ. Hãy đặt máy chủ giờ (NTP).`,
  "clock-unlike-nas": ({ seconds, nas }) =>
    `Đồng hồ hộp ${seconds < 0 ? "chậm" : "nhanh"} ${duration("vi", seconds)} so với ${nas} thiết bị khớp giờ nhau. Hãy đặt máy chủ giờ (NTP).`,
  "no-settings": () =>
    "Chưa nhận được cài đặt chi nhánh từ đám mây: chưa biết thiết bị nào. Hãy xem sync agent.",

  "status-off": () =>
    "Cổng trạng thái đang tắt (FOYER_RADIUS_STATUS_PORT là 0): không biết được gì về máy chủ đang chạy.",
  "no-answer": ({ portNumber, reason }) =>
    `Máy chủ RADIUS không trả lời ở 127.0.0.1:${portNumber} (${reason}). Hãy khởi động nó, hoặc đặt FOYER_RADIUS_STATUS_PORT giống nó.`,
  "other-box": ({ portNumber, boxId }) =>
    `Ở 127.0.0.1:${portNumber} là máy chủ của hộp khác, ${plain(boxId)}. Hãy đặt FOYER_RADIUS_STATUS_PORT giống máy chủ của hộp này.`,
  "no-store": ({ stateFolder }) =>
    `${stateFolder} chưa có kho dữ liệu: hãy khởi động các tiến trình của hộp trước.`,
  "no-nas": () => "Cài đặt chi nhánh chưa có thiết bị nào dùng RADIUS. Hãy thêm vào.",
  "unknown-name": ({ wanted, names }) =>
    `Không có thiết bị nào tên ${plain(wanted)}. Hiện có: ${names.map(plain).join(", ")}.`,
  watching: ({ seconds }) =>
    `Theo dõi trong ${duration("vi", seconds)}: hãy kết nối một điện thoại vào Wi-Fi.`,
  came: ({ requests, accepts, rejects, records }) =>
    requests === 0
      ? "Không có gì mới trong lúc theo dõi."
      : `Trong lúc theo dõi: ${requests} yêu cầu, ${accepts} được vào, ${rejects} bị từ chối, ${records} bản ghi kế toán.`,
  "box-ready": () => "Máy chủ RADIUS sẵn sàng.",
  strangers: ({ senders }) => `Có địa chỉ lạ gửi tới: ${list("vi", senders)}.`,
  "all-well": () => "Mọi thứ đều tốt.",
  faults: ({ faults }) => `${faults} điều cần sửa.`,
  usage: () => "Cách dùng: node radius/src/test-nas.ts [tên hoặc id của thiết bị] [--seconds N]",
};

const TEXTS: Record<Language, Texts> = { en, vi };
