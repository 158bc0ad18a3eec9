import type { Language } from "./words.ts";

/**
 * What the box's processes say of themselves is English: their settings' readers (config.ts of each), and the
 * sync agent of its ways and its store (faults.ts, link.ts and cloud-answer.ts there). Here it is said in
 * Vietnamese, in full or not at all. What none of them is known to say, such as an error of the system, stays
 * as it is.
 */
export function sayProcessWords(language: Language, words: string): string {
  return language === "en" ? words : (inVietnamese(words) ?? words);
}

/** Null: it is no sentence that is known. */
export function inVietnamese(words: string): string | null {
  for (const [said, translate] of SENTENCES) {
    const [whole, ...parts] = said.exec(words) ?? [];
    if (whole !== undefined) return translate(...parts);
  }
  return sayWanted(words);
}

/** A setting that is not as it should be: its name, what it says, and what is wanted in its place. */
function sayWanted(words: string): string | null {
  const [, name = "", says = "", wanted = ""] = SETTING.exec(words) ?? [];
  for (const [said, translate] of WANTED) {
    const [whole, ...parts] = said.exec(wanted) ?? [];
    if (whole === undefined) continue;
    return `${name} ${says === "not set" ? "chưa đặt" : `là ${says}`}: ${translate(...parts)}`;
  }
  return null;
}

const SETTING = /^(\w+) is (not set|".*"): (.+)$/s;

type Known = readonly [said: RegExp, translate: (...parts: string[]) => string];

