import type { GatewayFault } from "./gateway-mode.ts";
import type { HostFault } from "./host-rules.ts";

/** Every text that venue IT reads of `foyer` but the doctor's, in both first languages. */
export type Language = "en" | "vi";

export type Word =
  | HostFault
  | GatewayFault
  | { kind: "gateway"; guestInterface: string }
  | { kind: "installed"; version: string; former: string | null }
  | { kind: "unchanged"; version: string }
  | { kind: "went-back"; version: string; services: string[]; backAt: string }
  | { kind: "does-not-run"; version: string; services: string[] }
  | { kind: "enrol-next" }
  | { kind: "no-origin" }
  | { kind: "origin" | "no-such-origin"; origin: string }
  | { kind: "nothing-former" }
  | { kind: "nothing-to-settle" }
  | { kind: "uninstalled"; isStateKept: boolean }
  | { kind: "ask-uninstall" }
  | { kind: "not-uninstalled" }
  | { kind: "busy" }
  | { kind: "not-installed" }
  | { kind: "not-enrolled" }
  | { kind: "enrolled"; boxId: string; branchId: string }
  | { kind: "enrol-refused"; reason: string }
  | { kind: "enrol-unanswered" }
  | { kind: "ask-cloud" }
  | { kind: "ask-code" }
  | { kind: "status-box"; boxId: string; cloudUrl: string }
  | { kind: "status-release"; version: string; former: string | null }
  | { kind: "status-service"; service: string; state: string; megabytes: number | null }
  | { kind: "backed-up"; file: string; bytes: number; isEncrypted: boolean }
  | { kind: "key-left-out" }
  | { kind: "file-exists"; file: string }
  | { kind: "restored"; boxId: string; before: string }
  | { kind: "restored-stopped" }
  | { kind: "unsigned" | "signed-by-another"; version: string; key: string }
  | { kind: "no-release" | "no-file" | "key-private" | "key-other"; file: string }
  | { kind: "not-whole"; version: string; first: string; more: number }
  | { kind: "not-unpacked"; file: string; said: string }
  | { kind: "disk-full" | "disk-read-only"; said: string }
  | { kind: "store-of-another"; file: string; owner: string; user: string; folder: string }
  | { kind: "short-passphrase"; file: string; charactersMin: number }
  | { kind: "trusts"; name: string; key: string }
  | { kind: "key-made"; name: string; privateFile: string; publicFile: string }
  | { kind: "radsec-on"; authority: string }
  | { kind: "radsec-taken-back"; why: string; isUp: boolean }
  | { kind: "radsec-own"; file: string }
  | { kind: "radsec-off" }
  | { kind: "radsec-no-name"; name: string }
  | { kind: "radsec-for"; name: string; folder: string }
  | { kind: "radsec-until"; name: string; until: Date }
  | { kind: "asked-wrongly"; said: string }
  | { kind: "not-started" }
  | {
      kind: "not-restored";
      file: string;
      reason: "no-backup" | "needs-passphrase" | "wrong-passphrase" | "damaged" | "not-usable";
    }
  | { kind: "ask-address" }
  | { kind: "cloud-next"; origin: string }
  | { kind: "operator"; email: string; isOn: boolean }
  | { kind: "operator-unknown"; email: string }
  | {
      kind: "moved" | "cloud-backed-up" | "cloud-restored";
      place: string;
      tables: number;
      rows: number;
    }
  | { kind: "help" };

export type Texts = { [K in Word["kind"]]: (word: Extract<Word, { kind: K }>) => string };

export const say = (language: Language, word: Word): string =>
  sayBy(language === "vi" ? vi : en, word);

/** By the words of whatever is installed: most are the box's and the cloud's alike. */
export function sayBy(own: Partial<Texts>, word: Word): string {
  const texts = own as unknown as Record<string, (word: Word) => string>;
  const text = texts[word.kind];
  if (!text) throw new Error(`no text for ${word.kind}`);
  return text(word);
}

