import { lasting } from "./doctor-words.ts";
import type { DoorFinding } from "./door-rules.ts";
import type { Language } from "./words.ts";

type Refusal = Extract<DoorFinding, { kind: "refuses" }>;

/** What the portal has seen of an access point that asks no RADIUS, in a sentence that says what to do. */
export function sayDoorFinding(language: Language, finding: DoorFinding): string {
  return language === "vi" ? sayVietnamese(finding) : sayEnglish(finding);
}

function sayEnglish(finding: DoorFinding): string {
  const ago = (seconds: number) =>
    `${lasting(seconds, ["seconds", "minutes", "hours", "days"])} ago`;
  const refusal = ({ reason, secondsAgo }: Refusal) =>
    reason === "nas-refused"
      ? `It did not let a guest in, ${ago(secondsAgo)}`
      : `It did not answer this box, ${ago(secondsAgo)}`;
  switch (finding.kind) {
    case "seen":
      return `Last seen ${ago(finding.secondsAgo)}.`;
    case "never-seen":
      return "It has led nobody here: look on it whether its external portal is this box, and whether the box is allowed before log-in. The staff app has the lines to type in.";
    case "quiet":
      return "It has led nobody here for three days.";
    case "refuses":
      return `${refusal(finding)}: look at its address, certificate and log-in in the staff app. Why: foyer log`;
    case "tells-nothing":
      return "Guests were sent on, and it told of nobody online: at openNDS look at foyer-binauth.sh and /etc/foyer/opennds.conf there, at WiFiDog from which source it calls this box.";
  }
}

function sayVietnamese(finding: DoorFinding): string {
  const ago = (seconds: number) => `${lasting(seconds, ["giây", "phút", "giờ", "ngày"])} trước`;
  const refusal = ({ reason, secondsAgo }: Refusal) =>
    reason === "nas-refused"
      ? `Nó không cho khách vào, ${ago(secondsAgo)}`
      : `Nó không trả lời hộp này, ${ago(secondsAgo)}`;
  switch (finding.kind) {
    case "seen":
      return `Thấy lần cuối ${ago(finding.secondsAgo)}.`;
    case "never-seen":
      return "Chưa dẫn ai tới đây: xem trên thiết bị, cổng ngoài có là hộp này không, và hộp có được phép trước đăng nhập không. Ứng dụng nhân viên có các dòng cần nhập.";
    case "quiet":
      return "Ba ngày qua chưa dẫn ai tới đây.";
    case "refuses":
      return `${refusal(finding)}: xem địa chỉ, chứng chỉ và đăng nhập trong ứng dụng nhân viên. Lý do: foyer log`;
    case "tells-nothing":
      return "Khách được cho đi tiếp, nhưng nó không báo ai trực tuyến: với openNDS xem foyer-binauth.sh và /etc/foyer/opennds.conf ở đó, với WiFiDog xem nó gọi hộp từ nguồn nào.";
  }
}