const WANTED: readonly Known[] = [
  [/^give a port number from 0 to 65535$/, () => "cần số cổng từ 0 đến 65535"],
  [/^a port, or 0 for none$/, () => "cần số cổng, hoặc 0 nếu không dùng"],
  [
    /^give an IPv4 or IPv6 address of this machine$/,
    () => "cần địa chỉ IPv4 hoặc IPv6 của máy này",
  ],
  [/^choose one of (.+)$/, (all) => `chọn một trong ${all}`],
  [/^give milliseconds from 0 to (\d+)$/, (max) => `cần số mili giây từ 0 đến ${max}`],
  [
    /^a whole number of bytes, (\d+) or more$/,
    (min) => `cần số byte, là số nguyên từ ${min} trở lên`,
  ],
  [
    /^(?:give )?what guests' browsers call the portal(?:, without a path or a slash at its end, such as \S+)?$/,
    () =>
      "cần địa chỉ mà trình duyệt của khách gọi cổng chào, không có đường dẫn và dấu / ở cuối, ví dụ http://10.1.0.2:8080",
  ],
  [/^the box's state folder$/, () => "cần thư mục trạng thái của hộp"],
  [
    /^give the interface that leads to the internet$/,
    () => "cần tên cổng mạng nối ra internet, không phải cổng của khách",
  ],
  [
    /^give the interface that the access points hang on, such as (\S+)$/,
    (example) => `cần tên cổng mạng nơi cắm thiết bị phát, ví dụ ${example}`,
  ],
  [
    /^give the box's address on the guests' network, such as (\S+), (\/\d+) to (\/\d+)$/,
    (example, from, to) =>
      `cần địa chỉ của hộp trên mạng của khách, ví dụ ${example}, từ ${from} đến ${to}`,
  ],
  [
    /^give what the line carries in kbit\/s, from (\d+) to (\d+)$/,
    (from, to) => `cần tốc độ đường truyền tính bằng kbit/s, từ ${from} đến ${to}`,
  ],
];

const SENTENCES: readonly Known[] = [
  [/^(\w+) and (\w+) are the same port$/, (one, other) => `${one} và ${other} là cùng một cổng`],
  [
    /^(\w+) and (\w+) go together: set both$/,
    (one, other) => `${one} và ${other} đi cùng nhau: hãy đặt cả hai`,
  ],
  [
    /^(\w+), (\w+) and (\w+) go together: set the port, from 1 to 65535, alone for .+, or all three$/,
    (port, certificate, key) =>
      `${port}, ${certificate} và ${key} đi cùng nhau: chỉ đặt cổng, từ 1 đến 65535, để dùng chứng chỉ mà đám mây lấy cho hộp; hoặc đặt cả ba`,
  ],
  [
    /^(\w+) is not set though its files are: 2083 is the usual one$/,
    (name) => `${name} chưa đặt dù các tệp của nó đã đặt: thường là 2083`,
  ],
  [
    /^(.+) is not set: RadSec needs certificate, key and CA files$/,
    (names) =>
      `${names.replaceAll(" and ", " và ")} chưa đặt: RadSec cần tệp chứng chỉ, tệp khóa và tệp CA`,
  ],
  [
    /^(\w+) is not set, and no route leads anywhere$/,
    (name) => `${name} chưa đặt, và máy không có đường ra mạng nào`,
  ],
  [
    /^(\w+): give IPv4 addresses, with blanks between$/,
    (name) => `${name}: cần các địa chỉ IPv4, cách nhau bằng dấu cách`,
  ],
  [/^(\w+) is not set$/, (name) => `${name} chưa đặt`],
  [/^(.+?) cannot be read: enrol .+$/, (file) => `không đọc được ${file}: hãy ghi danh hộp này`],
  [/^(.+?) is not JSON: .+$/, (file) => `${file} không phải JSON: hãy ghi danh lại hộp này`],
  [/^(.+?): (\w+) is (?:missing|not a UUID)$/, (file, key) => `${file}: ${key} thiếu hoặc sai`],
  [
    /^(.+?): cloudUrl does not begin with .+$/,
    (file) => `${file}: cloudUrl không bắt đầu bằng http:// hoặc https://`,
  ],
  [/^(.+?) does not hold a box key$/, (file) => `${file} không chứa khóa của hộp`],
  [/^the cloud refuses this box's key$/, () => "đám mây không nhận khóa của hộp này"],
  [/^the cloud finds the batch too large$/, () => "đám mây thấy gói gửi lên quá lớn"],
  [/^the cloud is busy$/, () => "đám mây đang bận"],
  [/^the cloud acknowledged nothing$/, () => "đám mây không xác nhận điều gì"],
  [
    /^answered (\d+): something before the cloud redirects$/,
    (status) => `trả lời ${status}: có gì đó đứng trước đám mây và chuyển hướng`,
  ],
  [
    /^answered (\d+) (?:without JSON|where \d+ was due): not the cloud$/,
    (status) => `trả lời ${status} không phải của đám mây`,
  ],
  [/^answered (\d+)$/, (status) => `trả lời ${status}`],
  [/^the answer is longer than (\d+) bytes$/, (max) => `câu trả lời dài hơn ${max} byte`],
  [/^the answer (?:is not|speaks of) .+$/, () => "câu trả lời không đúng với điều đã hỏi"],
  [/^no answer in time$/, () => "không trả lời kịp"],
  [/^the call broke off$/, () => "cuộc gọi bị ngắt"],
  [/^out of reach: (\w+)$/, (code) => `không tới được: ${code}`],
  [
    /^the cloud's certificate (?:is not valid yet|has expired) by this machine's clock, which says (\S+): .+$/,
    (now) =>
      `chứng chỉ của đám mây không có hiệu lực theo đồng hồ của máy (${now}): chỉnh đồng hồ, hoặc cho máy tới được máy chủ giờ (UDP cổng 123); nếu đồng hồ đúng, gia hạn chứng chỉ`,
  ],
  [/^a picture is not the one its hash names$/, () => "một ảnh tải xuống không đúng mã băm của nó"],
  [/^the store fails: (\w+)$/, (code) => `kho dữ liệu lỗi: ${code}`],
  [
    /^the outbox is full, and nothing that is left in it may be given up$/,
    () => "hàng chờ đã đầy, và không còn gì trong đó được phép bỏ",
  ],
  [
    /^the outbox is full: interims are given up, visits never$/,
    () => "hàng chờ đã đầy: số liệu giữa chừng bị bỏ, lượt ghé thì không bao giờ",
  ],
  [
    /^the outbox is full within a day at this pace$/,
    () => "với tốc độ này hàng chờ sẽ đầy trong một ngày",
  ],
  [
    /^the outbox is full in about (\d+) days at this pace$/,
    (days) => `với tốc độ này hàng chờ sẽ đầy sau khoảng ${days} ngày`,
  ],
  [/^the settings are for branch (\S+)$/, (branch) => `cấu hình là của chi nhánh ${branch}`],
  [
    /^version (\d+) is older than (\d+)$/,
    (version, held) => `phiên bản ${version} cũ hơn phiên bản ${held} đang dùng`,
  ],
];