/** A refusal that is met in the middle of something: whoever asked reads it in their language. */
export class Told extends Error {
  override name = "Told";
  readonly word: Word;

  constructor(word: Word) {
    super(say("en", word));
    this.word = word;
  }
}

const mebibytes = (bytes: number) => Math.floor(bytes / 1024 / 1024);

/** What the cloud's own words say. */
type CloudKind =
  | "ask-address"
  | "cloud-next"
  | "operator"
  | "operator-unknown"
  | "moved"
  | "cloud-backed-up"
  | "cloud-restored";
type BoxTexts = Omit<Texts, CloudKind>;

export const en: BoxTexts = {
  "not-root": () => "This has to be run by root: put sudo before it.",
  "other-system": ({ name }) =>
    `This is ${name}. A box runs on Debian 12 or 13, or Raspberry Pi OS of the same age.`,
  "too-old": ({ name }) => `${name} is too old: Debian 12 or Raspberry Pi OS 12, or newer.`,
  "other-processor": ({ architecture, releaseFor }) =>
    `This release is for ${releaseFor}, and this machine's processor is ${architecture}. On a Raspberry Pi install the 64-bit system.`,
  "no-systemd": () => "There is no systemd here (no systemctl): a box needs it.",
  "no-room": ({ freeBytes, neededBytes }) =>
    `There are ${mebibytes(freeBytes)} MiB free below /opt, and ${mebibytes(neededBytes)} are needed.`,
  "gateway-needs": ({ packages }) =>
    `The gateway needs programs that are not here. Install them first: apt-get install ${packages.join(" ")}`,
  "gateway-no-interface": ({ guestInterface }) =>
    `There is no network interface ${guestInterface}: ip link shows those there are.`,
  "gateway-is-uplink": ({ guestInterface }) =>
    `${guestInterface} is where the internet is. Give the other interface, which the access points hang on.`,
  gateway: ({ guestInterface }) =>
    `This box is the access controller of what hangs on ${guestInterface}. In the staff app add an access controller of the kind "This box"; whether all is well: foyer doctor`,
  installed: ({ version, former }) =>
    former === null
      ? `Foyer ${version} is installed.`
      : `Foyer ${version} runs; ${former} is kept: foyer rollback goes back to it.`,
  unchanged: ({ version }) => `Foyer ${version} is installed already: nothing was changed.`,
  "went-back": ({ version, services, backAt }) =>
    `Foyer ${version} did not come up (${services.join(", ")}), so ${backAt} runs again. What it said: foyer log`,
  "does-not-run": ({ version, services }) =>
    `Foyer ${version} does not come up (${services.join(", ")}). What is wrong: foyer doctor, and foyer log`,
  "enrol-next": () =>
    "Next: in the staff app, under Branches, make the branch and its box. This machine's screen shows where to type its code; or type it here:  sudo foyer enrol",
  "no-origin": () =>
    "This machine has no address yet. Set FOYER_PORTAL_ORIGIN in /etc/foyer/foyer.env to what guests shall call it.",
  origin: ({ origin }) =>
    `Guests call this box ${origin}. It should keep that address: give it a fixed one in the router. To change it: /etc/foyer/foyer.env`,
  "no-such-origin": ({ origin }) =>
    `"${origin}" is not what a browser can call this machine: http:// or https://, an address or name, a port where it is not the usual one, and nothing behind it, such as http://10.1.0.2`,
  "nothing-former": () => "There is no release to go back to.",
  "nothing-to-settle": () => "No upgrade waits to be judged.",
  uninstalled: ({ isStateKept }) =>
    isStateKept
      ? "Foyer is gone. Kept are /var/lib/foyer, /etc/foyer and the user foyer: a new installation goes on with them."
      : "Foyer is gone, with all that this box knew.",
  "ask-uninstall": () =>
    "This removes Foyer with all it knows: guests, visits that were not sent, keys. Type REMOVE to go on: ",
  "not-uninstalled": () => "Nothing was removed.",
  busy: () => "Another installation is under way on this machine.",
  "not-installed": () => "Foyer is not installed here: sudo deploy/box/install",
  "not-enrolled": () => "This box is not enrolled: sudo foyer enrol",
  enrolled: ({ boxId, branchId }) => `This is box ${boxId} of branch ${branchId} now.`,
  "enrol-refused": ({ reason }) => `It was not enrolled: ${reason}`,
  "enrol-unanswered": () =>
    "Nothing was done: it takes the address of the cloud and a code from the staff app.",
  "ask-cloud": () => "Address of the cloud (https://…): ",
  "ask-code": () => "Code from the staff app: ",
  "status-box": ({ boxId, cloudUrl }) => `box        ${boxId} at ${cloudUrl}`,
  "status-release": ({ version, former }) =>
    `release    ${version}${former === null ? "" : ` (before it ${former})`}`,
  "status-service": ({ service, state, megabytes }) =>
    `${service.padEnd(10)} ${state}${megabytes === null ? "" : `, ${megabytes} MiB`}`,
  "backed-up": ({ file, bytes, isEncrypted }) =>
    `${file}: ${mebibytes(bytes)} MiB, ${isEncrypted ? "encrypted" : "NOT encrypted: whoever has it is this box and reads what its guests told. Keep it like a key"}.`,
  "key-left-out": () =>
    "The key of its store is sealed by this machine's TPM: without a passphrase the back-up opens on this machine alone. With --passphrase-file it opens on another.",
  "file-exists": ({ file }) => `${file} is there already: give another name.`,
  restored: ({ boxId, before }) =>
    `Box ${boxId} is back, and begins a new epoch. What was here lies in ${before}: it is removed after two weeks.`,
  "restored-stopped": () => "It was restored and does not come up: foyer doctor",
  unsigned: ({ version, key }) =>
    `Release ${version} is not signed, and ${key} is there to tell whose releases are taken. Nothing was changed.`,
  "signed-by-another": ({ version, key }) =>
    `Release ${version} was not signed by the key of ${key}, or was changed since. Nothing was changed here.`,
  "no-release": ({ file }) => `${file} is no release of Foyer.`,
  "not-whole": ({ version, first, more }) =>
    `Release ${version} is not whole: ${first}${more > 0 ? ` and ${more} more` : ""} is not as its manifest says. Download it again.`,
  "no-file": ({ file }) => `There is no file ${file}.`,
  "not-unpacked": ({ file, said }) =>
    `${file} does not unpack, so nothing was changed: download it again. ${said}`,
  "disk-full": ({ said }) =>
    `A disk is full: make room (df -h shows where), then do it again. ${said}`,
  "disk-read-only": ({ said }) =>
    `A disk takes no writing any more. A memory card that does so is worn out: back the box up elsewhere, and exchange it. ${said}`,
  "store-of-another": ({ file, owner, user, folder }) =>
    `${file} belongs to ${owner}, so the box, which runs as ${user}, may not write it. Give it back: sudo chown -R ${user}:${user} ${folder}, then do it again.`,
  "short-passphrase": ({ file, charactersMin }) =>
    `The first line of ${file} is to be a passphrase of ${charactersMin} characters or more.`,
  "key-private": ({ file }) =>
    `${file} is the private half of a key, which signs releases and belongs on no other machine. Give its public half.`,
  "key-other": ({ file }) => `${file} is no key that releases are signed by (Ed25519, as PEM).`,
  trusts: ({ name, key }) =>
    `From now on only releases signed by the key ${name} are taken here. It must be the name that whoever publishes them tells you. It lies in ${key}: remove that file to take any.`,
  "key-made": ({ name, privateFile, publicFile }) => `The key ${name} is made.
${privateFile} signs: deploy/box/release --sign ${privateFile}. Keep it where only you are, and a copy apart: without it no box takes another release by itself.
${publicFile} tells whose releases are taken. On each box: sudo foyer trust FILE. In the cloud: sudo foyer-cloud trust FILE`,
  "radsec-on": ({ authority }) =>
    `RadSec listens at TCP port 2083. For each access point that speaks it: sudo foyer radsec for NAME. The authority that they have to believe: ${authority}`,
  "radsec-taken-back": ({ why, isUp }) => `RADIUS does not come up with RadSec, which is off again:
${why}
${isUp ? "RADIUS runs as before. Once that is mended: sudo foyer radsec on" : "It does not come up without it either: foyer doctor"}`,
  "radsec-own": ({ file }) =>
    `RadSec goes by a certificate of your own here (${file}, FOYER_RADIUS_RADSEC_CERTIFICATE in /etc/foyer/foyer.env): those of access points come from where that came from.`,
  "radsec-off": () => "RadSec is not switched on here by this command: sudo foyer radsec on",
  "radsec-no-name": ({ name }) =>
    `"${name}" is no name for a certificate: small letters, digits and -, with dots between, such as ap-1.hanoi`,
  "radsec-for": ({ name, folder }) => `${folder} holds what the access point ${name} needs:
  ${name}.pem and ${name}-key.pem   its certificate and key
  foyer-radsec-ca.pem               whom it believes
Load all three into it, with this box as RADIUS server at TCP port 2083, by TLS, secret radsec. In the staff app, under the branch's settings, type ${name} as its RadSec name. Then remove the folder: whoever has the key is that access point.`,
  "radsec-until": ({ name, until }) =>
    `${name.padEnd(24)} until ${until.toISOString().slice(0, 10)}`,
  "asked-wrongly": ({ said }) => `That was not understood: ${said}`,
  "not-started": () => "It does not come up yet: foyer doctor",
  "not-restored": ({ file, reason }) =>
    ({
      "no-backup": `${file} is no back-up of a box.`,
      "needs-passphrase": `${file} is encrypted: give its passphrase by --passphrase-file.`,
      "wrong-passphrase": `${file} does not open: another passphrase made it, or it was changed.`,
      damaged: `${file} is damaged: fetch it again from where it was kept.`,
      "not-usable": `${file} holds no box that this release could be.`,
    })[reason],
  help: () => `Run by root (sudo), all but log, version and help:

install [--portal-origin URL] [--gateway INTERFACE]
                                 in an unpacked release: ./install; in a checkout: deploy/box/install
foyer status                     what runs here
foyer doctor                     what is wrong and what to do
foyer enrol [CODE] [--cloud URL] makes this machine the box a code was made for
foyer backup FILE [--passphrase-file FILE]
foyer restore FILE [--passphrase-file FILE]
foyer radsec [on | for NAME [--into FOLDER]]
                                 RadSec, and a certificate for each access point that speaks it
foyer trust FILE                 takes only releases that this public key vouches for
foyer log [-f]                   what its processes say, and what became of upgrades
foyer upgrade TARBALL            to a new release; back by itself where it does not come up
foyer rollback                   to the release before
foyer uninstall [--remove-state] keeps what this box knows, or takes it away as well
foyer version`,
};

export const vi: BoxTexts = {
  "not-root": () => "Lệnh này phải do root chạy: thêm sudo ở trước.",
  "other-system": ({ name }) =>
    `Máy này là ${name}. Hộp chạy trên Debian 12 hoặc 13, hoặc Raspberry Pi OS cùng đời.`,
  "too-old": ({ name }) => `${name} quá cũ: cần Debian 12, Raspberry Pi OS 12 hoặc mới hơn.`,
  "other-processor": ({ architecture, releaseFor }) =>
    `Bản này dành cho ${releaseFor}, còn bộ xử lý của máy là ${architecture}. Trên Raspberry Pi hãy cài hệ điều hành 64 bit.`,
  "no-systemd": () => "Máy này không có systemd (không có systemctl): hộp cần nó.",
  "no-room": ({ freeBytes, neededBytes }) =>
    `Dưới /opt còn trống ${mebibytes(freeBytes)} MiB, cần ${mebibytes(neededBytes)}.`,
  "gateway-needs": ({ packages }) =>
    `Chế độ cổng cần các chương trình chưa có trên máy này. Hãy cài trước: apt-get install ${packages.join(" ")}`,
  "gateway-no-interface": ({ guestInterface }) =>
    `Không có cổng mạng ${guestInterface}: lệnh ip link cho biết máy có những cổng nào.`,
  "gateway-is-uplink": ({ guestInterface }) =>
    `${guestInterface} là cổng nối ra internet. Hãy chọn cổng còn lại, nơi cắm các điểm phát sóng.`,
  gateway: ({ guestInterface }) =>
    `Hộp này điều khiển truy cập cho mọi thứ cắm vào ${guestInterface}. Trong ứng dụng nhân viên, thêm thiết bị điều khiển loại "Chính hộp này"; kiểm tra bằng: foyer doctor`,
  installed: ({ version, former }) =>
    former === null
      ? `Đã cài Foyer ${version}.`
      : `Foyer ${version} đang chạy; bản ${former} được giữ lại: foyer rollback quay về bản đó.`,
  unchanged: ({ version }) => `Foyer ${version} đã được cài sẵn: không có gì thay đổi.`,
  "went-back": ({ version, services, backAt }) =>
    `Foyer ${version} không khởi động được (${services.join(", ")}), nên ${backAt} chạy lại. Xem lý do: foyer log`,
  "does-not-run": ({ version, services }) =>
    `Foyer ${version} không khởi động được (${services.join(", ")}). Xem lỗi: foyer doctor và foyer log`,
  "enrol-next": () =>
    "Tiếp theo: trong ứng dụng nhân viên, mục Chi nhánh, tạo chi nhánh và hộp. Màn hình của máy này cho biết nơi nhập mã; hoặc nhập tại đây:  sudo foyer enrol",
  "no-origin": () =>
    "Máy này chưa có địa chỉ. Đặt FOYER_PORTAL_ORIGIN trong /etc/foyer/foyer.env là địa chỉ khách sẽ dùng.",
  origin: ({ origin }) =>
    `Khách gọi hộp này là ${origin}. Địa chỉ đó cần giữ nguyên: đặt địa chỉ cố định trong bộ định tuyến. Để đổi: /etc/foyer/foyer.env`,
  "no-such-origin": ({ origin }) =>
    `"${origin}" không phải địa chỉ mà trình duyệt gọi máy này được: http:// hoặc https://, rồi địa chỉ hoặc tên, thêm cổng nếu không phải cổng thường, và không có gì phía sau, ví dụ http://10.1.0.2`,
  "nothing-former": () => "Không có bản cũ để quay về.",
  "nothing-to-settle": () => "Không có lần nâng cấp nào chờ kết luận.",
  uninstalled: ({ isStateKept }) =>
    isStateKept
      ? "Đã gỡ Foyer. Giữ lại /var/lib/foyer, /etc/foyer và người dùng foyer: lần cài sau sẽ dùng tiếp."
      : "Đã gỡ Foyer cùng mọi thứ hộp này biết.",
  "ask-uninstall": () =>
    "Việc này gỡ Foyer cùng mọi thứ nó biết: khách, lượt ghé chưa gửi, khóa. Gõ REMOVE để tiếp tục: ",
  "not-uninstalled": () => "Chưa gỡ gì cả.",
  busy: () => "Đang có một lần cài đặt khác trên máy này.",
  "not-installed": () => "Foyer chưa được cài ở đây: sudo deploy/box/install",
  "not-enrolled": () => "Hộp này chưa được ghi danh: sudo foyer enrol",
  enrolled: ({ boxId, branchId }) => `Đây là hộp ${boxId} của chi nhánh ${branchId}.`,
  "enrol-refused": ({ reason }) => `Chưa ghi danh được: ${reason}`,
  "enrol-unanswered": () => "Chưa làm gì cả: cần địa chỉ đám mây và mã từ ứng dụng nhân viên.",
  "ask-cloud": () => "Địa chỉ đám mây (https://…): ",
  "ask-code": () => "Mã từ ứng dụng nhân viên: ",
  "status-box": ({ boxId, cloudUrl }) => `hộp        ${boxId} tại ${cloudUrl}`,
  "status-release": ({ version, former }) =>
    `phiên bản  ${version}${former === null ? "" : ` (trước đó ${former})`}`,
  "status-service": ({ service, state, megabytes }) =>
    `${service.padEnd(10)} ${state}${megabytes === null ? "" : `, ${megabytes} MiB`}`,
  "backed-up": ({ file, bytes, isEncrypted }) =>
    `${file}: ${mebibytes(bytes)} MiB, ${isEncrypted ? "đã mã hóa" : "KHÔNG mã hóa: ai có tệp này là hộp này và đọc được điều khách đã khai. Hãy giữ như giữ khóa"}.`,
  "key-left-out": () =>
    "Khóa của kho được TPM của máy này niêm phong: không có mật khẩu thì bản sao lưu chỉ mở được trên chính máy này. Dùng --passphrase-file để mở được trên máy khác.",
  "file-exists": ({ file }) => `${file} đã có: hãy đặt tên khác.`,
  restored: ({ boxId, before }) =>
    `Hộp ${boxId} đã trở lại và bắt đầu một kỳ mới. Dữ liệu cũ nằm ở ${before}: sẽ tự xóa sau hai tuần.`,
  "restored-stopped": () => "Đã khôi phục nhưng chưa chạy được: foyer doctor",
  unsigned: ({ version, key }) =>
    `Bản ${version} chưa được ký, trong khi ${key} quy định chỉ nhận bản của ai. Không có gì thay đổi.`,
  "signed-by-another": ({ version, key }) =>
    `Bản ${version} không do khóa trong ${key} ký, hoặc đã bị sửa. Ở đây không có gì thay đổi.`,
  "no-release": ({ file }) => `${file} không phải bản phát hành của Foyer.`,
  "not-whole": ({ version, first, more }) =>
    `Bản ${version} không nguyên vẹn: ${first}${more > 0 ? ` và ${more} tệp khác` : ""} không đúng như bản kê. Hãy tải lại.`,
  "no-file": ({ file }) => `Không có tệp ${file}.`,
  "not-unpacked": ({ file, said }) =>
    `Không giải nén được ${file}, nên không có gì thay đổi: hãy tải lại. ${said}`,
  "disk-full": ({ said }) =>
    `Ổ đĩa đã đầy: hãy giải phóng chỗ (df -h cho biết ổ nào), rồi làm lại. ${said}`,
  "disk-read-only": ({ said }) =>
    `Ổ đĩa không cho ghi nữa. Thẻ nhớ bị như vậy là đã hỏng: hãy sao lưu hộp sang nơi khác và thay thẻ. ${said}`,
  "store-of-another": ({ file, owner, user, folder }) =>
    `${file} thuộc về ${owner}, nên hộp, chạy bằng người dùng ${user}, không ghi vào được. Hãy trả lại: sudo chown -R ${user}:${user} ${folder}, rồi làm lại.`,
  "short-passphrase": ({ file, charactersMin }) =>
    `Dòng đầu của ${file} phải là mật khẩu có từ ${charactersMin} ký tự.`,
  "key-private": ({ file }) =>
    `${file} là nửa bí mật của khóa, dùng để ký bản phát hành và không được nằm trên máy nào khác. Hãy đưa nửa công khai.`,
  "key-other": ({ file }) => `${file} không phải khóa ký bản phát hành (Ed25519, dạng PEM).`,
  trusts: ({ name, key }) =>
    `Từ nay ở đây chỉ nhận bản do khóa ${name} ký. Tên này phải đúng như nơi phát hành cho bạn biết. Khóa nằm ở ${key}: xóa tệp đó để nhận mọi bản.`,
  "key-made": ({ name, privateFile, publicFile }) => `Đã tạo khóa ${name}.
${privateFile} dùng để ký: deploy/box/release --sign ${privateFile}. Hãy giữ ở nơi chỉ có bạn, và cất riêng một bản sao: mất khóa thì không hộp nào tự nhận bản mới nữa.
${publicFile} cho biết nhận bản của ai. Trên mỗi hộp: sudo foyer trust TỆP. Trên đám mây: sudo foyer-cloud trust TỆP`,
  "radsec-on": ({ authority }) =>
    `RadSec nghe ở cổng TCP 2083. Với mỗi thiết bị phát dùng RadSec: sudo foyer radsec for TÊN. Nơi cấp chứng chỉ mà chúng phải tin: ${authority}`,
  "radsec-taken-back": ({ why, isUp }) => `RADIUS không chạy được với RadSec, nên RadSec lại tắt:
${why}
${isUp ? "RADIUS chạy như trước. Sửa xong điều đó thì: sudo foyer radsec on" : "Không có RadSec nó cũng không chạy được: foyer doctor"}`,
  "radsec-own": ({ file }) =>
    `RadSec ở đây dùng chứng chỉ của riêng bạn (${file}, FOYER_RADIUS_RADSEC_CERTIFICATE trong /etc/foyer/foyer.env): chứng chỉ của thiết bị phát cũng lấy từ nơi đã cấp nó.`,
  "radsec-off": () => "RadSec ở đây chưa được bật bằng lệnh này: sudo foyer radsec on",
  "radsec-no-name": ({ name }) =>
    `"${name}" không dùng làm tên chứng chỉ được: chỉ chữ thường, chữ số, dấu - và dấu chấm, ví dụ ap-1.hanoi`,
  "radsec-for": ({ name, folder }) => `${folder} chứa những gì thiết bị phát ${name} cần:
  ${name}.pem và ${name}-key.pem   chứng chỉ và khóa của nó
  foyer-radsec-ca.pem              nơi cấp mà nó tin
Nạp cả ba vào thiết bị, đặt hộp này làm máy chủ RADIUS ở cổng TCP 2083, qua TLS, mật khẩu chung radsec. Trong ứng dụng nhân viên, phần cài đặt của chi nhánh, nhập ${name} vào ô Tên RadSec. Sau đó xóa thư mục: ai có khóa thì là thiết bị đó.`,
  "radsec-until": ({ name, until }) => `${name.padEnd(24)} đến ${until.toISOString().slice(0, 10)}`,
  "asked-wrongly": ({ said }) => `Không hiểu lệnh: ${said}`,
  "not-started": () => "Hộp chưa chạy được: foyer doctor",
  "not-restored": ({ file, reason }) =>
    ({
      "no-backup": `${file} không phải bản sao lưu của hộp.`,
      "needs-passphrase": `${file} đã mã hóa: đưa mật khẩu bằng --passphrase-file.`,
      "wrong-passphrase": `${file} không mở được: sai mật khẩu, hoặc tệp đã bị đổi.`,
      damaged: `${file} bị hỏng: lấy lại từ nơi cất giữ.`,
      "not-usable": `${file} không chứa hộp nào mà bản này chạy được.`,
    })[reason],
  help: () => `Chạy bằng root (sudo), trừ log, version và help:

install [--portal-origin URL] [--gateway CỔNG-MẠNG]
                                 trong bản đã giải nén: ./install; trong checkout: deploy/box/install
foyer status                     máy này đang chạy gì
foyer doctor                     có gì sai và cần làm gì
foyer enrol [MÃ] [--cloud URL]   biến máy này thành hộp mà mã được tạo cho
foyer backup TỆP [--passphrase-file TỆP]
foyer restore TỆP [--passphrase-file TỆP]
foyer radsec [on | for TÊN [--into THƯ-MỤC]]
                                 RadSec, và chứng chỉ cho mỗi thiết bị phát dùng nó
foyer trust TỆP                  chỉ nhận bản do khóa công khai này xác nhận
foyer log [-f]                   các tiến trình ghi gì, và kết quả nâng cấp
foyer upgrade TỆP-NÉN            lên bản mới; tự quay về nếu không chạy được
foyer rollback                   về bản trước
foyer uninstall [--remove-state] giữ lại những gì hộp biết, hoặc xóa luôn
foyer version`,
};
